import type { Actor } from '../../contracts/access.ts'
import { QUEUE_KEYS, type QueueKey, queueRule } from '../../contracts/lifecycle/queues.ts'
import { STATES } from '../../contracts/lifecycle/states.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Db } from '../database.ts'
import { type CountRow, countReserved, countView, readCounts } from './counts.repository.ts'
import type { IntakePorts } from './intake.ports.ts'
import { placeOf } from './queue-place.domain.ts'
import { type Scope, scopeOf } from './scope.ts'

export function createCounts(deps: { db: Db; clock: Clock; regions: IntakePorts['regions'] }) {
  const { db, clock, regions } = deps
  const sumOf = (rows: readonly CountRow[]): number => rows.reduce((sum, row) => sum + row.total, 0)

  return {
    /** How much waits where, for the queues the caller may open; exact when nothing is being written. No person is read. */
    async getCounts(actor: Actor) {
      const scope: Scope = scopeOf(actor, regions.kabKotaIn)
      const now = clock.now()
      const counted = readCounts(db, scope)
      const isKeptOut = QUEUE_KEYS.some((queue) => placeOf(queue, actor, now).firstFor !== null)
      const reserved = isKeptOut ? countReserved(db, scope, { firstFor: actor.userId, now }) : new Map<string, number>()
      const countOf = async (queue: QueueKey): Promise<number> => {
        const place = placeOf(queue, actor, now)
        if (place.queue === null) return countView(db, scope, place, now)
        const kept = place.firstFor === null ? 0 : ((await reserved).get(queue) ?? 0)
        // Two readings: a case may have come between them.
        return Math.max(0, sumOf((await counted).filter((row) => row.queue === queue)) - kept)
      }
      const open = QUEUE_KEYS.filter((queue) => queueRule(queue).roles.includes(actor.role))
      const queues = await Promise.all(open.map(async (queue) => ({ queue, total: await countOf(queue) })))
      const rows = await counted
      return {
        queues,
        states: STATES.map((state) => ({ state, total: sumOf(rows.filter((row) => row.state === state)) })),
      }
    },
  }
}
export type Counts = ReturnType<typeof createCounts>
