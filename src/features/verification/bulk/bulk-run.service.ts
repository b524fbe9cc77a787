import type { Actor } from '../../../contracts/access.ts'
import type { ErrorCode } from '../../../contracts/errors.ts'
import type { Action } from '../../../contracts/lifecycle/actions.ts'
import { BULK_UNDO_MS } from '../../../contracts/lifecycle/allowed.ts'
import type { Clock } from '../../../platform/clock.ts'
import { AppError } from '../../../platform/errors.ts'
import type { Db, Tx } from '../../database.ts'
import type { Intake, MoveResult, ProposalRow } from '../../intake/index.ts'
import type { Assignments } from '../assignments.service.ts'
import { caseEvent, moverOf } from '../case-access.ts'
import { listChecksOf } from '../checks.repository.ts'
import type { Case, Decisions } from '../decisions.service.ts'
import type { Membership } from '../membership.service.ts'
import type { Undo } from '../undo.service.ts'
import type { Caller, VerificationPorts } from '../verification.ports.ts'
import { endOf, isBulkDecision, isClean, isUndoable, isWorking, TO_DO, type WorkingState } from './bulk.domain.ts'
import {
  countRows,
  findJob,
  listToDo,
  lockJob,
  type RowResult,
  type StoredJob,
  setJobState,
  type WorkRow,
  writeResults,
} from './bulk.repository.ts'

export type BulkRunDeps = {
  db: Db
  intake: Pick<Intake, 'listProposals' | 'judgeMoves' | 'release'>
  decisions: Pick<Decisions, 'decideMany' | 'listBarred' | 'judgeMany' | 'setAsideWithin'>
  undo: Pick<Undo, 'undoMany'>
  assignments: Pick<Assignments, 'assignMany' | 'judgeMany' | 'undoMany'>
  membership: Pick<Membership, 'refresh'>
  clock: Clock
  ports: Pick<VerificationPorts, 'accounts' | 'audit'>
}

/** Rows that commit together: 200 transactions for the largest job, and none holds its locks for long. */
const BATCH = 50

/** The move that stands for an act which is no decision, to ask the lifecycle before it is done. */
const MOVE_OF = {
  set_aside: 'set_aside',
  release: 'release',
  recheck_membership: 'record_membership',
} as const satisfies Record<string, Action>

type Batch = { job: StoredJob; caller: Caller; rows: readonly WorkRow[] }

export function createBulkRun({ db, intake, decisions, undo, assignments, membership, clock, ports }: BulkRunDeps) {
  const casesOf = async (executor: Db, { caller, rows }: Batch): Promise<Map<string, Case>> => {
    const seen = await intake.listProposals(
      executor,
      caller.actor,
      rows.map(({ proposalId }) => proposalId),
    )
    const versions = new Map(rows.map(({ proposalId, version }) => [proposalId, version]))
    return new Map(seen.map((row) => [row.proposalId, { row, version: versions.get(row.proposalId) ?? 0 }]))
  }

  /** Why a case cannot be approved unseen; a case that has left review, or is another one by now, is for the lifecycle to refuse. */
  const listUnclean = async (executor: Db, cases: readonly Case[]): Promise<Set<string>> => {
    const checks = await listChecksOf(
      executor,
      cases.map(({ row, version }) => ({ proposalId: row.proposalId, version })),
    )
    const isUnclean = ({ row, version }: Case): boolean =>
      row.snapshot.state === 'in_review' &&
      row.snapshot.version === version &&
      !isClean(row, checks.get(row.proposalId) ?? [])
    return new Set(cases.filter(isUnclean).map(({ row }) => row.proposalId))
  }

  /** Cases that are not approved unseen, with the code: that another segment pays says more than that somebody has to look. */
  const uncleanOf = async (
    executor: Db,
    { job }: Batch,
    cases: readonly Case[],
  ): Promise<ReadonlyMap<string, ErrorCode>> => {
    if (job.action !== 'eligible') return new Map()
    const unclean = await listUnclean(executor, cases)
    const looked = cases.filter(({ row }) => unclean.has(row.proposalId))
    const barred = await decisions.listBarred(executor, looked, { decision: job.action, reasons: job.reasons })
    return new Map([...unclean].map((id) => [id, barred.has(id) ? 'other_segment_pays' : 'not_clean']))
  }

  /** Whom an assignment is for, as they may act now; null when they were switched off meanwhile. */
  const receiverOf = async ({ reviewerId }: StoredJob): Promise<Actor | null> =>
    reviewerId === null ? null : ports.accounts.findActor(db, reviewerId)

  const judgeCases = async ({ job, caller }: Batch, cases: readonly Case[]): Promise<(ErrorCode | null)[]> => {
    const { action, reasons } = job
    if (isBulkDecision(action)) return decisions.judgeMany(cases, caller, { decision: action, reasons })
    if (action === 'assign') {
      const receiver = await receiverOf(job)
      return receiver ? assignments.judgeMany(cases, caller, receiver) : cases.map(() => 'reviewer_unsuitable')
    }
    const mover = moverOf(caller)
    return intake.judgeMoves(
      db,
      cases.map(({ row, version }) => ({ proposalId: row.proposalId, action: MOVE_OF[action], mover, version })),
    )
  }

  const judge = async (batch: Batch): Promise<Map<string, ErrorCode | null>> => {
    const cases = [...(await casesOf(db, batch)).values()]
    const codes = await judgeCases(batch, cases)
    const unclean = await uncleanOf(db, batch, cases)
    return new Map(
      cases.map(({ row: { proposalId } }, index) => [proposalId, unclean.get(proposalId) ?? codes[index] ?? null]),
    )
  }

  const dryRun = async (batch: Batch): Promise<RowResult[]> => {
    const codes = await judge(batch)
    return batch.rows.map(({ position, proposalId }): RowResult => {
      const code = codes.get(proposalId)
      if (code === null) return { position, outcome: 'allowed', code }
      return { position, outcome: 'refused', code: code ?? 'not_found' }
    })
  }

  const toResult = ({ position }: WorkRow, result: MoveResult | undefined, unclean?: ErrorCode): RowResult => {
    if (unclean) return { position, outcome: 'refused', code: unclean }
    if (!result) return { position, outcome: 'refused', code: 'not_found' }
    if (!result.moved) return { position, outcome: 'refused', code: result.refusal }
    return { position, outcome: 'done', code: null, sequence: result.after.sequence }
  }

  const assign = async (tx: Tx, batch: Batch): Promise<RowResult[]> => {
    const { job, caller, rows } = batch
    const receiver = await receiverOf(job)
    if (!receiver) return rows.map(({ position }) => ({ position, outcome: 'refused', code: 'reviewer_unsuitable' }))
    const results = await assignments.assignMany(tx, caller, receiver, [...(await casesOf(tx, batch)).values()])
    const byId = new Map(results.map((result) => [result.proposalId, result]))
    return rows.map((row) => toResult(row, byId.get(row.proposalId)))
  }

  const decide = async (tx: Tx, batch: Batch): Promise<RowResult[]> => {
    const { job, caller, rows } = batch
    if (!isBulkDecision(job.action)) throw new AppError('internal_error')
    const cases = await casesOf(tx, batch)
    const unclean = await uncleanOf(tx, batch, [...cases.values()])
    const wanted = [...cases.values()].filter(({ row }) => !unclean.has(row.proposalId))
    const results = await decisions.decideMany(tx, caller, wanted, { decision: job.action, reasons: job.reasons })
    const byId = new Map(results.map((result) => [result.proposalId, result]))
    return rows.map((row) => toResult(row, byId.get(row.proposalId), unclean.get(row.proposalId)))
  }

  const takeBack = async (tx: Tx, batch: Batch): Promise<RowResult[]> => {
    const cases = await casesOf(tx, batch)
    const sequences = new Map(batch.rows.map(({ proposalId, sequence }) => [proposalId, sequence ?? 0]))
    const { undoMany } = batch.job.action === 'assign' ? assignments : undo
    const results = await undoMany(
      tx,
      batch.caller,
      [...cases.values()].map((one) => ({ ...one, sequence: sequences.get(one.row.proposalId) ?? 0 })),
    )
    const byId = new Map(results.map((result) => [result.proposalId, result]))
    return batch.rows.map(({ position, proposalId }): RowResult => {
      const result = byId.get(proposalId)
      if (result?.moved) return { position, outcome: 'undone', code: null }
      return { position, outcome: 'not_undone', code: result?.refusal ?? 'not_found' }
    })
  }

  const requireCase = async (tx: Db, { caller }: Batch, row: WorkRow): Promise<ProposalRow> => {
    const [found] = await intake.listProposals(tx, caller.actor, [row.proposalId])
    if (!found) throw new AppError('not_found')
    if (found.snapshot.version !== row.version) throw new AppError('version_conflict')
    return found
  }

  /** Acts that are done one by one, each as from the case itself. */
  const act = async (tx: Tx, batch: Batch, row: WorkRow): Promise<void> => {
    const { job, caller } = batch
    const { proposalId, version } = row
    switch (job.action) {
      case 'set_aside':
        return decisions.setAsideWithin(tx, caller, proposalId, { version, note: job.note ?? '' })
      case 'release':
        await requireCase(tx, batch, row)
        await intake.release(tx, proposalId, moverOf(caller))
        return ports.audit.record(tx, [caseEvent(caller, 'release', proposalId)])
      default:
        throw new AppError('internal_error')
    }
  }

  /** Whoever else works on the job waits here, and then finds these rows done. */
  const isToDo = async (tx: Tx, state: WorkingState, jobId: string, rows: readonly WorkRow[]): Promise<boolean> => {
    const locked = await lockJob(tx, jobId)
    const todo = new Set((await listToDo(tx, jobId, TO_DO[state], BATCH)).map(({ position }) => position))
    return locked?.state === state && rows.every(({ position }) => todo.has(position))
  }

  const inOneTransaction = async (state: WorkingState, batch: Batch): Promise<void> => {
    await db.transaction().execute(async (tx) => {
      const { job, rows } = batch
      if (!(await isToDo(tx, state, job.id, rows))) return
      const go = job.action === 'assign' ? assign : decide
      const results = await (state === 'undoing' ? takeBack(tx, batch) : go(tx, batch))
      await writeResults(tx, job.id, TO_DO[state], results)
      if (state === 'running' && results.some(({ outcome }) => outcome === 'done')) {
        await setJobState(tx, job.id, state, { undoUntil: new Date(clock.now().getTime() + BULK_UNDO_MS) })
      }
    })
  }

  const failed = (state: WorkingState) => (state === 'undoing' ? 'not_undone' : 'refused')

  /** One row in a transaction of its own: what a single one throws is its own result. */
  const alone = async (state: WorkingState, batch: Batch, row: WorkRow): Promise<void> => {
    const { job, caller } = batch
    const done: RowResult = { position: row.position, outcome: 'done', code: null }
    try {
      if (state === 'undoing' || isUndoable(job.action)) return await inOneTransaction(state, { ...batch, rows: [row] })
      if (job.action === 'recheck_membership') {
        // BPJS is asked before anything is locked; asked twice after a crash, it gives the same answer.
        await requireCase(db, batch, row)
        await membership.refresh(caller, row.proposalId)
        return await writeResults(db, job.id, TO_DO[state], [done])
      }
      await db.transaction().execute(async (tx) => {
        if (!(await isToDo(tx, state, job.id, [row]))) return
        await act(tx, batch, row)
        await writeResults(tx, job.id, TO_DO[state], [done])
      })
    } catch (error) {
      // A database that is away is tried again; what is wrong with one row must not keep the job from its end.
      if (!(error instanceof AppError)) throw error
      await writeResults(db, job.id, TO_DO[state], [
        { position: row.position, outcome: failed(state), code: error.code },
      ])
    }
  }

  const work = async (state: WorkingState, batch: Batch, signal: AbortSignal): Promise<void> => {
    const { job, rows } = batch
    if (state === 'checking') return writeResults(db, job.id, TO_DO[state], await dryRun(batch))
    if (state === 'undoing' || isUndoable(job.action)) {
      try {
        return await inOneTransaction(state, batch)
      } catch (error) {
        // One row that cannot be written must not hold up the others.
        if (!(error instanceof AppError)) throw error
      }
    }
    for (const row of rows) {
      signal.throwIfAborted()
      await alone(state, batch, row)
    }
  }

  const finish = async (jobId: string, state: WorkingState): Promise<void> => {
    await db.transaction().execute(async (tx) => {
      const job = await lockJob(tx, jobId)
      if (job?.state !== state || (await listToDo(tx, jobId, TO_DO[state], 1)).length > 0) return
      const counts = (await countRows(tx, [jobId])).get(jobId)
      if (!counts) return
      const now = clock.now()
      await setJobState(tx, jobId, endOf(state, counts), state === 'undoing' ? { undoneAt: now } : { finishedAt: now })
    })
  }

  return {
    /**
     * Goes on with a job until nothing of it is left to do: 50 rows at a time, each batch with its results in one transaction, so that after
     * a crash the next run goes on where the last commit left it. May be repeated and run by two at once. Stops between batches when `signal`
     * is aborted, and throws then.
     */
    async goOn(jobId: string, signal: AbortSignal): Promise<void> {
      for (;;) {
        signal.throwIfAborted()
        const job = await findJob(db, jobId)
        if (!job || !isWorking(job.state)) return
        const { state } = job
        const rows = await listToDo(db, jobId, TO_DO[state], BATCH)
        if (rows.length === 0) {
          await finish(jobId, state)
          continue
        }
        // Their rights as they are now: somebody who was switched off meanwhile decides nothing more.
        const actor = await ports.accounts.findActor(db, job.createdBy)
        if (actor) await work(state, { job, caller: { actor, requestId: jobId }, rows }, signal)
        else {
          const outcome = failed(state)
          await writeResults(
            db,
            jobId,
            TO_DO[state],
            rows.map(({ position }) => ({ position, outcome, code: 'forbidden' })),
          )
        }
      }
    },
  }
}
export type BulkRun = ReturnType<typeof createBulkRun>
