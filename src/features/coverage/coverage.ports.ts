import type { AuditEvent } from '../../contracts/audit-actions.ts'
import type { Db } from '../database.ts'

/** Filled with the audit log's front door: the entry commits or fails together with the change it is about. */
export type AuditPort = { record(executor: Db, events: AuditEvent[]): Promise<void> }
