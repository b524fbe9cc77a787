// What the console needs of lists of a month at run time.

/** Parts of a file: small enough for a slow line within one request, and for one row each. */
export const LIST_PART_MEGABYTES = 4
export const LIST_FILE_MEGABYTES = 512

/** What can have become of a member between two lists. */
export const DRIFT_KINDS = [
  'newly_inactive',
  'newly_active',
  'newly_unclear',
  'moved_segment',
  'vanished',
  'new',
] as const
export type DriftKind = (typeof DRIFT_KINDS)[number]
/** Of whom somebody may be asked to come. */
export const TELLING_KINDS = ['newly_inactive', 'newly_unclear', 'vanished'] as const satisfies readonly DriftKind[]
