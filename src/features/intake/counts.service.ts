import type { Actor } from '../../contracts/access.ts'
import { QUEUE_KEYS, queueRoles } from '../../contracts/lifecycle/queues.ts'
import { STATES } from '../../contracts/lifecycle/states.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Db } from '../database.ts'
import { countLate, countMine, readCounts } from './counts.repository.ts'
import type { IntakePorts } from './intake.ports.ts'
import { scopeOf } from './scope.ts'

export function createCounts(deps: { db: Db; clock: Clock; regions: IntakePorts['regions'] }) {
  const { db, clock, regions } = deps
  return {
    /** How much waits where, for the queues the caller may open; exact when nothing is being written. No person is read. */
    async getCounts(actor: Actor) {
      const scope = scopeOf(actor, regions.kabKotaIn)
      const now = clock.now()
      const [rows, mine, late] = await Promise.all([
        readCounts(db, scope),
        queueRoles('mine').includes(actor.role) ? countMine(db, actor.userId, now) : 0,
        queueRoles('late').includes(actor.role) ? countLate(db, scope, now) : 0,
      ])
      const sumWhere = (matches: (row: (typeof rows)[number]) => boolean): number =>
        rows.filter(matches).reduce((sum, row) => sum + row.total, 0)
      return {
        queues: QUEUE_KEYS.filter((queue) => queueRoles(queue).includes(actor.role)).map((queue) => ({
          queue,
          total: queue === 'mine' ? mine : queue === 'late' ? late : sumWhere((row) => row.queue === queue),
        })),
        states: STATES.map((state) => ({ state, total: sumWhere((row) => row.state === state) })),
      }
    },
  }
}
export type Counts = ReturnType<typeof createCounts>
