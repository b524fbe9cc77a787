import type { Standing } from '../../contracts/lifecycle/allowed.ts'
import type { Snapshot } from '../../contracts/lifecycle/snapshot.ts'
import type { Mover } from './move.ts'

/** How a caller stands to a case now: the input of the lifecycle's `refusal` and `allowedActions`. */
export function standingOf(
  mover: Mover,
  row: {
    createdBy: string
    leaseHolder: string | null
    leaseUntil: Date | null
    reservedUntil: Date | null
    reservedFor: string | null
    undoUntil: Date | null
    snapshot: Snapshot
  },
  now: Date,
): Standing {
  const isHeld = row.leaseHolder !== null && row.leaseUntil !== null && row.leaseUntil > now
  return {
    role: mover.role,
    own: mover.id !== null && mover.id === row.createdBy,
    reserved: row.reservedUntil !== null && row.reservedUntil > now && row.reservedFor !== mover.id,
    lease: isHeld ? (row.leaseHolder === mover.id ? 'mine' : 'other') : 'none',
    decidedByMe: mover.id !== null && row.snapshot.reviewerId === mover.id,
    // Emptied by whatever happens after the decision.
    undoable:
      row.undoUntil !== null && row.undoUntil > now && mover.id !== null && row.snapshot.reviewerId === mover.id,
    now,
  }
}
