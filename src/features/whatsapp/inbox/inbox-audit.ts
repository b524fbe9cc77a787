import type { Actor } from '../../../contracts/access.ts'
import type { AuditAction, AuditEvent } from '../../../contracts/audit-actions.ts'

/** Who asks, and the HTTP request it is part of. */
export type InboxCaller = { actor: Actor; requestId: string }

/** An audit entry about a conversation: its id is the contact's. Null: about a list of them. */
export function conversationEvent(
  { actor, requestId }: InboxCaller,
  action: AuditAction,
  conversationId: string | null,
  details?: Record<string, unknown>,
): AuditEvent {
  return {
    actorId: actor.userId,
    actorRole: actor.role,
    action,
    subjectType: 'conversation',
    subjectId: conversationId,
    requestId,
    officeId: actor.officeId,
    regionCode: actor.regionCode,
    ...(details ? { details } : {}),
  }
}
