import { performance } from 'node:perf_hooks'
import { setTimeout as delay } from 'node:timers/promises'
import type { Logger } from 'pino'
import type { StreamEnd } from '../../../contracts/api/events.ts'
import type { Clock } from '../../../platform/clock.ts'
import { AppError } from '../../../platform/errors.ts'
import { createWakeSignal } from '../../../platform/outbox/wake-signal.ts'
import type { Db } from '../../database.ts'
import type { CasesPort, MembershipPort, SessionsPort, TalksPort } from '../console.ports.ts'
import { eventsFor, type News, type OutgoingEvent } from './audience.domain.ts'
import { forgetChanges, readChanges, renewWatch, WINDOW_SECONDS } from './change.repository.ts'
import { type Caller, type Connection, createConnection } from './connection.ts'
import { createNews, findRunOut } from './news.service.ts'

/** From a commit to the console: half a second at most, and the reading itself. */
const POLL_MS = 500
const RUN_OUT_MS = 1_000
/** So long at most a stream outlives its session or the rights it was opened with. */
const SESSIONS_MS = 2_000
/** A page that shows a code to scan asks for itself meanwhile. */
const PULSE_MS = 5_000
const RENEW_MS = 10_000
/** Proxies give up a connection after 30 to 60 s without a byte. */
const HEARTBEAT_MS = 15_000
/** More at once is a bulk job: everybody loads anew instead. */
const MAX_CHANGES = 2_000
/** Windows and machines of one person; per process. */
const MAX_PER_USER = 6
const MAX_STREAMS = 1_000
/** What a stream may take to say good-bye when the server stops. */
const GOOD_BYE_MS = 500

export type Feed = {
  /** A new stream. The oldest one of the same account gives way when it has too many. Throws `service_unavailable`. */
  open(caller: Caller): Connection
  /** How many are open. */
  count(): number
  /** Ends all streams at once and lets nobody in any more. */
  stop(): Promise<void>
}

export type FeedDeps = {
  db: Db
  clock: Clock
  logger: Logger
  ports: { sessions: SessionsPort; cases: CasesPort; talks: TalksPort; membership: MembershipPort }
}

/** Where the reading stands. */
type Cursor = { snapshot: string; xmin: bigint }

/**
 * The streams of one process, fed by one reading of the database every half second while there are any. Nothing is announced: commits
 * that NOTIFY wait for each other. Each reading takes up from the snapshot of the one before, so a transaction that commits
 * late is read when it commits, whatever its number.
 */
export function createFeed({ db, clock, logger, ports }: FeedDeps): Feed {
  const signal = createWakeSignal()
  const connections = new Set<Connection>()
  /** Not yet told what they missed. */
  const joining = new Set<Connection>()
  let loop: Promise<void> | null = null
  let isStopped = false

  /** Of one run of the loop; the next one begins anew. */
  function createRun() {
    let cursor: Cursor | null = null
    /** Changes may have gone unnoted, by transactions that are not all over yet. */
    let mayMiss = false
    let runOutUntil = clock.now()
    let marks: string | null = null
    /** Found out, and kept until a reading succeeds. */
    let untold: { news: News[]; events: OutgoingEvent[] } = { news: [], events: [] }
    const due = { renew: 0, runOut: 0, sessions: 0, pulse: 0 }
    const isDue = (what: keyof typeof due, at: number, everyMs: number): boolean => {
      if (at < due[what]) return false
      due[what] = at + everyMs
      return true
    }
    /** Readings that are on their way out of the window. */
    const past: { at: number; xmin: bigint }[] = []

    const checkSessions = async (): Promise<void> => {
      // Of those that are there now: whoever comes while we ask was looked up just then.
      const asked = [...connections]
      const ids = new Set(asked.map(({ session }) => session.sessionId))
      const live = new Map((await ports.sessions.checkSessions([...ids])).map((found) => [found.sessionId, found]))
      for (const connection of asked) {
        const found = live.get(connection.session.sessionId)
        if (!found) connection.end('session_ended')
        else if (found.rights !== connection.session.rights) connection.end('rights_changed')
      }
    }

    const feelPulse = async (): Promise<OutgoingEvent[]> => {
      const pulses = await Promise.all([ports.talks.pulse('id'), ports.membership.pulse('id')])
      const before = marks?.split('\n') ?? null
      const now = pulses.map(({ mark, state, code }) => JSON.stringify([state, code, mark]))
      marks = now.join('\n')
      const events: OutgoingEvent[] = []
      if (before && before[0] !== now[0]) events.push({ name: 'whatsapp', data: {} })
      if (before && before[1] !== now[1]) events.push({ name: 'bpjs', data: {} })
      return events
    }

    const passTime = async (): Promise<News[]> => {
      const span = { after: runOutUntil, upTo: clock.now() }
      const news = await findRunOut(ports, span)
      runOutUntil = span.upTo
      return news
    }

    const forget = async (at: number, xmin: bigint, completeFrom: bigint): Promise<void> => {
      // What was noted before somebody looked again is of no use.
      if (past.length === 0) await forgetChanges(db, completeFrom < xmin ? completeFrom : xmin)
      past.push({ at, xmin })
      let old: bigint | null = null
      while (past[0] && past[0].at < at - WINDOW_SECONDS * 1000) old = past.shift()?.xmin ?? null
      if (old !== null) await forgetChanges(db, old)
    }

    return async (at: number): Promise<void> => {
      const mustRenew = isDue('renew', at, RENEW_MS)
      if (mustRenew) await renewWatch(db)
      if (isDue('sessions', at, SESSIONS_MS)) await checkSessions()
      if (isDue('pulse', at, PULSE_MS)) untold.events.push(...(await feelPulse()))
      if (isDue('runOut', at, RUN_OUT_MS)) untold.news.push(...(await passTime()))

      const newcomers = new Set(joining)
      const starts = [...newcomers].flatMap(({ resumeFrom }) => resumeFrom ?? [])
      const resumeFrom = starts.length === 0 ? null : starts.reduce((a, b) => (b < a ? b : a))
      const read = await readChanges(db, { seen: cursor, resumeFrom, limit: MAX_CHANGES })
      const { xmin, completeFrom } = read
      // The server has crashed: what it noted is gone, and nobody notes anything before the next renewal.
      if (completeFrom === null) due.renew = 0
      if (completeFrom === null || (cursor ?? read).xmin < completeFrom) mayMiss = true
      const isTooMuch = read.changes.length > MAX_CHANGES
      const mustReset = isTooMuch || (mayMiss && completeFrom !== null && xmin >= completeFrom)

      const byVillage = [...connections].some(({ ears }) => ears.goesByVillage)
      const placed = isTooMuch ? [] : await createNews(ports, read.changes, byVillage)
      const fresh = [...placed.flatMap(({ change, news }) => (change.fresh ? news : [])), ...untold.news]

      for (const connection of connections) {
        if (newcomers.has(connection) || joining.has(connection)) continue
        const events: OutgoingEvent[] = mustReset
          ? [{ name: 'reset', data: {} }]
          : [...eventsFor(connection.ears, fresh), ...untold.events]
        if (events.length > 0) connection.send(events, xmin, at)
      }
      for (const connection of newcomers) {
        const start = connection.resumeFrom
        const resumed = start !== null && !isTooMuch && completeFrom !== null && start >= completeFrom && start <= xmin
        const events: OutgoingEvent[] = [{ name: 'ready', data: { resumed } }]
        if (resumed) {
          const missed = placed.flatMap(({ change, news }) => (change.xid >= start ? news : []))
          events.push(...eventsFor(connection.ears, missed))
        } else if (start !== null) events.push({ name: 'reset', data: {} })
        connection.send(events, xmin, at)
        joining.delete(connection)
      }
      if (mustReset && !isTooMuch) mayMiss = false
      untold = { news: [], events: [] }
      cursor = { snapshot: read.snapshot, xmin }
      // Also for those to whom nothing happens: they come back to where we are, not to where they were.
      for (const connection of connections) {
        if (!joining.has(connection) && connection.quietFor(at) >= HEARTBEAT_MS) connection.send([], xmin, at)
      }
      if (mustRenew && completeFrom !== null) await forget(at, xmin, completeFrom)
    }
  }

  async function run(): Promise<void> {
    const look = createRun()
    let isTroubled = false
    while (!isStopped && connections.size > 0) {
      signal.clear()
      try {
        await look(performance.now())
        if (isTroubled) logger.info('the event stream reads again')
        isTroubled = false
      } catch (error) {
        // Told once: the database is away, or the process is about to stop.
        if (!isTroubled)
          logger.warn({ errorName: error instanceof Error ? error.name : 'unknown' }, 'event stream halted')
        isTroubled = true
      }
      await signal.wait(POLL_MS)
    }
    loop = null
  }

  const makeRoom = (userId: string): void => {
    const own = [...connections].filter(({ session }) => session.actor.userId === userId)
    const [oldest] = own
    if (oldest && own.length >= MAX_PER_USER) leave(oldest, 'replaced')
  }

  function leave(connection: Connection, reason?: StreamEnd): void {
    if (reason) connection.end(reason)
    connections.delete(connection)
    joining.delete(connection)
  }

  return {
    open(caller) {
      if (isStopped) throw new AppError('service_unavailable')
      makeRoom(caller.session.actor.userId)
      if (connections.size >= MAX_STREAMS) throw new AppError('service_unavailable')
      const connection = createConnection(caller)
      connection.body.once('close', () => leave(connection))
      // Its failure is that of the client's line: nothing to tell.
      connection.body.on('error', () => {})
      connections.add(connection)
      joining.add(connection)
      loop ??= run()
      signal.wake()
      return connection
    },

    count: () => connections.size,

    async stop() {
      isStopped = true
      const open = [...connections]
      const closed = open.map(({ body }) => new Promise<void>((resolve) => body.once('close', () => resolve())))
      for (const connection of open) connection.end('stopping')
      signal.wake()
      await Promise.race([Promise.all(closed), delay(GOOD_BYE_MS, undefined, { ref: false })])
      for (const connection of open) connection.cut()
      // A database that does not answer must not hold the server up.
      await Promise.race([loop, delay(GOOD_BYE_MS, undefined, { ref: false })])
    },
  }
}
