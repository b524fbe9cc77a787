import { setTimeout as setTimeoutAsync } from 'node:timers/promises'
import { Pool } from 'pg'
import type { Logger } from 'pino'
import type { QueueName, ScheduleQueueName } from '../../contracts/jobs/define-job.ts'
import { JOBS, TOPICS, type Topic } from '../../contracts/jobs/jobs.ts'
import { SCHEDULES } from '../../contracts/jobs/schedules.ts'
import type { Clock } from '../clock.ts'
import { watchConnections } from '../db/database.ts'
import type { JobQueue, JobWorker, QueueBackend } from '../queue/queue-backend.ts'
import { createCommitListener } from './commit-listener.ts'
import type { JobHandlers, ScheduleHandlers } from './handlers.ts'
import { type BoundHandler, createJobRunner, type JobObserver } from './job-runner.ts'
import { createJobSlots } from './job-slots.ts'
import type { StartedRow } from './outbox.repository.ts'
import type { OwnRelay, ReservedSlot } from './outbox.ts'
import { createRelay, type Relay } from './relay.ts'
import { describeError } from './retry.ts'
import { createScheduleRunner } from './schedule-runner.ts'

export type JobRuntime = OwnRelay & {
  /** Opens queues and workers and begins to relay. Rejects when the database or the queue cannot be reached in 15 s. */
  start(): Promise<void>
  /**
   * Begins or ends working on one of its queues, as what the work needs comes and goes. What is under way is finished; what waits is
   * left to others. Resolves when it is done; calls take turns.
   */
  setOpen(queue: QueueName, isOpen: boolean): Promise<void>
  /**
   * Takes no further work and waits up to `drainMs` for what is being done; then handlers are told to stop by their
   * signal and what is unfinished runs again elsewhere. Repeatable.
   */
  stop(drainMs: number): Promise<void>
}

export type JobRuntimeOptions<Q extends QueueName> = {
  databaseUrl: string
  /** The role that connections drop to. */
  role: string
  /** Where settling and failing are written: durable commits. */
  pool: Pool
  backend: QueueBackend
  /** The queues this process works on; none: it only relays. Producers need nothing of this. */
  queues: readonly Q[]
  handlers: JobHandlers<Q>
  /** Queues not to be worked on before `setOpen` says so. */
  closed?: readonly Q[]
  /** Needed by whoever works on a queue of schedules. */
  schedules: ScheduleHandlersFor<Q>
  clock: Clock
  logger: Logger
  random?: () => number
  observer?: JobObserver
  /** How long a silent handler or a lost job may hold a row back. Renewed while a handler works. */
  leaseMs?: number
}

type ScheduleHandlersFor<Q extends QueueName> = Extract<Q, ScheduleQueueName> extends never ? null : ScheduleHandlers

const isScheduleQueue = (name: QueueName): name is ScheduleQueueName => SCHEDULES.some(({ queue }) => queue === name)

/** A crashed process's work waits this long; an event loop stuck for longer makes others repeat its work. */
const LEASE_MS = 20_000
const RELAXED_CONNECTIONS = 4
/** The most that a process opens for the outbox: those, and the one that listens. */
export const OUTBOX_CONNECTIONS = RELAXED_CONNECTIONS + 1
/** How long handlers may take to notice that they are told to stop. */
const STOP_GRACE_MS = 2_000
const REDECLARE_MS = 60_000

/** Types meet here: a handler's payload type is its contract's, and the runner parses by that contract. */
function bindHandler<Q extends QueueName>(handlers: JobHandlers<Q>, topic: Topic): BoundHandler | undefined {
  const found = Object.entries(handlers).find(([name]) => name === topic)?.[1]
  if (typeof found !== 'function') return undefined
  if (JOBS[topic].mode === 'batch') return found as BoundHandler
  return async (items, context) => {
    for (const item of items) await found(item, context)
  }
}

/** Jobs that one process runs side by side on a queue of the outbox. */
const concurrencyOf = (name: QueueName): number =>
  TOPICS.reduce((sum, topic) => sum + (JOBS[topic].queue === name ? JOBS[topic].concurrency : 0), 0)

/** Relays the outbox to the queue and works on the queues it is told to, until stopped. Not to be started twice. */
export function createJobRuntime<Q extends QueueName>(options: JobRuntimeOptions<Q>): JobRuntime {
  const { backend, clock, logger, observer = {}, leaseMs = LEASE_MS, random = Math.random } = options
  const abort = new AbortController()
  const queues = new Map<QueueName, JobQueue>()
  const workers = new Map<QueueName, JobWorker>()
  const handlers = new Map<Topic, BoundHandler>()
  for (const topic of TOPICS) {
    const handler = bindHandler(options.handlers, topic)
    if (handler) handlers.set(topic, handler)
  }
  // Handing over and starting are safe to lose in a crash of the server: the rows stay, and run once more.
  const relaxed = new Pool({
    connectionString: options.databaseUrl,
    application_name: 'puntadewa-outbox',
    max: RELAXED_CONNECTIONS,
    keepAlive: true,
    connectionTimeoutMillis: 10_000,
    idleTimeoutMillis: 60_000,
    options: `-c role=${options.role} -c synchronous_commit=off -c statement_timeout=30000 -c timezone=UTC -c plan_cache_mode=force_generic_plan`,
  })
  watchConnections(relaxed, (error) => logger.debug({ reason: error.message }, 'idle outbox connection lost'))
  let relay: Relay | undefined
  let listener: { stop(): Promise<void> } | undefined
  let redeclare: NodeJS.Timeout | undefined
  let stopped: Promise<void> | undefined

  const slots = createJobSlots(new Map(options.queues.map((name) => [name, concurrencyOf(name)])))
  const begunJobs = new Set<Promise<void>>()
  const runner = createJobRunner({
    relaxed,
    durable: options.pool,
    clock,
    random,
    logger,
    leaseMs,
    observer,
    findHandler: (topic) => handlers.get(topic),
    onRequeued: () => relay?.wake(),
    stopping: abort.signal,
  })
  const runSchedule = createScheduleRunner({ handlers: options.schedules, logger, stopping: abort.signal })

  async function openWorker(name: QueueName): Promise<void> {
    if (isScheduleQueue(name)) {
      workers.set(name, await backend.openWorker(name, SCHEDULES.length, runSchedule))
      return
    }
    const worker = await backend.openWorker(name, concurrencyOf(name), async (job) => {
      try {
        await slots.run(name, () => runner.runQueued(job))
      } finally {
        relay?.jobFinished(name)
      }
    })
    workers.set(name, worker)
  }

  let turns: Promise<void> = Promise.resolve()
  function setOpen(name: QueueName, isOpen: boolean): Promise<void> {
    const turn = turns.then(async () => {
      if (stopped) return
      slots.setOpen(name, isOpen)
      const worker = workers.get(name)
      if (!isOpen) {
        workers.delete(name)
        await worker?.close(false)
      } else if (!worker) {
        await openWorker(name)
        relay?.wake()
      }
    })
    turns = turn.catch(() => {})
    return turn
  }

  function runBegun(topic: Topic, rows: readonly StartedRow[]): Promise<void> {
    const job = runner.runBegun(topic, rows).finally(() => {
      begunJobs.delete(job)
      slots.giveBack(JOBS[topic].queue, 1)
    })
    begunJobs.add(job)
    return job
  }

  /** Stopping waits for what is reserved as it does for what runs. */
  function reserve(topic: Topic, count: number): ReservedSlot | null {
    const { queue, batchSize, beginsWithCommit } = JOBS[topic]
    if (
      !beginsWithCommit ||
      stopped ||
      count > batchSize ||
      relay?.isBusy() !== false ||
      slots.takeFree(queue, 1) === 0
    )
      return null
    const { promise, resolve } = Promise.withResolvers<void>()
    begunJobs.add(promise)
    const end = (job?: Promise<void>): void => {
      begunJobs.delete(promise)
      resolve(job)
    }
    const startedAt = clock.now()
    return {
      startedAt,
      leaseUntil: new Date(startedAt.getTime() + leaseMs),
      run(rows) {
        end(runBegun(topic, rows))
      },
      giveBack() {
        slots.giveBack(queue, 1)
        end()
      },
    }
  }

  async function close(drainMs: number): Promise<void> {
    clearInterval(redeclare)
    // The relay first: it must not begin anything that the listener still hears of.
    await relay?.stop()
    await listener?.stop()
    const closing = turns.then(
      async () => void (await Promise.all([...workers.values()].map((one) => one.close(false)))),
    )
    const drained = Promise.all([...begunJobs, closing]).then(() => true)
    const askToStop = setTimeout(() => abort.abort(), drainMs)
    const giveUp = new AbortController()
    const inTime = await Promise.race([
      drained,
      setTimeoutAsync(drainMs + STOP_GRACE_MS, false, { signal: giveUp.signal }).catch(() => false),
    ])
    giveUp.abort()
    clearTimeout(askToStop)
    if (!inTime) {
      // Waiting for the connections would mean waiting for the handlers: the process ends and takes them along.
      logger.error('handlers did not stop when told to; their work runs again when its lease ends')
      return
    }
    await Promise.all([...queues.values()].map((queue) => queue.close()))
    await backend.close()
    await relaxed.end()
  }

  function stop(drainMs: number): Promise<void> {
    stopped ??= close(drainMs)
    return stopped
  }

  async function declareSchedules(): Promise<void> {
    for (const queueName of options.queues.filter(isScheduleQueue)) {
      const queue = queues.get(queueName)
      for (const schedule of SCHEDULES) {
        if (schedule.queue === queueName) await queue?.schedule(schedule.name, schedule.everyMs)
      }
    }
  }

  /** What an earlier release declared on another queue than ours would run there for ever. */
  async function forgetMovedSchedules(): Promise<void> {
    for (const queueName of options.queues.filter(isScheduleQueue)) {
      for (const { name, queue } of SCHEDULES) {
        if (queue !== queueName) await queues.get(queueName)?.unschedule(name)
      }
    }
  }

  async function open(): Promise<void> {
    for (const topic of TOPICS) {
      const { queue } = JOBS[topic]
      if (!queues.has(queue)) queues.set(queue, await backend.openQueue(queue))
    }
    relay = createRelay({
      pool: relaxed,
      queues: new Map(queues),
      clock,
      logger,
      leaseMs,
      random,
      observer,
      slots,
      runBegun: (topic, rows) => void runBegun(topic, rows),
    })
    listener = createCommitListener({
      databaseUrl: options.databaseUrl,
      role: options.role,
      logger,
      onCommit: () => relay?.wake(),
    })
    const closed: readonly QueueName[] = options.closed ?? []
    for (const name of options.queues) {
      if (closed.includes(name)) slots.setOpen(name, false)
      else await openWorker(name)
    }
    const scheduleQueues = options.queues.filter(isScheduleQueue)
    for (const name of scheduleQueues) queues.set(name, await backend.openQueue(name))
    if (scheduleQueues.length > 0) {
      await forgetMovedSchedules()
      await declareSchedules()
      // A flushed Redis forgets them, and a crash at the wrong moment loses the next run: declaring again heals both.
      redeclare = setInterval(() => {
        declareSchedules().catch((error: unknown) => {
          logger.warn({ error: describeError(error) }, 'schedules not declared again')
        })
      }, REDECLARE_MS)
    }
  }

  return {
    async start() {
      try {
        await open()
      } catch (error) {
        await stop(0)
        throw error
      }
    },
    wake: () => relay?.wake(),
    reserve,
    setOpen,
    stop,
  }
}
