import { pino } from 'pino'
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import { systemClock } from '../../../src/platform/clock.ts'
import { APP_ROLE } from '../../../src/platform/db/app-role.ts'
import { createJobRuntime, createOutbox } from '../../../src/platform/outbox/index.ts'
import { createPostgresQueueBackend, prepareQueueSchema } from '../../../src/platform/queue/index.ts'
import { createCrashingDatabase, createCrashPoint } from '../whatsapp/crash.ts'
import { CRASH } from '../whatsapp/job-driver.ts'
import { LEASE_MS } from './job-driver.ts'
import { createWorld, DEADLINE_MS, type Webhook, type World } from './world.ts'

/** Longer than the lease of a dead worker, its claims and the first waits of a delivery. */
const LONGEST_WAIT_MS = LEASE_MS + DEADLINE_MS + 6 * 60_000

let world: World
beforeAll(async () => {
  world = await createWorld()
})
afterEach(() => world.reset())
afterAll(() => world?.close())

const idsAt = (webhook: Webhook): (string | undefined)[] =>
  world.at(webhook).map(({ headers }) => headers['webhook-id'])

test('killed at any step, an event still comes, always under one id', async () => {
  const webhook = await world.register({ events: ['proposal.registered'] })
  let events = 0
  for (let step = 1; ; step++) {
    await world.intake()
    events += 1
    const point = createCrashPoint(step)
    const dying = world.createWorker({ db: createCrashingDatabase(world.whole.database.pool, point) })
    await dying.drain().catch((error: unknown) => {
      if (error !== CRASH) throw error
    })
    await dying.webhooks.close()
    if (!point.isDead) break
    world.clock.advance(LONGEST_WAIT_MS)
    await world.worker.drain()
    expect(new Set(idsAt(webhook)).size).toBe(events)
  }
  expect(events).toBeGreaterThan(20)
  const deliveries = await world.deliveries(webhook)
  expect(deliveries.map(({ state }) => state)).toEqual(Array(deliveries.length).fill('delivered'))
})

test('two workers at once make each attempt once', async () => {
  const webhook = await world.register({ events: ['proposal.registered'] })
  const { database } = world.whole
  await prepareQueueSchema({ databaseUrl: database.url, role: APP_ROLE })
  const logger = pino({ level: 'silent' })
  const start = async () => {
    const { webhooks } = world.createWorker({ clock: systemClock, outbox: createOutbox({ clock: systemClock }) })
    const backend = createPostgresQueueBackend({ databaseUrl: database.url, role: APP_ROLE, workers: 1, logger })
    const runtime = createJobRuntime({
      databaseUrl: database.url,
      role: APP_ROLE,
      pool: database.pool,
      backend,
      queues: ['webhooks'],
      handlers: webhooks.jobs,
      schedules: null,
      clock: systemClock,
      logger,
    })
    await runtime.start()
    return async () => {
      await runtime.stop(5_000)
      await webhooks.close()
    }
  }
  const stops = [await start(), await start()]
  try {
    await Promise.all(Array.from({ length: 30 }, () => world.intake()))
    await vi.waitFor(async () => expect(await world.deliveries(webhook, 'delivered')).toHaveLength(30), 15_000)
    expect(idsAt(webhook)).toHaveLength(30)
    expect(new Set(idsAt(webhook)).size).toBe(30)
  } finally {
    for (const stop of stops) await stop()
  }
})

test('two that hold the same endpoint share what is due between them', async () => {
  const webhook = await world.register({ events: ['proposal.registered'] })
  for (let count = 0; count < 12; count++) await world.intake()
  // Composed, and then delivered by both at once, as when the lease of a slow one has ended.
  const signal = new AbortController().signal
  const item = { id: 0, key: webhook.id, attempt: 1, payload: { endpointId: webhook.id } }
  world.receiver.behave(webhook.path, 503)
  await world.worker.drain()
  world.receiver.behave(webhook.path, 204)
  world.clock.advance(LONGEST_WAIT_MS)
  const context = {
    signal,
    logger: pino({ level: 'silent' }),
    settle: async () => {},
    fail: (_: number, error: unknown) => {
      throw error
    },
    each: async () => {},
  }
  const before = idsAt(webhook).length
  const [one, other] = [world.createWorker(), world.createWorker()]
  // The circuit is open: one trial, and then everything.
  await Promise.all([one, other].map(({ webhooks }) => webhooks.jobs['webhooks.deliver'](item, context)))
  const after = idsAt(webhook).slice(before)
  expect(after).toHaveLength(12)
  expect(new Set(after).size).toBe(12)
  for (const { webhooks } of [one, other]) await webhooks.close()
})
