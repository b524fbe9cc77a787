import { pino } from 'pino'
import { systemClock } from '../../../src/platform/clock.ts'
import { createKysely, createPool } from '../../../src/platform/db/database.ts'
import { createJobRuntime } from '../../../src/platform/outbox/index.ts'
import { createPostgresQueueBackend, createRedisQueueBackend } from '../../../src/platform/queue/index.ts'

// A worker process that finishes some items of a batch, says so on its output, and hangs until it is killed.
const [databaseUrl = '', role = '', redisUrl = '', prefix = '', settleCount = '0'] = process.argv.slice(2)
const logger = pino({ level: 'silent' })
const pool = createPool({ url: databaseUrl, role, poolSize: 4, applicationName: 'crashing-worker' }, () => {})
const db = createKysely(pool)
const runtime = createJobRuntime({
  databaseUrl,
  role,
  pool,
  backend: redisUrl
    ? createRedisQueueBackend({ redisUrl, prefix, logger })
    : createPostgresQueueBackend({ databaseUrl, role, workers: 1, logger }),
  queues: ['intake'],
  handlers: {
    'intake.received': async (items, context) => {
      const finished = items.slice(0, Number(settleCount))
      await context.settle(
        db,
        finished.map((item) => item.id),
      )
      console.log(JSON.stringify({ finished: finished.map((item) => item.key), of: items.length }))
      await new Promise(() => {})
    },
  },
  schedules: null,
  clock: systemClock,
  logger,
  leaseMs: 1_500,
})
await runtime.start()
