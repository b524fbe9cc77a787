import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { RATE_LIMITS } from '../../../src/contracts/rate-limits.ts'
import type { Cloud } from '../../../src/features/whatsapp/index.ts'
import { type CloudWorld, createCloudWorld, SECRETS, WEBHOOK } from '../../support/whatsapp-cloud/cloud-world.ts'
import { messageChange, type Status, sign, statusChange, wrap } from '../../support/whatsapp-cloud/graph-calls.ts'
import { createWorld, eligible, type Household, type Worker, type World } from './world.ts'

let world: World
let cloud: CloudWorld
let gateway: Cloud['gateway']
let worker: Worker
beforeAll(async () => {
  world = await createWorld()
  cloud = await createCloudWorld({ database: world.database, clock: world.clock })
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
  await cloud?.close()
  await world?.close()
})

const post = (body: string, headers: Record<string, string> = {}) =>
  cloud.app.inject({
    method: 'POST',
    url: WEBHOOK,
    headers: { 'content-type': 'application/json', ...headers },
    payload: body,
  })
const postSigned = (payload: unknown) => {
  const body = JSON.stringify(payload)
  return post(body, { 'x-hub-signature-256': sign(SECRETS.appSecret, body) })
}
const business = () => cloud.service.business
const inboundText = (phone: string, body: string, id = `wamid.${phone}.${body}`) =>
  wrap(business(), [
    messageChange(business(), { phone }, { type: 'text', text: { body } }, { id, at: world.clock.now() }),
  ])
const status = (given: Omit<Status, 'at'>) =>
  wrap(business(), [statusChange(business(), { ...given, at: world.clock.now() })])

async function countRows(table: 'whatsapp_cloud_report' | 'inbound_message' | 'outbox' | 'message_receipt') {
  const { rows } = await world.database.owner
    .selectFrom(table)
    .select((select) => select.fn.countAll<number>().as('rows'))
    .executeTakeFirstOrThrow()
  return Number(rows)
}

/** A household that was told something by its template, and no status has come. */
async function tell(): Promise<Household> {
  const household = world.newHousehold()
  cloud.service.script(household.phone, { statuses: [] })
  world.settled.add(household.intakeId)
  await world.record([eligible(household)])
  await worker.drain()
  await cloud.service.settled()
  return household
}
const sentIdOf = async ({ intakeId }: Household) => {
  const row = await world.database.owner
    .selectFrom('message')
    .select(['gateway_message_id as id', 'reference'])
    .where('intake_id', '=', intakeId)
    .executeTakeFirstOrThrow()
  return { id: row.id ?? '', reference: row.reference }
}

describe('verification', () => {
  const ask = (query: Record<string, string>) => cloud.app.inject({ method: 'GET', url: WEBHOOK, query })
  const right = { 'hub.mode': 'subscribe', 'hub.verify_token': SECRETS.verifyToken, 'hub.challenge': '1158201444' }

  test('gives the challenge back as plain text', async () => {
    const reply = await ask({ ...right, 'hub.topic': 'added one day' })
    expect([reply.statusCode, reply.body]).toEqual([200, '1158201444'])
    expect(reply.headers['content-type']).toMatch(/^text\/plain/)
    expect(reply.headers['x-content-type-options']).toBe('nosniff')
  })

  test.each([
    ['another token', { ...right, 'hub.verify_token': 'invented-verify-tokem' }],
    ['an empty token', { ...right, 'hub.verify_token': '' }],
    ['another mode', { ...right, 'hub.mode': 'unsubscribe' }],
    ['no challenge', { 'hub.mode': 'subscribe', 'hub.verify_token': SECRETS.verifyToken }],
    ['a challenge that is a page', { ...right, 'hub.challenge': '<script>alert(1)</script>' }],
    ['nothing', {}],
  ])('is refused with %s', async (_, query) => {
    const reply = await ask(query)
    expect(reply.statusCode).toBe(403)
    expect(reply.body).not.toContain('1158201444')
  })
})

describe('a call', () => {
  const body = () => JSON.stringify(inboundText('6281200000001', 'Halo'))

  test('is answered with 200 before anything is done about it, and kept sealed', async () => {
    expect((await postSigned(inboundText('6281200000001', 'RAHASIA'))).statusCode).toBe(200)
    expect(await countRows('inbound_message')).toBe(0)
    const { payload } = await world.database.owner
      .selectFrom('whatsapp_cloud_report')
      .select('payload')
      .executeTakeFirstOrThrow()
    expect(payload?.length).toBeGreaterThan(100)
    expect(payload?.toString('latin1')).not.toMatch(/RAHASIA|6281200000001/)
  })

  test('that holds a text has a queue of its own, and the text is acted upon before what else it tells', async () => {
    const at = world.clock.now()
    const order: string[] = []
    const { gateway: told } = cloud.createCloud()
    told.onReceipt(async ({ status: became }) => void order.push(became))
    told.onInbound(async ({ body: words }) => void order.push(words))
    await told.start()
    const phone = '6281200000001'
    const delivered = statusChange(business(), { id: 'wamid.both', status: 'delivered', phone, at })
    const text = messageChange(
      business(),
      { phone },
      { type: 'text', text: { body: 'BERHENTI' } },
      { id: 'wamid.t', at },
    )
    await postSigned(wrap(business(), [delivered, text]))
    await postSigned(wrap(business(), [delivered]))
    const rows = await world.database.owner.selectFrom('outbox').select(['topic', 'key']).orderBy('id').execute()
    expect(rows.map(({ topic }) => topic)).toEqual(['whatsapp.hear', 'whatsapp.report'])
    await told.takeReport(rows[0]?.key ?? '')
    expect(order).toEqual(['BERHENTI', 'delivered'])
  })

  test('leaves no body behind once it is processed', async () => {
    await postSigned(inboundText('6281200000001', 'Halo'))
    const listReports = () => world.database.owner.selectFrom('whatsapp_cloud_report').selectAll().execute()
    const [report] = await listReports()
    expect(report?.payload).not.toBeNull()
    await worker.drain()
    expect(await countRows('inbound_message')).toBe(1)
    // Meanwhile Meta may have reported what became of the answer.
    const processed = (await listReports()).find(({ id }) => id === report?.id)
    expect(processed).toMatchObject({ payload: null, processed_at: world.clock.now() })
  })

  test.each([
    ['no signature', () => ({})],
    ['a signature by another secret', () => ({ 'x-hub-signature-256': sign('another', body()) })],
    ['a signature of another body', () => ({ 'x-hub-signature-256': sign(SECRETS.appSecret, `${body()} `) })],
    ['half a signature', () => ({ 'x-hub-signature-256': sign(SECRETS.appSecret, body()).slice(0, 40) })],
    ['a signature by the older method', () => ({ 'x-hub-signature': sign(SECRETS.appSecret, body()) })],
    ['a signature in capitals', () => ({ 'x-hub-signature-256': sign(SECRETS.appSecret, body()).toUpperCase() })],
  ])('with %s is refused, and nothing of it is kept', async (_, headers) => {
    expect((await post(body(), headers())).statusCode).toBe(403)
    expect([await countRows('whatsapp_cloud_report'), await countRows('outbox')]).toEqual([0, 0])
  })

  test('is signed over its bytes: blanks, escapes and the order of fields count', async () => {
    const odd = `{ "entry" : [ ],"object":"whatsapp_business_account", "note":"\\u00e9\\/é" }\n`
    expect((await post(odd, { 'x-hub-signature-256': sign(SECRETS.appSecret, odd) })).statusCode).toBe(200)
    const tidy = JSON.stringify(JSON.parse(odd))
    expect((await post(tidy, { 'x-hub-signature-256': sign(SECRETS.appSecret, odd) })).statusCode).toBe(403)
  })

  test('that is larger than Meta makes them is refused', async () => {
    const large = JSON.stringify({ object: 'x'.repeat(3 * 1024 * 1024) })
    const reply = await post(large, { 'x-hub-signature-256': sign(SECRETS.appSecret, large) })
    expect(reply.statusCode).toBe(413)
  })

  test('may be larger than other bodies of ours', async () => {
    const large = JSON.stringify({ object: 'x'.repeat(1024 * 1024) })
    const reply = await post(large, { 'x-hub-signature-256': sign(SECRETS.appSecret, large) })
    expect(reply.statusCode).toBe(200)
  })

  test.each([
    ['no JSON', '{"object":'],
    ['another object', '{"object":"page","entry":[{"changes":[{"field":"messages","value":{}}]}]}'],
    [
      'changes of other kinds',
      '{"object":"whatsapp_business_account","entry":[{"id":"1","changes":[{"field":"flows","value":{}}]}]}',
    ],
    ['nothing', '{}'],
  ])('that holds %s is taken and forgotten', async (_, odd) => {
    expect((await post(odd, { 'x-hub-signature-256': sign(SECRETS.appSecret, odd) })).statusCode).toBe(200)
    await worker.drain()
    const rows = await world.database.owner.selectFrom('whatsapp_cloud_report').select('payload').execute()
    expect(rows).toEqual([{ payload: null }])
  })

  test('waits while the gateway is down', async () => {
    await gateway.stop()
    await postSigned(inboundText('6281200000001', 'Halo'))
    await worker.drain()
    expect(await countRows('inbound_message')).toBe(0)
    await gateway.start()
    world.clock.advance(60_000)
    await worker.drain()
    expect(await countRows('inbound_message')).toBe(1)
  })

  test('for another number of the same business is left alone', async () => {
    const other = { ...business(), phoneNumberId: '999999999999999' }
    const change = messageChange(
      other,
      { phone: '6281200000009' },
      { type: 'text', text: { body: 'Halo' } },
      { id: 'w', at: world.clock.now() },
    )
    await postSigned(wrap(other, [change]))
    await worker.drain()
    expect(await countRows('inbound_message')).toBe(0)
  })
})

describe('what comes more than once', () => {
  test('a hundred times at once has one effect', async () => {
    const household = world.newHousehold()
    const call = inboundText(household.phone, 'BERHENTI')
    const replies = await Promise.all(Array.from({ length: 100 }, () => postSigned(call)))
    expect(replies.every(({ statusCode }) => statusCode === 200)).toBe(true)
    expect(await countRows('whatsapp_cloud_report')).toBe(1)
    await worker.drain()
    expect(world.audited.map(({ action }) => action)).toEqual(['link_intake', 'opt_out'])
    expect(await countRows('inbound_message')).toBe(1)
  })

  test('again after it was processed, or in another wrapping, has none', async () => {
    const household = world.newHousehold()
    const call = inboundText(household.phone, 'BERHENTI')
    await postSigned(call)
    await worker.drain()
    // The household is told that it is heard, which makes statuses.
    await cloud.service.settled()
    await worker.drain()
    const known = await countRows('whatsapp_cloud_report')
    await postSigned(call)
    expect(await countRows('whatsapp_cloud_report')).toBe(known)
    await postSigned({ ...call, added: 'one day' })
    expect(await countRows('whatsapp_cloud_report')).toBe(known + 1)
    await worker.drain()
    expect(await countRows('inbound_message')).toBe(1)
    expect(world.audited.map(({ action }) => action)).toEqual(['link_intake', 'opt_out'])
  })

  test('is forgotten when Meta repeats no more', async () => {
    await postSigned(inboundText('6281200000001', 'Halo'))
    await worker.drain()
    // The bot has answered, which makes statuses.
    await cloud.service.settled()
    await worker.drain()
    const since = world.clock.now()
    world.clock.advance(9 * 24 * 60 * 60_000)
    await postSigned(inboundText('6281200000001', 'Halo lagi'))
    await worker.drain()
    const reports = await world.database.owner.selectFrom('whatsapp_cloud_report').select('received_at').execute()
    expect(reports.filter((report) => report.received_at <= since)).toEqual([])
    expect(reports).not.toEqual([])
  })
})

const ORDERS = [
  ['sent', 'delivered', 'read'],
  ['sent', 'read', 'delivered'],
  ['delivered', 'sent', 'read'],
  ['delivered', 'read', 'sent'],
  ['read', 'sent', 'delivered'],
  ['read', 'delivered', 'sent'],
] as const

describe('statuses', () => {
  test.each(ORDERS)('%s, %s, %s end in "read", each twice', async (...order) => {
    const household = await tell()
    const { id, reference } = await sentIdOf(household)
    for (const each of [...order, ...order]) {
      await postSigned({ ...status({ id, status: each, phone: household.phone, reference }), added: Math.random() })
      await worker.drain()
    }
    expect(await world.message(household.intakeId)).toMatchObject({ state: 'read' })
    expect(await countRows('message_receipt')).toBe(3)
  })

  test('all in one call end the same', async () => {
    const household = await tell()
    const { id, reference } = await sentIdOf(household)
    const changes = ORDERS[5].map((each) =>
      statusChange(business(), { id, status: each, phone: household.phone, reference, at: world.clock.now() }),
    )
    await postSigned(wrap(business(), changes))
    await worker.drain()
    expect(await world.message(household.intakeId)).toMatchObject({ state: 'read' })
  })

  test('settle a hand-over that broke, by the reference', async () => {
    const household = world.newHousehold()
    cloud.service.script(household.phone, { answer: 'hang_up' })
    world.settled.add(household.intakeId)
    await world.record([eligible(household)])
    await worker.drain()
    await cloud.service.settled()
    await worker.drain()
    expect(await world.message(household.intakeId)).toMatchObject({ state: 'delivered', attempts: 1 })
    expect(cloud.service.textsOn(household.phone)).toHaveLength(1)
  })

  test('that never come leave it unknown, and nothing is sent again', async () => {
    const household = world.newHousehold()
    cloud.service.script(household.phone, { answer: 'hang_up', statuses: [] })
    world.settled.add(household.intakeId)
    await world.record([eligible(household)])
    await worker.drain()
    world.clock.advance(60_000)
    await worker.settle()
    await worker.drain()
    expect(await world.message(household.intakeId)).toMatchObject({ state: 'unknown', attempts: 1 })
    expect(cloud.service.requests).toHaveLength(1)
  })

  test('that come before the answer find their message', async () => {
    const household = world.newHousehold()
    cloud.service.script(household.phone, { statusesFirst: true, statuses: [{ status: 'read' }] })
    world.settled.add(household.intakeId)
    await world.record([eligible(household)])
    await worker.drain()
    await worker.drain()
    expect(await world.message(household.intakeId)).toMatchObject({ state: 'read' })
  })

  test('say that the number is not on WhatsApp: contact and household are flagged', async () => {
    const household = await tell()
    const { id, reference } = await sentIdOf(household)
    await postSigned(status({ id, status: 'failed', phone: household.phone, reference, code: 131026 }))
    await worker.drain()
    expect(await world.message(household.intakeId)).toMatchObject({ state: 'failed', outcome_code: 'not_on_whatsapp' })
    expect(world.unreachable).toEqual([household.intakeId])
  })

  test('name the person: who wrote under a user id before, and asked us to stop, is told nothing more', async () => {
    const household = await tell()
    const userId = 'ID.13491208655302741918'
    const writes = (body: string, id: string) =>
      wrap(business(), [
        messageChange(business(), { userId }, { type: 'text', text: { body } }, { id, at: world.clock.now() }),
      ])
    await postSigned(writes('BERHENTI', 'wamid.hidden-1'))
    await worker.drain()
    const { id, reference } = await sentIdOf(household)
    await postSigned(status({ id, status: 'delivered', phone: household.phone, userId, reference }))
    await worker.drain()
    const next = world.newHousehold({ phone: household.phone })
    world.settled.add(next.intakeId)
    await world.record([eligible(next)])
    await worker.drain()
    expect(await world.message(next.intakeId)).toMatchObject({ state: 'suppressed', outcome_code: 'opted_out' })
    expect(world.audited.map((event) => event.action)).toContain('merge_contact')
  })

  test('say that the resident has stopped us there: nothing more is sent, and it is audited once', async () => {
    const household = await tell()
    const { id, reference } = await sentIdOf(household)
    world.clock.advance(1_000)
    await world.record([eligible(household, 'Siti A.', 0, 2)])
    const stopped = status({ id, status: 'failed', phone: household.phone, reference, code: 131050 })
    await postSigned(stopped)
    await postSigned({ ...stopped, added: 1 })
    await worker.drain()
    const states = await world.database.owner.selectFrom('message').select(['state', 'outcome_code']).execute()
    expect(states).toEqual([
      { state: 'suppressed', outcome_code: 'opted_out' },
      { state: 'suppressed', outcome_code: 'opted_out' },
    ])
    expect(cloud.service.textsOn(household.phone)).toHaveLength(1)
    expect(world.audited).toMatchObject([{ action: 'opt_out', subjectType: 'contact', details: { by: 'cloud' } }])
    expect(world.unreachable).toEqual([])
  })

  // 131049: not now, for the sake of the service; 131000: nobody says why; 132016: the template is disabled; 999999: not known to us.
  test.each([131049, 131000, 132016, 999999])('of another failure (%i) flag nobody and are final', async (code) => {
    const household = await tell()
    const { id, reference } = await sentIdOf(household)
    await postSigned(status({ id, status: 'failed', phone: household.phone, reference, code }))
    await worker.drain()
    world.clock.advance(60 * 60_000)
    await worker.drain()
    expect(await world.message(household.intakeId)).toMatchObject({
      state: 'failed',
      outcome_code: 'gateway_reported_failure',
      attempts: 1,
    })
    expect(world.audited).toEqual([])
    expect(world.unreachable).toEqual([])
  })

  test('of a text that did arrive are not undone by a late failure', async () => {
    const household = await tell()
    const { id, reference } = await sentIdOf(household)
    await postSigned(status({ id, status: 'delivered', phone: household.phone, reference }))
    await postSigned(status({ id, status: 'failed', phone: household.phone, reference, code: 131026 }))
    await worker.drain()
    expect(await world.message(household.intakeId)).toMatchObject({ state: 'delivered', outcome_code: null })
    expect(world.unreachable).toEqual([])
  })
})

describe('trouble', () => {
  const troubles: unknown[] = []
  beforeEach(() => {
    troubles.length = 0
    gateway.onTrouble(async (trouble) => void troubles.push(trouble))
  })
  const change = (field: string, value: Record<string, unknown>) =>
    wrap(business(), [{ field, value }], Math.floor(world.clock.now().getTime() / 1000))

  test.each([
    [
      'phone_number_quality_update',
      { display_phone_number: '1', event: 'FLAGGED', current_limit: 'TIER_1K' },
      'cold',
      'FLAGGED',
    ],
    ['phone_number_quality_update', { display_phone_number: '1', event: 'DOWNGRADE' }, 'cold', 'DOWNGRADE'],
    [
      'account_update',
      { event: 'ACCOUNT_VIOLATION', violation_info: { violation_type: 'SPAM' } },
      'cold',
      'ACCOUNT_VIOLATION',
    ],
    ['account_update', { event: 'ACCOUNT_RESTRICTION', restriction_info: [] }, 'account', 'ACCOUNT_RESTRICTION'],
    [
      'account_update',
      { event: 'DISABLED_UPDATE', ban_info: { waba_ban_state: 'DISABLE' } },
      'account',
      'DISABLED_UPDATE',
    ],
    ['account_update', { event: 'ACCOUNT_DELETED' }, 'account', 'ACCOUNT_DELETED'],
    ['account_update', { event: 'ACCOUNT_OFFBOARDED' }, 'account', 'ACCOUNT_OFFBOARDED'],
  ])('%s %o is told', async (field, value, scope, code) => {
    await postSigned(change(field, value))
    await postSigned(change(field, value))
    await worker.drain()
    expect(troubles).toEqual([{ scope, code, at: world.clock.now() }])
  })

  test.each([
    ['phone_number_quality_update', { event: 'UNFLAGGED' }],
    ['phone_number_quality_update', { event: 'ONBOARDING' }],
    ['account_update', { event: 'DISABLED_UPDATE', ban_info: { waba_ban_state: 'REINSTATE' } }],
    ['account_update', { event: 'PARTNER_ADDED' }],
    ['account_update', { event: 'toString' }],
    ['message_template_status_update', { event: 'PAUSED' }],
  ])('%s %o is none', async (field, value) => {
    await postSigned(change(field, value))
    await worker.drain()
    expect(troubles).toEqual([])
  })

  test('that was not taken is told again, and not once it was', async () => {
    const household = await tell()
    const { id, reference } = await sentIdOf(household)
    let isAway = true
    gateway.onTrouble(async (trouble) => {
      if (isAway) throw new Error('away')
      troubles.push(trouble)
    })
    const at = world.clock.now()
    await postSigned(status({ id, status: 'failed', phone: household.phone, reference, code: 131048 }))
    await worker.drain()
    expect(troubles).toEqual([])
    isAway = false
    world.clock.advance(60_000)
    await worker.drain()
    world.clock.advance(60_000)
    await worker.drain()
    expect(troubles).toEqual([{ scope: 'account', code: '131048', at }])
  })

  test('without a time of its own is as old as the call that told it, however late that is processed', async () => {
    const receivedAt = world.clock.now()
    await postSigned(wrap(business(), [{ field: 'phone_number_quality_update', value: { event: 'FLAGGED' } }]))
    world.clock.advance(60_000)
    await worker.drain()
    expect(troubles).toEqual([{ scope: 'cold', code: 'FLAGGED', at: receivedAt }])
  })

  test('of a failed text is told once, however often its status comes', async () => {
    const household = await tell()
    const { id, reference } = await sentIdOf(household)
    const failed = status({ id, status: 'failed', phone: household.phone, reference, code: 131048 })
    await postSigned(failed)
    await postSigned({ ...failed, added: 1 })
    await worker.drain()
    expect(troubles).toEqual([{ scope: 'account', code: '131048', at: world.clock.now() }])
  })
})

test('the class of the webhook lets a full stream of statuses through, and no more than the body needs', () => {
  // 80 texts a second, three statuses each.
  expect(RATE_LIMITS.webhook.address.points).toBeGreaterThanOrEqual(80 * 3 * 60)
})

test('nothing of a call is logged', async () => {
  await postSigned(inboundText('6281200000007', 'KATA-RAHASIA'))
  await worker.drain()
  await post('KATA-RAHASIA', { 'x-hub-signature-256': 'sha256=x' })
  for (const secret of ['KATA-RAHASIA', '6281200000007', SECRETS.appSecret, SECRETS.verifyToken]) {
    expect(cloud.log()).not.toContain(secret)
  }
})
