import { randomBytes } from 'node:crypto'
import { pino } from 'pino'
import type { QueueName } from '../../../src/contracts/jobs/define-job.ts'
import type { DB } from '../../../src/features/database.ts'
import { systemClock } from '../../../src/platform/clock.ts'
import {
  createJobRuntime,
  createOutbox,
  type JobRuntime,
  type JobRuntimeOptions,
} from '../../../src/platform/outbox/index.ts'
import {
  createPostgresQueueBackend,
  createRedisQueueBackend,
  prepareQueueSchema,
} from '../../../src/platform/queue/index.ts'
import { createTestDatabase, type TestDatabase } from '../../support/database.ts'

export const logger = pino({ level: process.env.TEST_LOG_LEVEL ?? 'silent' })
export const APP_ROLE = 'puntadewa_app'

const redisUrl = process.env.TEST_REDIS_URL
/** What the suite runs on: PostgreSQL always, Redis when there is one. */
export const servers: { kind: 'postgres' | 'redis'; redisUrl: string | null }[] = [
  { kind: 'postgres', redisUrl: null },
  ...(redisUrl ? [{ kind: 'redis' as const, redisUrl }] : []),
]

type Settings<Q extends QueueName> = Pick<JobRuntimeOptions<Q>, 'queues' | 'handlers' | 'schedules'> &
  Partial<Pick<JobRuntimeOptions<Q>, 'clock' | 'leaseMs' | 'observer' | 'random'>>

export type OutboxWorld = TestDatabase<DB> & {
  outbox: ReturnType<typeof createOutbox>
  /** Starts a process's worth of relay and workers; stopped with the world at the latest. */
  startRuntime<Q extends QueueName>(settings: Settings<Q>): Promise<JobRuntime>
  rows(): Promise<{ topic: string; key: string; state: string; attempts: number; last_error_code: string | null }[]>
}

/** A database of its own with the queue's tables, and a key prefix of its own on Redis. */
export async function createOutboxWorld(server: { redisUrl: string | null }): Promise<OutboxWorld> {
  const database = await createTestDatabase<DB>()
  await prepareQueueSchema({ databaseUrl: database.url, role: APP_ROLE })
  const prefix = `pdw-test-${randomBytes(6).toString('hex')}`
  const runtimes: JobRuntime[] = []
  return {
    ...database,
    outbox: createOutbox({ clock: systemClock }),
    async startRuntime<Q extends QueueName>(settings: Settings<Q>) {
      const backend = server.redisUrl
        ? createRedisQueueBackend({ redisUrl: server.redisUrl, prefix, logger })
        : createPostgresQueueBackend({
            databaseUrl: database.url,
            role: APP_ROLE,
            workers: settings.queues.length,
            logger,
          })
      const runtime = createJobRuntime<Q>({
        databaseUrl: database.url,
        role: APP_ROLE,
        pool: database.pool,
        backend,
        clock: systemClock,
        logger,
        ...settings,
      })
      runtimes.push(runtime)
      await runtime.start()
      return runtime
    },
    async rows() {
      return await database.owner
        .selectFrom('outbox')
        .select(['topic', 'key', 'state', 'attempts', 'last_error_code'])
        .orderBy('id')
        .execute()
    },
    async close() {
      await Promise.all(runtimes.map((runtime) => runtime.stop(1_000)))
      await database.close()
    },
  }
}
