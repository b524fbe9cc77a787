import type { AuditEvent } from '../../contracts/audit-actions.ts'
import type { Db } from '../database.ts'
import type { OfficeFacts } from './accounts.domain.ts'

/** Filled with the front door of audit. */
export type AuditPort = {
  record(executor: Db, events: readonly AuditEvent[]): Promise<void>
  write(event: AuditEvent): Promise<void>
}

/** Filled with the front door of intake. */
export type ReviewsPort = {
  /** Nothing waits any longer for this person, who is switched off or works elsewhere now. */
  end(executor: Db, userId: string): Promise<void>
}

/** Filled with the front door of regions. */
export type RegionsPort = {
  findRegion(code: string): { retired: boolean; name: string } | undefined
  /** IANA name of the zone that a region goes by. */
  getTimeZone(code: string): string
  /** Of provinces, kab/kota and kecamatan. */
  listPlaceNames(): string[]
  listOfficesByIds(executor: Db, ids: readonly string[]): Promise<OfficeFacts[]>
}
