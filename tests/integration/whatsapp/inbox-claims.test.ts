import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Actor, Role } from '../../../src/contracts/access.ts'
import type { ConversationList, ConversationView } from '../../../src/contracts/api/whatsapp-inbox.ts'
import type { App } from '../../../src/platform/http/index.ts'
import { actorByHeader, createTestServer } from '../../support/test-server.ts'
import { byAlias, byPhone, createReporter, type Reporter } from './reporter.ts'
import { createWorld, eligible, received, type World } from './world.ts'

const MINUTE_MS = 60_000

let world: World
let reporter: Reporter
let app: App
const officers = new Map<string, Actor>()

beforeAll(async () => {
  world = await createWorld()
  app = await createTestServer(actorByHeader(officers))
  world.worker.whatsapp.registerRoutes(app)
  await app.ready()
})
beforeEach(async () => {
  await world.reset()
  reporter = createReporter(world)
})
afterAll(async () => {
  await app.close()
  await world.close()
})

function newOfficer(role: Role = 'supervisor'): Actor {
  const officer: Actor = {
    userId: randomUUID(),
    username: role,
    displayName: role,
    role,
    regionCode: '32.74',
    officeId: null,
    officeIds: [],
    scopes: null,
  }
  officers.set(officer.userId, officer)
  return officer
}
const as = ({ userId }: Actor) => ({ 'x-api-key': userId })
const get = async <Body>(officer: Actor, path: string): Promise<Body> =>
  (await app.inject({ url: `/api/v1/conversations${path}`, headers: as(officer) })).json<Body>()
const post = async (officer: Actor, id: string, act: string, payload?: object) =>
  await app.inject({
    method: 'POST',
    url: `/api/v1/conversations/${id}/${act}`,
    headers: as(officer),
    ...(payload && { payload }),
  })
const answer = (officer: Actor, id: string, text: string, key = randomUUID()) =>
  post(officer, id, 'answers', { key, text })
const item = async (officer: Actor) => (await get<ConversationList>(officer, '')).items[0]

/** Somebody has written; the bot's first reply has gone out. */
async function begin(): Promise<{ id: string; phone: string }> {
  const phone = world.newPhone()
  await reporter.text(byPhone(phone), 'Halo')
  await reporter.worker.drain()
  world.clock.advance(25 * 60 * MINUTE_MS)
  return { id: (await item(newOfficer()))?.id ?? '', phone }
}
const write = async (phone: string, body: string): Promise<string[]> => {
  await reporter.text(byPhone(phone), body)
  await reporter.worker.drain()
  return await world.textsOn(phone)
}

describe('a claim', () => {
  test('goes to one of fifty who want it at the same moment; the others are told who', async () => {
    const { id } = await begin()
    const wanting = Array.from({ length: 50 }, () => newOfficer())
    const answers = await Promise.all(wanting.map((officer) => post(officer, id, 'claim')))
    const won = answers.flatMap(({ statusCode }, index) => (statusCode === 204 ? (wanting[index] ?? []) : []))
    expect(won).toHaveLength(1)
    const [winner] = won
    for (const lost of answers.filter(({ statusCode }) => statusCode !== 204)) {
      expect(lost.json()).toMatchObject({ code: 'already_claimed', details: { holder: { id: winner?.userId } } })
    }
    expect(world.audited.filter(({ action }) => action === 'claim')).toHaveLength(1)
  })

  test('may be repeated by its holder, and ends by itself after 20 minutes without an act', async () => {
    const { id } = await begin()
    const [first, second] = [newOfficer(), newOfficer()]
    await post(first, id, 'claim')
    world.clock.advance(19 * MINUTE_MS)
    expect((await post(first, id, 'claim')).statusCode).toBe(204)
    world.clock.advance(19 * MINUTE_MS)
    expect((await post(second, id, 'claim')).statusCode).toBe(409)
    expect((await answer(first, id, 'Sebentar ya')).statusCode).toBe(200)
    world.clock.advance(20 * MINUTE_MS)
    expect(await item(second)).toMatchObject({ status: 'waiting', claimedBy: null })
    expect((await answer(first, id, 'Sudah')).json()).toMatchObject({ code: 'lease_required' })
    expect((await post(second, id, 'claim')).statusCode).toBe(204)
    expect((await answer(first, id, 'Sudah')).json()).toMatchObject({ code: 'already_claimed' })
  })

  test('is kept by its holder’s look at the conversation', async () => {
    const { id } = await begin()
    const [first, second] = [newOfficer(), newOfficer()]
    await post(first, id, 'claim')
    world.clock.advance(19 * MINUTE_MS)
    await get(first, `/${id}`)
    world.clock.advance(19 * MINUTE_MS)
    expect((await post(second, id, 'claim')).statusCode).toBe(409)
  })

  test('can be taken over by a supervisor who says so, and by nobody else', async () => {
    const { id } = await begin()
    const [first, supervisor] = [newOfficer(), newOfficer()]
    await post(first, id, 'claim')
    expect((await post(supervisor, id, 'claim')).statusCode).toBe(409)
    expect((await post(supervisor, id, 'claim', { takeOver: true })).statusCode).toBe(204)
    expect((await post(first, id, 'close')).json()).toMatchObject({ code: 'already_claimed' })
    expect(world.audited.map(({ action }) => action)).toContain('take_over')
  })

  test('is needed to answer, to release and to close', async () => {
    const { id } = await begin()
    const officer = newOfficer()
    for (const reply of [
      await answer(officer, id, 'Halo'),
      await post(officer, id, 'release'),
      await post(officer, id, 'close'),
    ]) {
      expect(reply.json()).toMatchObject({ code: 'lease_required' })
    }
  })
})

describe('an answer', () => {
  test('reaches the resident, says who wrote it to officers, and is delivered like every message', async () => {
    const { id, phone } = await begin()
    const officer = newOfficer()
    await post(officer, id, 'claim')
    await answer(officer, id, 'Silakan datang besok pagi.')
    await reporter.worker.drain()
    expect((await world.textsOn(phone)).at(-1)).toMatch(/^Silakan datang besok pagi\.\nRef [0-9A-Z]{10}$/)
    const view = await get<ConversationView>(officer, `/${id}`)
    expect(view.messages[0]).toMatchObject({
      direction: 'out',
      kind: 'answer',
      state: 'sent',
      sentBy: { id: officer.userId, name: expect.stringContaining('Petugas') },
    })
  })

  test('goes to the alias of somebody whose number is hidden', async () => {
    await reporter.text(byAlias('4711@lid'), 'Halo')
    const officer = newOfficer()
    const id = (await item(officer))?.id ?? ''
    await post(officer, id, 'claim')
    await answer(officer, id, 'Ada yang bisa dibantu?')
    await reporter.worker.drain()
    expect((await world.textsOn('4711@lid')).at(-1)).toContain('Ada yang bisa dibantu?')
  })

  test('that is sent many times with the same key is one text', async () => {
    const { id, phone } = await begin()
    const officer = newOfficer()
    await post(officer, id, 'claim')
    const before = (await world.textsOn(phone)).length
    const key = randomUUID()
    const answers = await Promise.all(Array.from({ length: 20 }, () => answer(officer, id, 'Sekali saja', key)))
    expect(new Set(answers.map((reply) => reply.body)).size).toBe(1)
    await reporter.worker.drain()
    expect(await world.textsOn(phone)).toHaveLength(before + 1)
    const other = newOfficer()
    await post(other, id, 'claim', { takeOver: true })
    expect((await answer(other, id, 'Lain', key)).json()).toMatchObject({ code: 'idempotency_key_reused' })
  })

  test('to somebody who asked us to stop is refused, and nothing is stored', async () => {
    const { id, phone } = await begin()
    const officer = newOfficer()
    await post(officer, id, 'claim')
    const before = (await write(phone, 'STOP')).length
    expect((await answer(officer, id, 'Halo?')).json()).toMatchObject({ status: 409, code: 'resident_opted_out' })
    await reporter.worker.drain()
    expect(await world.textsOn(phone)).toHaveLength(before)
    await write(phone, 'MULAI')
    expect((await answer(officer, id, 'Halo lagi')).statusCode).toBe(200)
  })

  test('to a number that was called wrong is refused until an officer who holds it confirms the number', async () => {
    const household = world.newHousehold()
    await world.record([received(household)])
    await write(household.phone, 'SALAH NOMOR')
    const id = (await item(newOfficer()))?.id ?? ''
    const officer = newOfficer()
    expect((await post(officer, id, 'confirm-number')).json()).toMatchObject({ code: 'lease_required' })
    await post(officer, id, 'claim')
    const before = (await world.textsOn(household.phone)).length
    expect((await answer(officer, id, 'Halo?')).json()).toMatchObject({ status: 409, code: 'resident_wrong_number' })
    await reporter.worker.drain()
    expect(await world.textsOn(household.phone)).toHaveLength(before)

    world.audited.length = 0
    expect((await post(officer, id, 'confirm-number')).statusCode).toBe(204)
    expect(world.audited).toMatchObject([{ action: 'confirm_number', actorId: officer.userId, subjectId: id }])
    expect((await answer(officer, id, 'Terima kasih, Bu')).statusCode).toBe(200)
    world.settled.add(household.intakeId)
    await world.record([eligible(household)])
    await reporter.worker.drain()
    expect(await item(officer)).toMatchObject({ wrongNumber: false, verified: true })
    expect(await world.textsOn(household.phone)).toHaveLength(before + 2)
    // The bot knows the household again.
    await post(officer, id, 'close')
    expect((await write(household.phone, 'CEK')).at(-1)).toContain('PDW-3274-2611-000123-K')
  })

  test('and a wish to stop that meet at the same moment never end in a text after the confirmation', async () => {
    for (let round = 0; round < 5; round++) {
      await world.reset()
      reporter = createReporter(world)
      const { id, phone } = await begin()
      const officer = newOfficer()
      await post(officer, id, 'claim')
      await Promise.all([answer(officer, id, 'Halo?'), reporter.text(byPhone(phone), 'BERHENTI')])
      await reporter.worker.drain()
      expect((await world.textsOn(phone)).at(-1)).toContain('tidak akan mengirim pesan lagi')
    }
  })

  test('with an identity number is refused', async () => {
    const { id } = await begin()
    const officer = newOfficer()
    await post(officer, id, 'claim')
    expect((await answer(officer, id, 'NIK 3274 0101 0190 0001')).json()).toMatchObject({
      code: 'message_holds_identity_number',
    })
  })

  test('with a date and hours is none with an identity number', async () => {
    const { id, phone } = await begin()
    const officer = newOfficer()
    await post(officer, id, 'claim')
    expect((await answer(officer, id, 'Silakan datang 12/11/2026, 08.00-15.00')).statusCode).toBe(200)
    await reporter.worker.drain()
    expect((await world.textsOn(phone)).at(-1)).toContain('12/11/2026, 08.00-15.00')
  })

  test.each([
    { key: 'x', text: 'Halo' },
    { key: randomUUID(), text: '' },
    { key: randomUUID(), text: 'x'.repeat(1025) },
    { key: randomUUID(), text: 'a\u0000b' },
    { text: 'Halo' },
  ])('takes no nonsense: %j', async (payload) => {
    const { id } = await begin()
    expect((await post(newOfficer(), id, 'answers', payload)).json()).toMatchObject({ code: 'invalid_input' })
  })
})

describe('the bot', () => {
  test('is silent while a person holds the conversation, after the claim ran out too, and back when it is closed', async () => {
    const { id, phone } = await begin()
    const officer = newOfficer()
    const before = (await world.textsOn(phone)).length
    await post(officer, id, 'claim')
    expect(await write(phone, 'Kartu saya bagaimana?')).toHaveLength(before)
    world.clock.advance(25 * MINUTE_MS)
    expect(await write(phone, 'Halo?')).toHaveLength(before)
    await post(officer, id, 'claim')
    await post(officer, id, 'close')
    expect(await item(officer)).toMatchObject({ status: 'closed', waitingSince: null })
    expect(await write(phone, 'Halo')).toHaveLength(before + 1)
    expect(await item(officer)).toMatchObject({ status: 'bot' })
  })

  test('is silent after a claim was given back: somebody still waits for a person', async () => {
    const { id, phone } = await begin()
    const officer = newOfficer()
    const before = (await world.textsOn(phone)).length
    await post(officer, id, 'claim')
    await post(officer, id, 'release')
    expect(await item(officer)).toMatchObject({ status: 'waiting' })
    expect(await write(phone, 'Halo?')).toHaveLength(before)
  })

  test('can be told to be silent for a while, and to answer again', async () => {
    const { id, phone } = await begin()
    const officer = newOfficer()
    const before = (await world.textsOn(phone)).length
    await post(officer, id, 'pause-bot', { minutes: 30 })
    expect(await item(officer)).toMatchObject({ botPausedUntil: expect.any(String) })
    world.clock.advance(30 * MINUTE_MS - 1)
    expect(await write(phone, 'Halo')).toHaveLength(before)
    await post(officer, id, 'resume-bot')
    expect(await write(phone, 'Halo')).toHaveLength(before + 1)
  })
})

test('reading up to a text leaves what came after it unread', async () => {
  const { id, phone } = await begin()
  const officer = newOfficer()
  await write(phone, 'Satu')
  const { messages } = await get<ConversationView>(officer, `/${id}`)
  await write(phone, 'Dua')
  await post(officer, id, 'read', { upTo: messages.find(({ body }) => body === 'Satu')?.id })
  expect(await item(officer)).toMatchObject({ unread: 1 })
})

test('a notice to a number that is not the household’s is not sent', async () => {
  const household = world.newHousehold()
  await world.record([received(household)])
  await reporter.worker.drain()
  await world.database.owner.updateTable('whatsapp_contact').set({ wrong_number_at: world.clock.now() }).execute()
  const again = world.newHousehold({ phone: household.phone })
  await world.record([received(again)])
  await reporter.worker.drain()
  expect(await world.message(again.intakeId)).toMatchObject({ state: 'suppressed', outcome_code: 'wrong_number' })
})
