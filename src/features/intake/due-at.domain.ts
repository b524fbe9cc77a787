import { QUEUES, queueOf } from '../../contracts/lifecycle/queues.ts'
import type { Snapshot } from '../../contracts/lifecycle/snapshot.ts'
import { addWorkingHours } from '../../contracts/lifecycle/working-time.ts'

/**
 * When a case in a queue is due. Review counts from the submission, whatever happened since: returns, notes and claims
 * never make a case younger. The other queues count from the moment the case came to wait there.
 */
export function dueAtOf(snapshot: Snapshot, submittedAt: Date, timeZone: string): Date | null {
  const queue = queueOf(snapshot)
  if (!queue) return null
  if (queue === 'to_correct' && snapshot.correctionDueAt) return new Date(snapshot.correctionDueAt)
  const start = snapshot.state === 'in_review' ? submittedAt : new Date(snapshot.stateSince)
  return addWorkingHours(start, QUEUES[queue].clockHours, timeZone)
}
