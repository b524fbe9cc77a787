import type { AuditEvent } from '../../contracts/audit-actions.ts'
import type { Tx } from '../database.ts'

/** Filled by the audit feature: entries commit or vanish with the caller's transaction. */
export type AuditTrail = { record(executor: Tx, events: AuditEvent[]): Promise<void> }
