import type { Clock } from '../../platform/clock.ts'
import type { Sealer } from '../../platform/crypto/sealer.ts'
import type { App } from '../../platform/http/index.ts'
import type { Ids } from '../../platform/ids.ts'
import type { ScheduleContext } from '../../platform/outbox/index.ts'
import type { Bpjs } from '../bpjs/index.ts'
import type { Db } from '../database.ts'
import type { Intake } from '../intake/index.ts'
import { createCaseAccess } from './case-access.ts'
import { createChecks } from './checks.service.ts'
import { createDecisions } from './decisions.service.ts'
import { createDuplicateReview } from './duplicate-review.service.ts'
import { createLeases } from './leases.service.ts'
import { createMembership } from './membership.service.ts'
import { createProposalView } from './proposal-view.service.ts'
import { type CheckHandler, createCheckHandler } from './verification.jobs.ts'
import type { VerificationPorts } from './verification.ports.ts'
import { registerVerificationRoutes } from './verification.routes.ts'

export type { VerificationPorts } from './verification.ports.ts'

export type VerificationDeps = {
  db: Db
  intake: Pick<
    Intake,
    'moveMany' | 'loadCheckSubjects' | 'getProposal' | 'listHistory' | 'claim' | 'release' | 'renewLease'
  >
  bpjs: Pick<Bpjs, 'directory' | 'recordManualCheck'>
  sealer: Sealer
  clock: Clock
  ids: Ids
  ports: VerificationPorts
}

export type Verification = {
  /** The routes of reviewing: `GET /api/v1/proposals/{id}` and the acts on a case. Once per server. */
  registerRoutes(app: App): void
  /** Handler of the topic `proposal.check`. May run anywhere and be repeated; a case is moved and told once. */
  checkProposals: CheckHandler
  /**
   * Handler of the schedule `membership.retry`: puts cases that BPJS has left unanswered for 30 minutes before people, flagged
   * `membership_unknown`. Their question is asked on by its job, so that recovery drains the backlog. May be repeated.
   */
  handOverUnanswered(context: Pick<ScheduleContext, 'signal' | 'logger'>): Promise<void>
}

/** Automatic checks, duplicates, leases and decisions. */
export function createVerification(deps: VerificationDeps): Verification {
  const { db, intake, bpjs, sealer, clock, ids, ports } = deps
  const checks = createChecks({ db, intake, directory: bpjs.directory, sealer, clock, ids, ports })
  const access = createCaseAccess({ db, intake, clock, ports })
  const { directory, recordManualCheck } = bpjs
  return {
    registerRoutes: (app) =>
      registerVerificationRoutes(app, {
        views: createProposalView({ db, intake, clock, ports }),
        leases: createLeases({ db, intake, access, clock, ports }),
        decisions: createDecisions({ db, intake, access, clock, ports }),
        duplicates: createDuplicateReview({ db, intake, access, clock, ports }),
        membership: createMembership({ db, intake, access, directory, recordManualCheck, sealer, clock, ids, ports }),
      }),
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
