import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { STREAM_EVENTS } from '../../../src/contracts/api/events.ts'
import { DEMO_OFFICES } from '../../../src/features/regions/index.ts'
import { uuidIds } from '../../../src/platform/ids.ts'
import type { EventStream } from '../../support/event-stream.ts'
import { createStreamWorld, ELSEWHERE, isAbout, NEIGHBOUR, type StreamWorld } from './world.ts'

let world: StreamWorld
beforeAll(async () => {
  world = await createStreamWorld()
})
afterAll(() => world?.close())

const eventually = (check: () => unknown): Promise<unknown> => vi.waitFor(check, { timeout: 20_000, interval: 20 })
const UUID = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g

test('the stream is for people who are signed in, and no proxy may keep, change or hold it back', async () => {
  const stranger = await world.open('nobody', { cookie: '' })
  expect(stranger.status).toBe(401)
  const stream = await world.open('verifikator')
  expect(stream.status).toBe(200)
  expect(stream.headers).toMatchObject({
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store, no-transform',
    'x-accel-buffering': 'no',
    connection: 'close',
  })
  expect(stream.headers['content-encoding']).toBeUndefined()
  expect((await stream.waitFor('ready')).data).toEqual({ resumed: false })
  expect(stream.lastEventId()).toMatch(/^\d+$/)
})

describe('a claim', () => {
  test('shows to the other reviewers, on whatever process they are, and so does its end', async () => {
    const second = await world.startServer()
    const { proposalId } = await world.inReview()
    const supervisor = await world.open('supervisor', { on: second })
    await supervisor.waitFor('ready')
    expect(await world.act('verifikator', proposalId, 'claim')).toBe(200)
    await supervisor.waitFor('proposals', isAbout(proposalId))
    const told = supervisor.events().length
    expect(await world.act('verifikator', proposalId, 'release')).toBe(200)
    await eventually(() =>
      expect(
        supervisor
          .events()
          .slice(told)
          .some(({ name, data }) => name === 'proposals' && isAbout(proposalId)(data)),
      ).toBe(true),
    )
  })

  test('that runs out by the clock alone is told as well', async () => {
    const { proposalId } = await world.inReview()
    expect(await world.act('verifikator', proposalId, 'claim')).toBe(200)
    const supervisor = await world.open('supervisor')
    await supervisor.waitFor('ready')
    const told = supervisor.events().length
    await world.whole.database.owner
      .updateTable('proposal_status')
      .set({ lease_until: new Date(Date.now() + 2_000) })
      .where('proposal_id', '=', proposalId)
      .execute()
    await supervisor.waitFor('proposals', isAbout(proposalId))
    expect(supervisor.events().length).toBeGreaterThan(told)
  })
})

test('a decision tells that counts have changed, a claim alone does not', async () => {
  const { proposalId } = await world.inReview()
  const supervisor = await world.open('supervisor')
  await supervisor.waitFor('ready')
  await world.act('verifikator', proposalId, 'claim')
  await supervisor.waitFor('proposals', isAbout(proposalId))
  expect(supervisor.events().map(({ name }) => name)).not.toContain('counts')
  await world.act('verifikator', proposalId, 'set-aside')
  await world.register()
  await supervisor.waitFor('counts')
})

test('a case that gets the seat it had waited for is told to whoever sees it, and found without being looked for', async () => {
  const budget = async (version: number, seats: number) => {
    const url = `/api/v1/quotas/32.74/${new Date().getFullYear()}`
    const reply = await world.whole.send({ as: 'penyetuju', method: 'PUT', url, payload: { version, seats } })
    expect(reply.statusCode).toBe(200)
  }
  await budget(0, 0)
  const { proposalId } = await world.inReview()
  const mover = { id: await world.whole.userIdOf('verifikator'), role: 'verifikator' as const }
  await world.move(proposalId, { action: 'decide_eligible', mover, claims: true })
  const moved = async (): Promise<unknown> => {
    const reply = await world.whole.send({ as: 'verifikator', url: '/api/v1/proposals?seat=moved_up' })
    return reply.json<{ items: { id: string; quota: unknown }[] }>().items.map(({ id, quota }) => ({ id, quota }))
  }
  expect(await moved()).toEqual([])
  const roles = ['verifikator', 'supervisor', 'penyetuju']
  const streams = await Promise.all(roles.map((name) => world.open(name)))
  const stranger = await world.open(ELSEWHERE.reviewer)
  for (const stream of [...streams, stranger]) await stream.waitFor('ready')
  await budget(1, 1)
  for (const stream of streams) {
    expect((await stream.waitFor('seats')).data).toEqual({ ids: [proposalId] })
    await stream.waitFor('proposals', isAbout(proposalId))
  }
  expect(await moved()).toEqual([{ id: proposalId, quota: { state: 'reserved', place: null } }])
  // Seats that are taken away again change the case as well, and nobody is told that one was gained.
  const told = streams[0]?.events().length ?? 0
  await budget(2, 0)
  await eventually(() =>
    expect(
      streams[0]
        ?.events()
        .slice(told)
        .map(({ name }) => name),
    ).toContain('proposals'),
  )
  expect(streams[0]?.events().filter(({ name }) => name === 'seats')).toHaveLength(1)
  expect(await moved()).toEqual([])
  const own = await world.register(ELSEWHERE.registrar)
  await stranger.waitFor('proposals', isAbout(own.proposalId))
  expect(stranger.text()).not.toContain(proposalId)
})

describe('whoever may not see a case', () => {
  test('hears nothing of it: another region, another office, an admin', async () => {
    const deaf = await Promise.all([ELSEWHERE.reviewer, NEIGHBOUR, 'kader', 'admin'].map((name) => world.open(name)))
    const petugas = await world.open('petugas')
    for (const stream of [...deaf, petugas]) await stream.waitFor('ready')
    const { proposalId, intakeId } = await world.inReview()
    await world.act('verifikator', proposalId, 'claim')
    await petugas.waitFor('proposals', isAbout(proposalId))
    // Something that they do see comes after it, so that there is no need to wait for silence.
    const own = await world.register(ELSEWHERE.registrar)
    await deaf[0]?.waitFor('proposals', isAbout(own.proposalId))
    const neighbours = await world.register(NEIGHBOUR)
    await deaf[1]?.waitFor('proposals', isAbout(neighbours.proposalId))
    for (const stream of deaf) {
      expect(stream.text()).not.toContain(proposalId)
      expect(stream.text()).not.toContain(intakeId)
    }
    expect(petugas.text()).not.toContain(own.proposalId)
    expect(petugas.text()).not.toContain(neighbours.proposalId)
  })

  test('no event carries more than kinds and ids', async () => {
    const petugas = await world.open('petugas')
    await petugas.waitFor('ready')
    const { proposalId } = await world.register()
    await petugas.waitFor('proposals', isAbout(proposalId))
    for (const { name, data } of petugas.events()) {
      expect(STREAM_EVENTS[name as keyof typeof STREAM_EVENTS].strict().parse(data)).toEqual(data)
    }
    const bare = petugas.text().replaceAll(UUID, 'ID')
    expect(bare).toMatch(/^(?:retry: \d+\n\n|event: [a-z]+\ndata: [{}"[\],:a-zID]*\n\n|:\nid: \d+\n\n)+$/)
  })
})

describe('messages and conversations', () => {
  const link = { region_code: '32.74', office_id: DEMO_OFFICES.puskesmas, village_code: '32.74.01.1001' }
  const addContact = async (): Promise<string> => {
    const id = uuidIds.next()
    await world.whole.database.owner.insertInto('whatsapp_contact').values({ id, created_at: new Date() }).execute()
    return id
  }

  test('a notice that moves is told to those who see its household, and to operators of its region', async () => {
    const names = ['petugas', NEIGHBOUR, ELSEWHERE.reviewer, 'admin']
    const streams = await Promise.all(names.map((name) => world.open(name)))
    for (const stream of streams) await stream.waitFor('ready')
    const [petugas, neighbour, elsewhere, admin] = streams
    const { intakeId } = await world.register()
    const id = uuidIds.next()
    const { owner } = world.whole.database
    const values = { kind: 'notice', essential: false, region_code: '32.74', reference: id, attempts: 1 }
    await owner
      .insertInto('message')
      .values({
        id,
        intake_id: intakeId,
        contact_id: await addContact(),
        recipient: Buffer.of(1),
        body: Buffer.of(1),
        state: 'sending',
        queued_at: new Date(),
        ...values,
      })
      .execute()
    const about = (data: unknown): boolean =>
      JSON.stringify(data) === JSON.stringify({ ids: [id], intakeIds: [intakeId] })
    await petugas?.waitFor('messages', about)
    await admin?.waitFor('messages', about)
    await owner.updateTable('message').set({ state: 'sent', sent_at: new Date() }).where('id', '=', id).execute()
    await eventually(() =>
      expect(petugas?.events().filter(({ name }) => name === 'messages').length).toBeGreaterThan(1),
    )
    // Something of their own comes after it.
    const others = [await world.register(NEIGHBOUR), await world.register(ELSEWHERE.registrar)]
    await neighbour?.waitFor('proposals', isAbout(others[0]?.proposalId))
    await elsewhere?.waitFor('proposals', isAbout(others[1]?.proposalId))
    expect(neighbour?.text()).not.toContain(id)
    expect(elsewhere?.text()).not.toContain(id)
  })

  test('a conversation is told to those who see its household, also when it is theirs no more', async () => {
    const [petugas, neighbour, supervisor] = await Promise.all(
      ['petugas', NEIGHBOUR, 'supervisor'].map((name) => world.open(name)),
    )
    for (const stream of [petugas, neighbour, supervisor]) await stream?.waitFor('ready')
    const { intakeId } = await world.register()
    const { owner } = world.whole.database
    const contactId = await addContact()
    const at = new Date()
    await owner
      .insertInto('whatsapp_conversation')
      .values({ contact_id: contactId, status: 'bot', bot_state: '{}', last_message_at: at })
      .execute()
    // Of a stranger yet: supervisors answer those.
    await supervisor?.waitFor('conversations', isAbout(contactId))
    await owner
      .insertInto('whatsapp_conversation_intake')
      .values({ contact_id: contactId, intake_id: intakeId, linked_at: at, ...link })
      .execute()
    await petugas?.waitFor('conversations', isAbout(contactId))
    const told = petugas?.events().length ?? 0
    await owner.deleteFrom('whatsapp_conversation_intake').where('contact_id', '=', contactId).execute()
    await eventually(() =>
      expect(
        petugas
          ?.events()
          .slice(told)
          .some(({ name, data }) => name === 'conversations' && isAbout(contactId)(data)),
      ).toBe(true),
    )
    const own = await world.register(NEIGHBOUR)
    await neighbour?.waitFor('proposals', isAbout(own.proposalId))
    expect(neighbour?.text()).not.toContain(contactId)
  })

  test('trouble of the WhatsApp account is told to everybody', async () => {
    const kader = await world.open('kader')
    await kader.waitFor('ready')
    // Whatever it was before it is looked at once more after this stream began.
    const stop = { breaker_scope: 'account', breaker_code: 'restricted', breaker_opened_at: new Date() }
    await vi.waitFor(
      async () => {
        await sql`INSERT INTO whatsapp_account (gateway, since, breaker_scope, breaker_code, breaker_opened_at, breaker_probe_at)
          VALUES ('simulator', now(), ${stop.breaker_scope}, ${stop.breaker_code}, now(), now() + interval '1 hour')
          ON CONFLICT (gateway) DO UPDATE SET breaker_code = CASE whatsapp_account.breaker_code WHEN 'restricted' THEN 'banned' ELSE 'restricted' END`.execute(
          world.whole.database.owner,
        )
        await vi.waitFor(() => expect(kader.events().map(({ name }) => name)).toContain('whatsapp'), { timeout: 6_000 })
      },
      { timeout: 25_000, interval: 10 },
    )
  })
})

describe('a stream that comes back', () => {
  test('is told what it missed, also of a transaction that began before and ended after it was cut', async () => {
    const [late, early] = [await world.inReview(), await world.inReview()]
    const cut = await world.open('supervisor')
    await cut.waitFor('ready')
    // Its number is given now, and it commits when the stream is gone.
    const { promise: isHeld, resolve: letGo } = Promise.withResolvers<void>()
    const { promise: isMoved, resolve: moved } = Promise.withResolvers<void>()
    const slow = world.whole.database.db.transaction().execute(async (tx) => {
      await sql`UPDATE proposal_status SET likeness = likeness + 0.5 WHERE proposal_id = ${late.proposalId}`.execute(tx)
      moved()
      await isHeld
    })
    await isMoved
    await world.act('verifikator', early.proposalId, 'claim')
    await cut.waitFor('proposals', isAbout(early.proposalId))
    cut.close()
    letGo()
    await slow
    const missed = await world.register()
    const again = await world.open('supervisor', { lastEventId: cut.lastEventId() })
    expect((await again.waitFor('ready')).data).toEqual({ resumed: true })
    await again.waitFor('proposals', isAbout(late.proposalId))
    await again.waitFor('proposals', isAbout(missed.proposalId))
    expect(again.events().map(({ name }) => name)).not.toContain('reset')
  })

  test('misses none of many commits at once, however often it is cut', async () => {
    const seen = new Set<string>()
    const collect = ({ events }: EventStream): void => {
      for (const { name, data } of events()) {
        if (name === 'proposals') for (const id of (data as { ids: string[] }).ids) seen.add(id)
      }
    }
    let stream = await world.open('supervisor')
    const registered: string[] = []
    for (let round = 0; round < 6; round += 1) {
      await stream.waitFor('ready')
      const commits = Array.from({ length: 6 }, async () => (await world.register()).proposalId)
      // While they commit, at whatever point each of them is.
      await Promise.any(commits)
      stream.close()
      collect(stream)
      const lastEventId = stream.lastEventId()
      registered.push(...(await Promise.all(commits)))
      stream = await world.open('supervisor', { lastEventId })
      expect((await stream.waitFor('ready')).data).toEqual({ resumed: true })
    }
    await eventually(() => {
      collect(stream)
      expect(registered.filter((id) => !seen.has(id))).toEqual([])
    })
  })

  test('goes on with another process after a restart', async () => {
    const before = await world.startServer()
    const stream = await world.open('supervisor', { on: before })
    await stream.waitFor('ready')
    await before.close()
    await stream.over()
    expect(stream.events().at(-1)).toMatchObject({ name: 'end', data: { reason: 'stopping' } })
    const { proposalId } = await world.register()
    const after = await world.startServer()
    const again = await world.open('supervisor', { on: after, lastEventId: stream.lastEventId() })
    expect((await again.waitFor('ready')).data).toEqual({ resumed: true })
    await again.waitFor('proposals', isAbout(proposalId))
  })

  test('loads anew, without being cut, when the server crashed and what was noted is gone', async () => {
    const stream = await world.open('supervisor')
    await stream.waitFor('ready')
    // Unlogged tables are empty after a crash.
    await sql`TRUNCATE live_watch, live_change`.execute(world.whole.database.owner)
    await stream.waitFor('reset')
    const { proposalId } = await world.register()
    await stream.waitFor('proposals', isAbout(proposalId))
  })

  test('loads anew when it was away for too long, or names a place that never was', async () => {
    for (const lastEventId of ['3', '999999999999', 'nonsense']) {
      const stream = await world.open('supervisor', { lastEventId })
      expect((await stream.waitFor('ready')).data).toEqual({ resumed: false })
      if (lastEventId !== 'nonsense') await stream.waitFor('reset')
    }
  })
})

describe('a stream ends', () => {
  test('within seconds of signing out, and does not come back', async () => {
    const cookie = await world.whole.signIn('verifikator')
    const stream = await world.open('verifikator', { cookie })
    const other = await world.open('verifikator')
    await stream.waitFor('ready')
    await world.whole.send({ method: 'POST', url: '/api/auth/sign-out', headers: { cookie }, payload: {} })
    await stream.over()
    expect(stream.events().at(-1)).toMatchObject({ name: 'end', data: { reason: 'session_ended' } })
    expect((await world.open('verifikator', { cookie })).status).toBe(401)
    expect(other.isOver()).toBe(false)
  })

  test('when the rights it was opened with are others now', async () => {
    const username = 'verifikator.pindah'
    const id = await world.whole.addAccount({ username, role: 'verifikator', regionCode: '32.74', officeIds: [] })
    const stream = await world.open(username)
    await stream.waitFor('ready')
    await world.whole.database.owner
      .updateTable('account')
      .set({ region_code: '32.09' })
      .where('user_id', '=', id)
      .execute()
    await stream.over()
    expect(stream.events().at(-1)).toMatchObject({ name: 'end', data: { reason: 'rights_changed' } })
  })

  test('of which one account has too many, the oldest first', async () => {
    const streams = []
    for (let i = 0; i < 7; i += 1) {
      const stream = await world.open('auditor')
      await stream.waitFor('ready')
      streams.push(stream)
    }
    await streams[0]?.over()
    expect(streams[0]?.events().at(-1)).toMatchObject({ name: 'end', data: { reason: 'replaced' } })
    expect(streams.slice(1).map((stream) => stream.isOver())).toEqual([false, false, false, false, false, false])
  })

  test('with the server, at once', async () => {
    const server = await world.startServer()
    const streams = await Promise.all(['petugas', 'supervisor'].map((name) => world.open(name, { on: server })))
    for (const stream of streams) await stream.waitFor('ready')
    await server.close()
    for (const stream of streams) {
      await stream.over()
      expect(stream.events().at(-1)).toMatchObject({ name: 'end', data: { reason: 'stopping' } })
    }
  })
})

test('the time that a request may take does not bound an answer that goes on, and it is kept awake', async () => {
  const server = await world.startServer({ requestTimeout: 300, headersTimeout: 200, checkInterval: 50 })
  const stream = await world.open('penyetuju', { on: server })
  await stream.waitFor('ready')
  // Nothing is sent between the event above and the heartbeat.
  await vi.waitFor(() => expect(stream.text().match(/^:\nid: \d+$/gm)?.length).toBeGreaterThan(1), {
    timeout: 28_000,
    interval: 50,
  })
  expect(stream.isOver()).toBe(false)
})

test('nobody looks, nothing is noted: when the last stream has gone changes leave no trace', async () => {
  const fresh = await createStreamWorld()
  try {
    await fresh.inReview()
    const { rows } = await sql`SELECT FROM live_change`.execute(fresh.whole.database.owner)
    expect(rows).toEqual([])
    const stream = await fresh.open('supervisor')
    await stream.waitFor('ready')
    // Noting begins in the midst of what happens: `reset` says so, and stands for all that came before it.
    for (let told = 0; told < 3; told += 1) {
      const before = stream.events().length
      const { proposalId } = await fresh.inReview()
      const news = () => stream.events().slice(before)
      await expect
        .poll(() =>
          news().some(({ name, data }) => name === 'reset' || (name === 'proposals' && isAbout(proposalId)(data))),
        )
        .toBe(true)
    }
    expect(stream.events().map(({ name }) => name)).toContain('proposals')
  } finally {
    await fresh.close()
  }
}, 120_000)
