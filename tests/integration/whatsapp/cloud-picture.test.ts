import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { RECEIPT_MEDIA } from '../../support/receipt-media.ts'
import { type CloudWorld, createCloudWorld } from '../../support/whatsapp-cloud/cloud-world.ts'
import type { PhoneScript } from '../../support/whatsapp-cloud/graph-stand-in.ts'
import { createWorld, eligible, type Household, received, type Worker, type World } from './world.ts'

// The receipt under a picture of its code by the Cloud API: what is uploaded when, and what follows when that fails.

const PICTURE = Buffer.from(RECEIPT_MEDIA.bytes)
const HOUR_MS = 60 * 60_000

let world: World
let cloud: CloudWorld
let worker: Worker
let textsOnly: Worker
beforeAll(async () => {
  world = await createWorld()
  cloud = await createCloudWorld({ database: world.database, clock: world.clock })
})
beforeEach(async () => {
  await cloud.service.settled()
  await world.reset()
  cloud.service.requests.length = 0
  cloud.service.uploads.length = 0
  cloud.service.answerUploads('accept')
  const { gateway } = cloud.createCloud()
  textsOnly = world.createWorker({ gateway, takeReport: gateway.takeReport })
  worker = world.createWorker({ gateway, takeReport: gateway.takeReport, receiptPicture: true })
  await gateway.start()
})
afterAll(async () => {
  await cloud?.close()
  await world?.close()
})

async function finish(by = worker): Promise<void> {
  await by.drain()
  await cloud.service.settled()
  await by.drain()
}
async function tell(script: Partial<PhoneScript> = {}, by = worker): Promise<Household> {
  const household = world.newHousehold()
  cloud.service.script(household.phone, script)
  await world.database.db
    .transaction()
    .execute(async (tx) => await by.whatsapp.recordNotices(tx, [received(household)]))
  await finish(by)
  return household
}
/** Its resident has just written. */
async function tellWriter(script: Partial<PhoneScript> = {}): Promise<Household> {
  const household = world.newHousehold()
  await cloud.service.write(household.phone, { type: 'text', text: { body: 'BERHENTI' } })
  await cloud.service.write(household.phone, { type: 'text', text: { body: 'MULAI' } })
  await finish()
  cloud.service.requests.length = 0
  cloud.service.script(household.phone, script)
  await world.database.db
    .transaction()
    .execute(async (tx) => await worker.whatsapp.recordNotices(tx, [received(household)]))
  await finish()
  return household
}
const types = (): string[] => cloud.service.requests.map(({ type }) => type)
const pictureOn = ({ phone }: Household): (Buffer | null)[] => cloud.service.picturesOn(phone).slice(-1)

test('with the setting off not one byte of a picture leaves', async () => {
  const household = await tell({}, textsOnly)
  world.settled.add(household.intakeId)
  await world.record([eligible(household)])
  await finish(textsOnly)
  expect(types()).toEqual(['template', 'template'])
  expect(cloud.service.uploads).toEqual([])
  expect(cloud.service.picturesOn(household.phone)).toEqual([null, null])
})

test('somebody who never wrote gets the template with a header, filled in as the one without', async () => {
  const household = await tell()
  expect(cloud.service.uploads).toEqual([{ mediaType: 'image/png', bytes: PICTURE }])
  expect(cloud.service.requests).toMatchObject([
    {
      type: 'template',
      template: {
        name: 'puntadewa_received_picture_v1',
        language: { code: 'id' },
        components: [
          { type: 'header', parameters: [{ type: 'image', image: { id: expect.stringMatching(/^\d+$/) } }] },
          { type: 'body' },
        ],
      },
    },
  ])
  expect(pictureOn(household)).toEqual([PICTURE])
  expect(await world.message(household.intakeId)).toMatchObject({ state: 'delivered' })
})

test('somebody who has just written gets the picture with the text as its caption', async () => {
  const household = await tellWriter()
  expect(cloud.service.requests).toMatchObject([
    { type: 'image', image: { caption: expect.stringMatching(/^\*PuntaDewa\*[^]*Ref [0-9A-Z]{10}$/) } },
  ])
  expect(pictureOn(household)).toEqual([PICTURE])
})

test('only the receipt: what follows is uploaded nowhere', async () => {
  const household = await tell()
  world.settled.add(household.intakeId)
  await world.record([eligible(household)])
  await finish()
  expect(cloud.service.uploads).toHaveLength(1)
  expect(cloud.service.picturesOn(household.phone)).toEqual([PICTURE, null])
})

test('a window that is closed after all: the template takes the picture that was uploaded', async () => {
  const household = await tellWriter({ windowClosed: true })
  expect(types()).toEqual(['image', 'template'])
  expect(cloud.service.uploads).toHaveLength(1)
  expect(pictureOn(household)).toEqual([PICTURE])
})

describe('an upload that fails', () => {
  test.each([
    ['the service does not keep it', { code: 131053 }],
    ['the service does not say why', { code: 131000, httpStatus: 500 }],
    ['the connection breaks', 'hang_up'],
    ['the service says nothing of it', 'empty'],
  ] as const)('(%s) keeps the text back, and both arrive once when it works', async (_, answer) => {
    cloud.service.answerUploads(answer)
    const household = await tell()
    expect(cloud.service.requests).toEqual([])
    expect(await world.message(household.intakeId)).toMatchObject({ state: 'queued', attempts: 1 })
    cloud.service.answerUploads('accept')
    world.clock.advance(60_000)
    await finish()
    expect(types()).toEqual(['template'])
    expect(cloud.service.picturesOn(household.phone)).toEqual([PICTURE])
    expect(await world.message(household.intakeId)).toMatchObject({ state: 'delivered', attempts: 2 })
  })

  test('for the account’s sake opens the breaker, as a text would', async () => {
    cloud.service.answerUploads({ code: 190, httpStatus: 401 })
    const household = await tell()
    expect(cloud.service.requests).toEqual([])
    expect(await world.message(household.intakeId)).toMatchObject({ state: 'queued' })
    const account = await world.database.owner
      .selectFrom('whatsapp_account')
      .select(['breaker_scope', 'breaker_code'])
      .execute()
    expect(account).toEqual([{ breaker_scope: 'account', breaker_code: '190' }])
    const [message] = await world.database.owner.selectFrom('message').select('media_failed_at').execute()
    expect(message).toEqual({ media_failed_at: null })
  })

  test.each([{ code: 131053 }, 'too_large'] as const)(
    'for an hour (%j) leaves the picture out: the plain template arrives once',
    async (answer) => {
      cloud.service.answerUploads(answer)
      const household = await tell()
      for (let step = 0; step < 12; step++) {
        world.clock.advance(HOUR_MS / 12)
        await finish()
      }
      expect(cloud.service.requests).toMatchObject([{ type: 'template', template: { name: 'puntadewa_received_v1' } }])
      expect(cloud.service.picturesOn(household.phone)).toEqual([null])
      expect(await world.message(household.intakeId)).toMatchObject({ state: 'delivered' })
    },
  )
})

describe('a picture that Meta took and then could not deliver', () => {
  test.each([131052, 131053])('(%i) is followed by the text alone, once', async (code) => {
    const household = await tellWriter({ arrives: false, statuses: [{ status: 'failed', code }] })
    cloud.service.script(household.phone, {})
    await finish()
    expect(types()).toEqual(['image', 'text'])
    await cloud.service.settled()
    await finish()
    world.clock.advance(HOUR_MS)
    await finish()
    expect(types()).toEqual(['image', 'text'])
  })

  test('is not repeated without a picture: a text that fails so has failed', async () => {
    const household = await tell({ arrives: false, statuses: [{ status: 'failed', code: 131053 }] }, textsOnly)
    world.clock.advance(HOUR_MS)
    await finish(textsOnly)
    expect(types()).toEqual(['template'])
    expect(await world.message(household.intakeId)).toMatchObject({
      state: 'failed',
      outcome_code: 'gateway_reported_failure',
    })
  })
})

test('a hand-over that breaks off after the upload stays unknown until its status comes', async () => {
  const household = await tell({ answer: 'hang_up', statuses: [] })
  world.clock.advance(HOUR_MS)
  await finish()
  expect(types()).toEqual(['template'])
  expect(await world.message(household.intakeId)).toMatchObject({ state: 'unknown', attempts: 1 })
  expect(cloud.service.picturesOn(household.phone)).toEqual([PICTURE])
})

test('a template with a header that is not approved is named to its owner, and waits', async () => {
  const household = await tell({ answer: { code: 132001, httpStatus: 404 } })
  expect(cloud.log()).toMatch(/"template":"puntadewa_received_picture_v1"[^\n]*needs its owner/)
  expect(await world.message(household.intakeId)).toMatchObject({ state: 'queued' })
})

test('neither picture nor link is logged', async () => {
  cloud.service.answerUploads({ code: 131053 })
  await tell()
  cloud.service.answerUploads('accept')
  world.clock.advance(60_000)
  await finish()
  expect(cloud.log()).toContain('did not take a picture')
  expect(cloud.log()).not.toContain('PDW-3274')
  expect(cloud.log()).not.toContain(PICTURE.toString('base64').slice(0, 40))
})
