import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { findFreePort } from '../../../scripts/lib/free-port.ts'
import { guardGateway } from '../../../src/features/whatsapp/guarded-gateway.ts'
import type { Cloud } from '../../../src/features/whatsapp/index.ts'
import type {
  AccountTrouble,
  OutgoingTemplate,
  OutgoingText,
  SendResult,
} from '../../../src/features/whatsapp/whatsapp.ports.ts'
import { type CloudWorld, createCloudWorld, SECRETS } from '../../support/whatsapp-cloud/cloud-world.ts'

const HOUR_MS = 60 * 60_000
const TEMPLATE: OutgoingTemplate = {
  name: 'puntadewa_eligible_v1',
  language: 'id',
  parameters: [
    'Puskesmas Kejaksan',
    'Siti A.',
    'Siti A.',
    'PDW-3274-2611-000123-K',
    'https://a.example/status',
    'AB12',
  ],
}

let world: CloudWorld
let gateway: Cloud['gateway']
let troubles: AccountTrouble[]
let phones = 0
let phone: string
beforeAll(async () => {
  world = await createCloudWorld()
})
beforeEach(async () => {
  troubles = []
  phone = `62814${String(++phones).padStart(8, '0')}`
  gateway = world.createCloud().gateway
  gateway.onTrouble(async (trouble) => void troubles.push(trouble))
  world.service.requests.length = 0
})
afterAll(() => world?.close())

const outgoing = (changes: Partial<OutgoingText> = {}): OutgoingText => ({
  to: phone,
  text: 'Kabar untuk Siti',
  reference: 'REF0000001',
  notAfter: new Date(Date.now() + 10_000),
  template: TEMPLATE,
  lastInboundAt: new Date(),
  ...changes,
})
const send = (changes: Partial<OutgoingText> = {}): Promise<SendResult> => gateway.send(outgoing(changes))

describe('a text', () => {
  test('goes out with number, words and reference, as the service documents it', async () => {
    expect(await send()).toMatchObject({ kind: 'accepted', gatewayMessageId: expect.stringMatching(/^wamid\./) })
    expect(world.service.requests).toEqual([
      {
        messaging_product: 'whatsapp',
        recipient_type: 'individual',
        to: phone,
        biz_opaque_callback_data: 'REF0000001',
        type: 'text',
        text: { preview_url: false, body: 'Kabar untuk Siti' },
      },
    ])
  })

  test.each([
    ['somebody who never wrote', null],
    ['somebody who wrote yesterday at this time', new Date(Date.now() - 24 * HOUR_MS + 60_000)],
  ])('is replaced by its template for %s', async (_, lastInboundAt) => {
    expect(await send({ lastInboundAt })).toMatchObject({ kind: 'accepted' })
    expect(world.service.requests).toMatchObject([
      {
        to: phone,
        type: 'template',
        template: {
          name: TEMPLATE.name,
          language: { code: 'id' },
          components: [{ type: 'body', parameters: TEMPLATE.parameters.map((text) => ({ type: 'text', text })) }],
        },
      },
    ])
  })

  test('is a free text until shortly before 24 hours are over', async () => {
    await send({ lastInboundAt: new Date(Date.now() - 23 * HOUR_MS) })
    expect(world.service.requests).toMatchObject([{ type: 'text' }])
  })

  test('without a template does not even leave for somebody who never wrote', async () => {
    const refusal = { kind: 'refused', code: 'no_template', retryable: false }
    expect(await send({ template: null, lastInboundAt: null })).toEqual(refusal)
    expect(world.service.requests).toEqual([])
  })

  test('goes to a user id by its own field', async () => {
    await send({ to: `ID.${phone}` })
    expect(world.service.requests).toMatchObject([{ recipient: `ID.${phone}` }])
    expect(world.service.requests[0]).not.toHaveProperty('to')
  })
})

describe('131047, when we thought that the window was open', () => {
  test('sends the template instead, once, with the same reference', async () => {
    world.service.script(phone, { windowClosed: true })
    expect(await send()).toMatchObject({ kind: 'accepted' })
    expect(
      world.service.requests.map(({ type, biz_opaque_callback_data }) => [type, biz_opaque_callback_data]),
    ).toEqual([
      ['text', 'REF0000001'],
      ['template', 'REF0000001'],
    ])
    expect(world.service.textsOn(phone)).toHaveLength(1)
  })

  test('is a refusal when there is no template', async () => {
    world.service.script(phone, { windowClosed: true })
    expect(await send({ template: null })).toEqual({ kind: 'refused', code: 'no_template', retryable: false })
    expect(world.service.requests).toHaveLength(1)
  })

  test('is not believed twice: a template that gets it too is refused', async () => {
    world.service.script(phone, { answer: { code: 131047 } })
    expect(await send()).toEqual({ kind: 'refused', code: 'no_template', retryable: false })
    expect(world.service.requests).toHaveLength(2)
  })
})

const NOT_ON_WHATSAPP = { kind: 'refused', code: 'not_on_whatsapp', retryable: false }
const OPTED_OUT = { kind: 'refused', code: 'recipient_opted_out', retryable: false }
const FINAL = { kind: 'refused', code: 'gateway_refused', retryable: false }
const BUSY = { kind: 'refused', code: 'gateway_busy', retryable: true }
const ACCOUNT = { kind: 'refused', code: 'account_trouble', retryable: true }
const UNKNOWN = { kind: 'unknown' }

describe('the answer of the service', () => {
  // As reviewed by eye against Meta's list of errors; the table of the product is another one.
  test.each([
    [131026, 400, NOT_ON_WHATSAPP],
    [131050, 400, OPTED_OUT],
    [131049, 400, FINAL],
    // Of a text alone.
    [131052, 400, FINAL],
    [131053, 400, FINAL],
    [131021, 400, FINAL],
    [131030, 400, FINAL],
    [131051, 400, FINAL],
    [130472, 400, FINAL],
    [130497, 403, FINAL],
    [131008, 400, FINAL],
    [131009, 400, FINAL],
    [100, 400, FINAL],
    [135000, 400, FINAL],
    [132000, 400, FINAL],
    [132005, 400, FINAL],
    [132007, 400, FINAL],
    [132012, 400, FINAL],
    [132016, 400, FINAL],
    [132001, 404, BUSY],
    [132015, 400, BUSY],
    [130429, 429, BUSY],
    [131056, 429, BUSY],
    [131057, 500, BUSY],
    [131000, 500, UNKNOWN],
    [131016, 500, UNKNOWN],
    [1, 400, UNKNOWN],
    [2, 503, UNKNOWN],
    [4, 429, ACCOUNT],
    [80007, 429, ACCOUNT],
    [131048, 429, ACCOUNT],
    [133016, 429, ACCOUNT],
    [131042, 400, ACCOUNT],
    [131031, 403, ACCOUNT],
    [131037, 400, ACCOUNT],
    [368, 403, ACCOUNT],
    [0, 401, ACCOUNT],
    [3, 500, ACCOUNT],
    [10, 403, ACCOUNT],
    [33, 400, ACCOUNT],
    [190, 401, ACCOUNT],
    [200, 403, ACCOUNT],
    [299, 403, ACCOUNT],
    [131005, 403, ACCOUNT],
    [131045, 500, ACCOUNT],
    [133010, 400, ACCOUNT],
    // Codes that Meta adds one day.
    [199_999, 400, FINAL],
    [199_999, 500, UNKNOWN],
  ])('%i with %i is a result, and trouble where the account is meant', async (code, httpStatus, result) => {
    world.service.script(phone, { answer: { code, httpStatus }, arrives: false })
    expect(await send()).toEqual(result)
    const trouble = { scope: 'account', code: String(code), at: expect.any(Date) }
    expect(troubles).toEqual(result === ACCOUNT ? [trouble] : [])
    expect(world.service.requests).toHaveLength(1)
  })

  test('tells the owner of a template that it has to be mended', async () => {
    world.service.script(phone, { answer: { code: 132015 } })
    await send({ lastInboundAt: null })
    const told = world
      .log()
      .split('\n')
      .filter((line) => line.includes('a WhatsApp template needs its owner'))
    expect(told.at(-1)).toContain('"template":"puntadewa_eligible_v1","language":"id","code":132015')
  })

  test.each([
    ['a page of a proxy', { raw: '<h1>Forbidden</h1>', httpStatus: 403 }, BUSY],
    ['a redirect', { raw: '', httpStatus: 302 }, BUSY],
    ['a page of an outage', { raw: '<h1>Bad gateway</h1>', httpStatus: 502 }, UNKNOWN],
    ['an end of the time for the request', { raw: '', httpStatus: 408 }, UNKNOWN],
    ['no JSON, with 200', { raw: 'OK', httpStatus: 200 }, UNKNOWN],
    ['an answer without an id', 'empty', UNKNOWN],
    ['a broken connection', 'hang_up', UNKNOWN],
    ['an answer without end', { raw: 'x'.repeat(70_000), httpStatus: 200 }, UNKNOWN],
  ] as const)('%s proves no more than it does', async (_, answer, result) => {
    world.service.script(phone, { answer, statuses: [] })
    expect(await send()).toEqual(result)
  })

  test('that does not come in time is unknown', async () => {
    world.service.script(phone, { delayMs: 500, statuses: [] })
    expect(await send({ notAfter: new Date(Date.now() + 100) })).toEqual(UNKNOWN)
  })

  test('to a wrong token stops the account, not one text', async () => {
    const { gateway: stranger } = world.createCloud({ token: 'another' })
    expect(await stranger.send(outgoing())).toEqual(ACCOUNT)
    expect(world.service.textsOn(phone)).toEqual([])
  })
})

describe('a service that cannot be reached', () => {
  test('provably got nothing when nobody listens', async () => {
    const { gateway: lost } = world.createCloud({ baseUrl: `http://127.0.0.1:${await findFreePort()}` })
    expect(await lost.send(outgoing())).toEqual(BUSY)
  })

  test('provably got nothing when its name is not known', async () => {
    const { gateway: lost } = world.createCloud({ baseUrl: 'https://graph.invalid' })
    expect(await lost.send(outgoing())).toEqual(BUSY)
  })

  test('may have got it when it closes the connection after the first byte', async () => {
    const server: Server = createServer((request) => request.socket.destroy()).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    const { gateway: lost } = world.createCloud({ baseUrl: `http://127.0.0.1:${port}` })
    expect(await lost.send(outgoing())).toEqual(UNKNOWN)
    server.close()
    await once(server, 'close')
  })
})

test.each([
  ['in the text', { text: 'NIK 3274014505900001' }],
  [
    'in a parameter of the template alone',
    { template: { ...TEMPLATE, parameters: ['Siti A.', '3274 0145 0590 0001'] } },
  ],
])('an identity number %s goes nowhere', async (_, changes) => {
  const held = { code: 'message_holds_identity_number' }
  await expect(guardGateway(gateway).send(outgoing(changes))).rejects.toMatchObject(held)
  expect(world.service.requests).toEqual([])
})

test('never logs the token, a number or a text', async () => {
  world.service.script(phone, { answer: { code: 190, httpStatus: 401 } })
  await send()
  world.service.script(phone, { answer: 'hang_up' })
  await send()
  expect(world.log()).toContain('the WhatsApp service did not take a text')
  for (const secret of [SECRETS.token, phone, 'Kabar untuk Siti', 'Siti A.']) expect(world.log()).not.toContain(secret)
})
