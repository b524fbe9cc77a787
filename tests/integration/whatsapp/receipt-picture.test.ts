import { decode } from 'fast-png'
import { encode } from 'uqr'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { App } from '../../../src/platform/http/index.ts'
import { RECEIPT_LINK } from '../../support/receipt-media.ts'
import { createTestServer } from '../../support/test-server.ts'
import { createWorld, eligible, type Household, OPEN_MS, received, type Worker, type World } from './world.ts'

// The receipt under a picture of its code, from the decision to the simulated phone.

const MINUTE_MS = 60_000

let world: World
let app: App
let worker: Worker
beforeAll(async () => {
  world = await createWorld()
  app = await createTestServer(() => null)
  world.simulator.registerRoutes(app)
  await app.ready()
})
beforeEach(async () => {
  await world.reset()
  worker = world.createWorker({ gateway: world.simulator.gateway, receiptPicture: true })
})
afterAll(async () => {
  await app?.close()
  await world?.close()
})

const chatOf = async ({ phone }: Household) =>
  (await world.simulator.phones.listChat(phone)).filter(({ fromResident }) => !fromResident)
const tell = async (household: Household, by = worker): Promise<void> => {
  await world.database.db
    .transaction()
    .execute(async (tx) => await by.whatsapp.recordNotices(tx, [received(household)]))
  await by.drain()
}
const storedMedia = async () =>
  (await world.database.owner.selectFrom('message').select('media').orderBy('id').execute()).map(({ media }) => media)

/** What a code says cannot be read back here; that it is the code of a link can be seen. */
function isCodeOf(png: Buffer, link: string): boolean {
  const { width, data } = decode(png)
  const code = encode(link, { ecc: 'M', border: 4 })
  const dots = width / code.size
  return code.data.every((line, row) =>
    line.every((isBlack, column) => (data[(row * width + column) * dots] === 0) === isBlack),
  )
}

describe('with the setting off', () => {
  test('a receipt is a text and nothing is kept or sent for a picture', async () => {
    const household = world.newHousehold()
    await tell(household, world.worker)
    expect(await chatOf(household)).toMatchObject([{ media: null }])
    expect(await storedMedia()).toEqual([null])
  })

  test('a receipt that was written for a picture goes as the text that it is', async () => {
    const household = world.newHousehold()
    await world.simulator.phones.behave(household.phone, { mode: 'busy', remaining: 1 })
    await tell(household)
    expect(await chatOf(household)).toEqual([])
    world.clock.advance(MINUTE_MS)
    await world.worker.drain()
    expect(await chatOf(household)).toMatchObject([{ body: expect.stringContaining('PDW-3274'), media: null }])
  })
})

describe('with the setting on', () => {
  test('the receipt is one message: the code of the printed receipt with the notice under it', async () => {
    const household = world.newHousehold()
    await tell(household)
    const [message, ...others] = await chatOf(household)
    expect(others).toEqual([])
    expect(message?.body).toMatch(/PDW-3274-2611-000123-K[^]*Ref [0-9A-Z]{10}$/)
    expect(message?.media && isCodeOf(message.media, RECEIPT_LINK)).toBe(true)
    expect(message?.media && isCodeOf(message.media, `${RECEIPT_LINK.slice(0, -1)}L`)).toBe(false)
    expect(await world.message(household.intakeId)).toMatchObject({ state: 'sent', attempts: 1 })
  })

  test('what is kept for it is sealed', async () => {
    await tell(world.newHousehold())
    const [media] = await storedMedia()
    expect(media?.length).toBeGreaterThan(0)
    expect(media?.toString('latin1')).not.toMatch(/puntadewa|PDW-3274/)
  })

  test('everything else stays text: outcomes, answers of the bot, confirmations', async () => {
    const household = world.newHousehold()
    await tell(household)
    world.settled.add(household.intakeId)
    await world.record([eligible(household)])
    await worker.drain()
    for (const words of ['SYARAT', 'BERHENTI']) {
      await world.simulator.phones.write(household.phone, words)
      await world.simulator.gateway.reportDue()
      await worker.drain()
    }
    const pictures = (await chatOf(household)).map(({ media }) => media !== null)
    expect(pictures.length).toBeGreaterThanOrEqual(4)
    expect(pictures).toEqual([true, ...Array<boolean>(pictures.length - 1).fill(false)])
  })

  test('a household that has stopped us gets neither text nor picture', async () => {
    const household = world.newHousehold()
    await world.simulator.phones.behave(household.phone, { mode: 'busy', remaining: 1 })
    await tell(household)
    await world.database.owner.updateTable('whatsapp_contact').set({ opted_out_at: world.clock.now() }).execute()
    world.clock.advance(MINUTE_MS)
    await worker.drain()
    expect(await chatOf(household)).toEqual([])
    expect(await world.message(household.intakeId)).toMatchObject({ state: 'suppressed', outcome_code: 'opted_out' })
  })

  test('a code that would say an identity number is held back with its text', async () => {
    const household = world.newHousehold({ receiptLink: 'https://puntadewa.example/status?nik=3274014505900001' })
    await tell(household)
    expect(await chatOf(household)).toEqual([])
    expect(await world.message(household.intakeId)).toMatchObject({ outcome_code: 'message_holds_identity_number' })
  })

  test('a picture that gets through late arrives once', async () => {
    const household = world.newHousehold()
    await world.simulator.phones.behave(household.phone, { mode: 'takes_no_pictures', remaining: 3 })
    await tell(household)
    for (let minute = 0; minute < 4; minute++) {
      world.clock.advance(MINUTE_MS)
      await worker.drain()
    }
    expect(await chatOf(household)).toMatchObject([{ media: expect.any(Buffer) }])
    expect(await world.message(household.intakeId)).toMatchObject({ state: 'sent', attempts: 4 })
  })

  test('a picture that does not get through for ten minutes is left out, and the text arrives once', async () => {
    const household = world.newHousehold()
    await world.simulator.phones.behave(household.phone, { mode: 'takes_no_pictures' })
    await tell(household)
    for (let minute = 0; minute < 9; minute++) {
      world.clock.advance(MINUTE_MS)
      await worker.drain()
    }
    expect(await chatOf(household)).toEqual([])
    expect(await world.message(household.intakeId)).toMatchObject({ state: 'queued' })
    for (let minute = 0; minute < 10; minute++) {
      world.clock.advance(MINUTE_MS)
      await worker.drain()
    }
    expect(await chatOf(household)).toMatchObject([{ media: null }])
    expect(await world.message(household.intakeId)).toMatchObject({ state: 'sent', outcome_code: null })
  })

  test('an unknown outcome stays unknown, and nothing is sent again by itself', async () => {
    const household = world.newHousehold()
    await world.simulator.phones.behave(household.phone, { mode: 'unknown_delivered', answersLookUp: false })
    await tell(household)
    for (let round = 0; round < 5; round++) {
      world.clock.advance(OPEN_MS)
      await worker.drain()
      await worker.settle()
    }
    expect(await chatOf(household)).toMatchObject([{ media: expect.any(Buffer) }])
    expect(await world.message(household.intakeId)).toMatchObject({ state: 'unknown', attempts: 1 })
  })
})

describe('the simulated phone', () => {
  test('tells of the picture by its API, and of a text alone that it is one', async () => {
    const household = world.newHousehold()
    await tell(household)
    world.settled.add(household.intakeId)
    await world.record([eligible(household)])
    await worker.drain()
    const [first, second] = await chatOf(household)
    const answer = await app.inject(`/api/v1/simulator/messages?to=${household.phone}`)
    expect(answer.json()).toMatchObject({
      items: [
        { body: first?.body, media: { mediaType: 'image/png', base64: first?.media?.toString('base64') } },
        { body: second?.body },
      ],
    })
    expect(answer.json().items[1]).not.toHaveProperty('media')
  })

  test('shows it on its page, which may show pictures of its own and nothing from elsewhere', async () => {
    const household = world.newHousehold()
    await tell(household)
    const [message] = await chatOf(household)
    const page = await app.inject(`/simulator?phone=${household.phone}`)
    expect(page.body).toContain(
      `<img src="data:image/png;base64,${message?.media?.toString('base64')}" alt="Gambar kode QR tanda terima">`,
    )
    const policy = String(page.headers['content-security-policy'])
    expect(policy.split('; ').filter((rule) => rule.startsWith('img-src'))).toEqual(['img-src data:'])
    expect(policy).toContain("default-src 'none'")
  })
})
