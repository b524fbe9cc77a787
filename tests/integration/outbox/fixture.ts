import { randomBytes } from 'node:crypto'
import { sql } from 'kysely'
import { pino } from 'pino'
import { expect, inject, vi } from 'vitest'
import type { QueueName } from '../../../src/contracts/jobs/define-job.ts'
import type { DB } from '../../../src/features/database.ts'
import { systemClock } from '../../../src/platform/clock.ts'
import { uuidIds } from '../../../src/platform/ids.ts'
import {
  createJobRuntime,
  createOutbox,
  type JobRuntime,
  type JobRuntimeOptions,
  type NewWork,
} from '../../../src/platform/outbox/index.ts'
import {
  createPostgresQueueBackend,
  createRedisQueueBackend,
  prepareQueueSchema,
} from '../../../src/platform/queue/index.ts'
import { createTestDatabase, type TestDatabase } from '../../support/database.ts'

const logger = pino({ level: process.env.TEST_LOG_LEVEL ?? 'silent' })
export const APP_ROLE = 'puntadewa_app'

export type QueueServer = { kind: 'postgres' | 'redis'; redisUrl: string | null }

const redisUrl = inject('redisUrl')
/** What the suite runs on: PostgreSQL always, Redis when there is one. */
export const servers: QueueServer[] = [
  { kind: 'postgres', redisUrl: null },
  ...(redisUrl ? [{ kind: 'redis' as const, redisUrl }] : []),
]

type Settings<Q extends QueueName> = Pick<JobRuntimeOptions<Q>, 'queues' | 'handlers' | 'schedules'> &
  Partial<Pick<JobRuntimeOptions<Q>, 'clock' | 'leaseMs' | 'observer' | 'random' | 'databaseUrl'>>

export type OutboxRow = {
  id: number
  topic: string
  key: string
  state: string
  attempts: number
  last_error_code: string | null
  due_at: Date
  handed_at: Date | null
  started_at: Date | null
}

export type OutboxWorld = TestDatabase<DB> & {
  outbox: ReturnType<typeof createOutbox>
  prefix: string
  /** Starts a process's worth of relay and workers; stopped with the world at the latest. */
  startRuntime<Q extends QueueName>(settings: Settings<Q>): Promise<JobRuntime>
  stopRuntimes(): Promise<void>
  /** Puts everything that is due into the queue, as a relay does in a process that does not work on it. */
  handOverToQueue(leaseMs?: number): Promise<void>
  rows(): Promise<OutboxRow[]>
  /** Connections of this database, as the server sees them. */
  sessions(): Promise<{ pid: number; query: string; wait_event_type: string | null; application_name: string }[]>
  /** Waits until nothing is left to be done. */
  settled(timeoutMs?: number): Promise<void>
}

/** A database of its own with the queue's tables, and a key prefix of its own on Redis. */
export async function createOutboxWorld(server: { redisUrl: string | null }): Promise<OutboxWorld> {
  const database = await createTestDatabase<DB>()
  if (!server.redisUrl) await prepareQueueSchema({ databaseUrl: database.url, role: APP_ROLE })
  const prefix = `pdw-test-${randomBytes(6).toString('hex')}`
  const runtimes: JobRuntime[] = []

  async function rows(): Promise<OutboxRow[]> {
    return await database.owner
      .selectFrom('outbox')
      .select(['id', 'topic', 'key', 'state', 'attempts', 'last_error_code', 'due_at', 'handed_at', 'started_at'])
      .orderBy('id')
      .execute()
  }

  async function stopRuntimes(): Promise<void> {
    await Promise.all(runtimes.splice(0).map((runtime) => runtime.stop(1_000)))
  }

  async function startRuntime<Q extends QueueName>(settings: Settings<Q>): Promise<JobRuntime> {
    const databaseUrl = settings.databaseUrl ?? database.url
    const workers = settings.queues.length
    const runtime = createJobRuntime<Q>({
      role: APP_ROLE,
      pool: database.pool,
      backend: server.redisUrl
        ? createRedisQueueBackend({ redisUrl: server.redisUrl, prefix, logger })
        : createPostgresQueueBackend({ databaseUrl, role: APP_ROLE, workers, logger }),
      clock: systemClock,
      logger,
      ...settings,
      databaseUrl,
    })
    runtimes.push(runtime)
    await runtime.start()
    return runtime
  }

  return {
    ...database,
    outbox: createOutbox({ clock: systemClock }),
    prefix,
    startRuntime,
    stopRuntimes,
    async handOverToQueue(leaseMs) {
      const relay = await startRuntime({ queues: [], handlers: {}, schedules: null, ...(leaseMs && { leaseMs }) })
      await eventually(async () => expect((await rows()).every((row) => row.handed_at)).toBe(true))
      await relay.stop(1_000)
    },
    rows,
    async sessions() {
      const { rows: found } = await sql<{
        pid: number
        query: string
        wait_event_type: string | null
        application_name: string
      }>`
        SELECT pid, query, wait_event_type, application_name FROM pg_stat_activity WHERE datname = current_database()`.execute(
        database.owner,
      )
      return found
    },
    async settled(timeoutMs = 10_000) {
      await eventually(async () => expect(await rows()).toEqual([]), timeoutMs)
    },
    async close() {
      await stopRuntimes()
      await database.close()
    },
  }
}

/** Waits until the check passes, patiently: a busy machine is no failure. */
export async function eventually(check: () => unknown, timeoutMs = 10_000): Promise<void> {
  await vi.waitFor(check, { timeout: timeoutMs, interval: 15 })
}

/** Work of the topic `intake.received` for a new intake. */
export function newIntakeWork(dueAt?: Date): Extract<NewWork, { topic: 'intake.received' }> {
  const intakeId = uuidIds.next()
  return { topic: 'intake.received', key: intakeId, payload: { intakeId }, ...(dueAt && { dueAt }) }
}

/** A promise that the test lets through. */
export function createGate(): { passed: Promise<void>; open(): void } {
  const { promise, resolve } = Promise.withResolvers<void>()
  return { passed: promise, open: () => resolve() }
}
