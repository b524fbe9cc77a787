import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { sealContext } from '../../../src/features/whatsapp/seal-context.ts'
import { addRequest } from '../../../src/features/whatsapp/web/session/session.repository.ts'
import type { InboundText, Receipt } from '../../../src/features/whatsapp/whatsapp.ports.ts'
import { uuidIds } from '../../../src/platform/ids.ts'
import { createSessionWorld, type Holder, type SessionWorld, text } from './session-world.ts'

let world: SessionWorld
let holder: Holder
beforeAll(async () => {
  world = await createSessionWorld()
})
beforeEach(async () => {
  await world.reset()
  holder = world.createHolder()
})
afterAll(async () => {
  await world.close()
})

const receipt = (gatewayMessageId: string): Receipt => ({
  gatewayMessageId,
  status: 'delivered',
  at: new Date(),
  code: null,
  reference: null,
})
const inbound = (gatewayMessageId: string, body = 'Halo'): InboundText => ({
  gatewayMessageId,
  from: { phone: '6281200000001', alias: null },
  body,
  kind: 'text',
  at: new Date(),
  backfilled: false,
})

test('a number behind a LID is asked of the page while there is one, and of nobody else', async () => {
  const find = (kind: 'lid' | 'user_id', value: string) => holder.gateway.findNumber?.({ kind, value })
  holder.engines.script.number = (lid) => (lid === '77@lid' ? '6281200000001' : null)
  expect(await find('lid', '77@lid')).toEqual({ kind: 'not_yet' })
  await holder.connect()
  expect(await find('lid', '77@lid')).toEqual({ kind: 'found', phone: '6281200000001' })
  expect(await find('lid', '78@lid')).toEqual({ kind: 'not_yet' })
  expect(await find('user_id', '77@lid')).toEqual({ kind: 'never' })
})

describe('reports', () => {
  test('reach the handlers, and those that a handler rejects come again', async () => {
    const seen: string[] = []
    let failures = 2
    holder.gateway.onReceipt(async ({ gatewayMessageId }) => {
      if (failures-- > 0) throw new Error('the database is away')
      seen.push(gatewayMessageId)
    })
    await holder.connect()
    holder.engines.newest().handlers.onReceipt(receipt('a'))
    holder.engines.newest().handlers.onReceipt(receipt('b'))
    await vi.waitFor(() => expect(seen.toSorted()).toEqual(['a', 'b']), { timeout: 10_000 })
  })

  test('of a run that is over are nobody’s any more', async () => {
    const seen: string[] = []
    holder.gateway.onReceipt(async ({ gatewayMessageId }) => void seen.push(gatewayMessageId))
    await holder.connect()
    const old = holder.engines.newest()
    old.handlers.onEvent({ kind: 'ended', reason: 'browser_gone', detail: null })
    await holder.rounds(5)
    await vi.waitFor(() => expect(holder.engines.runs).toHaveLength(2))
    const { generation } = await world.session()
    old.handlers.onReceipt(receipt('late'))
    old.handlers.onEvent({ kind: 'qr', code: 'late' })
    old.handlers.onEvent({ kind: 'ended', reason: 'logged_out', detail: null })
    holder.engines.newest().handlers.onReceipt(receipt('new'))
    await vi.waitFor(() => expect(seen).toEqual(['new']))
    await holder.rounds()
    expect(await world.session()).toMatchObject({ state: 'connected', generation })
  })

  test('of what somebody wrote are taken also from a run that is over', async () => {
    const seen: string[] = []
    holder.gateway.onInbound(async ({ body }) => void seen.push(body))
    holder.gateway.onOwnText(async ({ body }) => void seen.push(body))
    await holder.connect()
    const old = holder.engines.newest()
    old.handlers.onEvent({ kind: 'ended', reason: 'browser_gone', detail: null })
    const stop = inbound('late', 'BERHENTI')
    old.handlers.onInbound(stop)
    old.handlers.onOwnText({ gatewayMessageId: 'own', to: stop.from, body: 'Selamat pagi', at: stop.at })
    await vi.waitFor(() => expect(seen.toSorted()).toEqual(['BERHENTI', 'Selamat pagi']))
  })

  test('under way are finished before it has stopped', async () => {
    let ended = false
    const { promise: mayEnd, resolve: letEnd } = Promise.withResolvers<void>()
    holder.gateway.onInbound(async () => {
      await mayEnd
      ended = true
    })
    await holder.connect()
    holder.engines.newest().handlers.onInbound(inbound('a'))
    const stopped = holder.gateway.stop()
    letEnd()
    await stopped
    expect(ended).toBe(true)
    expect(holder.engines.alive()).toBe(0)
    expect(await world.session()).toMatchObject({ holder: null, state: 'offline' })
  })
})

describe('readiness', () => {
  test('follows the page: probes, its state, the shape of its ids, and receipts that do not come', async () => {
    await holder.connect()
    expect(await holder.gateway.health()).toEqual({ ready: true, detail: null })
    const { probe } = holder.engines.script
    holder.engines.script.probe = async () => ({ ...(await probe()), keyShape: 'unknown' })
    await holder.rounds(20)
    expect(await holder.gateway.health()).toEqual({ ready: false, detail: 'engine_shape' })
    expect(await holder.gateway.send(text(holder.clock))).toMatchObject({ kind: 'refused', code: 'gateway_busy' })
    holder.engines.script.probe = probe
    await holder.rounds(20)
    expect(holder.told).toEqual([true, false, true])

    await holder.gateway.send(text(holder.clock))
    const stored = () =>
      world.database.owner.selectFrom('whatsapp_session').select('oldest_unreceipted_at').executeTakeFirstOrThrow()
    await holder.rounds(6)
    expect((await stored()).oldest_unreceipted_at).not.toBeNull()
    holder.engines.newest().handlers.onReceipt(receipt('message-1'))
    await holder.rounds(6)
    expect((await stored()).oldest_unreceipted_at).toBeNull()
  })

  test('ends with two unanswered probes, and the browser is rebuilt', async () => {
    await holder.connect()
    const { probe } = holder.engines.script
    holder.engines.script.probe = async () => {
      throw new DOMException('no answer in time', 'TimeoutError')
    }
    const first = holder.engines.newest()
    await holder.rounds(40)
    holder.engines.script.probe = probe
    await holder.connect()
    expect(first.isAlive).toBe(false)
    expect(holder.engines.runs.length).toBeGreaterThan(1)
    expect(holder.engines.alive()).toBe(1)
  })
})

describe('a browser that does not stop', () => {
  test('is ended by its profile before the next one starts', async () => {
    await holder.connect()
    const ended = holder.orphansEnded
    holder.engines.script.stop = async () => {
      throw new Error('the protocol is gone')
    }
    holder.engines.newest().handlers.onEvent({ kind: 'ended', reason: 'frozen', detail: null })
    await holder.rounds(5)
    await vi.waitFor(() => expect(holder.engines.runs).toHaveLength(2))
    expect(holder.orphansEnded).toBe(ended + 1)
    holder.engines.script.stop = async () => {}
  })
})

describe('a pairing code', () => {
  const ask = async (): Promise<void> => {
    const id = uuidIds.next()
    const phone = world.sealer.seal('6281200000009', sealContext.sessionRequestPhone(id))
    await addRequest(world.database.db, { id, kind: 'pairing_code', phone, at: holder.clock.now() })
  }
  const outcome = async () =>
    (await world.database.owner.selectFrom('whatsapp_session_request').select('outcome').executeTakeFirst())?.outcome
  const storedCode = async () =>
    (await world.database.owner.selectFrom('whatsapp_session').select('pairing_code').executeTakeFirst())?.pairing_code

  test('is asked for once a QR is shown, kept sealed, and gone when the link is made', async () => {
    await holder.rounds()
    await vi.waitFor(() => expect(holder.engines.alive()).toBe(1))
    await ask()
    await holder.rounds(2)
    expect(await outcome()).toBeNull()
    holder.engines.newest().handlers.onEvent({ kind: 'qr', code: 'qr-text' })
    await vi.waitFor(async () => {
      await holder.rounds()
      expect(await outcome()).toBe('done')
    })
    // The number is needed no more.
    const numbers = await world.database.owner.selectFrom('whatsapp_session_request').select('phone').execute()
    expect(numbers).toEqual([{ phone: null }])
    await holder.rounds()
    const code = await storedCode()
    expect(world.sealer.open(code ?? Buffer.from(''), sealContext.sessionPairingCode())).toBe('ABCD1234')
    holder.engines.newest().connect()
    await holder.rounds(2)
    expect(await storedCode()).toBeNull()
    expect(world.log()).not.toMatch(/ABCD1234|qr-text|6281200000009/)
  })

  test('is refused when WhatsApp gives none, and when the phone is linked already', async () => {
    holder.engines.script.pairingCode = async () => {
      throw new Error('rate limited')
    }
    await holder.rounds()
    await vi.waitFor(() => expect(holder.engines.alive()).toBe(1))
    holder.engines.newest().handlers.onEvent({ kind: 'qr', code: 'qr-text' })
    await ask()
    await vi.waitFor(async () => {
      await holder.rounds()
      expect(await outcome()).toBe('refused')
    })
    await world.database.owner.deleteFrom('whatsapp_session_request').execute()
    holder.engines.newest().connect()
    await ask()
    await holder.rounds()
    expect(await outcome()).toBe('refused')
  })
})

test('logging out ends the browser, then forgets the profile; a new QR starts the next', async () => {
  await holder.connect()
  const request = async (kind: 'log_out' | 'show_qr' | 'restart', at = holder.clock.now()) =>
    await addRequest(world.database.db, { id: uuidIds.next(), kind, phone: null, at })
  await request('log_out')
  await holder.rounds(2)
  await vi.waitFor(() => expect(holder.forgotten).toBe(1))
  expect(holder.engines.alive()).toBe(0)
  await holder.rounds()
  expect(await world.session()).toMatchObject({ state: 'action_required', detail: 'unlinked_here' })
  // Asked for while nobody was there: not wanted any more.
  await request('restart', new Date(holder.clock.now().getTime() - 600_000))
  await holder.rounds(2)
  expect(holder.engines.runs).toHaveLength(1)
  holder.engines.script.connects = false
  await request('show_qr')
  await holder.rounds(2)
  await vi.waitFor(() => expect(holder.engines.alive()).toBe(1))
  expect(holder.engines.runs).toHaveLength(2)
})

test.each([
  ['is not told', async () => false],
  ['is asked by a page that fails', async () => Promise.reject(new Error('a page that fails'))],
])('logging out works when WhatsApp %s, and says so', async (_case, logOut) => {
  await holder.connect()
  holder.engines.script.logOut = logOut
  await logOutHere()
  expect(holder.engines.alive()).toBe(0)
})

test('logging out works when the browser is dead', async () => {
  await holder.connect()
  holder.engines.newest().handlers.onEvent({ kind: 'ended', reason: 'browser_gone', detail: null })
  await logOutHere()
  expect(holder.engines.runs).toHaveLength(1)
})

async function logOutHere(): Promise<void> {
  const at = holder.clock.now()
  await addRequest(world.database.db, { id: uuidIds.next(), kind: 'log_out', phone: null, at })
  await holder.rounds()
  await vi.waitFor(() => expect(holder.forgotten).toBe(1))
  await holder.rounds()
  expect(await world.session()).toMatchObject({ state: 'action_required', detail: 'logged_out_here' })
}

describe('the number that is linked', () => {
  const NUMBER = '6281100000001'
  const OTHER_NUMBER = '6281100000002'
  let begun = 0

  const link = async (number: string | null): Promise<void> => {
    holder = world.createHolder()
    holder.gateway.onNewAccount(async () => void begun++)
    holder.engines.script.ownNumber = number
    await holder.connect()
    await holder.gateway.stop()
  }
  const stored = async (): Promise<Buffer | null> => {
    const { owner } = world.database
    const row = await owner.selectFrom('whatsapp_session').select('own_number_index').executeTakeFirstOrThrow()
    return row.own_number_index
  }
  beforeEach(async () => {
    begun = 0
    await world.database.owner.updateTable('whatsapp_session').set({ own_number_index: null }).execute()
  })

  test('begins as a new account the first time and when it is another one, and not when the same is restored', async () => {
    await link(NUMBER)
    expect(begun).toBe(1)
    await link(NUMBER)
    // A page that does not tell its number is no other number.
    await link(null)
    await link(NUMBER)
    expect(begun).toBe(1)
    await link(OTHER_NUMBER)
    expect(begun).toBe(2)
    await link(NUMBER)
    expect(begun).toBe(3)
  })

  test('is kept as a keyed hash only, and in no log', async () => {
    await link(NUMBER)
    expect(await stored()).toEqual(world.sealer.blindIndex('whatsapp_own_number', NUMBER))
    expect(world.log()).not.toContain(NUMBER)
  })

  test('sends nothing before its new account has begun, and tries that again until it has', async () => {
    let isDatabaseAway = true
    holder.gateway.onNewAccount(async () => {
      if (isDatabaseAway) throw new Error('the database is away')
      begun += 1
    })
    holder.engines.script.ownNumber = NUMBER
    holder.engines.script.connects = true
    await vi.waitFor(async () => {
      await holder.rounds()
      expect(await world.session()).toMatchObject({ state: 'connected' })
    })
    await holder.rounds(3)
    expect((await holder.gateway.health()).ready).toBe(false)
    expect(await holder.gateway.send(text(holder.clock))).toMatchObject({ kind: 'refused', code: 'gateway_busy' })
    expect(await stored()).toBeNull()
    isDatabaseAway = false
    await holder.rounds()
    await vi.waitFor(async () => expect((await holder.gateway.health()).ready).toBe(true))
    expect(begun).toBe(1)
    expect(holder.told).toEqual([true])
    expect(await stored()).not.toBeNull()
  })
})
