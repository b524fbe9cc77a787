import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Actor } from '../../../src/contracts/access.ts'
import type { WhatsappSession } from '../../../src/contracts/api/whatsapp-session.ts'
import type { Whatsapp } from '../../../src/features/whatsapp/index.ts'
import type { App } from '../../../src/platform/http/index.ts'
import { createTestServer } from '../../support/test-server.ts'
import { type CloudWorld, createCloudWorld } from '../../support/whatsapp-cloud/cloud-world.ts'
import { statusChange, wrap } from '../../support/whatsapp-cloud/graph-calls.ts'
import type { PhoneScript } from '../../support/whatsapp-cloud/graph-stand-in.ts'
import { createWorld, eligible, type Household, type Worker, type World } from './world.ts'

// The process that sends and the one that is asked are two, as they are in a large installation.

const ADMIN: Actor = {
  userId: randomUUID(),
  username: 'admin',
  displayName: 'admin',
  role: 'admin',
  regionCode: '32.74',
  officeId: null,
  officeIds: [],
  scopes: null,
}

let world: World
let cloud: CloudWorld
let sender: Worker
let asked: Whatsapp
let api: App
beforeAll(async () => {
  world = await createWorld()
  cloud = await createCloudWorld({ database: world.database, clock: world.clock })
  const { gateway } = cloud.createCloud()
  sender = world.createWorker({ gateway, takeReport: gateway.takeReport })
  await gateway.start()
  asked = world.createWorker({ gateway: cloud.createCloud().gateway }).whatsapp
  api = await createTestServer(() => ADMIN)
  asked.registerRoutes(api)
  await api.ready()
})
beforeEach(async () => {
  await cloud.service.settled()
  await world.reset()
})
afterAll(async () => {
  await api?.close()
  await cloud?.close()
  await world?.close()
})

const session = async () => (await api.inject('/api/v1/whatsapp/session')).json<WhatsappSession>()
const isReady = (whatsapp: Whatsapp): Promise<boolean> =>
  whatsapp.session.requireReady().then(
    () => true,
    () => false,
  )
async function tell(script: Partial<PhoneScript>): Promise<Household> {
  const household = world.newHousehold()
  cloud.service.script(household.phone, script)
  world.settled.add(household.intakeId)
  await world.record([eligible(household)])
  await sender.drain()
  await cloud.service.settled()
  await sender.drain()
  return household
}

test('a process that never sends knows that the account is in trouble, and that a person has settled it; both stay ready', async () => {
  expect([await isReady(sender.whatsapp), await isReady(asked)]).toEqual([true, true])
  await tell({ answer: { code: 131042 } })
  expect(await session()).toMatchObject({ ready: false, state: 'not_ready', detailCode: 'breaker_account' })
  expect([await isReady(sender.whatsapp), await isReady(asked)]).toEqual([true, true])
  await api.inject({ method: 'POST', url: '/api/v1/whatsapp/breaker/close' })
  expect(await session()).toMatchObject({ ready: true, state: 'ready', detailCode: null })
  expect([await isReady(sender.whatsapp), await isReady(asked)]).toEqual([true, true])
})

test('it knows when statuses stay away, and when they come', async () => {
  const silent = await tell({ statuses: [] })
  const sentAt = world.clock.now().toISOString()
  expect(await session()).toMatchObject({ ready: true, lastReceiptAt: null, oldestUnreceiptedAt: sentAt })
  world.clock.advance(5 * 60_000 + 1)
  expect(await session()).toMatchObject({ ready: false, detailCode: 'receipts_overdue', oldestUnreceiptedAt: sentAt })
  expect(await isReady(asked)).toBe(false)
  const { gateway_message_id: id } = await world.database.owner
    .selectFrom('message')
    .select('gateway_message_id')
    .where('intake_id', '=', silent.intakeId)
    .executeTakeFirstOrThrow()
  world.clock.advance(999)
  const now = world.clock.now()
  const { business } = cloud.service
  const late = statusChange(business, { id: id ?? '', status: 'delivered', phone: silent.phone, at: now })
  await cloud.service.call(wrap(business, [late]))
  await sender.drain()
  expect(await session()).toMatchObject({
    ready: true,
    lastReceiptAt: now.toISOString(),
    oldestUnreceiptedAt: null,
  })
})
