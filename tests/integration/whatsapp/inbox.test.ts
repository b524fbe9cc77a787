import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Actor, Role } from '../../../src/contracts/access.ts'
import type {
  ConversationCounts,
  ConversationItem,
  ConversationList,
  ConversationView,
  QuickReplies,
} from '../../../src/contracts/api/whatsapp-inbox.ts'
import { composeReceiptNumber } from '../../../src/contracts/primitives/receipt-number.ts'
import type { App } from '../../../src/platform/http/index.ts'
import { createTestServer } from '../../support/test-server.ts'
import { byAlias, byBoth, byPhone, createReporter, type Reporter } from './reporter.ts'
import { createWorld, type Household, OFFICE, received, type World } from './world.ts'

const OTHER_OFFICE = '0192f0c0-0000-7000-8000-000000000002'
const MINUTE_MS = 60_000

let world: World
let reporter: Reporter
let app: App
let caller: Actor | null = null

beforeAll(async () => {
  world = await createWorld()
  app = await createTestServer(() => caller)
  world.worker.whatsapp.registerRoutes(app)
  await app.ready()
})
beforeEach(async () => {
  await world.reset()
  reporter = createReporter(world)
  caller = null
})
afterAll(async () => {
  await app.close()
  await world.close()
})

function signIn(role: Role, { regionCode = '32.74', officeIds = [OFFICE] } = {}): Actor {
  caller = {
    userId: randomUUID(),
    username: role,
    displayName: role,
    role,
    regionCode,
    officeId: officeIds[0] ?? null,
    officeIds,
    scopes: null,
  }
  return caller
}

const get = async <Body>(path: string): Promise<Body> => (await app.inject(`/api/v1/${path}`)).json<Body>()
const list = async (query = ''): Promise<ConversationItem[]> =>
  (await get<ConversationList>(`conversations${query}`)).items
const post = async (id: string, act: string, payload?: object) =>
  await app.inject({ method: 'POST', url: `/api/v1/conversations/${id}/${act}`, ...(payload && { payload }) })
const read = async (id: string): Promise<ConversationView> => await get(`conversations/${id}`)
const answer = async (id: string, text: string, key = randomUUID()) => await post(id, 'answers', { key, text })

/** A household that was told something and writes back: its conversation is linked by the number. */
async function begin(
  changes: { regionCode?: string; office?: string; phone?: string; body?: string } = {},
): Promise<Household> {
  const { office, body = 'Halo, bagaimana?', ...card } = changes
  const household = world.newHousehold(card)
  if (office) world.offices.set(household.intakeId, office)
  await world.record([received(household)])
  await reporter.worker.drain()
  await reporter.text(byPhone(household.phone), body)
  await reporter.worker.drain()
  return household
}

async function onlyId(): Promise<string> {
  const rows = await world.database.owner.selectFrom('whatsapp_conversation').select('contact_id').execute()
  expect(rows).toHaveLength(1)
  return rows[0]?.contact_id ?? ''
}

describe('the list', () => {
  test('shows who wrote, with the number masked and the beginning of the last text', async () => {
    const household = await begin({ body: `NIK saya 3274010101900001, ${'panjang '.repeat(30)}` })
    signIn('petugas')
    const response = await app.inject('/api/v1/conversations')
    const [item] = response.json<ConversationList>().items
    expect(item).toMatchObject({
      status: 'bot',
      phoneMasked: `•••• ${household.phone.slice(-4)}`,
      preview: expect.stringMatching(/^NIK saya ••••••••••••0001, panjang .*…$/),
      unread: 1,
      claimedBy: null,
      stranger: false,
    })
    expect(response.body).not.toContain(household.phone)
  })

  test('runs from the latest to the oldest, in pages that leave nothing out', async () => {
    for (let count = 0; count < 5; count++) {
      await reporter.text(byPhone((await begin()).phone), 'Halo')
      world.clock.advance(count % 2 === 0 ? MINUTE_MS : 0)
    }
    signIn('verifikator')
    const seen: ConversationItem[] = []
    let cursor: string | null = ''
    while (cursor !== null) {
      const page: ConversationList = await get(`conversations?limit=2${cursor && `&cursor=${cursor}`}`)
      seen.push(...page.items)
      cursor = page.nextCursor
    }
    expect(new Set(seen.map(({ id }) => id)).size).toBe(5)
    const times = seen.map(({ lastMessageAt }) => lastMessageAt)
    expect(times).toEqual(times.toSorted().reverse())
  })

  test('can be narrowed to what is unread, waits, or is held by the caller, and the counts agree', async () => {
    await begin()
    await begin()
    await begin()
    const [first, second, third] = await (signIn('supervisor'), list())
    const me = signIn('petugas')
    await post(first?.id ?? '', 'claim')
    await post(second?.id ?? '', 'claim')
    await post(second?.id ?? '', 'release')
    const [text] = (await read(third?.id ?? '')).messages.filter(({ direction }) => direction === 'in')
    await post(third?.id ?? '', 'read', { upTo: text?.id })
    expect((await list('?mine=true')).map(({ id }) => id)).toEqual([first?.id])
    expect((await list('?status=claimed')).map(({ claimedBy }) => claimedBy?.id)).toEqual([me.userId])
    expect((await list('?status=waiting')).map(({ id }) => id)).toEqual([second?.id])
    expect(await list('?unread=true')).toHaveLength(2)
    expect(await get<ConversationCounts>('conversations/counts')).toEqual({ unread: 2, waiting: 1, mine: 1 })
  })

  test.each([
    'conversations?cursor=bogus',
    'conversations?cursor=W10',
    'conversations?status=open',
    'conversations?all=1',
  ])('refuses %s', async (path) => {
    signIn('petugas')
    expect(await get(path)).toMatchObject({ code: 'invalid_input' })
  })
})

describe('who sees what', () => {
  const ids = async (role: Role, where: { regionCode?: string; officeIds?: string[] } = {}): Promise<number> => {
    signIn(role, where)
    return (await list()).length
  }

  test('an officer sees who registered at the own offices, reviewers their region', async () => {
    await begin()
    expect(await ids('petugas')).toBe(1)
    expect(await ids('petugas', { officeIds: [OTHER_OFFICE] })).toBe(0)
    expect(await ids('petugas', { officeIds: [] })).toBe(0)
    for (const role of ['verifikator', 'supervisor', 'auditor'] as const) {
      expect(await ids(role), role).toBe(1)
      expect(await ids(role, { regionCode: '32' }), role).toBe(1)
      expect(await ids(role, { regionCode: '32.74.01' }), role).toBe(1)
      expect(await ids(role, { regionCode: '32.74.02' }), role).toBe(0)
      expect(await ids(role, { regionCode: '32.09' }), role).toBe(0)
      expect(await ids(role, { regionCode: '32.7' }), role).toBe(0)
    }
  })

  test('what lies elsewhere is not found, whatever is done to it', async () => {
    await begin()
    const id = await onlyId()
    signIn('petugas', { officeIds: [OTHER_OFFICE] })
    expect((await app.inject(`/api/v1/conversations/${id}`)).statusCode).toBe(404)
    for (const act of ['claim', 'release', 'close', 'confirm-number', 'pause-bot', 'resume-bot']) {
      expect((await post(id, act)).json(), act).toMatchObject({ code: 'not_found' })
    }
    expect((await answer(id, 'Halo')).statusCode).toBe(404)
    expect((await post(id, 'read', { upTo: id })).statusCode).toBe(404)
  })

  test('a stranger is seen by supervisors everywhere, by admins without the text, and by nobody else', async () => {
    await reporter.text(byPhone(world.newPhone()), 'Halo, ini siapa?')
    expect(await ids('petugas')).toBe(0)
    expect(await ids('verifikator')).toBe(0)
    expect(await ids('auditor')).toBe(0)
    expect(await ids('supervisor', { regionCode: '32.09' })).toBe(1)
    expect(await list()).toMatchObject([{ stranger: true, preview: 'Halo, ini siapa?' }])
    signIn('admin')
    expect(await list()).toMatchObject([{ stranger: true, preview: null }])
  })

  test('an admin reads no conversation and an auditor does nothing in one', async () => {
    await begin()
    const id = await onlyId()
    signIn('admin')
    expect((await app.inject(`/api/v1/conversations/${id}`)).statusCode).toBe(403)
    signIn('auditor')
    expect((await app.inject(`/api/v1/conversations/${id}`)).statusCode).toBe(200)
    expect((await post(id, 'claim')).statusCode).toBe(403)
    for (const role of ['kader', 'penyetuju'] as const) {
      signIn(role)
      expect((await app.inject('/api/v1/conversations')).statusCode, role).toBe(403)
    }
    caller = null
    expect((await app.inject('/api/v1/conversations')).statusCode).toBe(401)
  })

  test('on a shared phone each office reads its own notices only', async () => {
    const first = await begin()
    await begin({ phone: first.phone, office: OTHER_OFFICE })
    const id = await onlyId()
    const notices = async (): Promise<number> =>
      (await read(id)).messages.filter(({ kind }) => kind === 'notice').length
    signIn('petugas')
    expect(await notices()).toBe(1)
    signIn('petugas', { officeIds: [OTHER_OFFICE] })
    expect(await notices()).toBe(1)
    signIn('verifikator')
    expect(await notices()).toBe(2)
    expect((await read(id)).proposals).toHaveLength(2)
  })

  test('on a shared phone each office reads what the bot told about its own household only', async () => {
    const first = await begin()
    const second = await begin({ phone: first.phone, office: OTHER_OFFICE })
    const receipts = [first, second].map(({ intakeId }, index) => {
      const receiptNumber = composeReceiptNumber('32.74', '2611', 200 + index)
      Object.assign(world.cards.get(intakeId) ?? {}, { receiptNumber })
      return receiptNumber
    })
    for (const receipt of receipts) await reporter.text(byPhone(first.phone), receipt)
    const id = await onlyId()
    const told = async (): Promise<boolean[]> => {
      const replies = (await read(id)).messages.filter(({ kind }) => kind === 'reply')
      return receipts.map((receipt) => replies.some(({ body }) => body.includes(receipt)))
    }
    signIn('petugas')
    expect(await told()).toEqual([true, false])
    signIn('petugas', { officeIds: [OTHER_OFFICE] })
    expect(await told()).toEqual([false, true])
    signIn('verifikator')
    expect(await told()).toEqual([true, true])
  })

  test('a number that the household gave up links nothing', async () => {
    const household = world.newHousehold()
    await world.record([received(household)])
    await reporter.worker.drain()
    const card = world.cards.get(household.intakeId)
    if (card) card.phone = world.newPhone()
    await reporter.text(byPhone(household.phone), 'Halo')
    expect(await ids('verifikator')).toBe(0)
    expect(await ids('supervisor')).toBe(1)
  })
})

describe('a conversation', () => {
  test('shows both sides, latest first, with delivery, linked proposals and numbers masked', async () => {
    const household = await begin({ body: 'KK 3274-0101-0120-0001' })
    signIn('verifikator')
    const view = await read(await onlyId())
    expect(view.messages.map(({ direction, kind, state }) => [direction, kind, state])).toEqual(
      expect.arrayContaining([
        ['in', 'text', null],
        ['out', 'notice', 'sent'],
        ['out', 'reply', 'sent'],
      ]),
    )
    expect(view.messages.find(({ kind }) => kind === 'text')?.body).toBe('KK ••••-••••-••••-0001')
    expect(view.proposals).toMatchObject([{ id: household.proposalIds[0], intakeId: household.intakeId }])
    expect(JSON.stringify(view)).not.toContain(household.phone)
  })

  test('shows a text that grows when it is masked, and one that ends in half a character', async () => {
    const household = await begin({ body: `3274010101900001 ${'ﷺ'.repeat(4000)}` })
    await reporter.text(byPhone(household.phone), `${'a'.repeat(78)}😀😀`)
    signIn('petugas')
    const [item] = await list()
    expect(item?.preview).toBe(`${'a'.repeat(78)}…`)
    const texts = (await read(item?.id ?? '')).messages.filter(({ kind }) => kind === 'text')
    expect(texts.map(({ body }) => body.length)).toEqual([82, 4200])
  })

  test('is read in pages', async () => {
    const household = await begin()
    for (let count = 0; count < 5; count++) await reporter.text(byPhone(household.phone), `Teks ${count}`)
    signIn('petugas')
    const id = await onlyId()
    const seen: string[] = []
    let cursor: string | null = ''
    while (cursor !== null) {
      const page: ConversationView = await get(`conversations/${id}?limit=3${cursor && `&cursor=${cursor}`}`)
      seen.push(...page.messages.map((message) => message.id))
      cursor = page.nextCursor
    }
    const { owner } = world.database
    const stored = [
      ...(await owner.selectFrom('inbound_message').select('id').execute()),
      ...(await owner.selectFrom('message').select('id').execute()),
    ]
    expect(stored.length).toBeGreaterThan(7)
    expect(seen.toSorted()).toEqual(stored.map((row) => row.id).sort())
  })

  test('is found under the id of an alias that turned out to be a known number', async () => {
    const household = await begin()
    await reporter.text(byAlias('5511@lid'), 'Ini saya')
    signIn('supervisor')
    const stranger = (await list()).find((item) => item.stranger)
    await reporter.text(byBoth(household.phone, '5511@lid'), 'Nomor saya')
    signIn('petugas')
    const view = await read(stranger?.id ?? '')
    expect(view.conversation.id).toBe(await onlyId())
    expect(view.messages.filter(({ kind }) => kind === 'text')).toHaveLength(3)
  })

  test('every look is audited, and so is every act', async () => {
    await begin()
    const id = await onlyId()
    world.audited.length = 0
    const { userId } = signIn('petugas')
    await list()
    await read(id)
    await post(id, 'claim')
    await answer(id, 'Sedang kami cek')
    await post(id, 'read', { upTo: randomUUID() })
    await post(id, 'pause-bot', { minutes: 30 })
    await post(id, 'resume-bot')
    await post(id, 'release')
    await post(id, 'claim')
    await post(id, 'close')
    expect(world.audited.every((event) => event.actorId === userId)).toBe(true)
    expect(world.audited.map(({ action, subjectId }) => [action, subjectId])).toEqual([
      ['read_messages', null],
      ['read_messages', id],
      ['claim', id],
      ['answer_resident', id],
      ['mark_read', id],
      ['pause_bot', id],
      ['resume_bot', id],
      ['release', id],
      ['claim', id],
      ['close_conversation', id],
    ])
    expect(JSON.stringify(world.audited)).not.toContain('Sedang kami cek')
  })
})

test('the quick replies are in Indonesian, and none of them would be held back', async () => {
  signIn('petugas')
  const { items } = await get<QuickReplies>('quick-replies')
  expect(items.length).toBeGreaterThan(4)
  await begin()
  const id = await onlyId()
  await post(id, 'claim')
  for (const { text } of items) expect((await answer(id, text)).statusCode, text).toBe(200)
})
