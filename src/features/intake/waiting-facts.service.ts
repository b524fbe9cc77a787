import type { Actor } from '../../contracts/access.ts'
import { CLOCKED_MAX, type HomeQueue } from '../../contracts/api/home.ts'
import { QUEUE_KEYS, QUEUES, queueRule, type StoredQueue } from '../../contracts/lifecycle/queues.ts'
import { STATES } from '../../contracts/lifecycle/states.ts'
import { addWorkingHours } from '../../contracts/lifecycle/working-time.ts'
import { isInSubtree } from '../../contracts/primitives/region-code.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Db } from '../database.ts'
import type { Counts } from './counts.service.ts'
import type { HolidayCalendar, IntakePorts } from './intake.ports.ts'
import { placeOf } from './queue-place.domain.ts'
import { type Scope, scopeOf } from './scope.ts'
import {
  countSubmitted,
  type HouseholdPlace,
  listHouseholdPlaces,
  listOwnLeases,
  listRunOut,
  readQueueClocks,
} from './waiting-facts.repository.ts'

/** A clock is amber when this much of its working time is left. */
const AMBER_SHARE = 0.25
const RUN_OUT_MAX = 1_000

type Deps = {
  db: Db
  clock: Clock
  holidays: HolidayCalendar
  counts: Counts
  regions: IntakePorts['regions']
}

const isStored = (queue: string): queue is StoredQueue => queueRule(queue as StoredQueue).kind === 'stored'

/** What waits and what changed, for whoever may see it: ids, places and figures, no person. */
export function createWaitingFacts({ db, clock, holidays, counts, regions }: Deps) {
  const scopeFor = (actor: Actor): Scope => scopeOf(actor, regions.kabKotaIn)

  return {
    /** The condition that every list of the caller has in SQL, as a function. */
    sees(actor: Actor): (place: Omit<HouseholdPlace, 'villageCode'> & { villageCode: string | null }) => boolean {
      const { column, values, villagesIn } = scopeFor(actor)
      const allowed = new Set(values)
      const key = { office_id: 'officeId', region_code: 'regionCode', created_by: 'createdBy' } as const
      return (place) => {
        if (!allowed.has(place[key[column]])) return false
        return villagesIn === null || (place.villageCode !== null && isInSubtree(place.villageCode, villagesIn))
      }
    },

    /** Whether what the caller sees depends on where a household lives. */
    goesByVillage: (actor: Actor): boolean => scopeFor(actor).villagesIn !== null,

    listPlaces: (intakeIds: readonly string[]): Promise<Map<string, HouseholdPlace>> =>
      listHouseholdPlaces(db, intakeIds),

    /** Leases and reservations that ended by the clock in the span; at most a thousand of each. */
    async listRunOut(span: { after: Date; upTo: Date }): Promise<{ proposalId: string; place: HouseholdPlace }[]> {
      const rows = await listRunOut(db, span, RUN_OUT_MAX)
      return rows.map(({ proposalId, ...place }) => ({ proposalId, place }))
    },

    /** The queues that cases wait in and the caller may open: how much waits, what is due first, what is late or nearly so. */
    async getQueueClocks(actor: Actor): Promise<HomeQueue[]> {
      const now = clock.now()
      const open = QUEUE_KEYS.filter(isStored).filter((queue) => queueRule(queue).roles.includes(actor.role))
      if (open.length === 0) return []
      const timeZone = regions.timeZoneOf(actor.regionCode)
      const closed = await holidays.of(db, actor.regionCode)
      const questions = open.map((queue) => ({
        queue,
        firstFor: placeOf(queue, actor, now).firstFor,
        amberBefore: addWorkingHours(now, QUEUES[queue].clock.workingHours * AMBER_SHARE, timeZone, closed),
      }))
      const [totals, clocks] = await Promise.all([
        counts.getCounts(actor),
        readQueueClocks(db, scopeFor(actor), questions, { now, limit: CLOCKED_MAX }),
      ])
      const totalOf = new Map(totals.queues.map(({ queue, total }) => [queue, total]))
      const clockOf = new Map(clocks.map((one) => [one.queue, one]))
      return open.map((queue) => {
        const found = clockOf.get(queue)
        const oldest =
          found?.submittedAt && found.dueAt
            ? { submittedAt: found.submittedAt.toISOString(), dueAt: found.dueAt.toISOString() }
            : null
        return { queue, total: totalOf.get(queue) ?? 0, oldest, amber: found?.amber ?? 0, red: found?.red ?? 0 }
      })
    },

    /** Cases under a live lease of the caller, the first to end first. */
    listOwnLeases: (actor: Actor, limit: number) => listOwnLeases(db, actor.userId, { now: clock.now(), limit }),

    /** Registered since then in the caller's scope, at most `limit`; null for a caller who sees no proposals. */
    async countRegistered(actor: Actor, since: Date, limit: number): Promise<number | null> {
      const scope = scopeFor(actor)
      if (actor.role === 'admin') return null
      return await countSubmitted(db, scope, { since, states: STATES, limit })
    },

    /** The whole offices or kab/kota that the caller sees; null when it is only a part of one, or none. */
    figureScope(actor: Actor): { officeIds: string[] } | { regionCodes: string[] } | null {
      const { column, values, villagesIn } = scopeFor(actor)
      if (villagesIn !== null || column === 'created_by' || actor.role === 'admin') return null
      return column === 'office_id' ? { officeIds: values } : { regionCodes: values }
    },
  }
}
