import { randomBytes } from 'node:crypto'
import { Redis } from 'ioredis'
import { sql } from 'kysely'
import { pino } from 'pino'
import { inject } from 'vitest'
import type { DB } from '../../../src/features/database.ts'
import {
  createPostgresQueueBackend,
  createRedisQueueBackend,
  prepareQueueSchema,
  type QueueBackend,
} from '../../../src/platform/queue/index.ts'
import { createTestDatabase } from '../../support/database.ts'
import { eventually } from '../outbox/fixture.ts'

const logger = pino({ level: process.env['TEST_LOG_LEVEL'] ?? 'silent' })
const APP_ROLE = 'puntadewa_app'

/** One server that keeps queues, PostgreSQL or Redis, with nothing of others in reach. */
export type QueueServer = {
  url: string
  /** Opens it as one more process would; `url` when not directly. */
  open(url?: string): QueueBackend
  /** Loses everything, as a flushed Redis does. */
  wipe(): Promise<void>
  /** Everything it keeps, as text. */
  dump(): Promise<string>
  close(): Promise<void>
}

async function createPostgresServer(): Promise<QueueServer> {
  const database = await createTestDatabase<DB>()
  await prepareQueueSchema({ databaseUrl: database.url, role: APP_ROLE })
  const opened: QueueBackend[] = []
  return {
    url: database.url,
    open(url = database.url) {
      const backend = createPostgresQueueBackend({ databaseUrl: url, role: APP_ROLE, workers: 2, logger })
      opened.push(backend)
      return backend
    },
    async wipe() {
      const truncate = sql`TRUNCATE bullmq.job, bullmq.event, bullmq.scheduler, bullmq.meta CASCADE`
      // A worker in the middle of a job locks the tables in an order of its own: the server then ends one of the two.
      await eventually(() => truncate.execute(database.owner))
    },
    async dump() {
      const { rows } = await sql`SELECT to_jsonb(job) AS job FROM bullmq.job`.execute(database.owner)
      return JSON.stringify(rows)
    },
    async close() {
      await Promise.all(opened.map((backend) => backend.close()))
      await database.close()
    },
  }
}

async function createRedisServer(url: string): Promise<QueueServer> {
  const prefix = `pdw-test-${randomBytes(6).toString('hex')}`
  const client = new Redis(url)
  const opened: QueueBackend[] = []
  const keys = () => client.keys(`${prefix}:*`)
  const wipe = async (): Promise<void> => {
    const found = await keys()
    if (found.length > 0) await client.del(found)
  }
  return {
    url,
    open(through = url) {
      const backend = createRedisQueueBackend({ redisUrl: through, prefix, logger })
      opened.push(backend)
      return backend
    },
    wipe,
    async dump() {
      const hashes = (await keys()).filter(
        (key) => !/:(events|meta|id|wait|active|failed|delayed|marker|stalled.*)$/.test(key),
      )
      return JSON.stringify(await Promise.all(hashes.map((key) => client.hgetall(key).catch(() => ({})))))
    },
    async close() {
      await Promise.all(opened.map((backend) => backend.close()))
      await wipe()
      await client.quit()
    },
  }
}

const redisUrl = inject('redisUrl')

/** What the suite runs on: PostgreSQL always, Redis when there is one. */
export const queueServers: { kind: string; create: () => Promise<QueueServer> }[] = [
  { kind: 'postgres', create: createPostgresServer },
  ...(redisUrl ? [{ kind: 'redis', create: () => createRedisServer(redisUrl) }] : []),
]
