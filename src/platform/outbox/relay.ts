import { createHash } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import type { Pool } from 'pg'
import type { Logger } from 'pino'
import type { QueueName } from '../../contracts/jobs/define-job.ts'
import { isTopic, JOBS, TOPICS, type Topic } from '../../contracts/jobs/jobs.ts'
import type { Clock } from '../clock.ts'
import type { JobQueue, QueuedJob } from '../queue/queue-backend.ts'
import { createGathering } from './gathering.ts'
import type { JobObserver } from './job-runner.ts'
import type { JobSlots } from './job-slots.ts'
import { createLoadMeter } from './load-meter.ts'
import {
  type ClaimedRow,
  claimDue,
  endClaims,
  ensureRelayRow,
  type FailedRow,
  releaseClaim,
  type StartedRow,
  type Wanted,
} from './outbox.repository.ts'
import { describeError, judgeFailure } from './retry.ts'
import { createWakeSignal } from './wake-signal.ts'

/** Looking at the outbox when nothing announced anything: the net under lost wake-ups, leases that ended and dead relays. */
const SLOW_POLL_MS = 1_500
/** While busy, claims keep this distance, so that work gathers into batches instead of one job per commit. */
const BUSY_SPACING_MS = 5
/**
 * Beginning to listen, a transaction that saw us busy or not there may commit after our last look, unannounced. These waits
 * find it soon; one that takes longer to commit is found by the slow poll.
 */
const RECHECK_MS = [5, 10, 20, 50, 100, 250, 500]
/** When a queue is full and its workers are elsewhere, how soon to ask again whether it has room; doubled up to the last. */
const FULL_POLL_MS = { first: 25, last: 400 }
/**
 * A process may die under an item now and then. One that has taken so many along is suspected of killing them: from then
 * on a lost run counts as a failed one, so that it waits, and in the end is dead, like work that fails.
 */
const LOST_RUNS_FORGIVEN = 3
/** After the queue or the database refused us. */
const TROUBLE_MS = 1_000

export type Relay = {
  /** There may be work: look now. */
  wake(): void
  /** So much comes that rows gather into batches instead of going one by one. */
  isBusy(): boolean
  /** A worker of this process has finished a job of the queue. */
  jobFinished(queue: QueueName): void
  /** Resolves when no claim is under way any more. */
  stop(): Promise<void>
}

export type RelayDeps = {
  pool: Pool
  queues: ReadonlyMap<QueueName, JobQueue>
  clock: Clock
  logger: Logger
  leaseMs: number
  random: () => number
  observer: JobObserver
  /** Free ones are filled without going through the queue. */
  slots: JobSlots
  /** Runs a job of rows that were begun; holds one slot until it settles. */
  runBegun(topic: Topic, rows: readonly StartedRow[]): void
}

/** The same claim gives the same id, however often the queue is told; a later claim of the same rows gives another. */
function jobIdOf(topic: Topic, rows: readonly ClaimedRow[], handedAt: Date): string {
  const hash = createHash('sha256').update(String(handedAt.getTime()))
  for (const row of rows) hash.update(`,${row.id}-${row.run}`)
  return `${topic}-${hash.digest('hex').slice(0, 24)}`
}

/** Jobs that wait in a queue for each that its workers do side by side. */
const JOBS_AHEAD = 2

/**
 * The queue is kept short: what waits, waits in the outbox, where it gathers into full batches and cannot be lost. It only has to
 * bridge the time until the next claim. Longer, and jobs that take their time wait beyond their lease: they are handed over
 * anew, behind the others, and a worker that is slow already looks at each of them twice.
 */
const depthOf = (queue: QueueName): number =>
  TOPICS.filter((topic) => JOBS[topic].queue === queue)
    .map((topic) => JOBS[topic].concurrency * JOBS_AHEAD)
    .reduce((sum, jobs) => sum + jobs, 0)

/** Where a slot is left to whoever commits work and begins it at once. While much comes nobody does. */
const LEFT_TO_COMMITS: ReadonlySet<QueueName> = new Set(
  TOPICS.filter((topic) => JOBS[topic].beginsWithCommit).map((topic) => JOBS[topic].queue),
)

/** How many jobs a queue takes by our own count. Once full it stays so until half of it is free: no claim for one job. */
type Room = { left: number; full: boolean }

/**
 * Hands due rows over: to the free slots of this process at once, begun by the claim itself, and the rest to the queue.
 * Several relays may run: rows one of them is taking are skipped by the others. A row handed over is under a lease; when
 * nobody settles or fails it in time it is due again, which is also the sweeper.
 */
export function createRelay(deps: RelayDeps): Relay {
  const { pool, queues, clock, logger, leaseMs, slots } = deps
  const signal = createWakeSignal()
  const roomIn = new Map<QueueName, Room>()
  for (const name of queues.keys()) roomIn.set(name, { left: 0, full: true })
  const gathering = createGathering()
  const stopping = new AbortController()
  const pause = (ms: number) => delay(ms, undefined, { signal: stopping.signal }).catch(() => {})

  /** Asks the queues that by our own count are full whether they have room again. Returns whether one is full still. */
  async function refreshRooms(): Promise<boolean> {
    let anyFull = false
    for (const [name, queue] of queues) {
      const room = roomIn.get(name)
      if (!room?.full) continue
      const depth = depthOf(name)
      room.left = depth - (await queue.countWaiting())
      room.full = room.left < depth / 2
      anyFull ||= room.full
    }
    return anyFull
  }

  /** What may be claimed of each topic, in rows: what `taken` slots begin at once, and what the queue has room for. */
  function findWanted(taken: ReadonlyMap<Topic, number>): (Wanted & { topic: Topic })[] {
    return [...taken].flatMap(([topic, count]) => {
      const { queue, batchSize } = JOBS[topic]
      const room = roomIn.get(queue)
      const begin = count * batchSize
      const inQueue = room && !room.full ? room.left * batchSize : 0
      return begin + inQueue > 0 ? [{ topic, room: begin + inQueue, begin }] : []
    })
  }

  function takeRoom(name: QueueName, jobs: number): void {
    const room = roomIn.get(name)
    if (!room) return
    room.left -= jobs
    room.full ||= room.left <= 0
  }

  function groupIntoJobs(
    rows: readonly ClaimedRow[],
    handedAt: Date,
  ): Map<QueueName, { job: QueuedJob; rows: ClaimedRow[] }[]> {
    const jobs = new Map<QueueName, { job: QueuedJob; rows: ClaimedRow[] }[]>()
    for (const [topic, own] of Map.groupBy(rows, (row) => row.topic)) {
      if (!isTopic(topic)) continue
      const { queue, batchSize } = JOBS[topic]
      const list = jobs.get(queue) ?? []
      for (let from = 0; from < own.length; from += batchSize) {
        const part = own.slice(from, from + batchSize)
        const job = { id: jobIdOf(topic, part, handedAt), name: topic, data: { ids: part.map((row) => row.id) } }
        list.push({ job, rows: part })
      }
      jobs.set(queue, list)
    }
    return jobs
  }

  async function handOver(rows: readonly ClaimedRow[], handedAt: Date): Promise<void> {
    await Promise.all(
      [...groupIntoJobs(rows, handedAt)].map(async ([name, entries]) => {
        takeRoom(name, entries.length)
        try {
          await queues.get(name)?.add(entries.map((entry) => entry.job))
        } catch (error) {
          logger.warn({ queue: name, error: describeError(error) }, 'queue does not take jobs, trying again')
          const dueAt = new Date(clock.now().getTime() + TROUBLE_MS)
          await releaseClaim(pool, { rows: entries.flatMap((entry) => entry.rows), handedAt, dueAt })
          return
        }
        for (const entry of entries)
          if (isTopic(entry.job.name)) deps.observer.handed?.(entry.job.name, entry.rows.length)
      }),
    )
  }

  /** Hands over no more what has been lost too often. Returns the rest. */
  async function sortOutLost(rows: readonly ClaimedRow[], handedAt: Date): Promise<ClaimedRow[]> {
    const ended: FailedRow[] = []
    const rest: ClaimedRow[] = []
    for (const row of rows) {
      if (!row.lost || row.attempts < LOST_RUNS_FORGIVEN || !isTopic(row.topic)) {
        rest.push(row)
        continue
      }
      const verdict = judgeFailure(undefined, row.attempts, JOBS[row.topic].retry, deps.random)
      const dueAt = new Date(handedAt.getTime() + (verdict.kind === 'retry' ? verdict.delayMs : 0))
      const state = verdict.kind === 'dead' ? 'dead' : 'open'
      ended.push({ id: row.id, run: row.run, state, dueAt, errorCode: 'internal_error' })
      logger.error(
        { topic: row.topic, rowId: row.id, attempt: row.attempts, state },
        'item was lost with its worker again',
      )
    }
    if (ended.length > 0) await endClaims(pool, { rows: ended, handedAt })
    return rest
  }

  /** Fills the slots taken with what was begun, a job each, and gives back those left over. */
  function runBegun(begun: readonly StartedRow[], taken: ReadonlyMap<Topic, number>): void {
    const rowsOf = Map.groupBy(begun, (row) => row.topic)
    for (const [topic, count] of taken) {
      const { queue, batchSize } = JOBS[topic]
      const own = rowsOf.get(topic) ?? []
      for (let from = 0; from < own.length; from += batchSize) deps.runBegun(topic, own.slice(from, from + batchSize))
      slots.giveBack(queue, count - Math.ceil(own.length / batchSize))
    }
  }

  type Look = { claimed: number; more: boolean; full: boolean; nextDueInMs: number }

  async function look(): Promise<Look> {
    const full = await refreshRooms()
    const now = clock.now()
    const leaseUntil = new Date(now.getTime() + leaseMs)
    const lookedAt = performance.now()
    // Each topic its own share: the first of a queue would else leave the others nothing but the way through the queue.
    const taken = new Map(
      gathering.listRipe(lookedAt).map((topic) => {
        const { queue, concurrency } = JOBS[topic]
        return [topic, slots.takeFree(queue, concurrency, !busy && LEFT_TO_COMMITS.has(queue) ? 1 : 0)]
      }),
    )
    let begun: StartedRow[] = []
    let rows: ClaimedRow[]
    let nextDueAt: Date | null
    const wanted = findWanted(taken)
    try {
      ;({ rows, begun, nextDueAt } = await claimDue(pool, { wanted, topics: TOPICS, now, leaseUntil, busy }))
    } finally {
      runBegun(begun, taken)
    }
    if (rows.length > 0) await handOver(await sortOutLost(rows, now), now)
    const counts = Map.groupBy([...rows, ...begun], (row) => row.topic)
    let more = false
    for (const { topic, room } of wanted) {
      const count = counts.get(topic)?.length ?? 0
      if (count >= room) more = true
      else if (count > 0) gathering.begin(topic, lookedAt)
    }
    const dueIn = nextDueAt === null ? Number.POSITIVE_INFINITY : nextDueAt.getTime() - clock.now().getTime()
    const nextDueInMs = Math.min(dueIn, gathering.nextRipeIn(lookedAt))
    return { claimed: rows.length + begun.length, more, full, nextDueInMs }
  }

  let busy = false

  async function run(): Promise<void> {
    const load = createLoadMeter()
    let recheck = 0
    let fullPoll = FULL_POLL_MS.first
    let relayRowSeen = false
    while (!stopping.signal.aborted) {
      signal.clear()
      let seen: Look
      try {
        if (!relayRowSeen) await ensureRelayRow(pool)
        relayRowSeen = true
        seen = await look()
      } catch (error) {
        logger.warn({ error: describeError(error) }, 'database or queue does not answer the relay, trying again')
        relayRowSeen = false
        recheck = 0
        await pause(TROUBLE_MS)
        continue
      }
      const wasBusy = busy
      busy = load.note(seen.claimed, performance.now())
      if (wasBusy && !busy) {
        // Tell producers first, by the next look, then begin to listen.
        recheck = 0
        continue
      }
      if (seen.claimed > 0 && seen.more && !seen.full) continue
      if (busy) {
        await pause(BUSY_SPACING_MS)
        continue
      }
      const waits = [SLOW_POLL_MS, Math.max(1, Math.ceil(seen.nextDueInMs))]
      if (seen.full) waits.push(fullPoll)
      fullPoll = seen.full ? Math.min(2 * fullPoll, FULL_POLL_MS.last) : FULL_POLL_MS.first
      const soon = RECHECK_MS[recheck]
      if (soon !== undefined) waits.push(soon)
      recheck += 1
      await signal.wait(Math.min(...waits))
    }
  }

  const running = run()

  return {
    wake: () => signal.wake(),
    isBusy: () => busy,
    jobFinished(queue) {
      const room = roomIn.get(queue)
      if (!room) return
      const depth = depthOf(queue)
      room.left = Math.min(depth, room.left + 1)
      if (room.full && room.left >= depth / 2) signal.wake()
    },
    async stop() {
      stopping.abort()
      signal.wake()
      await running
    },
  }
}
