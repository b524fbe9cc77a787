/** The states of a proposal (usulan). Meaning, holder and public label: docs/lifecycle.md, from the design's lifecycle. */
export const STATES = [
  'submitted',
  'checking',
  'in_review',
  'needs_correction',
  'needs_reactivation',
  'eligible',
  'submitted_to_bpjs',
  'active_confirmed',
  'already_active',
  'rejected',
  'closed',
] as const
export type State = (typeof STATES)[number]

/**
 * States in which a proposal holds its NIK: a second open proposal of the same NIK is refused. Mirrored by the unique
 * `proposal_status.nik_slot`: the NIK's blind index in these states, null in the others.
 */
export const OPEN_STATES = [
  'submitted',
  'checking',
  'in_review',
  'needs_correction',
  'needs_reactivation',
  'eligible',
  'submitted_to_bpjs',
] as const satisfies readonly State[]

/** States in which the resident still waits for a person or for the checks: notices of a household may be held together. */
export const UNDECIDED_STATES = ['submitted', 'checking', 'in_review'] as const satisfies readonly State[]

/** States that wait for the household, until a day that it was told. */
export const WAITING_STATES = ['needs_correction', 'needs_reactivation'] as const satisfies readonly State[]

export const CLOSED_AS = ['withdrawn', 'expired', 'duplicate_of', 'deceased', 'moved_away', 'other_segment'] as const
export type ClosedAs = (typeof CLOSED_AS)[number]

/** Derived from checks and deliveries, never typed by hand. */
export const FLAGS = [
  'awaiting_nik',
  'potential_duplicate',
  'membership_unknown',
  'membership_mismatch',
  'membership_status_unknown',
  'membership_deceased',
  'facility_letter_needed',
  'nik_birthdate_differs',
  'nik_sex_differs',
  'nik_region_unknown',
  'nik_region_differs',
  'kk_region_unknown',
  'outside_domicile',
  'wa_unreachable',
  'resubmitted',
  'urgent_care',
  'rejection_proposed',
  'reminded',
  'bpjs_returned',
  'pending_effective',
  'not_yet_active',
] as const
export type Flag = (typeof FLAGS)[number]

export const MEMBERSHIP_OUTCOMES = [
  'found_active',
  'found_inactive',
  'found_mismatch',
  'not_found',
  'unavailable',
] as const
export type MembershipOutcome = (typeof MEMBERSHIP_OUTCOMES)[number]

export function isOpen(state: State): boolean {
  return (OPEN_STATES as readonly State[]).includes(state)
}

export function isWaiting(state: State): boolean {
  return (WAITING_STATES as readonly State[]).includes(state)
}
