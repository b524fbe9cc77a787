import type { AuditEvent } from '../../contracts/audit-actions.ts'

/** What happened without anybody's request: a resident's text, a report of a transport or the passing of time did it. */
export function systemEvent(event: Pick<AuditEvent, 'action' | 'subjectType' | 'subjectId' | 'details'>): AuditEvent {
  return { actorId: null, actorRole: 'system', requestId: null, ...event }
}
