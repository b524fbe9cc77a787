import type { Role } from '../../contracts/access.ts'
import type { ErrorCode } from '../../contracts/errors.ts'
import type { Action } from '../../contracts/lifecycle/actions.ts'
import type { JournalData } from '../../contracts/lifecycle/journal.ts'
import type { Snapshot } from '../../contracts/lifecycle/snapshot.ts'
import type { ReasonRecord } from './journal-record.ts'

/** Who moves a case: a person with a role, or the product itself. */
export type Mover = { id: string | null; role: Role | 'system' }

export const SYSTEM: Mover = { id: null, role: 'system' }

/** One wish to move one proposal. Refused, never thrown, so that a batch can go on with the others. */
export type Move = {
  proposalId: string
  action: Action
  mover: Mover
  /** The content version that the mover looked at; another one is `version_conflict`. */
  version?: number
  /** When it happened, if that was before it is written. Default: now. */
  at?: Date
  data?: JournalData
  reasons?: ReasonRecord[]
  duplicateOf?: string
  /** Whoever decides may undo it until then, if nothing happens in between. */
  undoUntil?: Date
  /**
   * A decision on a case that nobody holds claims it in the same breath, by the same rules and with its own entry. Only for moves
   * that end the review: a lease is not written.
   */
  claims?: true
}

export type MoveResult =
  | { proposalId: string; moved: true; intakeId: string; before: Snapshot; after: Snapshot }
  | { proposalId: string; moved: false; refusal: ErrorCode; holderId?: string }
