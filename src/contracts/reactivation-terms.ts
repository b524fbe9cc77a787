/**
 * Why a membership is inactive, as far as its way back differs. Read from the answer of BPJS, or set by a reviewer. `unclear`: BPJS did
 * not say, or said what nobody knows; a person has to find out.
 */
export const REACTIVATION_REASONS = [
  'pbi_switched_off',
  'arrears',
  'contract_ended',
  'over_age',
  'employer_must_enrol',
  'local_payment_ended',
  'deceased',
  'unclear',
] as const
export type ReactivationReason = (typeof REACTIVATION_REASONS)[number]

/** Who does the next step. */
export const REACTIVATION_ROUTES = ['resident', 'dinsos', 'bpjs_branch', 'employer', 'reviewer'] as const
/** How a path may end. `in_review`: its papers are complete; `to_person`: a reviewer says the reason, or closes the case. */
export const REACTIVATION_OUTCOMES = ['in_review', 'other_segment', 'expired', 'to_person'] as const

/** What is recorded of an item: that it was seen or said, the number and day of a letter, or a decile. */
export const REACTIVATION_ITEM_KINDS = ['seen', 'letter', 'decile'] as const

/** Everything that any path may ask for. Texts: `item.<name>` of the area reactivation. */
export const REACTIVATION_ITEMS = [
  'identity_matches',
  'facility_letter',
  'dtsen_decile',
  'sktm',
  'dinsos_letter',
  'pbi_not_restored',
  'arrears_explained',
  'segment_move_requested',
  'end_of_work_letter',
  'no_employer',
  'lives_here',
  'employer_told',
] as const
export type ReactivationItem = (typeof REACTIVATION_ITEMS)[number]

export const DECILE_MAX = 10
