import type { Clock } from '../../platform/clock.ts'
import type { Sealer } from '../../platform/crypto/sealer.ts'
import type { App } from '../../platform/http/index.ts'
import type { Ids } from '../../platform/ids.ts'
import type { JobContext, ScheduleContext } from '../../platform/outbox/index.ts'
import type { Bpjs } from '../bpjs/index.ts'
import type { Db } from '../database.ts'
import type { DataCheck, HolidayCalendar, Intake } from '../intake/index.ts'
import { registerAssignmentRoutes } from './assignment.routes.ts'
import { createAssignments } from './assignments.service.ts'
import { deleteJobsBefore } from './bulk/bulk.repository.ts'
import { registerBulkRoutes } from './bulk/bulk.routes.ts'
import { createBulkJobs } from './bulk/bulk.service.ts'
import { createBulkRun } from './bulk/bulk-run.service.ts'
import { createCaseAccess } from './case-access.ts'
import { listNewestMemberships } from './checks.repository.ts'
import { createChecks } from './checks.service.ts'
import { createComparison } from './compare.service.ts'
import { checkFindings } from './data-check.ts'
import { createDecisions } from './decisions.service.ts'
import { createDrafts } from './drafts.service.ts'
import { createDuplicateReview } from './duplicate-review.service.ts'
import { createLeases } from './leases.service.ts'
import { createMembership } from './membership.service.ts'
import { createMembershipRecord, type MembershipRecord } from './membership-record.service.ts'
import { createNextCase } from './next-case.service.ts'
import { createPersonLookup } from './person-lookup.service.ts'
import { createProposalView } from './proposal-view.service.ts'
import { createRecalls, type Recalls } from './recall.service.ts'
import { createUndo } from './undo.service.ts'
import { type CheckHandler, createCheckHandler } from './verification.jobs.ts'
import type { MembershipFound, VerificationPorts } from './verification.ports.ts'
import { registerVerificationRoutes } from './verification.routes.ts'

export type { VerificationPorts } from './verification.ports.ts'

export type VerificationDeps = {
  db: Db
  intake: Pick<
    Intake,
    | 'moveMany'
    | 'addCheck'
    | 'loadCheckSubjects'
    | 'getProposal'
    | 'listHistory'
    | 'listCorrected'
    | 'listSeatStandings'
    | 'claim'
    | 'release'
    | 'renewLease'
    | 'recordLikeness'
    | 'judgeMoves'
    | 'listHistories'
    | 'listProposals'
    | 'collectProposals'
    | 'comparePeople'
    | 'findNext'
    | 'findHolder'
  >
  bpjs: Pick<Bpjs, 'directory' | 'recordManualCheck'>
  sealer: Sealer
  clock: Clock
  holidays: HolidayCalendar
  ids: Ids
  ports: VerificationPorts
}

const KEEP_BULK_MS = 90 * 24 * 60 * 60_000
/** Each has up to 10,000 rows. */
const BULK_PURGED_AT_ONCE = 5

export type Verification = {
  /** The routes of reviewing: `GET /api/v1/proposals/{id}` and the acts on a case. Once per server. */
  registerRoutes(app: App): void
  /** Handler of the topic `proposal.check`. May run anywhere and be repeated; a case is moved and told once. */
  checkProposals: CheckHandler
  /** Handler of the topic `bulk.run`. May run anywhere and be repeated; goes on where the last commit left a job. */
  goOnWithBulk(item: { payload: { jobId: string } }, context: Pick<JobContext, 'signal'>): Promise<void>
  /**
   * Handler of the schedule `membership.retry`: puts cases that BPJS has left unanswered for 30 minutes before people, flagged
   * `membership_unknown`. Their question is asked on by its job, so that recovery drains the backlog. May be repeated.
   */
  handOverUnanswered(context: Pick<ScheduleContext, 'signal' | 'logger'>): Promise<void>
  /** For a schedule: forgets bulk jobs made more than 90 days ago, unless one is under way. Repeatable, ends early when told to. */
  forgetBulkJobs(signal: AbortSignal): Promise<void>
  /** The newest definite answers about the content that each proposal has now; those without are missing. */
  listAnswers(executor: Db, proposalIds: readonly string[]): Promise<ReadonlyMap<string, MembershipFound>>
  /** See `MembershipRecord.recordAnswers`. */
  recordAnswers: MembershipRecord['recordAnswers']
  /** See `Recalls`. */
  listPaidElsewhere: Recalls['listPaidElsewhere']
  recallPaidElsewhere: Recalls['recallPaidElsewhere']
  /** For `intake.verifyData`: results of checks and answers about membership whose proposal is missing. */
  checkFindings: DataCheck
}

/** Automatic checks, duplicates, leases and decisions. */
export function createVerification(deps: VerificationDeps): Verification {
  const { db, intake, bpjs, sealer, clock, holidays, ids, ports } = deps
  const checks = createChecks({ db, intake, directory: bpjs.directory, sealer, clock, holidays, ids, ports })
  const access = createCaseAccess({ db, intake, clock, ports })
  const { directory, recordManualCheck } = bpjs
  const drafts = createDrafts({ db, intake, sealer, clock, ports })
  const views = createProposalView({ db, intake, drafts, clock, ports })
  const decisions = createDecisions({ db, intake, access, clock, holidays, ports })
  const undo = createUndo({ db, intake, access, clock, ports })
  const membership = createMembership({ db, intake, access, directory, recordManualCheck, sealer, clock, ids, ports })
  const assignments = createAssignments({ db, intake, access, clock, holidays, ports })
  const bulk = createBulkRun({ db, intake, decisions, undo, assignments, membership, clock, ports })
  return {
    registerRoutes(app) {
      registerVerificationRoutes(app, {
        views,
        leases: createLeases({ db, intake, access, clock, ports }),
        decisions,
        undo,
        drafts,
        next: createNextCase({ db, intake, views, ports }),
        comparison: createComparison({ db, intake, ports }),
        duplicates: createDuplicateReview({ db, intake, access, clock, ports }),
        membership,
        persons: createPersonLookup({ intake, directory, clock, ports }),
      })
      registerAssignmentRoutes(app, assignments)
      registerBulkRoutes(app, createBulkJobs({ db, intake, assignments, clock, ids, ports }))
    },
    listAnswers: listNewestMemberships,
    goOnWithBulk: (item, { signal }) => bulk.goOn(item.payload.jobId, signal),
    async forgetBulkJobs(signal) {
      const before = new Date(clock.now().getTime() - KEEP_BULK_MS)
      while (!signal.aborted && (await deleteJobsBefore(db, before, BULK_PURGED_AT_ONCE)) === BULK_PURGED_AT_ONCE);
    },
    ...createRecalls({ intake, ports }),
    recordAnswers: createMembershipRecord({ intake, sealer, clock, ids }).recordAnswers,
    checkFindings,
    checkProposals: createCheckHandler(checks),
    async handOverUnanswered({ signal, logger }) {
      let moved = 0
      do {
        moved = await checks.handOverUnanswered()
        if (moved > 0) logger.warn({ moved }, 'BPJS has not answered: cases handed over to reviewers')
      } while (moved > 0 && !signal.aborted)
    },
  }
}
