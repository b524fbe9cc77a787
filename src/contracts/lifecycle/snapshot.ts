import type { ClosedAs, Flag, MembershipOutcome, State } from './states.ts'

/**
 * What the journal decides about a proposal. The stored row holds the same values; replaying the journal gives them again.
 * `version` counts contents (1 at submission, +1 at each correction of the person or of the household they share); `sequence` counts journal entries.
 */
export type Snapshot = {
  state: State
  version: number
  sequence: number
  flags: readonly Flag[]
  closedAs: ClosedAs | null
  membership: MembershipOutcome | null
  /** ISO time of the answer behind `membership`. */
  membershipAt: string | null
  /** Who decided last; a corrected case goes back to them first. */
  reviewerId: string | null
  /** ISO time by which a return must be answered, or the papers of a reactivation brought. */
  correctionDueAt: string | null
  /** ISO time of the last change of state. */
  stateSince: string
}
