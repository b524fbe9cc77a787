import type { Role } from '../access.ts'
import { closesAs, type ReasonCode, SECOND_PERSON_REASONS } from './reasons.ts'
import type { Snapshot } from './snapshot.ts'
import type { State } from './states.ts'

/**
 * The one table of moves. `to: null` keeps the state. `by` lists who may ask: `system` is the product itself.
 * Further conditions (lease, ownership, membership) are in `allowed.ts`.
 */
export const ACTIONS = {
  submit: { from: [], to: 'submitted', by: ['petugas', 'kader'] },
  hold: { from: ['submitted'], to: 'needs_correction', by: ['system'] },
  start_checks: { from: ['submitted'], to: 'checking', by: ['system'] },
  complete_checks: { from: ['checking'], to: 'in_review', by: ['system'] },
  auto_already_active: { from: ['checking', 'in_review'], to: 'already_active', by: ['system'] },
  auto_reactivation: { from: ['checking', 'in_review'], to: 'needs_reactivation', by: ['system'] },
  record_membership: {
    from: ['in_review', 'eligible', 'submitted_to_bpjs'],
    to: null,
    by: ['system', 'verifikator', 'supervisor'],
  },
  record_flags: {
    from: [
      'submitted',
      'checking',
      'in_review',
      'needs_correction',
      'needs_reactivation',
      'eligible',
      'submitted_to_bpjs',
    ],
    to: null,
    by: ['system'],
  },
  claim: { from: ['in_review'], to: null, by: ['verifikator', 'supervisor'] },
  release: { from: ['in_review'], to: null, by: ['verifikator', 'supervisor'] },
  take_over: { from: ['in_review'], to: null, by: ['supervisor'] },
  assign: { from: ['in_review'], to: null, by: ['supervisor'] },
  decide_eligible: { from: ['in_review'], to: 'eligible', by: ['verifikator', 'supervisor'] },
  decide_needs_correction: { from: ['in_review'], to: 'needs_correction', by: ['verifikator', 'supervisor'] },
  decide_rejected: { from: ['in_review'], to: 'rejected', by: ['verifikator', 'supervisor'] },
  propose_rejection: { from: ['in_review'], to: null, by: ['verifikator', 'supervisor'] },
  confirm_rejection: { from: ['in_review'], to: 'rejected', by: ['verifikator', 'supervisor'] },
  turn_down_rejection: { from: ['in_review'], to: null, by: ['verifikator', 'supervisor'] },
  decide_closed: { from: ['in_review'], to: 'closed', by: ['verifikator', 'supervisor'] },
  decide_duplicate_of: { from: ['in_review'], to: 'closed', by: ['verifikator', 'supervisor'] },
  decide_already_active: { from: ['in_review'], to: 'already_active', by: ['verifikator', 'supervisor'] },
  decide_needs_reactivation: { from: ['in_review'], to: 'needs_reactivation', by: ['verifikator', 'supervisor'] },
  correct: { from: ['needs_correction'], to: 'submitted', by: ['petugas', 'kader', 'supervisor'] },
  household_changed: {
    from: ['submitted', 'checking', 'in_review', 'needs_correction', 'needs_reactivation', 'eligible'],
    to: 'submitted',
    by: ['system'],
  },
  complete_reactivation: { from: ['needs_reactivation'], to: 'in_review', by: ['petugas', 'kader', 'supervisor'] },
  close_reactivation: { from: ['needs_reactivation'], to: 'closed', by: ['verifikator', 'supervisor'] },
  recall: { from: ['eligible'], to: 'in_review', by: ['system', 'verifikator', 'supervisor'] },
  seal: { from: ['eligible'], to: 'submitted_to_bpjs', by: ['penyetuju'] },
  return_from_bpjs: { from: ['submitted_to_bpjs'], to: 'in_review', by: ['system', 'penyetuju'] },
  retract_return: { from: ['in_review'], to: 'submitted_to_bpjs', by: ['penyetuju'] },
  confirm_active: { from: ['submitted_to_bpjs'], to: 'active_confirmed', by: ['system', 'penyetuju'] },
  set_aside: { from: ['already_active', 'rejected', 'closed'], to: 'in_review', by: ['supervisor'] },
  undo: {
    from: ['eligible', 'needs_correction', 'needs_reactivation', 'already_active', 'rejected', 'closed'],
    to: 'in_review',
    by: ['verifikator', 'supervisor'],
  },
  withdraw: {
    from: ['submitted', 'checking', 'in_review', 'needs_correction', 'needs_reactivation', 'eligible'],
    to: 'closed',
    by: ['petugas', 'kader', 'supervisor'],
  },
  remind: { from: ['needs_correction', 'needs_reactivation'], to: null, by: ['system'] },
  expire: { from: ['needs_correction', 'needs_reactivation'], to: 'closed', by: ['system'] },
  note: {
    from: [
      'submitted',
      'checking',
      'in_review',
      'needs_correction',
      'needs_reactivation',
      'eligible',
      'submitted_to_bpjs',
    ],
    to: null,
    by: ['petugas', 'kader', 'verifikator', 'supervisor'],
  },
} as const satisfies Record<string, { from: readonly State[]; to: State | null; by: readonly (Role | 'system')[] }>

export type Action = keyof typeof ACTIONS
export const ACTION_NAMES = Object.keys(ACTIONS) as Action[]

/**
 * Decisions as the API spells them, and the action each one is. What `rejected` does depends on its reasons: see
 * `rejectionAction` below.
 */
export const DECISIONS = {
  eligible: 'decide_eligible',
  needs_correction: 'decide_needs_correction',
  rejected: 'decide_rejected',
  duplicate_of: 'decide_duplicate_of',
  already_active: 'decide_already_active',
  needs_reactivation: 'decide_needs_reactivation',
  turn_down_rejection: 'turn_down_rejection',
} as const satisfies Record<string, Action>
export type Decision = keyof typeof DECISIONS

/** What rejecting a case for these reasons means. */
export function rejectionAction(reasons: readonly ReasonCode[], snapshot: Pick<Snapshot, 'state' | 'flags'>): Action {
  if (reasons.some((code) => closesAs(code))) {
    return snapshot.state === 'needs_reactivation' ? 'close_reactivation' : 'decide_closed'
  }
  if (!reasons.some((code) => SECOND_PERSON_REASONS.includes(code))) return 'decide_rejected'
  return snapshot.flags.includes('rejection_proposed') ? 'confirm_rejection' : 'propose_rejection'
}
