import type { AuditEvent } from '../../contracts/audit-actions.ts'
import type { Db } from '../database.ts'

/** Filled with the audit log's front door: the entry commits or fails together with the change it is about. */
export type AuditPort = { record(executor: Db, events: AuditEvent[]): Promise<void> }

/** Filled by whoever keeps sums of population figures: told in the transaction that changes those of these regions. */
export type PopulationPort = { changed(executor: Db, regionCodes: readonly string[]): Promise<void> }
