import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import type { OutgoingMedia } from '../../../src/features/whatsapp/whatsapp.ports.ts'
import { RECEIPT_MEDIA } from '../../support/receipt-media.ts'
import type { PageConfig } from '../../support/whatsapp-web/index.ts'
import { createEngineWorld, type EngineWorld, type Run, SOON } from './engine-world.ts'

// Texts under a picture, by the real library: what it asks the page for, and which failures prove that nothing has left.

// What `processMediaData` of 1.34.7 asks for.
const PICTURE_MODULES = [
  'WAWebMediaDataUtils',
  'WAWebMediaInMemoryBlobCache',
  'WAWebMediaMmsV4Upload',
  'WAWebMediaOpaqueData',
  'WAWebMediaStorage',
  'WAWebMmsMediaTypes',
  'WAWebPrepRawMedia',
]
const NO_PICTURE = { kind: 'refused', code: 'picture_failed', retryable: true }

let world: EngineWorld
let run: Run
let phone: string
let counter = 0

const reference = (): string => `P${String(counter).padStart(9, '0')}`
const text = (): string => `*Halo*\n\nRef ${reference()}`
const send = (media: OutgoingMedia | null = RECEIPT_MEDIA) =>
  run.engine.send({
    to: phone,
    text: text(),
    reference: reference(),
    notAfter: new Date(Date.now() + 30_000),
    media,
  })
const arrivals = () => world.standIn.arrivals().filter((one) => one.phone === phone)
const statuses = () => run.receipts.filter((receipt) => receipt.reference === reference()).map(({ status }) => status)

/** Resolves when the next load of the page, and no longer the one before it, can be used. */
async function loadAnew(changes: Partial<PageConfig> = {}): Promise<void> {
  const webVersion = `2.3000.${counter}`
  world.standIn.configure({ webVersion, ...changes })
  await world.standIn.reload()
  await vi.waitFor(
    async () =>
      expect(await run.engine.probe(10_000)).toMatchObject({ webVersion, hasSynced: true, keyShape: 'serialized' }),
    SOON,
  )
}

beforeAll(async () => {
  world = await createEngineWorld()
  run = await world.runUntilReady({ deadlines: { sendMs: 4_000 } })
})
afterAll(() => world.close())
beforeEach(() => {
  counter += 1
  phone = `62815${String(counter).padStart(8, '0')}`
  world.standIn.uploads('ok')
})

// First of all: later the page has been asked.
test('a text alone asks the page for nothing that has to do with pictures', async () => {
  expect(await send(null)).toMatchObject({ kind: 'accepted' })
  const { asked } = await world.standIn.contract()
  expect(asked.filter((name) => PICTURE_MODULES.includes(name))).toEqual([])
  expect(world.standIn.countUploads()).toBe(0)
  expect(arrivals()).toMatchObject([{ body: text(), picture: null }])
})

test('arrives byte for byte with the text under it, and nothing of ours in the message', async () => {
  const result = await send()
  expect(arrivals()).toMatchObject([{ body: text(), picture: Buffer.from(RECEIPT_MEDIA.bytes) }])
  expect(result).toEqual({ kind: 'accepted', gatewayMessageId: `true_${arrivals()[0]?.id}` })
  const [sent] = world.standIn.messages().filter(({ chat }) => chat === `${phone}@c.us`)
  expect(sent).toMatchObject({ type: 'image', extra: { caption: text() } })
  await vi.waitFor(() => expect(statuses()).toEqual(['sent', 'delivered']), SOON)
  expect(run.ownTexts.filter(({ to }) => to.phone === phone)).toEqual([])
  const { asked, missing } = await world.standIn.contract()
  expect(asked).toEqual(expect.arrayContaining(PICTURE_MODULES))
  expect(missing).toEqual(['WAWebCallCollection.on'])
})

test.each(['error', 'empty', 'hang'] as const)('has provably not left when the upload ends in %s', async (mode) => {
  world.standIn.uploads(mode)
  expect(await send()).toEqual(NO_PICTURE)
  expect(await send()).toEqual(NO_PICTURE)
  world.standIn.uploads('ok')
  expect(await send()).toMatchObject({ kind: 'accepted' })
  expect(arrivals()).toHaveLength(1)
})

test('does not leave late when its upload ends after its time', async () => {
  world.standIn.uploads('slow')
  expect(await send()).toEqual(NO_PICTURE)
  // It ends now, and the page goes on from there.
  world.standIn.uploads('ok')
  expect(await send(null)).toMatchObject({ kind: 'accepted' })
  expect(arrivals()).toMatchObject([{ picture: null }])
})

test('blames the chat, not the picture, when that cannot be opened', async () => {
  world.standIn.failNext('no_chat', phone)
  expect(await send()).toMatchObject({ kind: 'refused', code: 'gateway_busy' })
  expect(arrivals()).toEqual([])
})

test('blames the connection, not the picture, when that is lost after the upload', async () => {
  await world.standIn.setState('TIMEOUT')
  expect(await send()).toMatchObject({ kind: 'refused', code: 'gateway_busy' })
  await world.standIn.setState('CONNECTED')
  expect(arrivals()).toEqual([])
})

test.each(['hang', 'reject_delivered'] as const)(
  'has an unknown outcome after %s, and is found by the reference under it',
  async (failure) => {
    world.standIn.failNext(failure, phone)
    expect(await send()).toEqual({ kind: 'unknown' })
    expect(arrivals()).toHaveLength(1)
    expect(await run.engine.lookUp(reference(), `${phone}@c.us`)).toMatchObject({
      kind: 'sent',
      gatewayMessageId: `true_${arrivals()[0]?.id}`,
    })
  },
)

test('is found by the reference under it, and named by it in receipts, also by a page that did not send it', async () => {
  world.standIn.behave(phone, { acks: [] })
  world.standIn.failNext('hang', phone)
  expect(await send()).toEqual({ kind: 'unknown' })
  await loadAnew()
  const [arrival] = arrivals()
  const found = { kind: 'sent', gatewayMessageId: `true_${arrival?.id}` }
  await vi.waitFor(async () => expect(await run.engine.lookUp(reference(), `${phone}@c.us`)).toEqual(found), SOON)
  world.standIn.ack(arrival?.id ?? '', 2)
  await vi.waitFor(() => expect(statuses()).toContain('delivered'), SOON)
  const receipt = run.receipts.find((one) => one.reference === reference() && one.status === 'delivered')
  expect(receipt?.readInChat).toMatchObject({ phone })
})

test.each(['lost', 'reject'] as const)('is never called sent after %s', async (failure) => {
  world.standIn.failNext(failure, phone)
  expect(await send()).toEqual({ kind: 'unknown' })
  expect(await run.engine.lookUp(reference(), `${phone}@c.us`)).toEqual({ kind: 'cannot_tell' })
})

// Last of all: it loads another build of the page.
test('is left to be tried without it in a build whose last step cannot be guarded; texts still go', async () => {
  await loadAnew({ fixedSendAction: true })
  const before = world.standIn.countUploads()
  await vi.waitFor(async () => expect(await send()).toEqual(NO_PICTURE), SOON)
  expect(world.standIn.countUploads()).toBe(before)
  expect(arrivals()).toEqual([])
  expect(await send(null)).toMatchObject({ kind: 'accepted' })
  expect(arrivals()).toMatchObject([{ body: text(), picture: null }])
})
