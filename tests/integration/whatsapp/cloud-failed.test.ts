import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Actor } from '../../../src/contracts/access.ts'
import type { Cloud } from '../../../src/features/whatsapp/index.ts'
import type { App } from '../../../src/platform/http/index.ts'
import { createTestServer } from '../../support/test-server.ts'
import { type CloudWorld, createCloudWorld, SECRETS, WEBHOOK } from '../../support/whatsapp-cloud/cloud-world.ts'
import { type Status, sign, statusChange, wrap } from '../../support/whatsapp-cloud/graph-calls.ts'
import type { PhoneScript } from '../../support/whatsapp-cloud/graph-stand-in.ts'
import { createWorld, eligible, type Household, type Worker, type World } from './world.ts'

// What Meta takes and reports as failed later: which of it is handed over anew, and that nothing reaches a phone twice.

const SUPERVISOR: Actor = {
  userId: randomUUID(),
  username: 'supervisor',
  displayName: 'supervisor',
  role: 'supervisor',
  regionCode: '32.74',
  officeId: null,
  officeIds: [],
  scopes: null,
}

let world: World
let cloud: CloudWorld
let office: App
let gateway: Cloud['gateway']
let worker: Worker
beforeAll(async () => {
  world = await createWorld()
  cloud = await createCloudWorld({ database: world.database, clock: world.clock })
  office = await createTestServer(() => SUPERVISOR)
  world.worker.whatsapp.registerRoutes(office)
  await office.ready()
})
beforeEach(async () => {
  await cloud.service.settled()
  await world.reset()
  cloud.service.requests.length = 0
  gateway = cloud.createCloud().gateway
  worker = world.createWorker({ gateway, takeReport: gateway.takeReport })
  await gateway.start()
})
afterAll(async () => {
  await office?.close()
  await cloud?.close()
  await world?.close()
})

async function finish(): Promise<void> {
  await worker.drain()
  await cloud.service.settled()
  await worker.drain()
}

/** A household that has just written and is told something on a phone that behaves so. */
async function tell(script: Partial<PhoneScript>): Promise<Household> {
  const household = world.newHousehold()
  await cloud.service.write(household.phone, { type: 'text', text: { body: 'BERHENTI' } })
  await cloud.service.write(household.phone, { type: 'text', text: { body: 'MULAI' } })
  await finish()
  cloud.service.requests.length = 0
  cloud.service.script(household.phone, script)
  world.settled.add(household.intakeId)
  await world.record([eligible(household)])
  await finish()
  return household
}
const failing = (code: number): Partial<PhoneScript> => ({ arrives: false, statuses: [{ status: 'failed', code }] })
const isNotice = (text: string): boolean => /PDW-3274-2611-000123-K/.test(text)
const noticesOn = ({ phone }: Household): string[] => cloud.service.textsOn(phone).filter(isNotice)

async function handOverOf({ intakeId }: Household) {
  const row = await world.database.owner
    .selectFrom('message')
    .select(['gateway_message_id as id', 'reference'])
    .where('intake_id', '=', intakeId)
    .executeTakeFirstOrThrow()
  return { id: row.id ?? '', reference: row.reference }
}
const firstIdOf = async ({ intakeId }: Household): Promise<string> => {
  const row = await world.database.owner
    .selectFrom('whatsapp_cloud_sent')
    .innerJoin('message', 'message.reference', 'whatsapp_cloud_sent.reference')
    .select('whatsapp_cloud_sent.gateway_message_id as id')
    .where('message.intake_id', '=', intakeId)
    .orderBy('first_at')
    .executeTakeFirstOrThrow()
  return row.id
}

async function report(given: Omit<Status, 'at'>): Promise<void> {
  const body = JSON.stringify(
    wrap(cloud.service.business, [statusChange(cloud.service.business, { ...given, at: world.clock.now() })]),
  )
  const headers = { 'content-type': 'application/json', 'x-hub-signature-256': sign(SECRETS.appSecret, body) }
  expect((await cloud.app.inject({ method: 'POST', url: WEBHOOK, headers, payload: body })).statusCode).toBe(200)
  await worker.drain()
}

const settle = (id: string, as: 'sent' | 'send_again') =>
  office.inject({ method: 'POST', url: `/api/v1/whatsapp/messages/${id}/settle`, payload: { as } })

describe('a text that failed through no fault of its own', () => {
  test.each([
    ['payment', 131042, 'breaker'],
    ['a limit of reported numbers', 131048, 'breaker'],
    ['too fast', 130429, 'gateway_busy'],
    ['too many to one number', 131056, 'gateway_busy'],
  ])('(%s, %i) waits, and arrives once when that is over', async (_, code, reason) => {
    const household = await tell(failing(code))
    expect(await world.message(household.intakeId)).toMatchObject({ state: 'queued', outcome_code: null, attempts: 1 })
    const held = await world.database.owner
      .selectFrom('message')
      .select('held_for')
      .where('held_for', 'is not', null)
      .execute()
    expect(held).toEqual([{ held_for: reason }])
    cloud.service.script(household.phone, {})
    world.clock.advance(31 * 60_000)
    await finish()
    expect(await world.message(household.intakeId)).toMatchObject({
      state: 'delivered',
      outcome_code: null,
      attempts: 2,
    })
    expect(noticesOn(household)).toHaveLength(1)
  })

  test('opens the breaker for all, also when nobody took the report of the trouble', async () => {
    // Never wrote: of the refusal alone one would think that only such cannot be written to.
    const household = world.newHousehold()
    cloud.service.script(household.phone, { arrives: false, statuses: [{ status: 'sent' }] })
    world.settled.add(household.intakeId)
    await world.record([eligible(household)])
    await finish()
    const { id, reference } = await handOverOf(household)
    gateway.onTrouble(async () => {})
    await report({ id, status: 'failed', phone: household.phone, reference, code: 131042 })
    const account = await world.database.owner.selectFrom('whatsapp_account').select('breaker_scope').execute()
    expect(account).toEqual([{ breaker_scope: 'account' }])
  })

  test('keeps the breaker open while the trouble lasts', async () => {
    await tell(failing(131042))
    const account = await world.database.owner.selectFrom('whatsapp_account').select('breaker_code').execute()
    expect(account).toEqual([{ breaker_code: '131042' }])
    world.clock.advance(10 * 60_000)
    await finish()
    expect(cloud.service.requests).toHaveLength(1)
  })

  test('goes out as its template when the window was closed after all, once', async () => {
    const household = await tell(failing(131047))
    expect(cloud.service.requests.map(({ type }) => type)).toEqual(['text', 'template'])
    await cloud.service.settled()
    await finish()
    expect(await world.message(household.intakeId)).toMatchObject({
      state: 'failed',
      outcome_code: 'gateway_reported_failure',
      attempts: 2,
    })
    world.clock.advance(60 * 60_000)
    await finish()
    expect(cloud.service.requests).toHaveLength(2)
  })

  test('whose hand-over broke off is found by its reference', async () => {
    const household = await tell({ answer: 'hang_up', ...failing(131048) })
    expect(await world.message(household.intakeId)).toMatchObject({ state: 'queued', attempts: 1 })
    cloud.service.script(household.phone, {})
    world.clock.advance(31 * 60_000)
    await finish()
    expect(await world.message(household.intakeId)).toMatchObject({ state: 'delivered', attempts: 2 })
    expect(noticesOn(household)).toHaveLength(1)
  })
})

describe('what comes late about the hand-over that failed', () => {
  test('"sent" and "failed" again do not stop the next one, nor undo it', async () => {
    const household = await tell(failing(131042))
    const { reference } = await handOverOf(household)
    const old = await firstIdOf(household)
    await report({ id: old, status: 'sent', phone: household.phone, reference })
    expect(await world.message(household.intakeId)).toMatchObject({ state: 'queued' })
    cloud.service.script(household.phone, { statuses: [{ status: 'sent' }] })
    world.clock.advance(31 * 60_000)
    await finish()
    const { id } = await handOverOf(household)
    expect(id).not.toBe(old)
    await report({ id: old, status: 'failed', phone: household.phone, reference, code: 131042 })
    expect(await world.message(household.intakeId)).toMatchObject({ state: 'sent', attempts: 2 })
    expect(await handOverOf(household)).toEqual({ id, reference })
    await report({ id, status: 'delivered', phone: household.phone })
    expect(await world.message(household.intakeId)).toMatchObject({ state: 'delivered', attempts: 2 })
  })

  test('"delivered" is believed, and nothing is sent again', async () => {
    const household = await tell(failing(131042))
    await report({ id: await firstIdOf(household), status: 'delivered', phone: household.phone })
    expect(await world.message(household.intakeId)).toMatchObject({ state: 'delivered', attempts: 1 })
    world.clock.advance(31 * 60_000)
    await finish()
    expect(cloud.service.requests).toHaveLength(1)
  })
})

test('what was suppressed while it waited for its next hand-over is told to have arrived when it did', async () => {
  const household = await tell(failing(131042))
  await cloud.service.write(household.phone, { type: 'text', text: { body: 'Berhenti.' } })
  await finish()
  const suppressed = { state: 'suppressed', outcome_code: 'opted_out', attempts: 1 }
  expect(await world.message(household.intakeId)).toMatchObject(suppressed)
  const old = await firstIdOf(household)
  await report({ id: old, status: 'sent', phone: household.phone })
  expect(await world.message(household.intakeId)).toMatchObject(suppressed)
  await report({ id: old, status: 'delivered', phone: household.phone })
  expect(await world.message(household.intakeId)).toMatchObject({ state: 'delivered', outcome_code: null })
  world.clock.advance(31 * 60_000)
  await finish()
  expect(noticesOn(household)).toEqual([])
})

describe('a person', () => {
  test('sends again what failed for good, which is a new hand-over', async () => {
    const household = await tell(failing(131049))
    const { id } = await world.message(household.intakeId)
    const { id: old, reference } = await handOverOf(household)
    expect(await world.message(household.intakeId)).toMatchObject({ state: 'failed' })
    cloud.service.script(household.phone, { statuses: [{ status: 'sent' }] })
    expect((await settle(id, 'sent')).json()).toMatchObject({ code: 'action_not_allowed' })
    expect((await settle(id, 'send_again')).statusCode).toBe(204)
    await report({ id: old, status: 'sent', phone: household.phone, reference })
    await finish()
    expect(await world.message(household.intakeId)).toMatchObject({ state: 'sent', outcome_code: null, attempts: 2 })
    expect(noticesOn(household)).toHaveLength(1)
    const settled = world.audited.filter(({ action }) => action === 'settle_message')
    expect(settled).toMatchObject([{ subjectId: id, actorId: SUPERVISOR.userId, details: { as: 'send_again' } }])
  })

  test('has sent again what was unknown: a failure that may be the first one’s sends nothing a third time', async () => {
    const household = await tell({ answer: 'hang_up', statuses: [] })
    const { id } = await world.message(household.intakeId)
    world.clock.advance(10 * 60_000)
    await worker.settle()
    expect((await settle(id, 'send_again')).statusCode).toBe(204)
    await finish()
    expect(await world.message(household.intakeId)).toMatchObject({ state: 'unknown', attempts: 2 })
    const { reference } = await handOverOf(household)
    await report({ id: 'wamid.first', status: 'failed', phone: household.phone, reference, code: 131042 })
    world.clock.advance(31 * 60_000)
    await finish()
    expect(await world.message(household.intakeId)).toMatchObject({ state: 'unknown', attempts: 2 })
    expect(cloud.service.requests).toHaveLength(2)
  })
})
