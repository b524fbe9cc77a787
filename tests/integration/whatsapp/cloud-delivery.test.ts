import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { listTemplatesToSubmit } from '../../../src/features/whatsapp/notice-template.domain.ts'
import { type CloudWorld, createCloudWorld } from '../../support/whatsapp-cloud/cloud-world.ts'
import { createWorld, eligible, received, type Worker, type World } from './world.ts'

let world: World
let cloud: CloudWorld
let worker: Worker
beforeAll(async () => {
  world = await createWorld()
  cloud = await createCloudWorld({ database: world.database, clock: world.clock })
})
beforeEach(async () => {
  await cloud.service.settled()
  await world.reset()
  cloud.service.requests.length = 0
  const { gateway } = cloud.createCloud()
  worker = world.createWorker({ gateway, takeReport: gateway.takeReport })
  await gateway.start()
})
afterAll(async () => {
  await cloud?.close()
  await world?.close()
})

async function writeAnHourAgo(): Promise<void> {
  const at = new Date(world.clock.now().getTime() - 60 * 60_000)
  await world.database.owner.updateTable('whatsapp_contact').set({ last_inbound_at: at }).execute()
}
async function finish(): Promise<void> {
  await worker.drain()
  await cloud.service.settled()
  await worker.drain()
}

test('a notice to somebody who never wrote is its template, filled in, and ends delivered', async () => {
  const household = world.newHousehold()
  world.settled.add(household.intakeId)
  await world.record([eligible(household)])
  await finish()
  const template = listTemplatesToSubmit().find(({ name, language }) => name.includes('eligible') && language === 'id')
  expect(cloud.service.requests).toMatchObject([
    { to: household.phone, type: 'template', template: { name: template?.name, language: { code: 'id' } } },
  ])
  const [told = ''] = cloud.service.textsOn(household.phone)
  expect(told.split(' | ')).toHaveLength(template?.examples.length ?? 0)
  expect(told).toContain('Puskesmas Kejaksan')
  expect(told).toContain('PDW-3274-2611-000123-K')
  expect(await world.message(household.intakeId)).toMatchObject({ state: 'delivered' })
})

test('the news of a household is one template, not one per person', async () => {
  const household = world.newHousehold({ members: 3 })
  world.settled.add(household.intakeId)
  await world.record([0, 1, 2].map((member) => eligible(household, `Warga ${member}.`, member)))
  await finish()
  expect(cloud.service.requests).toMatchObject([{ type: 'template', template: { name: 'puntadewa_household_v1' } }])
  expect(cloud.service.textsOn(household.phone)[0]).toMatch(/Warga 0\..*Warga 1\..*Warga 2\./)
})

test('a notice to somebody who wrote an hour ago is the text itself', async () => {
  const household = world.newHousehold()
  await world.record([received(household)])
  await finish()
  await writeAnHourAgo()
  world.settled.add(household.intakeId)
  await world.record([eligible(household)])
  await finish()
  expect(cloud.service.requests.map(({ type }) => type)).toEqual(['template', 'text'])
  expect(cloud.service.textsOn(household.phone)[1]).toMatch(/^\*PuntaDewa\*/)
})

test('the template is kept sealed, and an answer has none', async () => {
  const household = world.newHousehold()
  world.settled.add(household.intakeId)
  await world.record([eligible(household, 'Rahasiawati A.')])
  await worker.drain()
  await cloud.service.write(household.phone, { type: 'text', text: { body: 'BERHENTI' } })
  await worker.drain()
  const rows = await world.database.owner.selectFrom('message').select(['kind', 'template']).orderBy('id').execute()
  expect(rows.map(({ kind, template }) => [kind, template !== null])).toEqual([
    ['notice', true],
    ['preference', false],
  ])
  expect(rows[0]?.template?.toString('latin1')).not.toMatch(/Rahasiawati|puntadewa_eligible/)
})

test('an identity number in a parameter is held back like one in the text', async () => {
  const household = world.newHousehold({ headFirstName: '3274014505900001' })
  world.settled.add(household.intakeId)
  await world.record([eligible(household)])
  await finish()
  expect(cloud.service.requests).toEqual([])
  expect(await world.message(household.intakeId)).toMatchObject({ outcome_code: 'message_holds_identity_number' })
})

test('a number that the service does not know is flagged, and nothing is tried again', async () => {
  const household = world.newHousehold()
  cloud.service.script(household.phone, { answer: { code: 131026 } })
  world.settled.add(household.intakeId)
  await world.record([eligible(household)])
  await finish()
  expect(await world.message(household.intakeId)).toMatchObject({ state: 'failed', outcome_code: 'not_on_whatsapp' })
  expect(world.unreachable).toEqual([household.intakeId])
  expect(cloud.service.requests).toHaveLength(1)
})

test('a service that is away loses nothing: the notice arrives once when it is back', async () => {
  const household = world.newHousehold()
  cloud.service.script(household.phone, { answer: { raw: '', httpStatus: 429 } })
  world.settled.add(household.intakeId)
  await world.record([eligible(household)])
  await finish()
  expect(await world.message(household.intakeId)).toMatchObject({ state: 'queued' })
  cloud.service.script(household.phone, {})
  world.clock.advance(10 * 60_000)
  await finish()
  expect(await world.message(household.intakeId)).toMatchObject({ state: 'delivered' })
  expect(cloud.service.textsOn(household.phone)).toHaveLength(1)
})
