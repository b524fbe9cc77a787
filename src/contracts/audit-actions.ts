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
  'read_document',
  'public_status',
  'search',
  'reveal',
  'export',
  'read_audit',
  'verify_audit',
  // Lists that people keep, and take away
  'create_view',
  'change_view',
  'delete_view',
  'export_identity',
  // Registering and deciding
  'register_intake',
  'upload_document',
  'attach_document',
  'claim',
  'release',
  'take_over',
  'assign',
  'undo_assignment',
  'decide',
  'correct',
  'complete_reactivation',
  'add_note',
  'withdraw',
  'set_aside',
  'recall',
  'expire',
  'record_membership',
  'dismiss_duplicate',
  'compare_duplicate',
  'undo_decision',
  'save_draft',
  'start_bulk_job',
  'run_bulk_job',
  'undo_bulk_job',
  // Sending to BPJS
  'create_batch',
  'change_batch',
  'read_batch',
  'discard_batch',
  'ask_seal_batch',
  'stop_seal_batch',
  'seal_batch',
  'submit_to_bpjs',
  'export_batch',
  'print_letter',
  'upload_results',
  'read_results',
  'approve_results',
  'abort_results',
  'apply_results',
  'undo_results',
  'record_bpjs_answer',
  'confirm_active',
  'read_not_yet_active',
  'ask_whether_active',
  'change_result_profile',
  'create_profile',
  'change_profile',
  'record_enrolment_rule',
  'record_reactivation_path',
  'record_reactivation_item',
  'correct_reactivation_reason',
  'delete_enrolment_rule',
  // Writing to residents
  'settle_message',
  'opt_out',
  'opt_in',
  'open_breaker',
  'close_breaker',
  'confirm_number',
  'wrong_number',
  'hand_over',
  'link_intake',
  'merge_contact',
  'move_alias',
  'answer_resident',
  'close_conversation',
  'mark_read',
  'pause_bot',
  'resume_bot',
  // The link to WhatsApp
  'read_whatsapp_link',
  'request_whatsapp_link',
  'restart_whatsapp',
  'log_out_whatsapp',
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
  'record_coverage',
  'delete_coverage',
  'record_contribution',
  'create_coverage_rule',
  'record_holiday',
  'delete_holiday',
  // The local budget
  'change_quota',
  'record_opening',
  'check_takeover',
  'delete_opening',
  'change_tariff',
  'delete_tariff',
  // Lists of a whole region
  'upload_list',
  'approve_list',
  'apply_list',
  'abort_list',
  'purge_list',
  'tell_members',
  // Telling other systems
  'create_webhook',
  'change_webhook',
  'rotate_webhook_secret',
  'delete_webhook',
  'test_webhook',
  'replay_webhook',
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
