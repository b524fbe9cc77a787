import { pino } from 'pino'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import type { Receipt, WhatsAppGateway } from '../../../src/features/whatsapp/whatsapp.ports.ts'
import { uuidIds } from '../../../src/platform/ids.ts'
import { createJobRuntime, type JobRuntime } from '../../../src/platform/outbox/index.ts'
import { createPostgresQueueBackend, prepareQueueSchema } from '../../../src/platform/queue/index.ts'
import { createCloudWorld } from '../../support/whatsapp-cloud/cloud-world.ts'
import { statusChange, wrap } from '../../support/whatsapp-cloud/graph-calls.ts'
import { createWorld, type Household, received, type Worker, type World } from './world.ts'

// That a BERHENTI holds within five seconds whatever else waits: here nothing of the rest is ever taken before it holds. The same
// on WhatsApp Web: tests/integration/whatsapp-web/stop-under-load.test.ts.

const RECEIPTS = 3_000
const APP_ROLE = 'puntadewa_app'
const SOON = { timeout: 120_000, interval: 20 }
const logger = pino({ level: 'silent' })

let world: World
let effects: ('stop' | 'receipt')[]
let stopHolds: PromiseWithResolvers<void>
const closing: (() => Promise<void>)[] = []
beforeAll(async () => {
  world = await createWorld()
})
beforeEach(async () => {
  await world.reset()
  effects = []
  stopHolds = Promise.withResolvers()
})
afterEach(async () => {
  stopHolds.resolve()
  for (const close of closing.splice(0).reverse()) await close()
})
afterAll(() => world?.close())

/** A receipt is taken when the wish holds, and not before: whatever waits for a receipt waits for ever. */
const patient = <Gateway extends WhatsAppGateway>(gateway: Gateway): Gateway => ({
  ...gateway,
  send: async () => ({ kind: 'refused', code: 'gateway_busy', retryable: true }),
  onReceipt: () =>
    gateway.onReceipt(async (_: Receipt) => {
      await stopHolds.promise
      effects.push('receipt')
    }),
})

/** A notice waits for somebody. */
async function waitingFor(worker: Worker): Promise<Household> {
  const household = world.newHousehold()
  await world.record([received(household)])
  await worker.drain()
  expect(await world.message(household.intakeId)).toMatchObject({ state: 'queued' })
  return household
}

async function untilItHolds({ intakeId }: Household): Promise<void> {
  await vi.waitFor(
    async () => expect(await world.message(intakeId)).toMatchObject({ state: 'suppressed', outcome_code: 'opted_out' }),
    SOON,
  )
  effects.push('stop')
  expect(effects).toEqual(['stop'])
  stopHolds.resolve()
}
const untilTaken = () => vi.waitFor(() => expect(effects).toHaveLength(RECEIPTS + 1), SOON)

test('on the simulator BERHENTI holds before any of thousands of receipts that came first', async () => {
  const { simulator } = world
  const worker = world.createWorker({ gateway: patient(simulator.gateway) })
  const household = await waitingFor(worker)
  const due = world.clock.now()
  const messageId = uuidIds.next()
  await world.database.owner
    .insertInto('simulator_message')
    .values({ id: messageId, phone: world.newPhone(), from_resident: false, body: 'Halo', fate: 'on_phone', at: due })
    .execute()
  const events = Array.from({ length: RECEIPTS }, () => {
    return { id: uuidIds.next(), message_id: messageId, kind: 'delivered', at: due, due_at: due, times: 1 }
  })
  await world.database.owner.insertInto('simulator_event').values(events).execute()
  world.clock.advance(1)
  closing.push(() => simulator.gateway.stop())
  await simulator.gateway.start()
  await simulator.phones.write(household.phone, 'BERHENTI')
  await untilItHolds(household)
  await untilTaken()
}, 400_000)

test('on the Cloud API BERHENTI holds before any of thousands of statuses that came first', async () => {
  const cloud = await createCloudWorld({ database: world.database, clock: world.clock })
  closing.push(() => cloud.close())
  const { gateway } = cloud.createCloud()
  const worker = world.createWorker({ gateway: patient(gateway), takeReport: gateway.takeReport })
  const household = await waitingFor(worker)
  const { business } = cloud.service
  const status = (id: string) =>
    statusChange(business, { id, status: 'delivered', phone: world.newPhone(), at: world.clock.now() })
  for (let call = 0; call < RECEIPTS / 10; call++) {
    await cloud.service.call(
      wrap(
        business,
        Array.from({ length: 10 }, (_, index) => status(`wamid.${call}-${index}`)),
      ),
    )
  }
  await cloud.service.write(household.phone, { type: 'text', text: { body: 'BERHENTI' } })
  await cloud.service.settled()

  const { pool, url } = world.database
  await prepareQueueSchema({ databaseUrl: url, role: APP_ROLE })
  const { jobs } = worker.connection
  const runtime: JobRuntime = createJobRuntime({
    databaseUrl: url,
    role: APP_ROLE,
    pool,
    backend: createPostgresQueueBackend({ databaseUrl: url, role: APP_ROLE, workers: 2, logger }),
    queues: ['whatsapp', 'whatsapp-heard'],
    handlers: jobs,
    schedules: null,
    clock: world.clock,
    logger,
  })
  closing.push(async () => {
    await runtime.stop(10_000)
    await gateway.stop()
  })
  await gateway.start()
  await runtime.start()
  await untilItHolds(household)
  await untilTaken()
}, 400_000)
