import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Actor, Role } from '../../../src/contracts/access.ts'
import type { MessageTemplates } from '../../../src/contracts/api/message-templates.ts'
import type { OperatorMessages, ProposalMessages } from '../../../src/contracts/api/whatsapp.ts'
import type { App } from '../../../src/platform/http/index.ts'
import { createTestServer } from '../../support/test-server.ts'
import { byAlias, createReporter } from './reporter.ts'
import { createWorld, eligible, type Household, OPEN_MS, received, type World } from './world.ts'

let world: World
let app: App
let caller: Actor | null = null

beforeAll(async () => {
  world = await createWorld()
  app = await createTestServer(() => caller)
  world.worker.whatsapp.registerRoutes(app)
  world.simulator.registerRoutes(app)
  await app.ready()
})
beforeEach(async () => {
  await world.reset()
  caller = null
})
afterAll(async () => {
  await app.close()
  await world.close()
})

function signIn(role: Role, regionCode = '32.74'): void {
  caller = {
    userId: randomUUID(),
    username: role,
    displayName: role,
    role,
    regionCode,
    officeId: null,
    officeIds: [],
    scopes: null,
  }
}

async function sendUnknown(regionCode = '32.74'): Promise<Household> {
  const household = world.newHousehold({ regionCode })
  await world.simulator.phones.behave(household.phone, {
    mode: 'unknown_delivered',
    answersLookUp: false,
    remaining: 1,
  })
  await world.record([received(household)])
  await world.worker.drain()
  return household
}

test('GET /api/v1/message-templates shows what residents are told, in both languages, to those who answer for it', async () => {
  signIn('supervisor')
  const { maxLength, items } = (await app.inject('/api/v1/message-templates')).json<MessageTemplates>()
  expect(maxLength).toBe(1024)
  expect(items.filter(({ faults }) => faults.length > 0)).toEqual([])
  const closed = items.filter(({ key }) => key === 'closed')
  expect(closed.map(({ language }) => language)).toEqual(['id', 'en'])
  expect(closed[0]?.cloud.variables[0]).toEqual({ position: 1, name: 'office', value: 'Puskesmas Kejaksan' })
  signIn('petugas')
  expect((await app.inject('/api/v1/message-templates')).statusCode).toBe(403)
})

describe('GET /api/v1/proposals/{id}/messages', () => {
  const read = async (household: Household) =>
    await app.inject(`/api/v1/proposals/${household.proposalIds[0]}/messages`)

  test('shows each notice with its delivery, from waiting to read', async () => {
    const household = world.newHousehold({ members: 2 })
    signIn('petugas')
    await world.record([received(household), eligible(household)])
    const states = async () => (await read(household)).json<ProposalMessages>().items.map((item) => item.state)
    expect(await states()).toEqual(['queued', 'queued'])
    await world.worker.drain()
    expect(await states()).toEqual(['sent', 'queued'])
    await world.simulator.gateway.reportDue()
    world.clock.advance(60_000)
    await world.worker.drain()
    const { items } = (await read(household)).json<ProposalMessages>()
    expect(items).toMatchObject([
      { template: 'received', state: 'delivered', outcome: null },
      { template: 'eligible', state: 'sent', version: 1, body: expect.stringContaining('memenuhi syarat') },
    ])
    expect(items[0]?.deliveredAt).toBe('2026-11-23T03:00:00.000Z')
  })

  test('shows why nothing was sent', async () => {
    const household = world.newHousehold({ consentWhatsapp: false })
    await world.record([received(household)])
    await world.worker.drain()
    signIn('verifikator')
    expect((await read(household)).json()).toMatchObject({ items: [{ state: 'suppressed', outcome: 'no_consent' }] })
  })

  test('is audited', async () => {
    const household = world.newHousehold()
    signIn('auditor')
    await read(household)
    expect(world.audited).toMatchObject([{ action: 'read_messages', subjectId: household.proposalIds[0] }])
  })

  test('somebody else’s proposal is not found, and a stranger is not let in', async () => {
    const household = world.newHousehold()
    signIn('verifikator', '32.09')
    expect((await read(household)).statusCode).toBe(404)
    signIn('admin')
    expect((await read(household)).statusCode).toBe(403)
    caller = null
    expect((await read(household)).statusCode).toBe(401)
  })
})

describe('the operators’ list', () => {
  const list = async (query = '') => await app.inject(`/api/v1/whatsapp/messages${query}`)
  const settle = async (id: string, as: string) =>
    await app.inject({ method: 'POST', url: `/api/v1/whatsapp/messages/${id}/settle`, payload: { as } })

  test('shows messages with an unknown outcome, with the number masked', async () => {
    const household = await sendUnknown()
    signIn('supervisor')
    const response = await list()
    const { items } = response.json<OperatorMessages>()
    expect(items).toMatchObject([{ intakeId: household.intakeId, state: 'unknown', attempts: 1, kind: 'notice' }])
    expect(items[0]?.toMasked).toBe(`•••• ${household.phone.slice(-4)}`)
    expect(response.body).not.toContain(household.phone)
  })

  test('shows of an alias its last signs, not where it belongs', async () => {
    await createReporter(world).text(byAlias('778899@lid'), 'Halo')
    signIn('admin')
    expect((await list('?state=queued')).json<OperatorMessages>().items).toMatchObject([{ toMasked: '•••• 8899' }])
  })

  test('says which of them wait for a person, and which may still settle by themselves', async () => {
    const { phone } = await sendUnknown()
    await world.simulator.phones.behave(phone, { mode: 'delivers', answersLookUp: false })
    signIn('supervisor')
    const needed = async () => (await list()).json<OperatorMessages>().items.map((item) => item.needsPerson)
    expect(await needed()).toEqual([false])
    world.clock.advance(10 * 60_000)
    await world.worker.settle()
    expect(await needed()).toEqual([true])
  })

  test('shows what waits for its time, with the reason and until when', async () => {
    const household = world.newHousehold()
    await world.simulator.phones.behave(household.phone, { mode: 'busy', remaining: 1 })
    await world.record([received(household)])
    await world.worker.drain()
    signIn('supervisor')
    const waiting = { state: 'queued', heldFor: 'gateway_busy', heldUntil: '2026-11-23T03:00:01.000Z' }
    expect((await list('?state=queued')).json()).toMatchObject({
      items: [{ ...waiting, since: '2026-11-23T03:00:00.000Z', needsPerson: false }],
    })
    const proposal = await app.inject(`/api/v1/proposals/${household.proposalIds[0]}/messages`)
    expect(proposal.json()).toMatchObject({ items: [waiting] })
    world.clock.advance(1_000)
    await world.worker.drain()
    expect((await list('?state=queued')).json()).toMatchObject({ items: [] })
  })

  test('is cut into pages that leave nothing out', async () => {
    for (let count = 0; count < 5; count++) await sendUnknown()
    signIn('supervisor')
    const seen: string[] = []
    let cursor: string | null = ''
    while (cursor !== null) {
      const page: OperatorMessages = (await list(`?limit=2${cursor && `&cursor=${cursor}`}`)).json()
      seen.push(...page.items.map((item) => item.id))
      cursor = page.nextCursor
    }
    expect(new Set(seen).size).toBe(5)
  })

  test.each(['supervisor', 'admin'] as const)('ends at the border of the region for a %s', async (role) => {
    const household = await sendUnknown('32.09')
    const { id } = await world.message(household.intakeId)
    signIn(role)
    expect((await list()).json()).toMatchObject({ items: [] })
    expect((await settle(id, 'sent')).statusCode).toBe(404)
    signIn(role, '32')
    expect((await list()).json()).toMatchObject({ items: [{ id }] })
  })

  test('shows an answer to a stranger, which belongs to no region, to admins', async () => {
    const household = await sendUnknown()
    const { id } = await world.message(household.intakeId)
    await world.database.owner.updateTable('message').set({ region_code: null }).where('id', '=', id).execute()
    signIn('supervisor')
    expect((await list()).json()).toMatchObject({ items: [] })
    signIn('admin')
    expect((await list()).json()).toMatchObject({ items: [{ id }] })
    expect((await settle(id, 'sent')).statusCode).toBe(204)
  })

  test('lets an operator say that it arrived', async () => {
    const household = await sendUnknown()
    const { id } = await world.message(household.intakeId)
    signIn('supervisor')
    expect((await settle(id, 'sent')).statusCode).toBe(204)
    world.clock.advance(OPEN_MS)
    await world.worker.settle()
    await world.worker.drain()
    expect(await world.message(household.intakeId)).toMatchObject({ state: 'sent' })
    expect(await world.textsOn(household.phone)).toHaveLength(1)
    expect(world.audited).toMatchObject([
      { action: 'settle_message', subjectId: id, actorId: caller?.userId, details: { as: 'sent' } },
    ])
  })

  test('lets an operator send it again, once, when it will not settle by itself any more', async () => {
    const household = await sendUnknown()
    const { id } = await world.message(household.intakeId)
    signIn('supervisor')
    world.clock.advance(10 * 60_000 - 1)
    expect((await settle(id, 'send_again')).json()).toMatchObject({ code: 'action_not_allowed' })
    expect(await world.message(household.intakeId)).toMatchObject({ state: 'unknown' })
    world.clock.advance(1)
    const answers = await Promise.all(Array.from({ length: 5 }, () => settle(id, 'send_again')))
    expect(answers.map((answer) => answer.statusCode).sort()).toEqual([204, 409, 409, 409, 409])
    await world.worker.drain()
    expect(await world.message(household.intakeId)).toMatchObject({ state: 'sent', attempts: 2 })
    expect(await world.textsOn(household.phone)).toHaveLength(2)
  })

  test('names a message whose sending was given up, and lets an operator queue it anew, once', async () => {
    const household = world.newHousehold()
    await world.simulator.phones.behave(household.phone, { mode: 'busy', remaining: 1 })
    await world.record([received(household)])
    await world.worker.drain()
    const { id } = await world.message(household.intakeId)
    signIn('supervisor')
    const needed = async () =>
      (await list('?state=queued')).json<OperatorMessages>().items.map((item) => item.needsPerson)
    expect(await needed()).toEqual([false])
    expect((await settle(id, 'send_again')).statusCode).toBe(409)
    await world.database.owner.updateTable('outbox').set({ state: 'dead' }).where('key', '=', id).execute()
    expect(await needed()).toEqual([true])
    expect((await settle(id, 'sent')).statusCode).toBe(409)
    const answers = await Promise.all(Array.from({ length: 5 }, () => settle(id, 'send_again')))
    expect(answers.map((answer) => answer.statusCode).sort()).toEqual([204, 409, 409, 409, 409])
    expect(await needed()).toEqual([false])
    await world.worker.drain()
    expect(await world.message(household.intakeId)).toMatchObject({ state: 'sent' })
    expect(await world.textsOn(household.phone)).toHaveLength(1)
  })

  test('has nothing to settle about a message that went well', async () => {
    const household = world.newHousehold()
    await world.record([received(household)])
    await world.worker.drain()
    signIn('supervisor')
    const answer = await settle((await world.message(household.intakeId)).id, 'send_again')
    expect(answer.json()).toMatchObject({ code: 'action_not_allowed' })
    expect((await settle(randomUUID(), 'sent')).statusCode).toBe(404)
  })

  test('is not for officers at the counter', async () => {
    signIn('petugas')
    expect((await list()).statusCode).toBe(403)
  })
})

describe('the simulated phones', () => {
  test('show what arrived, and only that, under the number as anybody writes it', async () => {
    const household = world.newHousehold()
    await world.record([received(household)])
    await world.worker.drain()
    await app.inject({
      method: 'POST',
      url: '/api/v1/simulator/messages',
      payload: { from: household.phone, body: 'Terima kasih' },
    })
    const written = encodeURIComponent(`+${household.phone.slice(0, 5)}-${household.phone.slice(5)}`)
    for (const to of [household.phone, written, `0${household.phone.slice(2)}`]) {
      const { items } = (await app.inject(`/api/v1/simulator/messages?to=${to}`)).json()
      expect(items).toEqual([
        {
          id: expect.any(String),
          to: household.phone,
          body: expect.stringContaining('terima'),
          at: '2026-11-23T03:00:00.000Z',
        },
      ])
    }
  })

  test('misbehave when they are told to', async () => {
    const phone = world.newPhone()
    const behaviour = await app.inject({
      method: 'PUT',
      url: `/api/v1/simulator/phones/${phone}`,
      payload: { mode: 'not_on_whatsapp' },
    })
    expect(behaviour.statusCode).toBe(204)
    const everybody = await app.inject({
      method: 'PUT',
      url: '/api/v1/simulator/phones/all',
      payload: { mode: 'refuses', remaining: 1 },
    })
    expect(everybody.statusCode).toBe(204)
    const refused = world.newHousehold({ phone })
    const alsoRefused = world.newHousehold()
    await world.record([received(refused), received(alsoRefused)])
    await world.worker.drain()
    expect((await world.message(refused.intakeId)).outcome_code).toBe('not_on_whatsapp')
    expect((await world.message(alsoRefused.intakeId)).outcome_code).toBe('gateway_refused')
  })

  test.each([
    { from: '0231201234', body: 'Halo' },
    { from: '628123456789', body: '' },
    { from: '628123456789', body: 'a\u0000b' },
    { from: '628123456789', body: 'x'.repeat(4097) },
    { from: '628123456789', body: 'Halo', extra: 1 },
  ])('take no nonsense: %j', async (payload) => {
    const answer = await app.inject({ method: 'POST', url: '/api/v1/simulator/messages', payload })
    expect(answer.json()).toMatchObject({ code: 'invalid_input' })
  })
})

describe('the page at /simulator', () => {
  const post = async (fields: Record<string, string>, headers: Record<string, string> = {}) =>
    await app.inject({
      method: 'POST',
      url: '/simulator',
      headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
      payload: new URLSearchParams(fields).toString(),
    })

  test('lists the phones and shows one as chat bubbles, in Indonesian', async () => {
    const household = world.newHousehold()
    await world.record([received(household)])
    await world.worker.drain()
    const phones = await app.inject('/simulator')
    expect(phones.headers['content-type']).toBe('text/html; charset=utf-8')
    expect(phones.body).toContain('Ponsel simulasi')
    expect(phones.body).toContain(`/simulator?phone=${household.phone}`)
    const chat = await app.inject(`/simulator?phone=${household.phone}`)
    expect(chat.body).toContain('sudah kami <strong>terima</strong>')
    expect(chat.body).toContain('10.00')
  })

  test('takes an answer and shows it', async () => {
    const phone = world.newPhone()
    const answer = await post({ from: phone, body: 'Terima kasih\r\nBu 🙏' })
    expect(answer.statusCode).toBe(303)
    expect(answer.headers.location).toBe(`/simulator?phone=${phone}`)
    expect((await app.inject(`/simulator?phone=${phone}`)).body).toContain('Terima kasih\r\nBu 🙏')
    await world.simulator.gateway.reportDue()
    expect(await world.database.owner.selectFrom('inbound_message').selectAll().execute()).toHaveLength(1)
  })

  test('runs no script and no markup that a resident writes', async () => {
    const phone = world.newPhone()
    await post({ from: phone, body: `<script>alert(1)</script>"'&*<b>*` })
    const page = await app.inject(`/simulator?phone=${phone}`)
    expect(page.body).toContain('&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#39;&amp;<strong>&lt;b&gt;</strong>')
    expect(page.body).not.toMatch(/<script|<b>/)
    expect(page.headers['content-security-policy']).toContain("default-src 'none'")
    expect(page.headers['content-security-policy']).not.toContain('script-src')
  })

  test('takes no form from another site, and no form anywhere else', async () => {
    const fields = { from: world.newPhone(), body: 'Halo' }
    expect((await post(fields, { origin: 'https://evil.example' })).statusCode).toBe(403)
    const elsewhere = await app.inject({
      method: 'POST',
      url: '/api/v1/simulator/messages',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      payload: new URLSearchParams(fields).toString(),
    })
    expect(elsewhere.statusCode).toBe(415)
  })
})
