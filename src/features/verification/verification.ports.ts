import type { Actor } from '../../contracts/access.ts'
import type { Reviewer } from '../../contracts/api/assignments.ts'
import type { SentToBpjs } from '../../contracts/api/batches.ts'
import type { ReactivationView } from '../../contracts/api/reactivation.ts'
import type { AuditEvent } from '../../contracts/audit-actions.ts'
import type { Notice } from '../../contracts/events/notices.ts'
import type { Db, Tx } from '../database.ts'
import type { ProposalRow } from '../intake/index.ts'

/** Of a definite answer about a member, what the reason of an inactive membership follows from. */
export type MembershipFound = {
  outcome: string
  statusCode: string | null
  segmentCode: string | null
  segmentText: string | null
}

/** What verification needs of the places around it; filled in processes/wiring. */
export type VerificationPorts = {
  notices: {
    /** Writes notices to residents in the caller's transaction. One that was recorded before is recorded no second time. */
    record(executor: Tx, notices: Notice[]): Promise<void>
  }
  accounts: {
    /** Display names by account id; unknown ids are missing. */
    listNames(executor: Db, userIds: readonly string[]): Promise<ReadonlyMap<string, string>>
    /** People who review in the region, above or below it, by name. */
    listReviewers(executor: Db, regionCode: string): Promise<Reviewer[]>
    /** A person as they may act now; null when they are switched off. */
    findActor(executor: Db, userId: string): Promise<Actor | null>
  }
  audit: {
    /** Entries commit or vanish with the caller's transaction. */
    record(executor: Tx, events: AuditEvent[]): Promise<void>
    /** For reads: resolves when the entry is durable. */
    write(event: AuditEvent): Promise<void>
  }
  work: {
    /** Has a bulk job gone on with after the commit. May be repeated. */
    addBulk(executor: Tx, jobId: string): Promise<void>
  }
  regions: { timeZoneOf(regionCode: string): string }
  enrolment: {
    /** How a case stands with BPJS: its row of the last batch that was sealed with it; null before. */
    findSent(executor: Db, proposalId: string): Promise<SentToBpjs | null>
  }
  reactivation: {
    /** The way back of a case that the caller sees; null when it has none. */
    describe(executor: Db, caller: Caller, row: ProposalRow): Promise<ReactivationView | null>
    /** Of these cases those that nobody may approve as new: the reason of the inactive membership says that another segment pays. */
    listPaidElsewhere(
      executor: Db,
      cases: readonly Pick<ProposalRow, 'proposalId' | 'regionCode'>[],
    ): Promise<ReadonlySet<string>>
    /** When a case is closed that begins to wait now for its papers; null when nobody has configured it. */
    endOf(
      executor: Db,
      one: { proposalId: string; regionCode: string },
      finding: MembershipFound | undefined,
    ): Promise<Date | null>
  }
}

/** Who asks, and the HTTP request it is part of. */
export type Caller = { actor: Actor; requestId: string }
