import { setTimeout as delay } from 'node:timers/promises'
import { createPostgresBackend, Queue as RedisQueue, Worker as RedisWorker, runMigrations, withBackend } from 'bullmq'
import { Redis } from 'ioredis'
import { Client } from 'pg'

export const CONCURRENCY = 50
const POOL_SIZE = 20
const BULK = 500

type Work<Data> = (job: { data: Data }) => Promise<void>
type Opened<Data> = {
  add(bulk: { name: string; data: Data; opts: object }[]): Promise<unknown>
  start(work: Work<Data>): { close(): Promise<void> }
}

async function onPostgres<Data>(databaseUrl: string): Promise<Opened<Data>> {
  const { Queue, Worker } = withBackend(createPostgresBackend)
  const client = new Client({ connectionString: databaseUrl })
  await client.connect()
  await client.query('DROP SCHEMA IF EXISTS bullmq CASCADE')
  await runMigrations(client, 'bullmq')
  await client.end()
  const connection = { connectionString: databaseUrl, max: POOL_SIZE }
  const queue = new Queue('checks', { connection })
  return {
    add: (bulk) => queue.addBulk(bulk),
    start: (work) => new Worker('checks', work, { connection, concurrency: CONCURRENCY }),
  }
}

async function onRedis<Data>(url: string): Promise<Opened<Data>> {
  const connection = new Redis(url, { maxRetriesPerRequest: null })
  await connection.flushall()
  const queue = new RedisQueue('checks', { connection })
  return {
    add: (bulk) => queue.addBulk(bulk),
    start: (work) => new RedisWorker('checks', work, { connection, concurrency: CONCURRENCY }),
  }
}

/** Milliseconds from adding a job until a worker begins it, for single jobs that far apart, nothing else being there to do. */
export async function timeSingles(databaseUrl: string, count: number, spacingMs: number): Promise<number[]> {
  const opened = await onPostgres<number>(databaseUrl)
  const waits: number[] = []
  const { promise, resolve } = Promise.withResolvers<void>()
  const worker = opened.start(async (job) => {
    waits.push(performance.now() - job.data)
    if (waits.length === count) resolve()
  })
  for (let single = 0; single < count; single += 1) {
    await opened.add([{ name: 'single', data: performance.now(), opts: { removeOnComplete: true } }])
    await delay(spacingMs)
  }
  await promise
  await worker.close()
  return waits
}

/** One BullMQ job for each of `all`, fifty at a time; the jobs are there before the clock starts. Seconds until the last is done. */
export async function timeJobs<Data>(
  queue: { databaseUrl: string; redisUrl: string | undefined },
  all: readonly Data[],
  work: (data: Data) => Promise<void>,
): Promise<number> {
  const opened = await (queue.redisUrl === undefined
    ? onPostgres<Data>(queue.databaseUrl)
    : onRedis<Data>(queue.redisUrl))
  for (let from = 0; from < all.length; from += BULK) {
    const part = all.slice(from, from + BULK)
    const opts = { attempts: 3, removeOnComplete: true }
    await opened.add(
      part.map((data, index) => ({ name: 'check', data, opts: { ...opts, jobId: `check-${from + index}` } })),
    )
  }
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  let done = 0
  const startedAt = performance.now()
  opened.start(async (job) => {
    try {
      await work(job.data)
    } catch (error) {
      reject(error)
      throw error
    }
    done += 1
    if (done === all.length) resolve()
  })
  await promise
  return (performance.now() - startedAt) / 1000
}
