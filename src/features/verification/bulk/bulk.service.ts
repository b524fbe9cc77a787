import type { BulkAction, BulkJob, BulkJobInput, BulkRow, BulkRowQuery } from '../../../contracts/api/bulk-jobs.ts'
import type { AuditAction, AuditEvent } from '../../../contracts/audit-actions.ts'
import { BULK_MAX } from '../../../contracts/bulk-limits.ts'
import type { Clock } from '../../../platform/clock.ts'
import { isUniqueViolation } from '../../../platform/db/violations.ts'
import { AppError } from '../../../platform/errors.ts'
import type { Ids } from '../../../platform/ids.ts'
import type { Db, Tx } from '../../database.ts'
import type { Intake } from '../../intake/index.ts'
import type { Assignments } from '../assignments.service.ts'
import type { Caller, VerificationPorts } from '../verification.ports.ts'
import { type Counts, findBulkIssues, findSelectionIssues } from './bulk.domain.ts'
import {
  countRows,
  findJob,
  insertJob,
  listJobs,
  listRows,
  lockJob,
  type StoredJob,
  setJobState,
} from './bulk.repository.ts'

export type BulkDeps = {
  db: Db
  intake: Pick<Intake, 'collectProposals' | 'listProposals'>
  assignments: Pick<Assignments, 'requireReviewer'>
  clock: Clock
  ids: Ids
  ports: Pick<VerificationPorts, 'accounts' | 'audit' | 'work'>
}

const JOBS_SHOWN = 20
const SUPERVISORS_ALONE: readonly BulkAction[] = ['set_aside', 'assign']
const ONE_AT_A_TIME = 'bulk_job_one_at_a_time'

export function createBulkJobs({ db, intake, assignments, clock, ids, ports }: BulkDeps) {
  /** The rows a job is about: what a filter of the list finds now, or the named ones that the caller may see. */
  const select = async ({ actor }: Caller, { filter, proposalIds }: BulkJobInput) => {
    if (filter) return intake.collectProposals(actor, filter, BULK_MAX)
    const wanted = [...new Set(proposalIds)]
    const rows = await intake.listProposals(db, actor, wanted)
    if (rows.length < wanted.length) {
      throw new AppError('invalid_input', { issues: [{ path: 'proposalIds', code: 'proposal_unknown' }] })
    }
    return rows.map(({ proposalId, snapshot }) => ({ id: proposalId, version: snapshot.version }))
  }

  const oneAtATime = async <Result>(work: (tx: Tx) => Promise<Result>): Promise<Result> => {
    try {
      return await db.transaction().execute(work)
    } catch (cause) {
      throw isUniqueViolation(cause, ONE_AT_A_TIME) ? new AppError('bulk_job_running', { cause }) : cause
    }
  }

  const requireOwn = (job: StoredJob | undefined, { actor }: Caller): StoredJob => {
    if (job?.createdBy !== actor.userId) throw new AppError('not_found')
    return job
  }

  const showAll = async (jobs: readonly StoredJob[]): Promise<BulkJob[]> => {
    const reviewers = [...new Set(jobs.map(({ reviewerId }) => reviewerId))].filter((id) => id !== null)
    const [counts, names] = await Promise.all([
      countRows(
        db,
        jobs.map(({ id }) => id),
      ),
      reviewers.length === 0 ? new Map<string, string>() : ports.accounts.listNames(db, reviewers),
    ])
    return jobs.map((job) => toView(job, counts.get(job.id), names.get(job.reviewerId ?? '') ?? null))
  }

  const showById = async (jobId: string, caller: Caller): Promise<BulkJob> => {
    const [view] = await showAll([requireOwn(await findJob(db, jobId), caller)])
    if (!view) throw new AppError('internal_error')
    return view
  }

  return {
    /**
     * Fixes what the job is about and begins it: a dry run, or the acts themselves. Throws `invalid_input` for a wish that fits no case,
     * nothing or more than 10,000 selected, ids the caller does not see, reasons that do not fit, and somebody who does not review in the
     * caller's region; `bulk_job_running` while the caller
     * has another one under way. Each call is another job.
     */
    async create(caller: Caller, input: BulkJobInput): Promise<BulkJob> {
      const issues = findBulkIssues(input)
      if (issues.length > 0) throw new AppError('invalid_input', { issues })
      if (SUPERVISORS_ALONE.includes(input.action) && caller.actor.role !== 'supervisor')
        throw new AppError('forbidden')
      const { reviewerId = null } = input
      if (reviewerId !== null) await assignments.requireReviewer(caller, reviewerId)
      const rows = await select(caller, input)
      const unfit = findSelectionIssues(rows && rows.length)
      if (!rows || unfit.length > 0) throw new AppError('invalid_input', { issues: unfit })
      const id = ids.next()
      const now = clock.now()
      const { action, reasons, dryRun } = input
      // What was searched for may be a NIK.
      const { q, ...filter } = input.filter ?? {}
      await oneAtATime(async (tx) => {
        await insertJob(tx, {
          id,
          action,
          reasons,
          note: input.note ?? null,
          reviewerId,
          filter: input.filter ? filter : null,
          state: dryRun ? 'checking' : 'running',
          createdBy: caller.actor.userId,
          createdAt: now,
          startedAt: dryRun ? null : now,
          rows,
        })
        const details = {
          action,
          dryRun,
          rows: rows.length,
          by: input.filter ? 'filter' : 'ids',
          searched: q !== undefined,
          ...(reviewerId !== null && { reviewer: reviewerId }),
        }
        await ports.audit.record(tx, [bulkEvent(caller, 'start_bulk_job', id, { ...details, ...filter })])
        await ports.work.addBulk(tx, id)
      })
      return showById(id, caller)
    },

    /** Does what the dry run allowed. Throws `action_not_allowed` unless the job waits for that, so that repeating it changes nothing. */
    async run(caller: Caller, jobId: string): Promise<BulkJob> {
      await oneAtATime(async (tx) => {
        const job = requireOwn(await lockJob(tx, jobId), caller)
        if (job.state !== 'ready') throw new AppError('action_not_allowed')
        await setJobState(tx, jobId, 'running', { startedAt: clock.now() })
        await ports.audit.record(tx, [bulkEvent(caller, 'run_bulk_job', jobId, { action: job.action })])
        await ports.work.addBulk(tx, jobId)
      })
      return showById(jobId, caller)
    },

    /**
     * Undoes the decisions or assignments of a job that is through: every row that is untouched since, for 15 minutes after its own. Throws
     * `undo_closed` when that is over for all of them, and `action_not_allowed` for a job that did nothing that can be undone.
     */
    async undo(caller: Caller, jobId: string): Promise<BulkJob> {
      await oneAtATime(async (tx) => {
        const job = requireOwn(await lockJob(tx, jobId), caller)
        const isThrough = job.state === 'done' || job.state === 'partly_done'
        if (!isThrough || job.undoUntil === null) throw new AppError('action_not_allowed')
        if (job.undoUntil <= clock.now()) throw new AppError('undo_closed')
        await setJobState(tx, jobId, 'undoing')
        await ports.audit.record(tx, [bulkEvent(caller, 'undo_bulk_job', jobId, { action: job.action })])
        await ports.work.addBulk(tx, jobId)
      })
      return showById(jobId, caller)
    },

    /** A job of the caller, as far as it is. Somebody else's: `not_found`. */
    get: (caller: Caller, jobId: string): Promise<BulkJob> => showById(jobId, caller),

    /** The caller's newest jobs. */
    async list({ actor }: Caller): Promise<BulkJob[]> {
      return showAll(await listJobs(db, actor.userId, JOBS_SHOWN))
    },

    /** What became of each row, and why. */
    async listRows(
      caller: Caller,
      jobId: string,
      query: BulkRowQuery,
    ): Promise<{ items: BulkRow[]; nextAfter: number | null }> {
      requireOwn(await findJob(db, jobId), caller)
      const rows = await listRows(db, jobId, { ...query, limit: query.limit + 1 })
      const items = rows.slice(0, query.limit)
      return { items, nextAfter: rows.length > query.limit ? (items.at(-1)?.position ?? null) : null }
    },
  }
}
export type BulkJobs = ReturnType<typeof createBulkJobs>

function bulkEvent(
  { actor, requestId }: Caller,
  action: AuditAction,
  jobId: string,
  details: Record<string, unknown>,
): AuditEvent {
  return {
    actorId: actor.userId,
    actorRole: actor.role,
    action,
    subjectType: 'bulk_job',
    subjectId: jobId,
    requestId,
    officeId: actor.officeId,
    regionCode: actor.regionCode,
    details,
  }
}

function toView(job: StoredJob, counts: Counts | undefined, reviewerName: string | null): BulkJob {
  const { not_undone: notUndone = 0, ...rest } = counts ?? { pending: 0, allowed: 0, refused: 0, done: 0, undone: 0 }
  const total = Object.values(rest).reduce((sum, one) => sum + one, notUndone)
  return {
    id: job.id,
    action: job.action,
    state: job.state,
    reviewerName,
    counts: { total, ...rest, notUndone },
    createdAt: job.createdAt.toISOString(),
    startedAt: job.startedAt?.toISOString() ?? null,
    finishedAt: job.finishedAt?.toISOString() ?? null,
    undoUntil: job.undoUntil?.toISOString() ?? null,
  }
}
