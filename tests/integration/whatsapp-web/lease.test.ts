import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import {
  addRequest,
  getSession,
  giveLeaseBack,
  type HeldState,
  recordRequestOutcome,
  renewLease,
  takeLease,
  takeRequests,
} from '../../../src/features/whatsapp/web/session/session.repository.ts'
import { uuidIds } from '../../../src/platform/ids.ts'
import { createSessionWorld, type Holder, type SessionWorld, text } from './session-world.ts'

const LEASE_MS = 20_000

let world: SessionWorld
beforeAll(async () => {
  world = await createSessionWorld()
})
beforeEach(async () => {
  await world.reset()
})
afterAll(async () => {
  await world.close()
})

const STATE: HeldState = {
  state: 'starting',
  detail: null,
  since: new Date(),
  generation: 1,
  pageState: null,
  webVersion: null,
  keyShape: null,
  rssBytes: null,
  probedAt: null,
  lastEventAt: null,
  lastReceiptAt: null,
  oldestUnreceiptedAt: null,
  qr: null,
  pairingCode: null,
}

const take = async (holder = 'machine/1'): Promise<{ token: number }> => {
  const taken = await takeLease(world.database.db, { holder, leaseMs: LEASE_MS, at: new Date() })
  if (!taken) throw new Error('not taken')
  return taken
}

describe('the lease', () => {
  test('goes to one of thirty who ask at once', async () => {
    const names = Array.from({ length: 30 }, (_, index) => `machine/${index}`)
    const taken = await Promise.all(
      names.map((holder) => takeLease(world.database.db, { holder, leaseMs: LEASE_MS, at: new Date() })),
    )
    const winners = names.filter((_, index) => taken[index] !== undefined)
    expect(winners).toHaveLength(1)
    expect((await world.session()).holder).toBe(winners[0])
  })

  test('goes to one of thirty who ask at the moment it ends, under a newer token', async () => {
    const { token } = await take()
    await world.age(LEASE_MS)
    const taken = await Promise.all(
      Array.from({ length: 30 }, (_, index) =>
        takeLease(world.database.db, { holder: `machine/${index}`, leaseMs: LEASE_MS, at: new Date() }),
      ),
    )
    expect(taken.filter((one) => one !== undefined)).toEqual([expect.objectContaining({ token: token + 1 })])
  })

  test('is not taken while it is renewed', async () => {
    const { token } = await take()
    await world.age(15_000)
    expect(await renewLease(world.database.db, { token, leaseMs: LEASE_MS }, STATE)).toBe(true)
    await world.age(15_000)
    expect(
      await takeLease(world.database.db, { holder: 'machine/2', leaseMs: LEASE_MS, at: new Date() }),
    ).toBeUndefined()
  })

  test('says nothing of the holder before it', async () => {
    const { token } = await take()
    const connected: HeldState = { ...STATE, state: 'connected', pageState: 'CONNECTED', probedAt: new Date() }
    expect(await renewLease(world.database.db, { token, leaseMs: LEASE_MS }, connected)).toBe(true)
    await world.age(LEASE_MS)
    await take('machine/2')
    expect(await getSession(world.database.db)).toMatchObject({ state: 'starting', pageState: null, probedAt: null })
  })

  test('goes to one of thirty who saw that its holder is gone, and from nobody who took it since', async () => {
    const { token } = await take()
    const takeFrom = (holder: string) =>
      takeLease(world.database.db, { holder, leaseMs: LEASE_MS, at: new Date(), evenFrom: token })
    const taken = await Promise.all(Array.from({ length: 30 }, (_, index) => takeFrom(`machine/${index}`)))
    expect(taken.filter((one) => one !== undefined)).toEqual([expect.objectContaining({ token: token + 1 })])
    expect(await takeFrom('machine/late')).toBeUndefined()
  })

  test('that was given back is taken at once', async () => {
    const { token } = await take()
    await giveLeaseBack(world.database.db, token, new Date())
    expect(await world.session()).toMatchObject({ holder: null, state: 'offline' })
    await take('machine/2')
  })
})

test('what was heard last outlives the holder that heard it', async () => {
  const { token } = await take()
  const heard = { lastEventAt: new Date('2026-11-23T03:00:00Z'), lastReceiptAt: new Date('2026-11-23T02:00:00Z') }
  expect(await renewLease(world.database.db, { token, leaseMs: LEASE_MS }, { ...STATE, ...heard })).toBe(true)
  await world.age(LEASE_MS)
  const next = await take('machine/2')
  expect(await renewLease(world.database.db, { token: next.token, leaseMs: LEASE_MS }, STATE)).toBe(true)
  expect(await getSession(world.database.db)).toMatchObject(heard)
  const since = { ...heard, lastEventAt: new Date('2026-11-23T04:00:00Z') }
  expect(await renewLease(world.database.db, { token: next.token, leaseMs: LEASE_MS }, { ...STATE, ...since })).toBe(
    true,
  )
  expect(await getSession(world.database.db)).toMatchObject(since)
})

describe('what an admin asks for', () => {
  const ask = (kind: 'restart' | 'pairing_code', phone: Buffer | null = null) =>
    addRequest(world.database.db, { id: uuidIds.next(), kind, phone, at: new Date() })
  const takenBy = async (token: number): Promise<string[]> =>
    (await takeRequests(world.database.db, token, new Date())).map(({ kind }) => kind)

  test('is taken once by one holder, and again by the next when the first has died over it', async () => {
    const first = await take()
    await ask('restart')
    await ask('pairing_code', Buffer.from('sealed'))
    expect((await takenBy(first.token)).toSorted()).toEqual(['pairing_code', 'restart'])
    expect(await takenBy(first.token)).toEqual([])
    await world.age(LEASE_MS)
    const second = await take('machine/2')
    expect((await takenBy(second.token)).toSorted()).toEqual(['pairing_code', 'restart'])
    expect(await takenBy(second.token)).toEqual([])
  })

  test('is not taken again when it was answered', async () => {
    const first = await take()
    await ask('restart')
    for (const { id } of await takeRequests(world.database.db, first.token, new Date())) {
      await recordRequestOutcome(world.database.db, id, 'done')
    }
    await world.age(LEASE_MS)
    const second = await take('machine/2')
    expect(await takenBy(second.token)).toEqual([])
  })

  test('is done by the process that takes over: a log-out that was begun ends with the profile', async () => {
    const dying = world.createHolder()
    await dying.connect()
    // It asks WhatsApp, and is gone before there is an answer.
    const { promise: forEver, resolve: letGo } = Promise.withResolvers<boolean>()
    dying.engines.script.logOut = () => forEver
    await addRequest(world.database.db, { id: uuidIds.next(), kind: 'log_out', phone: null, at: dying.clock.now() })
    await dying.rounds(2)
    expect(dying.forgotten).toBe(0)
    await world.age(LEASE_MS)
    const other = world.createHolder()
    other.clock.set(dying.clock.now())
    await vi.waitFor(async () => {
      await other.rounds()
      expect(other.forgotten).toBe(1)
    })
    expect(other.engines.runs).toEqual([])
    expect(await world.session()).toMatchObject({ state: 'action_required', detail: 'logged_out_here' })
    letGo(true)
  })
})

describe('what only a person ends', () => {
  const REASONS = ['conflict', 'restricted', 'logged_out', 'deprecated_version'] as const
  const endWith = async (holder: Holder, reason: (typeof REASONS)[number]): Promise<void> => {
    await holder.connect()
    holder.engines.newest().handlers.onEvent({ kind: 'ended', reason, detail: null })
  }
  const restart = async (holder: Holder): Promise<void> => {
    await addRequest(world.database.db, { id: uuidIds.next(), kind: 'restart', phone: null, at: holder.clock.now() })
    await holder.connect()
  }

  test.each(REASONS)('(%s) is not ended by another process that takes over', async (reason) => {
    const first = world.createHolder()
    await endWith(first, reason)
    await first.rounds()
    await world.age(LEASE_MS)
    const second = world.createHolder()
    second.engines.script.connects = true
    await second.rounds(30)
    expect(second.engines.runs).toEqual([])
    expect(await world.session()).toMatchObject({ holder: 'machine/2', state: 'action_required', detail: reason })
    expect(await second.gateway.health()).toEqual({ ready: false, detail: reason })
    await restart(second)
  })

  test('is not ended by a restart of the process, also when it had no time to write it down', async () => {
    const first = world.createHolder()
    await endWith(first, 'conflict')
    await first.gateway.stop()
    expect(await getSession(world.database.db)).toMatchObject({ holder: null, state: 'offline', detail: null })
    const second = world.createHolder()
    second.engines.script.connects = true
    await second.rounds(30)
    expect(second.engines.runs).toEqual([])
    expect(await world.session()).toMatchObject({ state: 'action_required', detail: 'conflict' })
    await restart(second)
  })

  test('is not ended by a database that was away, also when it happened meanwhile', async () => {
    const holder = world.createHolder()
    await holder.connect()
    const { owner } = world.database
    await owner.schema.alterTable('whatsapp_session').renameTo('whatsapp_session_away').execute()
    try {
      holder.engines.newest().handlers.onEvent({ kind: 'ended', reason: 'restricted', detail: null })
      for (let second = 0; second < 25; second++) {
        await holder.gateway.tick().catch(() => {})
        holder.clock.advance(1_000)
      }
    } finally {
      await owner.schema.alterTable('whatsapp_session_away').renameTo('whatsapp_session').execute()
    }
    await world.age(LEASE_MS)
    await holder.rounds(30)
    expect(holder.engines.runs).toHaveLength(1)
    expect(await world.session()).toMatchObject({ state: 'action_required', detail: 'restricted' })
    await restart(holder)
  })
})

describe('whoever lost it', () => {
  test('writes nothing, renews nothing, gives nothing back and takes no requests', async () => {
    const old = await take()
    await world.age(LEASE_MS)
    const taken = await take('machine/2')
    await addRequest(world.database.db, { id: uuidIds.next(), kind: 'restart', phone: null, at: new Date() })
    const before = await world.session()
    const stale = { token: old.token, leaseMs: LEASE_MS }
    expect(await renewLease(world.database.db, stale, { ...STATE, state: 'connected' })).toBe(false)
    await giveLeaseBack(world.database.db, old.token, new Date())
    expect(await takeRequests(world.database.db, old.token, new Date())).toEqual([])
    expect(await world.session()).toEqual(before)
    expect(await takeRequests(world.database.db, taken.token, new Date())).toHaveLength(1)
  })

  test('may not write either when nobody has taken it yet', async () => {
    const { token } = await take()
    await world.age(LEASE_MS)
    expect(await renewLease(world.database.db, { token, leaseMs: LEASE_MS }, STATE)).toBe(false)
  })
})

describe('two processes', () => {
  test('have one browser, and the other one says that it cannot send', async () => {
    const first = world.createHolder()
    const second = world.createHolder()
    await first.connect()
    second.engines.script.connects = true
    await second.rounds(30)
    expect(second.engines.runs).toEqual([])
    expect(await second.gateway.send(text(second.clock))).toEqual({
      kind: 'refused',
      code: 'gateway_busy',
      retryable: true,
    })
    expect(await second.gateway.resolve('6281200000001')).toEqual({ kind: 'unknown' })
    expect(await second.gateway.lookUpByReference('ABC123', null)).toEqual({ kind: 'cannot_tell' })
    expect(await first.gateway.send(text(first.clock))).toMatchObject({ kind: 'accepted' })
    expect(second.told).toEqual([])
  })

  test('change places when one stands still: it neither sends nor writes, and its browser ends before it competes again', async () => {
    const paused = world.createHolder()
    const other = world.createHolder()
    await paused.connect()
    const browser = paused.engines.newest()
    // Twenty seconds pass for everybody; the first one does nothing in them.
    await world.age(LEASE_MS)
    paused.clock.advance(LEASE_MS)
    await other.connect()
    const taken = await world.session()

    expect(await paused.gateway.send(text(paused.clock))).toMatchObject({ kind: 'refused', retryable: true })
    expect(browser.sent).toEqual([])
    await paused.rounds()
    expect(paused.told).toEqual([true, false])
    await vi.waitFor(() => expect(browser.isAlive).toBe(false))
    await paused.rounds(5)
    expect(paused.engines.runs).toHaveLength(1)
    expect(await world.session()).toEqual(taken)
    expect(await other.gateway.send(text(other.clock))).toMatchObject({ kind: 'accepted' })
  })

  test('do not send twice when the first one wakes up before anybody took over', async () => {
    const paused = world.createHolder()
    await paused.connect()
    paused.clock.advance(LEASE_MS)
    expect(await paused.gateway.send(text(paused.clock))).toMatchObject({ kind: 'refused', retryable: true })
  })

  test('change places at once when one is gone for certain, and never while that is not known', async () => {
    const gone = world.createHolder('machine/dead')
    await gone.connect()
    const before = await world.session()
    const stranger = world.createHolder()
    await stranger.rounds(3)
    expect(await world.session()).toEqual(before)
    const neighbour = world.createHolder('machine/alive', (holder) => holder === 'machine/dead')
    await neighbour.connect()
    expect(await world.session()).toMatchObject({ holder: 'machine/alive', token: before.token + 1 })
    expect(neighbour.orphansEnded).toBe(1)
  })

  test('change places when one stops, at once and after its browser is gone', async () => {
    const first = world.createHolder()
    const second = world.createHolder()
    await first.connect()
    first.engines.script.stop = async () => {
      expect((await world.session()).holder).not.toBeNull()
    }
    await first.gateway.stop()
    expect(first.engines.alive()).toBe(0)
    await second.connect()
    expect(second.engines.newest().isAlive).toBe(true)
  })

  test('count generations together, and the one that takes over ends what the other left on this machine', async () => {
    const first = world.createHolder()
    await first.connect()
    const { generation } = await world.session()
    await world.age(LEASE_MS)
    const second = world.createHolder()
    await second.connect()
    expect((await world.session()).generation).toBe(generation + 1)
    expect(second.orphansEnded).toBeGreaterThan(0)
  })
})

describe('the holder', () => {
  test('lets a text leave until its lease ends and no longer, whatever time the text has', async () => {
    const holder = world.createHolder()
    await holder.connect()
    const askedAt = holder.clock.now()
    await holder.gateway.send(text(holder.clock))
    const [sent] = holder.engines.newest().sent
    const room = (sent?.notAfter.getTime() ?? 0) - askedAt.getTime()
    expect(room).toBeGreaterThan(0)
    expect(room).toBeLessThanOrEqual(LEASE_MS)
    const soon = new Date(askedAt.getTime() + 1)
    await holder.gateway.send(text(holder.clock, { notAfter: soon }))
    expect(holder.engines.newest().sent[1]?.notAfter).toEqual(soon)
  })

  test('keeps it by renewing, whether or not anything happens', async () => {
    const holder = world.createHolder()
    await holder.connect()
    const { token } = await world.session()
    for (let minute = 0; minute < 3; minute++) {
      await world.age(10_000)
      await holder.rounds(10)
    }
    expect(await world.session()).toMatchObject({ token, state: 'connected' })
    expect(holder.told).toEqual([true])
  })

  test('ends its browser when the database stays away longer than the lease', async () => {
    const holder = world.createHolder()
    await holder.connect()
    await world.database.owner.schema.alterTable('whatsapp_session').renameTo('whatsapp_session_away').execute()
    try {
      for (let second = 0; second < 25; second++) {
        await holder.gateway.tick().catch(() => {})
        holder.clock.advance(1_000)
      }
      await vi.waitFor(() => expect(holder.engines.alive()).toBe(0))
    } finally {
      await world.database.owner.schema.alterTable('whatsapp_session_away').renameTo('whatsapp_session').execute()
    }
    expect(holder.told).toEqual([true, false])
    await world.age(LEASE_MS)
    await holder.connect()
    expect(holder.engines.alive()).toBe(1)
  })
})
