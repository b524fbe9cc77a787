import type { Role } from './access.ts'

/** Everything the audit log knows how to name. A new kind of act gets its word here first. */
export const AUDIT_ACTIONS = [
  // Coming and going
  'sign_in',
  'sign_in_failed',
  'sign_out',
  'lock_account',
  'denied',
  // Looking
  'read_proposal',
  'read_intake',
  'read_messages',
  'search',
  'reveal',
  'export',
  'read_audit',
  // Registering and deciding
  'register_intake',
  'claim',
  'release',
  'take_over',
  'decide',
  'correct',
  'add_note',
  'withdraw',
  'set_aside',
  'recall',
  'record_membership',
  'dismiss_duplicate',
  // Writing to residents
  'settle_message',
  'opt_out',
  'opt_in',
  // Running the installation
  'create_account',
  'change_account',
  'unlock_account',
  'change_password',
  'change_two_factor',
  'create_api_key',
  'revoke_api_key',
  'create_office',
  'change_office',
  'record_population',
] as const
export type AuditAction = (typeof AUDIT_ACTIONS)[number]

/**
 * One entry of the audit log. When, in which transaction and in which order is for the database to say.
 * `subjectId` and `details` never hold identity data: an entry can never be erased.
 */
export type AuditEvent = {
  /** The account; null for the system and for strangers. */
  actorId: string | null
  actorRole: Role | 'system' | 'anonymous'
  action: AuditAction
  subjectType: string | null
  subjectId: string | null
  /** The HTTP request or the job, as in the logs. */
  requestId: string | null
  /** The office the actor worked for. Together with `regionCode` it decides who may read the entry. */
  officeId?: string | null
  /** The region it concerns, where no office says it. */
  regionCode?: string | null
  details?: Record<string, unknown>
}
