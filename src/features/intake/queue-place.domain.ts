import type { Actor } from '../../contracts/access.ts'
import { type QueueKey, queueRule, type StoredQueue } from '../../contracts/lifecycle/queues.ts'
import type { State } from '../../contracts/lifecycle/states.ts'

/** Which cases of a scope are meant. */
export type Place = {
  queue: StoredQueue | null
  states: readonly State[]
  /** Live leases of this person only. */
  leaseHolder: string | null
  /** Only cases past their clock. */
  lateBefore: Date | null
  /** Without the cases that are kept for another reviewer than this one. */
  firstFor: string | null
}

/** What a caller finds in a queue, as its row of the table says; who may open it is asked before. */
export function placeOf(queue: QueueKey, actor: Pick<Actor, 'userId' | 'role'>, now: Date): Place {
  const rule = queueRule(queue)
  // Supervisors see, and may take, what is kept for one of their reviewers.
  const isKeptOut = rule.kind === 'stored' && rule.states.includes('in_review') && actor.role === 'verifikator'
  const firstFor = isKeptOut ? actor.userId : null
  return {
    queue: rule.kind === 'stored' ? (queue as StoredQueue) : null,
    states: rule.states,
    leaseHolder: rule.scope === 'lease_holder' ? actor.userId : null,
    lateBefore: rule.clock === 'run_out' ? now : null,
    firstFor,
  }
}
