import type { Actor } from '../../../contracts/access.ts'
import type { AuditEvent } from '../../../contracts/audit-actions.ts'
import type { CoverageSource } from '../../../contracts/coverage-terms.ts'
import type { Db } from '../../database.ts'
import type { ProposalRow } from '../../intake/index.ts'

/** What the quota needs of the places around it; filled in processes/wiring. */
export type QuotaPorts = {
  regions: {
    nameOf(regionCode: string): string | null
    timeZoneOf(regionCode: string): string
    /** Kab/kota within a region, or the one that a smaller code lies in. */
    kabKotaIn(regionCode: string): string[]
    /** The newest population figure dated on or before the day. */
    findPopulation(
      executor: Db,
      regionCode: string,
      day: string,
    ): Promise<{ asOf: string; source: string; total: number } | undefined>
  }
  /** The newest count of the people of the region who are registered in JKN, dated on or before the day. `detail`: the document in words. */
  registered: {
    find(
      executor: Db,
      regionCode: string,
      day: string,
    ): Promise<{ people: number; kind: CoverageSource; detail: string | null; asOf: string } | undefined>
  }
  accounts: { listNames(executor: Db, userIds: readonly string[]): Promise<ReadonlyMap<string, string>> }
  audit: {
    record(executor: Db, events: AuditEvent[]): Promise<void>
    /** For reads of people: resolves when the entry is durable. */
    write(event: AuditEvent): Promise<void>
  }
  /** Those of the proposals that the caller may see. */
  cases: { listProposals(executor: Db, actor: Actor, proposalIds: readonly string[]): Promise<ProposalRow[]> }
}

/** Who asks, and the HTTP request it is part of. */
export type Caller = { actor: Actor; requestId: string }
