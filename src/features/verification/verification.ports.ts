import type { Actor } from '../../contracts/access.ts'
import type { Reviewer } from '../../contracts/api/assignments.ts'
import type { AuditEvent } from '../../contracts/audit-actions.ts'
import type { Notice } from '../../contracts/events/notices.ts'
import type { Db, Tx } from '../database.ts'

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
}

/** Who asks, and the HTTP request it is part of. */
export type Caller = { actor: Actor; requestId: string }
