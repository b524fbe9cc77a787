import { createHash } from 'node:crypto'
import type { Pool } from 'pg'
import type { Logger } from 'pino'
import type { QueueName } from '../../contracts/jobs/define-job.ts'
import { isTopic, JOBS, TOPICS, type Topic } from '../../contracts/jobs/jobs.ts'
import type { Clock } from '../clock.ts'
import type { JobQueue, QueuedJob } from '../queue/queue-backend.ts'
import type { JobObserver } from './job-runner.ts'
import { type ClaimedRow, claimDue, releaseClaim } from './outbox.repository.ts'
import { describeError } from './retry.ts'
import { createWakeSignal } from './wake-signal.ts'

/** Looking at the outbox when nothing announced anything: the net under lost wake-ups, leases that ended and dead relays. */
const SLOW_POLL_MS = 1_500
/** While busy, claims keep this distance, so that work gathers into batches instead of one job per commit. */
const BUSY_SPACING_MS = 5
/** So many claims in quick succession make a relay busy, so many empty ones idle again. */
const BUSY_AFTER = 3
const IDLE_AFTER = 4
/**
 * Going idle, a transaction that saw us busy may commit after our last look, unannounced. These waits find it soon; one
 * that takes longer to commit is found by the slow poll.
 */
const RECHECK_MS = [5, 10, 20, 50, 100, 250, 500]
/** When a queue is full and its workers are elsewhere, how soon to ask again whether it has room. */
const FULL_POLL_MS = 25
/** After the queue or the database refused us. */
const TROUBLE_MS = 1_000

export type Relay = {
  /** There may be work: look now. */
  wake(): void
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
  observer: JobObserver
}

/** The same claim gives the same id, however often the queue is told; a later claim of the same rows gives another. */
function jobIdOf(topic: Topic, rows: readonly ClaimedRow[], handedAt: Date): string {
  const hash = createHash('sha256').update(String(handedAt.getTime()))
  for (const row of rows) hash.update(`,${row.id}-${row.run}`)
  return `${topic}-${hash.digest('hex').slice(0, 24)}`
}

/**
 * The queue is kept short: what waits, waits in the outbox, where it gathers into full batches and cannot be lost. Twice
 * what a worker runs side by side is enough to keep it from waiting for us.
 */
const depthOf = (queue: QueueName): number =>
  2 * TOPICS.reduce((sum, topic) => sum + (JOBS[topic].queue === queue ? JOBS[topic].concurrency : 0), 0)

/**
 * Hands due rows over to the queue. Several relays may run: rows one of them is taking are skipped by the others. A row
 * handed over is under a lease; when nobody settles or fails it in time it is due again, which is also the sweeper.
 */
export function createRelay(deps: RelayDeps): Relay {
  const { pool, queues, clock, logger, leaseMs } = deps
  const signal = createWakeSignal()
  const room = new Map<QueueName, number>()
  let stopping = false

  /** Room left in each queue, in jobs; asks the queue only when our own count has run out. */
  async function findRooms(): Promise<{ rooms: { topic: Topic; room: number }[]; full: boolean }> {
    const rooms: { topic: Topic; room: number }[] = []
    let full = false
    for (const [name, queue] of queues) {
      let left = room.get(name) ?? 0
      if (left <= 0) {
        left = Math.max(0, depthOf(name) - (await queue.countWaiting()))
        room.set(name, left)
      }
      if (left === 0) full = true
      else
        for (const topic of TOPICS)
          if (JOBS[topic].queue === name) rooms.push({ topic, room: left * JOBS[topic].batchSize })
    }
    return { rooms, full }
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
        room.set(name, (room.get(name) ?? 0) - entries.length)
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

  type Look = { claimed: number; more: boolean; full: boolean; nextDueInMs: number }

  async function look(busy: boolean): Promise<Look> {
    const { rooms, full } = await findRooms()
    const now = clock.now()
    const leaseUntil = new Date(now.getTime() + leaseMs)
    const { rows, nextDueAt } = await claimDue(pool, { rooms, topics: TOPICS, now, leaseUntil, busy })
    if (rows.length > 0) await handOver(rows, now)
    const counts = Map.groupBy(rows, (row) => row.topic)
    const more = rooms.some((entry) => (counts.get(entry.topic)?.length ?? 0) >= entry.room)
    const nextDueInMs = nextDueAt === null ? Number.POSITIVE_INFINITY : nextDueAt.getTime() - clock.now().getTime()
    return { claimed: rows.length, more, full, nextDueInMs }
  }

  async function run(): Promise<void> {
    let busy = false
    let inARow = 0
    let emptyInARow = 0
    let recheck = RECHECK_MS.length
    let lastClaimAt = Number.NEGATIVE_INFINITY
    while (!stopping) {
      signal.clear()
      let seen: Look
      try {
        seen = await look(busy)
      } catch (error) {
        logger.warn({ error: describeError(error) }, 'outbox not readable, trying again')
        await signal.wait(TROUBLE_MS)
        continue
      }
      if (seen.claimed > 0) {
        const startedAt = performance.now()
        inARow = startedAt - lastClaimAt < 2 * BUSY_SPACING_MS ? inARow + 1 : 0
        lastClaimAt = startedAt
        emptyInARow = 0
        busy = busy || inARow >= BUSY_AFTER
        if (seen.more && !seen.full) continue
      } else {
        emptyInARow += 1
        if (busy && emptyInARow >= IDLE_AFTER) {
          // Tell producers first, by the next look, then begin to listen.
          busy = false
          inARow = 0
          recheck = 0
          continue
        }
      }
      if (busy) {
        await pause(BUSY_SPACING_MS)
        continue
      }
      const waits = [SLOW_POLL_MS, Math.max(1, seen.nextDueInMs)]
      if (seen.full) waits.push(FULL_POLL_MS)
      const soon = RECHECK_MS[recheck]
      if (soon !== undefined) waits.push(soon)
      recheck += 1
      await signal.wait(Math.min(...waits))
    }
  }

  const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))
  const running = run()

  return {
    wake: () => signal.wake(),
    jobFinished(queue) {
      const left = room.get(queue)
      if (left === undefined) return
      room.set(queue, Math.min(depthOf(queue), left + 1))
      if (left <= 0) signal.wake()
    },
    async stop() {
      stopping = true
      signal.wake()
      await running
    },
  }
}
