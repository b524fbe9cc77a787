import { Queue, Worker } from 'bullmq'
import type { Logger } from 'pino'
import { adaptQueue, adaptWorker, QUEUE_OPTIONS, toProcessor, WORKER_OPTIONS } from './bullmq-adapter.ts'
import type { QueueBackend } from './queue-backend.ts'

/** BullMQ on Redis: the way to several machines. `prefix` keeps installations on one server apart. */
export function createRedisQueueBackend(options: { redisUrl: string; prefix?: string; logger: Logger }): QueueBackend {
  const { logger } = options
  const prefix = options.prefix ?? 'puntadewa'
  const reconnect = { retryStrategy: (times: number) => Math.min(times * 200, 2_000) }
  // A producer must not hang when Redis is away: the rows stay in the outbox and are handed over later.
  const failFast = {
    url: options.redisUrl,
    ...reconnect,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 1,
    commandTimeout: 5_000,
  }
  const forEver = { url: options.redisUrl, ...reconnect, maxRetriesPerRequest: null }
  return {
    kind: 'redis',
    async openQueue(name) {
      const queue = new Queue(name, { connection: failFast, prefix, ...QUEUE_OPTIONS })
      return await adaptQueue(queue, name, logger)
    },
    async openWorker(name, concurrency, processor) {
      const worker = new Worker(name, toProcessor(processor), {
        ...WORKER_OPTIONS,
        connection: forEver,
        prefix,
        concurrency,
      })
      return await adaptWorker(worker, name, logger)
    },
    async close() {
      // Each queue and worker owns its connections.
    },
  }
}
