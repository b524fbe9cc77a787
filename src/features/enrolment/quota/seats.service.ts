import type { SeatStandingView } from '../../../contracts/api/quota.ts'
import { dayInZone } from '../../../contracts/primitives/calendar-date.ts'
import type { Clock } from '../../../platform/clock.ts'
import { AppError } from '../../../platform/errors.ts'
import type { Db, Tx } from '../../database.ts'
import type { SeatChange } from '../../intake/index.ts'
import {
  type Budget,
  freeOf,
  isRestoring,
  keyOf,
  type Place,
  type Plan,
  planSeats,
  restore,
  SEAT_OF,
  type Seat,
  type Wish,
} from './seats.domain.ts'
import {
  listCovers,
  listLimited,
  listLine,
  listPlacesInLine,
  listSeats,
  listUnsealedPlaces,
  lockBudgets,
  lockCases,
  writeSeats,
} from './seats.repository.ts'

export type CommitRequest = Place & { proposalIds: readonly string[] }

export type SeatsDeps = { db: Db; clock: Clock; timeZoneOf(regionCode: string): string }

/** Cases that move into the new year in one transaction. */
const BATCH = 200

/** Of those who are short: more are counted, not named. */
const SHOWN = 20

const idsOf = (rows: readonly { proposalId: string }[]): string[] => rows.map(({ proposalId }) => proposalId)

export function createSeats({ db, clock, timeZoneOf }: SeatsDeps) {
  const yearOf = (regionCode: string, at: Date): number => Number(dayInZone(at, timeZoneOf(regionCode)).slice(0, 4))

  /**
   * The first in line of each budget that may have free seats: no more than can become free by these wishes. And the last who hold one, as
   * many as may have to give it back.
   */
  const readLines = async (tx: Tx, budgets: readonly Budget[], wishes: readonly Wish[]): Promise<Seat[]> => {
    const lines: Seat[] = []
    const restored = wishes.filter(isRestoring).length
    for (const budget of budgets) {
      const limit = Math.max(0, freeOf(budget)) + wishes.length
      if (budget.waiting > 0) lines.push(...(await listLine(tx, budget, { state: 'waiting', limit })))
      if (restored === 0) continue
      lines.push(...(await listLine(tx, budget, { state: 'reserved', last: true, counted: true, limit: restored })))
    }
    return lines
  }

  /** The cases must be locked, so that their seats stay in the place where they were found. */
  const fulfil = async (tx: Tx, asked: readonly Wish[]): Promise<Plan> => {
    const found = new Map((await listSeats(tx, idsOf(asked))).map((seat) => [seat.proposalId, seat]))
    const held = [...found.values()].filter(({ state }) => state !== 'freed')
    const final = new Set(idsOf(held.filter(({ state }) => state === 'committed')))
    // Whoever seals has asked for its seats before: no budget is locked a second time for them.
    const wishes = asked
      .filter(({ want, proposalId }) => want !== 'committed' || !final.has(proposalId))
      .map((wish) => restore(wish, found.get(wish.proposalId)))
    if (wishes.length === 0) return { seats: [], entries: [], short: [] }
    const wanted = wishes.flatMap((wish) => (wish.want === 'freed' ? [] : [wish.place]))
    const budgets = await lockBudgets(tx, [...wanted, ...held])
    // Read again under the lock: whoever waited in line may have a seat by now.
    const own = await listSeats(tx, idsOf(wishes))
    const ids = new Set(idsOf(wishes))
    const line = (await readLines(tx, budgets, wishes)).filter(({ proposalId }) => !ids.has(proposalId))
    // Only an opening balance pays for people of lists: most budgets have none, and are not asked.
    const opened = budgets.filter(({ opening }) => opening > 0)
    const covers = opened.length > 0 ? await listCovers(tx, opened, [...ids]) : undefined
    const plan = planSeats(wishes, [...own, ...line], budgets, covers)
    await writeSeats(tx, { ...plan, at: clock.now() })
    return plan
  }

  /** Throws `quota_short`, with the first of those who wait and their places in line. */
  const requireSeats = async (tx: Tx, { short }: Plan): Promise<void> => {
    if (short.length === 0) return
    const places = await listPlacesInLine(tx, short.slice(0, SHOWN))
    const waiting = [...places].map(([proposalId, place]) => ({ proposalId, place }))
    throw new AppError('quota_short', { details: { count: short.length, waiting } })
  }

  const wishOf = ({ proposalId, regionCode, after, at }: SeatChange): Wish => {
    const want = SEAT_OF[after]
    if (want === 'freed') return { proposalId, want }
    return { proposalId, want, place: { regionCode, year: yearOf(regionCode, at) }, approvedAt: at }
  }

  /** Some cases of this place into the same region's next one. */
  const moveOn = async (tx: Tx, { regionCode, year }: Place, current: number): Promise<number> => {
    const lines = await Promise.all(
      (['reserved', 'waiting'] as const).map((state) => listLine(tx, { regionCode, year }, { state, limit: BATCH })),
    )
    const ids = idsOf(lines.flat())
    await lockCases(tx, ids)
    const isUnsealed = (seat: Seat): boolean =>
      seat.year === year && (seat.state === 'reserved' || seat.state === 'waiting')
    const place = { regionCode, year: current }
    const wishes = (await listSeats(tx, ids))
      .filter(isUnsealed)
      .map(({ proposalId, approvedAt }): Wish => ({ proposalId, want: 'reserved', place, approvedAt }))
    if (wishes.length > 0) await fulfil(tx, wishes)
    return wishes.length
  }

  return {
    yearOf,

    /**
     * Lets seats follow the states of their proposals, in the same transaction and under the locks of the proposals: approving reserves
     * or puts in line, unless a take-over pays for the person already, sealing commits, everything else frees, and what becomes free goes to the line. Approving is never refused.
     * Whose seat was freed after its sealing and is committed again gets it back as it was, from the last approval that is not sealed.
     * Throws `quota_short` when a case is sealed that waits for a seat, or all seats are sealed by now. May be called once in a transaction.
     */
    async follow(tx: Tx, changes: readonly SeatChange[]): Promise<void> {
      const wishes = changes.filter(({ before, after }) => SEAT_OF[before] !== SEAT_OF[after]).map(wishOf)
      if (wishes.length === 0) return
      await requireSeats(tx, await fulfil(tx, wishes))
    },

    /**
     * Takes the seats of proposals for good that are sealed with effect in `year`, in the transaction that seals them and before it moves
     * them; locks the proposals. One that was reserved in another year moves. Throws `quota_short` when one of them waits, or finds nothing
     * free in that year: `details` has how many, and the first with their places. Who holds no seat any more is left to the move, which
     * refuses them by name. Changes nothing when repeated.
     */
    async commitSeats(tx: Tx, { regionCode, year, proposalIds }: CommitRequest): Promise<void> {
      const place = { regionCode, year }
      await lockCases(tx, proposalIds)
      const wishes = (await listSeats(tx, proposalIds))
        .filter(({ state }) => state !== 'freed')
        .map(({ proposalId, approvedAt }): Wish => ({ proposalId, want: 'committed', place, approvedAt }))
      if (wishes.length > 0) await requireSeats(tx, await fulfil(tx, wishes))
    },

    /** How the proposals stand with their seats; those that hold none and wait for none are missing. */
    async listStandings(executor: Db, proposalIds: readonly string[]): Promise<Map<string, SeatStandingView>> {
      if (proposalIds.length === 0) return new Map()
      const held = (await listSeats(executor, proposalIds)).filter(({ state }) => state !== 'freed')
      if (held.length === 0) return new Map()
      const [limited, places] = await Promise.all([
        listLimited(executor, held),
        listPlacesInLine(executor, proposalIds),
      ])
      const standingOf = (seat: Seat): SeatStandingView => {
        const place = places.get(seat.proposalId) ?? null
        if (!limited.has(keyOf(seat))) return { state: 'unlimited', place: null }
        if (seat.takeoverId !== null) return { state: 'taken_over', place: null }
        return { state: seat.state as SeatStandingView['state'], place }
      }
      return new Map(held.map((seat) => [seat.proposalId, standingOf(seat)]))
    },

    /**
     * Takes cases that were not sealed in their year into the present one, with the time of their approval: they are paid from its budget, or
     * wait in its line. Repeatable, also by several at once. Returns how many it moved.
     */
    async rollOver(signal: AbortSignal): Promise<number> {
      let total = 0
      const now = clock.now()
      // On the last day of December it is the new year in some zones already.
      for (const place of await listUnsealedPlaces(db, now.getUTCFullYear() + 1)) {
        const current = yearOf(place.regionCode, now)
        for (let moved = 1; place.year < current && moved > 0; ) {
          signal.throwIfAborted()
          moved = await db.transaction().execute((tx) => moveOn(tx, place, current))
          total += moved
        }
      }
      return total
    },
  }
}
export type Seats = ReturnType<typeof createSeats>
