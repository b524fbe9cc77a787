import type { AuditEvent } from '../../contracts/audit-actions.ts'
import type { Db } from '../database.ts'
import type { OfficeFacts } from './accounts.domain.ts'

/** Filled with the front door of audit. */
export type AuditPort = {
  record(executor: Db, events: readonly AuditEvent[]): Promise<void>
  write(event: AuditEvent): Promise<void>
}

/** Filled with the front door of regions. */
export type RegionsPort = {
  findRegion(code: string): { retired: boolean } | undefined
  listOfficesByIds(executor: Db, ids: readonly string[]): Promise<OfficeFacts[]>
}
