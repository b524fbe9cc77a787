import type { Actor } from '../../../contracts/access.ts'
import type { AuditEvent } from '../../../contracts/audit-actions.ts'
import type { Db, Tx } from '../../database.ts'
import type { InactiveFinding } from './reason.domain.ts'

/** What reactivation needs of the places around it; filled in processes/wiring. */
export type ReactivationPorts = {
  regions: { kabKotaIn(regionCode: string): string[]; timeZoneOf(regionCode: string): string }
  accounts: { listNames(executor: Db, userIds: readonly string[]): Promise<ReadonlyMap<string, string>> }
  audit: { record(executor: Tx, events: AuditEvent[]): Promise<void> }
  membership: {
    /** The newest definite answer about the content that each proposal has now; those without are missing. */
    listAnswers(executor: Db, proposalIds: readonly string[]): Promise<ReadonlyMap<string, InactiveFinding>>
  }
}

export type Caller = { actor: Actor; requestId: string }

/** Of a case, what its way back follows from. */
export type ReactivationCase = { proposalId: string; regionCode: string }
