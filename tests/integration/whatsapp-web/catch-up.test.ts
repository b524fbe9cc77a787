import { sql } from 'kysely'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import type { InboundText, OwnText, Peer, Receipt } from '../../../src/features/whatsapp/whatsapp.ports.ts'
import { uuidIds } from '../../../src/platform/ids.ts'
import { rememberWriter } from './remember-writer.ts'
import { createSessionWorld, type Holder, type SessionWorld, text } from './session-world.ts'

const SOON = { timeout: 20_000, interval: 10 }
const A_DAY_MS = 86_400_000
const PHONE = '6281200000001'
const BUSY = { kind: 'refused', code: 'gateway_busy', retryable: true }

let world: SessionWorld
let holder: Holder
let reports: string[]
beforeAll(async () => {
  world = await createSessionWorld()
})
beforeEach(async () => {
  await world.reset()
  holder = world.createHolder()
  reports = []
  holder.gateway.onInbound(
    async ({ body, backfilled }) => void reports.push(`${backfilled ? 'late' : 'live'}: ${body}`),
  )
  holder.gateway.onOwnText(
    async ({ body, backfilled }) => void reports.push(`own${backfilled ? ' late' : ''}: ${body}`),
  )
  holder.gateway.onReceipt(async ({ reference, status }) => void reports.push(`${status}: ${reference}`))
})
afterEach(async () => {
  const { owner } = world.database
  await owner.deleteFrom('message').execute()
  await owner.deleteFrom('inbound_message').execute()
  await owner.deleteFrom('whatsapp_alias').execute()
  await owner.deleteFrom('whatsapp_contact').execute()
})
afterAll(() => world.close())

const ago = (milliseconds: number): Date => new Date(holder.clock.now().getTime() - milliseconds)
const byPhone = (phone: string): Peer => ({ phone, alias: null })
const lid = (value: string) => ({ kind: 'lid' as const, value })
const inbound = (body: string, from = byPhone(PHONE)): InboundText => ({
  gatewayMessageId: body,
  from,
  body,
  kind: 'text',
  at: ago(60_000),
  backfilled: true,
})
const own = (body: string): OwnText => ({ gatewayMessageId: body, to: byPhone(PHONE), body, at: ago(60_000) })
const phones = () => holder.engines.newest().askedFor.map(({ phone }) => phone)
/** In sync, and not necessarily caught up. */
const connect = async (): Promise<void> => {
  holder.engines.script.connects = true
  await vi.waitFor(async () => {
    await holder.rounds()
    expect(await world.session()).toMatchObject({ state: 'connected' })
  }, SOON)
  await holder.rounds(2)
}
const roundsUntil = (check: () => unknown): Promise<void> =>
  vi.waitFor(async () => {
    await holder.rounds()
    await check()
  }, SOON)

describe('after a connection', () => {
  test('whoever wrote or was written to lately is asked after, the newest first; a chat that fails is asked again', async () => {
    const { owner } = world.database
    const { clock } = holder
    const writers = [
      { phone: '6281200000001' },
      { phone: '6281200000002' },
      { phone: '6281200000003', aliases: [lid('31@lid'), lid('33@lid')] },
      { aliases: [lid('44@lid')] },
      // Known by the other transport only: there is no chat to look into.
      { aliases: [{ kind: 'user_id' as const, value: 'ID.5' }] },
    ]
    for (const [index, writer] of writers.entries()) {
      await rememberWriter(world, { ...writer, at: new Date(clock.now().getTime() + index) })
    }
    // Wrote long ago, and got a notice yesterday: the answer may be the first opt-out.
    await rememberWriter(world, { phone: '6281200000006', at: new Date(clock.now().getTime() - 30 * A_DAY_MS) })
    const told = owner
      .selectFrom('whatsapp_contact')
      .select('id')
      .where('phone_index', '=', Buffer.from('6281200000006'))
    await owner
      .insertInto('message')
      .values({
        id: uuidIds.next(),
        kind: 'notice',
        essential: false,
        contact_id: (await told.executeTakeFirstOrThrow()).id,
        recipient: Buffer.from(''),
        body: Buffer.from(''),
        reference: '0000000006',
        state: 'sent',
        queued_at: clock.now(),
        sending_at: new Date(clock.now().getTime() - A_DAY_MS),
      })
      .execute()
    let failures = 2
    holder.engines.script.chat = (peer) => {
      if (peer.phone === '6281200000002' && failures-- > 0) throw new Error('a chat that cannot be read')
      return peer.phone === null ? { inbound: [inbound('missed')] } : {}
    }
    await holder.connect()
    expect(reports).toEqual(['late: missed'])
    await roundsUntil(() => expect(phones()).toHaveLength(7))
    expect(holder.engines.newest().askedFor).toEqual([
      { phone: null, alias: lid('44@lid') },
      { phone: '6281200000003', alias: lid('33@lid') },
      byPhone('6281200000002'),
      byPhone('6281200000001'),
      byPhone('6281200000006'),
      byPhone('6281200000002'),
      byPhone('6281200000002'),
    ])
  })

  test('whom the page lists is asked after first, also who never wrote before, and nobody twice', async () => {
    await rememberWriter(world, { phone: PHONE, at: holder.clock.now() })
    await rememberWriter(world, { phone: '6281200000002', at: holder.clock.now() })
    holder.engines.script.chats = () => [byPhone('6281299999999'), byPhone('6281200000002')]
    await holder.connect()
    expect(phones()).toEqual(['6281299999999', '6281200000002', PHONE])
  })

  test('a page that does not list its chats is asked again, and whom we know is asked after meanwhile', async () => {
    await rememberWriter(world, { phone: PHONE, at: holder.clock.now() })
    let failures = 1
    holder.engines.script.chats = () => {
      if (failures-- > 0) throw new Error('not in this build')
      return [byPhone('6281299999999')]
    }
    await holder.connect()
    expect(phones()).toEqual([PHONE, '6281299999999'])
  })

  test('hundreds of chats are read in bounded passes, none left out, and the log says what is left', async () => {
    const count = 450
    const phoneOf = (index: number): string => `62812${String(index).padStart(8, '0')}`
    // Some at the very same moment, as pages may end between them.
    for (let index = 0; index < count; index++) {
      const at = new Date(holder.clock.now().getTime() - Math.floor(index / 7))
      await rememberWriter(world, { phone: phoneOf(index), at })
    }
    await connect()
    await roundsUntil(() => expect(phones()).toHaveLength(count))
    await roundsUntil(async () => expect(await holder.gateway.health()).toEqual({ ready: true, detail: null }))
    expect(new Set(phones()).size).toBe(count)
    const newestSeven = Array.from({ length: 7 }, (_, index) => phoneOf(index))
    expect(new Set(phones().slice(0, 7))).toEqual(new Set(newestSeven))
    expect(world.log()).toContain('more chats are left to catch up with')
  })

  test('what somebody typed on the phone itself is told before what came in, and both as found late', async () => {
    const receipt: Receipt = {
      gatewayMessageId: 'true_1',
      status: 'delivered',
      at: new Date(),
      code: null,
      reference: 'R000000001',
      readInChat: byPhone(PHONE),
    }
    holder.engines.script.chats = () => [byPhone(PHONE)]
    holder.engines.script.chat = () => ({
      inbound: [inbound('Halo')],
      ownTexts: [own('Selamat pagi')],
      receipts: [receipt],
    })
    await holder.connect()
    expect(reports).toEqual(['own late: Selamat pagi', 'delivered: R000000001', 'late: Halo'])
  })
})

test('what is written while it reads is nothing late: it is told live too, and the bot answers it', async () => {
  holder.engines.script.chats = () => [byPhone(PHONE)]
  holder.engines.script.chat = () => ({
    inbound: [inbound('tadi'), { ...inbound('sekarang'), at: holder.clock.now() }],
  })
  await holder.connect()
  expect(reports.toSorted()).toEqual(['late: tadi', 'live: sekarang'])
})

describe('until it has caught up', () => {
  test('nothing is sent: an opt-out that waits to be found is acted upon first', async () => {
    const { promise: mayEnd, resolve: letEnd } = Promise.withResolvers<void>()
    holder.gateway.onInbound(async ({ body }) => {
      await mayEnd
      reports.push(body)
    })
    holder.engines.script.chats = () => [byPhone(PHONE)]
    holder.engines.script.chat = () => ({ inbound: [inbound('BERHENTI')] })
    await connect()
    expect(await holder.gateway.send(text(holder.clock))).toEqual(BUSY)
    expect(await holder.gateway.health()).toEqual({ ready: false, detail: 'catching_up' })
    expect(await world.session()).toMatchObject({ state: 'connected', detail: 'catching_up' })
    expect(holder.told).toEqual([])
    letEnd()
    await vi.waitFor(() => expect(holder.told).toEqual([true]), SOON)
    expect(reports).toEqual(['BERHENTI'])
    await holder.rounds()
    expect(await world.session()).toMatchObject({ state: 'connected', detail: null })
    expect(await holder.gateway.send(text(holder.clock))).toMatchObject({ kind: 'accepted' })
  })

  test('a chat that cannot be read holds back what goes there, for two minutes at most, and is said to be unread until it is', async () => {
    let canRead = false
    const missed = inbound('Halo')
    holder.engines.script.chats = () => [byPhone(PHONE)]
    holder.engines.script.chat = () => {
      if (!canRead) throw new Error('a chat that cannot be read')
      return { inbound: [missed] }
    }
    await holder.connect()
    expect(await world.session()).toMatchObject({ state: 'connected', detail: 'chats_unread' })
    expect(await holder.gateway.send(text(holder.clock))).toEqual(BUSY)
    const toAnother = { ...text(holder.clock), to: '6281200000002@c.us' }
    expect(await holder.gateway.send(toAnother)).toMatchObject({ kind: 'accepted' })
    await holder.rounds(121)
    expect(await holder.gateway.send(text(holder.clock))).toMatchObject({ kind: 'accepted' })
    expect(holder.told).toEqual([true])
    expect(await world.session()).toMatchObject({ state: 'connected', detail: 'chats_unread' })
    // Ever more seldom, and never given up.
    expect(phones().length).toBeGreaterThan(3)
    expect(phones().length).toBeLessThan(20)
    canRead = true
    await roundsUntil(() => expect(reports).toEqual(['late: Halo']))
    await roundsUntil(async () => expect(await world.session()).toMatchObject({ state: 'connected', detail: null }))
  })

  test('nothing is sent, but for two minutes at most: a chat that never answers is not waited for longer', async () => {
    holder.engines.script.chats = () => [byPhone(PHONE)]
    holder.engines.script.chat = () => new Promise(() => {})
    await connect()
    expect(await holder.gateway.send(text(holder.clock))).toEqual(BUSY)
    await holder.rounds(121)
    expect(holder.told).toEqual([true])
  })

  test('a database that cannot tell whom to ask after is asked again', async () => {
    await rememberWriter(world, { phone: PHONE, at: holder.clock.now() })
    holder.engines.script.chat = () => ({ inbound: [inbound('BERHENTI')] })
    await sql`REVOKE SELECT ON inbound_message FROM puntadewa_app`.execute(world.database.owner)
    await connect()
    await holder.rounds(5)
    expect(phones()).toEqual([])
    expect(holder.told).toEqual([])
    expect(await world.session()).toMatchObject({ state: 'connected', detail: 'catching_up' })
    await sql`GRANT SELECT ON inbound_message TO puntadewa_app`.execute(world.database.owner)
    await roundsUntil(() => expect(holder.told).toEqual([true]))
    expect(reports).toEqual(['late: BERHENTI'])
  })
})

describe('after a gap in the connection of the same page', () => {
  const state = (name: string) => holder.engines.newest().handlers.onEvent({ kind: 'state', state: name })

  test('what the page lists since then is read before anything is sent', async () => {
    await rememberWriter(world, { phone: '6281200000002', at: holder.clock.now() })
    await holder.connect()
    expect(phones()).toEqual(['6281200000002'])
    const { promise: mayRead, resolve: letRead } = Promise.withResolvers<void>()
    holder.engines.script.chats = () => [byPhone(PHONE)]
    holder.engines.script.chat = async () => {
      await mayRead
      return { inbound: [inbound('BERHENTI')] }
    }
    state('TIMEOUT')
    state('CONNECTED')
    expect(await holder.gateway.send(text(holder.clock))).toEqual(BUSY)
    await vi.waitFor(() => expect(phones()).toEqual(['6281200000002', PHONE]), SOON)
    letRead()
    await vi.waitFor(() => expect(holder.told).toEqual([true, false, true]), SOON)
    expect(reports).toEqual(['late: BERHENTI'])
    // Whom we know without anything new on the page is not read once more.
    expect(phones()).toEqual(['6281200000002', PHONE])
  })

  test('that comes in the middle of catching up the page is asked once more for what it lists', async () => {
    const { promise: mayRead, resolve: letRead } = Promise.withResolvers<void>()
    holder.engines.script.chats = () => [byPhone('6281200000002')]
    holder.engines.script.chat = async () => {
      await mayRead
      return {}
    }
    await connect()
    await vi.waitFor(() => expect(phones()).toEqual(['6281200000002']), SOON)
    holder.engines.script.chats = () => [byPhone(PHONE)]
    state('TIMEOUT')
    state('CONNECTED')
    letRead()
    await roundsUntil(() => expect(holder.told).toEqual([true]))
    expect(phones()).toEqual(['6281200000002', PHONE])
  })
})

test('a run that is over is read no further', async () => {
  const { promise: mayRead, resolve: letRead } = Promise.withResolvers<void>()
  holder.engines.script.chats = () => [byPhone(PHONE), byPhone('6281200000002')]
  holder.engines.script.chat = async () => {
    await mayRead
    return { inbound: [inbound('BERHENTI')] }
  }
  await connect()
  const first = holder.engines.newest()
  await vi.waitFor(() => expect(first.askedFor).toHaveLength(1), SOON)
  first.handlers.onEvent({ kind: 'ended', reason: 'browser_gone', detail: null })
  letRead()
  // What it had read stays true.
  await vi.waitFor(() => expect(reports).toEqual(['late: BERHENTI']), SOON)
  await roundsUntil(() => expect(holder.engines.runs).toHaveLength(2))
  await roundsUntil(() => expect(phones()).toEqual([PHONE, '6281200000002']))
  expect(first.askedFor).toHaveLength(1)
})
