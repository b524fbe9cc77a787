/** The whole country, where a region code is asked for. */
export const NATION = 'nasional'

/** Who pays. `all`: everybody; the five named ones together are everybody too, `other` is what a list could not tell. */
export const COVERAGE_SEGMENTS = ['all', 'pbi_apbn', 'pbpu_pemda', 'ppu', 'pbpu_mandiri', 'bp', 'other'] as const
export type CoverageSegment = (typeof COVERAGE_SEGMENTS)[number]

/** Whose count it is, the one that is shown first first. `list`: counted by this program from a membership list. */
export const COVERAGE_SOURCES = ['bpjs', 'list', 'government', 'publication'] as const
export type CoverageSource = (typeof COVERAGE_SOURCES)[number]

/** How a count came: `computed` is a sum over children. */
export const COVERAGE_ORIGINS = ['entered', 'imported', 'list', 'computed'] as const
export type CoverageOrigin = (typeof COVERAGE_ORIGINS)[number]

/** What a reader of a figure must be told. */
export const COVERAGE_FLAGS = [
  'coverage_over_100',
  'active_over_registered',
  'printed_coverage_differs',
  'printed_active_differs',
  'population_differs_from_children',
  'registered_differs_from_children',
  'active_differs_from_children',
  'segments_differ',
  'population_missing',
  'population_children_missing',
  'registered_missing',
  'registered_children_missing',
  'active_missing',
  'active_partly_known',
] as const
export type CoverageFlag = (typeof COVERAGE_FLAGS)[number]

export const CRITERIA = ['coverage', 'active', 'local_share', 'no_arrears', 'paid_until'] as const
export type Criterion = (typeof CRITERIA)[number]

export const STANDINGS = ['met', 'missed', 'unknown'] as const
export type Standing = (typeof STANDINGS)[number]

/** Why there is no month in which a criterion would be reached. */
export const PACE_FAULTS = ['no_earlier_figure', 'pace_not_positive', 'too_far'] as const
export type PaceFault = (typeof PACE_FAULTS)[number]

/** Why a standing is unknown: a figure that is not there, or one to which regions are missing. */
export const UNKNOWN_REASONS = ['figure_missing', 'figure_partial', 'contribution_missing'] as const
export type UnknownReason = (typeof UNKNOWN_REASONS)[number]
