import type { AuditEvent } from '../../contracts/audit-actions.ts'
import type { Notice } from '../../contracts/events/notices.ts'
import type { Db } from '../database.ts'

/** What intake needs of the places around it; filled in processes/wiring. */
export type IntakePorts = {
  regions: {
    isKnownVillage(code: string): boolean
    isKnownNikRegion(digits: string): boolean
    villageName(code: string): string | null
    timeZoneOf(regionCode: string): string
    kabKotaIn(regionCode: string): string[]
  }
  offices: {
    /** Kab/kota of an active office. */
    regionOf(officeId: string): Promise<string | null>
  }
  audit: {
    record(executor: Db, events: AuditEvent[]): Promise<void>
    write(event: AuditEvent): Promise<void>
  }
  notices: { record(executor: Db, notices: Notice[]): Promise<void> }
  outbox: {
    addCheck(executor: Db, work: { proposalId: string; version: number }): Promise<void>
  }
}
