import type { Clock } from '../../platform/clock.ts'
import { leastIdAt } from '../../platform/ids.ts'
import type { Db } from '../database.ts'
import { countOpen, countRecent, listArrivals, type OpenFigure, type RecentFigure } from './figures.repository.ts'

const DAY_MS = 24 * 60 * 60 * 1000
/** More would be no better news and a slower scrape. */
const OPEN_COUNTED = 100_000
const RECENT_COUNTED = 20_000
const ARRIVALS_AT_ONCE = 5_000
/** A receipt is stored a moment after its id was made: only those older than this are read, so that none is passed over. */
const STORED_AFTER_MS = 10_000

export type MessageFigures = { at: Date; open: OpenFigure[]; recent: RecentFigure[] }

export type WhatsappFigures = {
  /** What is open now, and what became of the messages of the last 24 hours. Reads indexes only; every process tells the same. */
  read(): Promise<MessageFigures>
  /** Seconds from hand-over to phone of what arrived since the last call; of this process only, from its start on. Each once. */
  takeArrivals(): Promise<number[]>
}

/** The figures that watch over sending, read from the tables when they are asked for. */
export function createWhatsappFigures({ db, clock }: { db: Db; clock: Clock }): WhatsappFigures {
  let readUntil = leastIdAt(clock.now())
  return {
    async read() {
      const at = clock.now()
      const since = { id: leastIdAt(new Date(at.getTime() - DAY_MS)), limit: RECENT_COUNTED }
      const [open, recent] = await Promise.all([countOpen(db, OPEN_COUNTED), countRecent(db, since)])
      return { at, open, recent }
    },

    async takeArrivals() {
      const from = readUntil
      const before = leastIdAt(new Date(clock.now().getTime() - STORED_AFTER_MS))
      if (before <= from) return []
      const arrivals = await listArrivals(db, { from, before, limit: ARRIVALS_AT_ONCE })
      // Two scrapes at once have read the same.
      if (readUntil !== from) return []
      const last = arrivals.at(-1)
      readUntil = arrivals.length === ARRIVALS_AT_ONCE && last ? last.receiptId : before
      const taken = arrivals.length === ARRIVALS_AT_ONCE ? arrivals.slice(0, -1) : arrivals
      return taken.map(({ seconds }) => seconds)
    },
  }
}
