import { QUEUES, type QueueRule, queueOf, RESERVED_WORKING_HOURS } from '../../contracts/lifecycle/queues.ts'
import type { Snapshot } from '../../contracts/lifecycle/snapshot.ts'
import { addWorkingHours, type Holidays } from '../../contracts/lifecycle/working-time.ts'

/** When the offices of a region are open. */
export type Calendar = { timeZone: string; holidays: Holidays }

/**
 * When a case in a queue is due. Review counts from the submission, whatever happened since: returns, notes and claims
 * never make a case younger. The other queues count from the moment the case came to wait there.
 */
export function dueAtOf(snapshot: Snapshot, submittedAt: Date, { timeZone, holidays }: Calendar): Date | null {
  const queue = queueOf(snapshot)
  if (!queue) return null
  const { from, workingHours } = QUEUES[queue].clock
  if (from === 'return' && snapshot.correctionDueAt) return new Date(snapshot.correctionDueAt)
  const start = from === 'submission' ? submittedAt : new Date(snapshot.stateSince)
  return addWorkingHours(start, workingHours, timeZone, holidays)
}

/** Until when only the reviewer who returned a case may claim it; null when anybody may by `now`, or somebody else must. */
export function reservedUntilOf(snapshot: Snapshot, { timeZone, holidays }: Calendar, now: Date): Date | null {
  const queue = queueOf(snapshot)
  if (!queue || snapshot.reviewerId === null || snapshot.flags.includes('rejection_proposed')) return null
  const rule: QueueRule = QUEUES[queue]
  if (rule.scope !== 'reviewer_first') return null
  const until = addWorkingHours(new Date(snapshot.stateSince), RESERVED_WORKING_HOURS, timeZone, holidays)
  return until > now ? until : null
}
