import type { Action } from '../../contracts/lifecycle/actions.ts'
import type { JournalData } from '../../contracts/lifecycle/journal.ts'
import type { Snapshot } from '../../contracts/lifecycle/snapshot.ts'
import { type Calendar, reservedUntilOf } from './due-at.domain.ts'

/** For whom a case is kept, and until when. */
export type Reservation = { for: string; until: Date }

type Before = { snapshot: Snapshot; reservedFor: string | null; reservedUntil: Date | null }

/** Kept for the reviewer who returned it, where the queue says so. */
function ofReturn(snapshot: Snapshot, calendar: Calendar, now: Date): Reservation | null {
  const until = reservedUntilOf(snapshot, calendar, now)
  return until && snapshot.reviewerId !== null ? { for: snapshot.reviewerId, until } : null
}

const isSame = (one: Reservation | null, other: Reservation | null): boolean =>
  one?.for === other?.for && one?.until.getTime() === other?.until.getTime()

/**
 * For whom a case is kept after a move. What a supervisor gave to somebody stays theirs while the case is in review, but not once they
 * have proposed to reject it: another person has to answer that. Everything else follows from the return.
 */
export function reservationAfter(
  before: Before,
  { action, data = {} }: { action: Action; data?: JournalData },
  after: Snapshot,
  calendar: Calendar,
  now: Date,
): Reservation | null {
  const { assigned } = data
  if (assigned) return { for: assigned.to, until: new Date(assigned.until) }
  const { reservedFor, reservedUntil, snapshot } = before
  const given =
    reservedFor !== null && reservedUntil !== null && reservedUntil > now
      ? { for: reservedFor, until: reservedUntil }
      : null
  const isAssigned = given !== null && !isSame(given, ofReturn(snapshot, calendar, now))
  const staysInReview = snapshot.state === 'in_review' && after.state === 'in_review' && action !== 'propose_rejection'
  return assigned === undefined && isAssigned && staysInReview ? given : ofReturn(after, calendar, now)
}
