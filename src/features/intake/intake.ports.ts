import type { SeatFilter } from '../../contracts/api/proposal-filters.ts'
import type { SeatStandingView } from '../../contracts/api/quota.ts'
import type { AuditEvent } from '../../contracts/audit-actions.ts'
import type { Notice } from '../../contracts/events/notices.ts'
import type { State } from '../../contracts/lifecycle/states.ts'
import type { Holidays } from '../../contracts/lifecycle/working-time.ts'
import type { Begin, StartedRow } from '../../platform/outbox/index.ts'
import type { Db, Tx } from '../database.ts'

/** Filled with the front door of regions: when the offices of a region are closed, asked on the caller's own connection. */
export type HolidayCalendar = { of(executor: Db, regionCode: string): Promise<Holidays> }

/** `at`: since when it is in the state it has now. */
export type SeatChange = { proposalId: string; regionCode: string; before: State; after: State; at: Date }

/** What intake needs of the places around it; filled in processes/wiring. */
export type IntakePorts = {
  regions: {
    isKnownVillage(code: string): boolean
    isKnownNikRegion(digits: string): boolean
    villageName(code: string): string | null
    /** Of any level; null for a code that nobody knows. */
    nameOf(regionCode: string): string | null
    timeZoneOf(regionCode: string): string
    kabKotaIn(regionCode: string): string[]
  }
  offices: {
    /** Kab/kota of an active office. */
    regionOf(officeId: string): Promise<string | null>
    nameOf(officeId: string): Promise<string | null>
  }
  accounts: {
    /** Display names by account; unknown ids are left out. */
    listNames(executor: Db, userIds: readonly string[]): Promise<ReadonlyMap<string, string>>
    /** Where each of these people reviews now; whoever is switched off or does other work is missing. */
    listReviewing(executor: Db, userIds: readonly string[]): Promise<ReadonlyMap<string, { regionCode: string }>>
  }
  audit: {
    record(executor: Db, events: AuditEvent[]): Promise<void>
    write(event: AuditEvent): Promise<void>
  }
  notices: {
    record(executor: Db, notices: Notice[]): Promise<void>
    /**
     * The household gives this number (E.164 digits) from now on: nothing that waits for another one leaves any more, and its
     * office does not read what comes from there. Call it before
     * proposals are locked, and `tellAnew` at the end of the same transaction.
     */
    leaveFormerNumber(executor: Tx, intakeId: string, phone: string): Promise<void>
    /** What has not been told yet is written for the number the household gives now. */
    tellAnew(executor: Tx, intakeId: string): Promise<void>
  }
  seats: {
    /**
     * The seats of the local budget follow the states of their proposals, in the same transaction and under the locks of the proposals.
     * Refuses what may not be: sealing a case that waits for a seat.
     */
    follow(executor: Tx, changes: readonly SeatChange[]): Promise<void>
    /** How these proposals stand with their seats; those without are missing. */
    listStandings(executor: Db, proposalIds: readonly string[]): Promise<ReadonlyMap<string, SeatStandingView>>
    /** The ids of those that stand so, as a query without parameters for the lists; few, and found by an index. */
    idsSql: Readonly<Record<SeatFilter, string>>
  }
  reactivation: {
    /** Throws what is missing of the papers of a reactivation, or why its path does not lead back to review. */
    requireComplete(executor: Tx, one: { proposalId: string; regionCode: string }): Promise<void>
  }
  outbox: {
    addCheck(executor: Db, work: { proposalId: string; version: number }): Promise<void>
    /** Work has been committed. */
    announce(): void
    /**
     * Commits registrations with so many checks. `commit` is told how to insert them when they are to begin at once, and returns them; null:
     * as work that waits.
     */
    addChecks(count: number, commit: (begin: Begin | null) => Promise<readonly StartedRow[]>): Promise<void>
  }
}
