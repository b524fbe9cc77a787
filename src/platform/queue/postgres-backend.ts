import { createPostgresBackend, type PgPool, runMigrations, withBackend } from 'bullmq'
import { Client, escapeIdentifier, Pool } from 'pg'
import type { Logger } from 'pino'
import { watchConnections } from '../db/database.ts'
import { adaptQueue, adaptWorker, QUEUE_OPTIONS, toProcessor, WORKER_OPTIONS } from './bullmq-adapter.ts'
import { withPreparedStatements } from './prepared-statements.ts'
import type { QueueBackend } from './queue-backend.ts'

const { Queue, Worker } = withBackend(createPostgresBackend)

/** BullMQ's own default; it cannot be told otherwise when it is given a pool. */
const SCHEMA = 'bullmq'
/** Serialises our grants between processes that start at once; BullMQ serialises its migrations itself. */
const GRANT_LOCK = 4_017_220
const PRODUCER_CONNECTIONS = 2
/** Beside the one on which each worker listens. */
const SPARE_CONNECTIONS = 4

/** The most that a process opens for the queue. */
export const queueConnectionsOf = (workers: number): number => PRODUCER_CONNECTIONS + workers + SPARE_CONNECTIONS

/**
 * Creates or updates BullMQ's tables and lets the app role use them. Run as the owner at start, before any backend is
 * opened; repeatable, and safe when several processes start at once.
 */
export async function prepareQueueSchema(options: { databaseUrl: string; role: string }): Promise<void> {
  const client = new Client({ connectionString: options.databaseUrl, application_name: 'puntadewa-migrate' })
  await client.connect()
  try {
    await client.query('SELECT pg_advisory_lock($1)', [GRANT_LOCK])
    await runMigrations(client, SCHEMA)
    const role = escapeIdentifier(options.role)
    // CREATE: BullMQ makes a sequence per queue on its first job.
    await client.query(`
      GRANT USAGE, CREATE ON SCHEMA ${SCHEMA} TO ${role};
      GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA ${SCHEMA} TO ${role};
      GRANT USAGE, SELECT, UPDATE ON ALL SEQUENCES IN SCHEMA ${SCHEMA} TO ${role}`)
  } finally {
    await client.end()
  }
}

/**
 * BullMQ on PostgreSQL. Needs session connections (LISTEN), so no transaction-pooling proxy. One connection per worker
 * listens; `workers` says how many will be opened.
 */
export function createPostgresQueueBackend(options: {
  databaseUrl: string
  role: string
  workers: number
  logger: Logger
}): QueueBackend {
  const { logger } = options
  const openPool = (applicationName: string, max: number, extra: { failFast: boolean }): PgPool => {
    const pool = new Pool({
      connectionString: options.databaseUrl,
      application_name: applicationName,
      max,
      keepAlive: true,
      // Longer than the pause between two runs of a schedule: a new connection costs more than what it asks.
      idleTimeoutMillis: 60_000,
      connectionTimeoutMillis: extra.failFast ? 3_000 : 10_000,
      // A job that a crash of the server loses is handed over again by the outbox, so commits need not wait for the disk.
      options: [
        `-c role=${options.role}`,
        `-c search_path=${SCHEMA}`,
        '-c synchronous_commit=off',
        `-c statement_timeout=${extra.failFast ? 5_000 : 30_000}`,
      ].join(' '),
    })
    watchConnections(pool, (error) => logger.debug({ reason: error.message }, 'idle queue connection lost'))
    // BullMQ adds a listener for every queue and worker on it.
    pool.setMaxListeners(50)
    return withPreparedStatements(pool)
  }
  const producers = openPool('puntadewa-queue-producer', PRODUCER_CONNECTIONS, { failFast: true })
  const consumers = openPool('puntadewa-queue-worker', options.workers + SPARE_CONNECTIONS, { failFast: false })
  return {
    kind: 'postgres',
    async openQueue(name) {
      const queue = new Queue(name, { connection: producers, ...QUEUE_OPTIONS })
      return await adaptQueue(queue, name, logger)
    },
    async openWorker(name, concurrency, processor) {
      const worker = new Worker(name, toProcessor(processor), { ...WORKER_OPTIONS, connection: consumers, concurrency })
      return await adaptWorker(worker, name, logger)
    },
    async close() {
      await Promise.all([producers.end(), consumers.end()])
    },
  }
}
