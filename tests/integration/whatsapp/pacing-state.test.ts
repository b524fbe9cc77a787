import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Actor, Role } from '../../../src/contracts/access.ts'
import type { PacingState } from '../../../src/contracts/api/whatsapp-pacing.ts'
import type { PacingRules } from '../../../src/features/whatsapp/index.ts'
import type { App } from '../../../src/platform/http/index.ts'
import { createTestServer } from '../../support/test-server.ts'
import { createWorld, received, type Worker, type World } from './world.ts'

const HOUR = 60 * 60_000
const FREE: PacingRules = {
  quietHours: null,
  jitter: null,
  contactHourLimit: null,
  contactDayLimit: null,
  warmUp: null,
  coldDayLimit: null,
  coldNotices: true,
  timeZone: 'Asia/Jakarta',
}

let world: World
let caller: Actor | null = null
const apps: App[] = []

beforeAll(async () => {
  world = await createWorld()
})
beforeEach(async () => {
  await world.reset()
  signIn('admin')
})
afterAll(async () => {
  await Promise.all(apps.map((app) => app.close()))
  await world.close()
})

function signIn(role: Role): void {
  const office = { officeId: null, officeIds: [], scopes: null }
  caller = { userId: randomUUID(), username: role, displayName: role, role, regionCode: '32.74', ...office }
}

/** A worker by these rules, and the address that tells of them. */
async function pace(pacing: Partial<PacingRules>): Promise<{ worker: Worker; read(): Promise<PacingState> }> {
  const rules = { gateway: world.simulator.gateway, pacing: { ...FREE, ...pacing }, random: () => 0 }
  const worker = world.createWorker(rules)
  const app = await createTestServer(() => caller)
  worker.whatsapp.registerRoutes(app)
  await app.ready()
  apps.push(app)
  return { worker, read: async () => (await app.inject('/api/v1/whatsapp/pacing')).json() }
}

async function tell(worker: Worker, households: number): Promise<void> {
  await world.record(Array.from({ length: households }, () => received(world.newHousehold())))
  await worker.drain()
}

test('operators see the settings in force', async () => {
  const { read } = await pace({
    quietHours: { from: 20 * 60 + 30, to: 8 * 60 },
    jitter: { minMs: 8_000, maxMs: 25_500 },
    contactHourLimit: 4,
    contactDayLimit: 8,
    warmUp: [
      { day: 1, limit: 10 },
      { day: 3, limit: 25 },
    ],
    coldDayLimit: 100,
    coldNotices: false,
  })
  signIn('supervisor')
  expect(await read()).toEqual({
    gateway: 'simulator',
    settings: {
      quietHours: { from: '20:30', to: '08:00' },
      distance: { minSeconds: 8, maxSeconds: 25.5 },
      contactHourLimit: 4,
      contactDayLimit: 8,
      warmUp: [
        { day: 1, limit: 10 },
        { day: 3, limit: 25 },
      ],
      coldDayLimit: 100,
      coldNotices: false,
    },
    account: { since: null, day: 1 },
    use: { sent: 0, limit: 10, cold: 0 },
    held: [],
  })
})

test('what was sent within a day counts against the limit of the day, and what waits is told by its reason', async () => {
  const warmUp = [
    { day: 1, limit: 2 },
    { day: 2, limit: 3 },
  ]
  const { worker, read } = await pace({ warmUp, coldDayLimit: 100 })
  const began = world.clock.now()
  await tell(worker, 3)
  expect(await read()).toMatchObject({
    account: { since: began.toISOString(), day: 1 },
    use: { sent: 2, limit: 2, cold: 2 },
    held: [{ reason: 'daily_limit', count: 1 }],
  })
  world.clock.set(new Date(began.getTime() + 24 * HOUR + 1))
  expect(await read()).toMatchObject({ account: { day: 2 }, use: { sent: 0, limit: 3, cold: 0 } })
})

test('a message to somebody who wrote is not counted as cold', async () => {
  const { worker, read } = await pace({ coldDayLimit: 100 })
  const household = world.newHousehold()
  await world.record([received(household)])
  await worker.drain()
  await world.simulator.phones.write(household.phone, 'Terima kasih')
  await world.simulator.gateway.reportDue()
  await worker.drain()
  const second = { ...world.newHousehold({ phone: household.phone }), phone: household.phone }
  await world.record([received(second)])
  await worker.drain()
  expect((await read()).use).toEqual({ sent: 2, limit: null, cold: 1 })
})

test('where nothing is limited, nothing is counted', async () => {
  const { worker, read } = await pace({})
  await tell(worker, 1)
  expect(await read()).toMatchObject({ use: null, settings: { distance: null, quietHours: null, warmUp: null } })
})
