import type { State } from './states.ts'

/** What the resident is told about a state: a text key, never more than this (public status, WhatsApp, receipt). */
export const PUBLIC_LABELS = {
  submitted: 'received',
  checking: 'being_checked',
  in_review: 'being_checked',
  needs_correction: 'needs_completion',
  needs_reactivation: 'card_inactive',
  eligible: 'approved_waiting',
  submitted_to_bpjs: 'sent_to_bpjs',
  active_confirmed: 'active',
  already_active: 'already_active',
  rejected: 'cannot_be_processed',
  closed: 'closed',
} as const satisfies Record<State, string>

export type PublicLabel = (typeof PUBLIC_LABELS)[State]
