import type { AuditEvent } from '../../../contracts/audit-actions.ts'
import type { Notice } from '../../../contracts/events/notices.ts'
import type { Db, Tx } from '../../database.ts'

export type DriftPorts = {
  notices: {
    /** Writes notices to residents in the caller's transaction. One that was recorded before is recorded no second time. */
    record(executor: Tx, notices: Notice[]): Promise<void>
  }
  /** Has a telling worked on after the commit. May be repeated. */
  work: { addTelling(executor: Tx, tellingId: string): Promise<void> }
}

export type AuditTrail = { record(executor: Db, events: readonly AuditEvent[]): Promise<void> }
