import type { Actor } from '../../contracts/access.ts'
import type { AuditEvent } from '../../contracts/audit-actions.ts'
import type { Notice } from '../../contracts/events/notices.ts'
import type { MembershipResult } from '../bpjs/index.ts'
import type { Db, Tx } from '../database.ts'
import type { CheckSubject } from '../intake/index.ts'

/** Who asks, and the HTTP request or job it is part of. */
export type Caller = { actor: Actor; requestId: string }

export type VillagePlace = {
  name: string
  district: { code: string; name: string }
  postalCode: string | null
}

export type EnrolmentOffice = { id: string; kind: string; name: string; facilityCode: string | null }

/** Who pays: seats of the region's budget. Filled with the quota of this feature; it may refuse. */
export type QuotaLedger = {
  /**
   * Takes the seats of these proposals for good in the year in which their membership takes effect, in the transaction that seals their batch
   * and before it moves them. Throws what forbids the sealing, for example that there are too few; then nothing of the batch is sealed.
   */
  commitSeats(executor: Tx, wanted: { regionCode: string; year: number; proposalIds: readonly string[] }): Promise<void>
}

/** What enrolment needs of the places around it; filled in processes/wiring. */
export type EnrolmentPorts = {
  regions: {
    kabKotaIn(regionCode: string): string[]
    nameOf(regionCode: string): string | null
    timeZoneOf(regionCode: string): string
    findPlace(villageCode: string): VillagePlace | undefined
  }
  offices: { listByIds(executor: Db, ids: readonly string[]): Promise<EnrolmentOffice[]> }
  accounts: {
    /** A person as they may act now; null when they are switched off. */
    findActor(executor: Db, userId: string): Promise<Actor | null>
    listNames(executor: Db, userIds: readonly string[]): Promise<ReadonlyMap<string, string>>
  }
  audit: {
    record(executor: Db, events: AuditEvent[]): Promise<void>
    write(event: AuditEvent): Promise<void>
  }
  notices: { record(executor: Tx, notices: Notice[]): Promise<void> }
  membership: {
    /** Keeps definite answers with their proposals, as a check by an officer would. One that has moved on meanwhile is left out. */
    recordAnswers(
      executor: Tx,
      answers: readonly { proposalId: string; version: number; answer: MembershipResult }[],
    ): Promise<void>
    /** Of these cases those that nobody may propose as new: what is recorded of them says that another segment pays. */
    listPaidElsewhere(
      executor: Db,
      cases: readonly { proposalId: string; regionCode: string }[],
    ): Promise<ReadonlySet<string>>
    /** Takes back their approvals, and tells the families. The last locks that the caller's transaction takes. */
    recallPaidElsewhere(
      executor: Tx,
      cases: readonly Pick<CheckSubject, 'proposalId' | 'intakeId' | 'regionCode' | 'officeId' | 'fullName'>[],
      requestId: string,
    ): Promise<void>
  }
  work: {
    /** Has the sealing of a batch gone on with after the commit. May be repeated. */
    addSealing(executor: Tx, batchId: string): Promise<void>
    /** Has an import of results gone on with after the commit. May be repeated. */
    addResults(executor: Tx, resultId: string): Promise<void>
  }
  quota: QuotaLedger
}
