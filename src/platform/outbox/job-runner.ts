import { channel } from 'node:diagnostics_channel'
import type { Pool } from 'pg'
import type { Logger } from 'pino'
import { z } from 'zod'
import { isTopic, JOBS, type Topic } from '../../contracts/jobs/jobs.ts'
import type { Clock } from '../clock.ts'
import { AppError } from '../errors.ts'
import type { QueuedJob } from '../queue/queue-backend.ts'
import { runLimited } from './concurrency.ts'
import type { JobContext, JobItem } from './handlers.ts'
import {
  type FailedRow,
  recordFailures,
  releaseRuns,
  renewLeases,
  requeueMissed,
  type StartedRow,
  settleRuns,
  settleRunsWithin,
  startRuns,
} from './outbox.repository.ts'
import { describeError, errorCodeOf, judgeFailure } from './retry.ts'

/** What lies in the queue for the rows `ids` of one topic, which is the job's name. */
const jobDataSchema = z.strictObject({ ids: z.array(z.int().positive()).min(1).max(50) })

/** Counts for metrics; called with the number of items, must not throw. */
export type JobObserver = {
  /** Put into the queue; what goes to a free slot is only started. */
  handed?(topic: Topic, count: number): void
  started?(topic: Topic, count: number): void
  done?(topic: Topic, count: number): void
  failed?(topic: Topic, errorCode: string, count: number): void
  dead?(topic: Topic, errorCode: string, count: number): void
}

/** For tools that measure, from outside: rows of a topic have begun. Message: `{ topic, rows }`. */
const beginning = channel('puntadewa:outbox:begin')

/** Handlers have deadlines of their own for everything they call; one that runs for so long has forgotten one. */
const MAX_RUN_MS = 10 * 60_000

/** A handler bound to its topic, its payload types behind it: payloads have been parsed by the topic's contract. */
export type BoundHandler = (items: readonly JobItem<unknown>[], context: JobContext) => Promise<void>

export type JobRunnerDeps = {
  /** Commits need not be durable: a lost start is a run more. */
  relaxed: Pool
  /** What is settled or failed must stay so. */
  durable: Pool
  clock: Clock
  random: () => number
  logger: Logger
  leaseMs: number
  observer: JobObserver
  findHandler(topic: Topic): BoundHandler | undefined
  /** Called when rows wait again that may be due at once. */
  onRequeued(): void
  stopping: AbortSignal
}

type Parsed = { items: JobItem<unknown>[]; invalid: { row: StartedRow; error: unknown }[] }

function parseRows(topic: Topic, rows: readonly StartedRow[]): Parsed {
  const parsed: Parsed = { items: [], invalid: [] }
  for (const row of rows) {
    const payload = JOBS[topic].payload.safeParse(row.payload)
    if (payload.success) parsed.items.push({ id: row.id, key: row.key, payload: payload.data, attempt: row.attempts })
    else parsed.invalid.push({ row, error: new AppError('invalid_input', { cause: payload.error }) })
  }
  return parsed
}

export type JobRunner = {
  /**
   * Begins the rows of a queued job that are still to be done and runs them. Rejects only for a job it cannot read and when
   * the database does not answer; the rows of such a job are handed over again when their lease ends.
   */
  runQueued(job: QueuedJob): Promise<void>
  /** Runs rows of one topic that their claim has begun. Rejects never. */
  runBegun(topic: Topic, rows: readonly StartedRow[]): Promise<void>
}

/** Runs jobs: calls the topic's handler, and settles or fails each row on its own. */
export function createJobRunner(deps: JobRunnerDeps): JobRunner {
  const { clock, leaseMs, observer } = deps

  const leaseUntil = (): Date => new Date(clock.now().getTime() + leaseMs)

  async function fail(topic: Topic, failures: Map<StartedRow, unknown>, logger: Logger): Promise<void> {
    const now = clock.now().getTime()
    const dropped: StartedRow[] = []
    const failed: FailedRow[] = []
    for (const [row, error] of failures) {
      const errorCode = errorCodeOf(error)
      const verdict = judgeFailure(error, row.attempts, JOBS[topic].retry, deps.random)
      const about = { rowId: row.id, attempt: row.attempts, errorCode, verdict: verdict.kind }
      if (verdict.kind === 'drop') {
        dropped.push(row)
        logger.info(about, 'work no longer wanted')
        continue
      }
      const level = verdict.kind === 'dead' || errorCode === 'internal_error' ? 'error' : 'warn'
      logger[level]({ ...about, error: describeError(error) }, 'item failed')
      const dueAt = new Date(verdict.kind === 'retry' ? now + verdict.delayMs : now)
      failed.push({ id: row.id, run: row.run, state: verdict.kind === 'dead' ? 'dead' : 'open', dueAt, errorCode })
      if (verdict.kind === 'dead') observer.dead?.(topic, errorCode, 1)
      else observer.failed?.(topic, errorCode, 1)
    }
    if (failed.length > 0) await recordFailures(deps.durable, failed)
    if (dropped.length > 0) await settle(topic, dropped)
  }

  async function settle(topic: Topic, rows: readonly StartedRow[]): Promise<void> {
    const settled = await settleRuns(deps.durable, rows)
    observer.done?.(topic, settled.length)
    if (settled.some((row) => row.again)) deps.onRequeued()
  }

  async function runRows(topic: Topic, handler: BoundHandler, rows: readonly StartedRow[], logger: Logger) {
    observer.started?.(topic, rows.length)
    if (beginning.hasSubscribers) beginning.publish({ topic, rows })
    const byId = new Map(rows.map((row) => [row.id, row]))
    const failures = new Map<StartedRow, unknown>()
    const settledWithin = new Set<number>()
    const leftOut = new Set<number>()
    let requeued = false
    const lost = new AbortController()
    const signal = AbortSignal.any([deps.stopping, lost.signal])
    const { items, invalid } = parseRows(topic, rows)
    for (const { row, error } of invalid) failures.set(row, error)

    const rowOf = (id: number): StartedRow => {
      const row = byId.get(id)
      if (!row) throw new AppError('internal_error', { details: { topic, unknownItem: id } })
      return row
    }
    const context: JobContext = {
      async settle(executor, ids) {
        const settled = await settleRunsWithin(executor, ids.map(rowOf))
        if (settled.length !== new Set(ids).size) throw new AppError('version_conflict', { details: { topic } })
        for (const { id } of settled) settledWithin.add(id)
        requeued ||= settled.some((row) => row.again)
        observer.done?.(topic, settled.length)
      },
      fail(id, error) {
        failures.set(rowOf(id), error)
      },
      async each(some, concurrency, work) {
        await runLimited(some, concurrency, async (item) => {
          if (signal.aborted) {
            leftOut.add(item.id)
            return
          }
          try {
            await work(item)
          } catch (error) {
            if (signal.aborted) leftOut.add(item.id)
            else failures.set(rowOf(item.id), error)
          }
        })
      },
      signal,
      logger,
    }

    const renewal = keepLease(rows, logger, lost)
    try {
      if (items.length > 0) await handler(items, context)
    } catch (error) {
      for (const { id } of items) {
        const row = rowOf(id)
        if (signal.aborted) leftOut.add(id)
        else if (!failures.has(row)) failures.set(row, error)
      }
    } finally {
      clearInterval(renewal)
    }

    // Not before: only now have the handler's transactions committed.
    if (requeued) deps.onRequeued()
    for (const row of failures.keys()) leftOut.delete(row.id)
    const done = rows.filter((row) => !failures.has(row) && !leftOut.has(row.id) && !settledWithin.has(row.id))
    const released = rows.filter((row) => leftOut.has(row.id))
    if (done.length > 0) await settle(topic, done)
    if (failures.size > 0) await fail(topic, failures, logger)
    if (released.length > 0) await releaseRuns(deps.durable, { runs: released, dueAt: clock.now() })
  }

  /**
   * Keeps the rows ours while the handler works. Gives them up when that fails for a whole lease, and when the handler
   * hangs: it is told by its signal, and others take the rows over.
   */
  function keepLease(rows: readonly StartedRow[], logger: Logger, lost: AbortController): NodeJS.Timeout {
    const startedAt = performance.now()
    let heldSince = startedAt
    const renew = async (): Promise<void> => {
      if (performance.now() - startedAt > MAX_RUN_MS) {
        logger.error('handler hangs, its lease is not renewed any more')
        clearInterval(timer)
        lost.abort(new AppError('version_conflict'))
        return
      }
      try {
        const attemptedAt = performance.now()
        await renewLeases(deps.relaxed, { runs: rows, leaseUntil: leaseUntil() })
        heldSince = attemptedAt
      } catch (error) {
        logger.warn({ error: describeError(error) }, 'lease not renewed')
        if (performance.now() - heldSince > leaseMs) lost.abort(new AppError('version_conflict'))
      }
    }
    const timer = setInterval(() => void renew(), leaseMs / 3)
    timer.unref()
    return timer
  }

  function handlerOf(topic: Topic): BoundHandler {
    const handler = deps.findHandler(topic)
    if (!handler) throw new AppError('internal_error', { details: { topic } })
    return handler
  }

  async function runQueued(job: QueuedJob): Promise<void> {
    if (!isTopic(job.name)) {
      // A newer version may have added it. Failing would fill the queue's failed jobs after every roll-back.
      deps.logger.warn({ jobId: job.id, job: job.name }, 'job of unknown name left alone')
      return
    }
    const topic = job.name
    const { ids } = jobDataSchema.parse(job.data)
    const handler = handlerOf(topic)
    const now = clock.now()
    const rows = await startRuns(deps.relaxed, {
      ids,
      topic,
      now,
      leaseUntil: leaseUntil(),
      renewBefore: new Date(now.getTime() + leaseMs / 2),
    })
    if (rows.length > 0) await runRows(topic, handler, rows, deps.logger.child({ topic, jobId: job.id }))
    if (rows.length < ids.length) {
      const begun = new Set(rows.map((row) => row.id))
      const missed = ids.filter((id) => !begun.has(id))
      const waiting = await requeueMissed(deps.relaxed, { ids: missed, topic, dueAt: clock.now() })
      if (waiting > 0) deps.onRequeued()
    }
  }

  async function runBegun(topic: Topic, rows: readonly StartedRow[]): Promise<void> {
    const logger = deps.logger.child({ topic, rowId: rows[0]?.id, items: rows.length })
    try {
      await runRows(topic, handlerOf(topic), rows, logger)
    } catch (error) {
      logger.error({ error: describeError(error) }, 'job failed')
    }
  }

  return { runQueued, runBegun }
}
