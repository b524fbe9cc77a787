import type { Tx } from '../database.ts'
import { recordOptOut } from './contact.repository.ts'
import { suppressQueued } from './message.repository.ts'
import { systemEvent } from './system-event.ts'
import type { AuditTrail } from './whatsapp.ports.ts'

/**
 * The transport says that this person has stopped us there: as binding as a BERHENTI, and as silent as nothing can be sent. In the
 * caller's transaction, which holds the contact's lock; what waits for the contact is suppressed.
 */
export async function recordTransportOptOut(
  tx: Tx,
  { contactId, gateway, at }: { contactId: string; gateway: string; at: Date },
  audit: Pick<AuditTrail, 'record'>,
): Promise<void> {
  await recordOptOut(tx, contactId, at)
  await suppressQueued(tx, contactId, at)
  const about = { subjectType: 'contact', subjectId: contactId } as const
  await audit.record(tx, [systemEvent({ ...about, action: 'opt_out', details: { by: gateway } })])
}
