import type { Job, JobSchedulerTemplateOptions, RepeatOptions } from 'bullmq'
import { type Logger } from 'pino'
import { AppError } from '../errors.ts'
import type { JobProcessor, JobQueue, JobWorker } from './queue-backend.ts'

/** The part of a BullMQ queue we use, the same on both of its backends. */
export type BullQueue = {
  add(name: string, data: unknown, options: typeof ONCE & { jobId: string }): Promise<unknown>
  addBulk(jobs: { name: string; data: unknown; opts: typeof ONCE & { jobId: string } }[]): Promise<unknown>
  getJobCountByTypes(...types: 'waiting'[]): Promise<number>
  upsertJobScheduler(
    id: string,
    repeat: Omit<RepeatOptions, 'key'>,
    template: { name: string; data: unknown; opts: JobSchedulerTemplateOptions },
  ): Promise<unknown>
  removeJobScheduler(id: string): Promise<unknown>
  on(event: 'error', listener: (error: Error) => void): unknown
  waitUntilReady(): Promise<unknown>
  close(): Promise<void>
}

export type BullWorker = {
  on(event: 'error', listener: (error: Error) => void): unknown
  on(event: 'failed', listener: (job: Job | undefined, error: Error) => void): unknown
  on(event: 'stalled', listener: (jobId: string) => void): unknown
  waitUntilReady(): Promise<unknown>
  close(force?: boolean): Promise<void>
}

/** Tries belong to the outbox, per item; a finished job is of no interest, a failed one is for a while. */
const ONCE = { attempts: 1, removeOnComplete: true, removeOnFail: { age: 7 * 24 * 3600, count: 500 } }

/** Nobody reads BullMQ's event stream here; ten times less of it is enough to look at by hand. */
export const QUEUE_OPTIONS = { streams: { events: { maxLen: 1_000 } } }

export const WORKER_OPTIONS = {
  // Jobs are short and renew their lock at half of this; a worker killed in the middle is noticed within a minute.
  lockDuration: 30_000,
  stalledInterval: 15_000,
  maxStalledCount: 3,
  // A job announces itself, a delayed one is waited for until its time, and what a lost connection has hidden is looked for once it is
  // back. This is the net below: the outbox has another.
  drainDelay: 30,
  // The default of 15 s would keep a worker away for that long after the database is back.
  runRetryDelay: 1_000,
}

/** Up to so many jobs one by one cost less than a bulk add. */
const ADDED_SINGLY_MAX = 8

const READY_TIMEOUT_MS = 15_000

/** The server may be away for a moment at start; after that an operator must be told, not kept waiting. */
async function readyInTime(what: { waitUntilReady(): Promise<unknown> }, name: string): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const deadline = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`queue ${name} is not reachable`)), READY_TIMEOUT_MS)
  })
  try {
    await Promise.race([what.waitUntilReady(), deadline])
  } finally {
    clearTimeout(timer)
  }
}

/** A lost connection makes BullMQ report an error per attempt: one line per ten seconds says it as well. */
function createErrorReporter(logger: Logger, queue: string) {
  let quietUntil = 0
  let suppressed = 0
  return {
    report(error: Error): void {
      const now = performance.now()
      if (now < quietUntil) {
        suppressed += 1
        return
      }
      const code = 'code' in error ? error.code : error.name
      logger.warn({ queue, code, reason: error.message, suppressed }, 'queue connection trouble')
      quietUntil = now + 10_000
      suppressed = 0
    },
    /** After closing: a server that stops with us may end our connections before it reads our farewell. */
    silence(): void {
      quietUntil = Number.POSITIVE_INFINITY
    },
  }
}

export async function adaptQueue(queue: BullQueue, name: string, logger: Logger): Promise<JobQueue> {
  const trouble = createErrorReporter(logger, name)
  queue.on('error', trouble.report)
  try {
    await readyInTime(queue, name)
  } catch (error) {
    await queue.close().catch(() => {})
    throw error
  }
  return {
    async add(jobs) {
      if (jobs.length === 0) return
      // On PostgreSQL a bulk add builds two temporary tables, which takes 7 ms whatever it adds; a plain one takes 0.35 ms.
      if (jobs.length <= ADDED_SINGLY_MAX) {
        // One after the other: they are taken in the order in which they were added.
        for (const { id, name, data } of jobs) await queue.add(name, data, { ...ONCE, jobId: id })
      } else await queue.addBulk(jobs.map(({ id, name, data }) => ({ name, data, opts: { ...ONCE, jobId: id } })))
    },
    async countWaiting() {
      return await queue.getJobCountByTypes('waiting')
    },
    async schedule(scheduleName, everyMs) {
      await queue.upsertJobScheduler(scheduleName, { every: everyMs }, { name: scheduleName, data: {}, opts: ONCE })
    },
    async unschedule(scheduleName) {
      await queue.removeJobScheduler(scheduleName)
    },
    async close() {
      await queue.close()
      trouble.silence()
    },
  }
}

export async function adaptWorker(worker: BullWorker, name: string, logger: Logger): Promise<JobWorker> {
  const trouble = createErrorReporter(logger, name)
  worker.on('error', trouble.report)
  worker.on('failed', (job, error) => {
    logger.error({ queue: name, jobId: job?.id, errorName: error.name }, 'job failed')
  })
  worker.on('stalled', (jobId) => {
    logger.warn({ queue: name, jobId }, 'job stalled, its worker is gone or stuck')
  })
  try {
    await readyInTime(worker, name)
  } catch (error) {
    await worker.close(true).catch(() => {})
    throw error
  }
  return {
    async close(force) {
      await worker.close(force)
      trouble.silence()
    },
  }
}

/**
 * The queue keeps the reason of a failure in clear, and messages of the database quote values: only the error's code or
 * name goes there. The handler's side has logged the rest.
 */
export function toProcessor(processor: JobProcessor): (job: Job) => Promise<void> {
  return async (job) => {
    try {
      await processor({ id: job.id ?? '', name: job.name, data: job.data })
    } catch (error) {
      throw new Error(error instanceof AppError ? error.code : error instanceof Error ? error.name : typeof error)
    }
  }
}
