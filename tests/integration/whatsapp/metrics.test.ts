import { type CompiledQuery, Kysely, PostgresDialect, sql } from 'kysely'
import { Registry } from 'prom-client'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { DB } from '../../../src/features/database.ts'
import { createWhatsappFigures, type PacingStats, type SessionFigures } from '../../../src/features/whatsapp/index.ts'
import type { App } from '../../../src/platform/http/index.ts'
import { registerWhatsappMetrics } from '../../../src/processes/wiring/whatsapp-metrics.ts'
import { createServerWorld } from '../http/server-world.ts'
import { createWorld, OPEN_MS, received, type World } from './world.ts'

let world: World
let app: App
let session: SessionFigures | null = null
const CLOSED: PacingStats = { breaker: 'closed', scope: null, held: {} }
let breaker = CLOSED

/** A server of its own, so that nothing is shared with an earlier scrape. */
async function serve(): Promise<App> {
  const registry = new Registry()
  const figures = createWhatsappFigures({ db: world.database.db, clock: world.clock })
  registerWhatsappMetrics(registry, { figures, breaker: async () => breaker, session: async () => session })
  return (await createServerWorld({ metrics: registry })).app
}

beforeAll(async () => {
  world = await createWorld()
})
beforeEach(async () => {
  await world.reset()
  // Ids are made by the machine's clock, and figures read them as moments.
  world.clock.set(new Date())
  session = null
  breaker = CLOSED
  await app?.close()
  app = await serve()
})
afterAll(async () => {
  await app?.close()
  await world.close()
})

/** One scrape: each figure by its name and labels as they are written. */
async function scrape(): Promise<Map<string, number>> {
  const reply = await app.inject('/metrics')
  expect(reply.statusCode).toBe(200)
  const lines = reply.body.split('\n').filter((line) => line.startsWith('puntadewa_whatsapp_'))
  return new Map(lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ')))]))
}

async function send(mode: 'delivers' | 'silent' | 'unknown_lost' | 'refuses'): Promise<void> {
  const household = world.newHousehold()
  await world.simulator.phones.behave(household.phone, { mode, answersLookUp: false })
  await world.record([received(household)])
  await world.worker.drain()
}

const named = (name: string, labels = ''): string => `puntadewa_whatsapp_${name}${labels}`
const ofState = (name: string, state: string): string => named(name, `{state="${state}"}`)

describe('the figures', () => {
  test('are all there and zero while nothing was sent', async () => {
    const figures = await scrape()
    for (const state of ['queued', 'sending', 'unknown']) {
      expect(figures.get(ofState('open_messages', state))).toBe(0)
      expect(figures.get(ofState('oldest_open_seconds', state))).toBe(0)
    }
    for (const state of ['queued', 'sending', 'sent', 'delivered', 'read', 'failed', 'unknown', 'suppressed']) {
      expect(figures.get(ofState('day_messages', state))).toBe(0)
    }
    expect(figures.get(named('unreceipted_messages'))).toBe(0)
    expect(figures.get(named('oldest_unreceipted_seconds'))).toBe(0)
    expect(figures.get(named('arrival_seconds_count'))).toBe(0)
  })

  test('count what is open and what became of the rest, and tell how old the oldest is', async () => {
    await send('unknown_lost')
    await send('silent')
    await send('delivers')
    await world.simulator.gateway.reportDue()
    world.clock.advance(OPEN_MS)
    await world.worker.settle()
    const waiting = world.newHousehold()
    await world.simulator.phones.behave(waiting.phone, { mode: 'busy' })
    await world.record([received(waiting)])
    await world.worker.drain()
    world.clock.advance(60_000)

    const figures = await scrape()
    expect(figures.get(ofState('open_messages', 'queued'))).toBe(1)
    expect(figures.get(ofState('oldest_open_seconds', 'queued'))).toBeCloseTo(60, 0)
    expect(figures.get(ofState('open_messages', 'sending'))).toBe(0)
    expect(figures.get(ofState('open_messages', 'unknown'))).toBe(1)
    expect(figures.get(ofState('oldest_open_seconds', 'unknown'))).toBeGreaterThanOrEqual(60)
    expect(figures.get(ofState('day_messages', 'delivered'))).toBe(1)
    expect(figures.get(ofState('day_messages', 'sent'))).toBe(1)
    expect(figures.get(ofState('day_messages', 'unknown'))).toBe(1)
    expect(figures.get(named('unreceipted_messages'))).toBe(1)
    expect(figures.get(named('oldest_unreceipted_seconds'))).toBeGreaterThanOrEqual(63)
  })

  test('forget after a day what has an end, and never what is open', async () => {
    await send('unknown_lost')
    await send('silent')
    world.clock.advance(OPEN_MS)
    await world.worker.settle()
    world.clock.advance(25 * 60 * 60 * 1000)
    const figures = await scrape()
    expect(figures.get(ofState('open_messages', 'unknown'))).toBe(1)
    expect(figures.get(ofState('oldest_open_seconds', 'unknown'))).toBeGreaterThan(24 * 60 * 60)
    expect(figures.get(ofState('day_messages', 'sent'))).toBe(0)
    expect(figures.get(named('unreceipted_messages'))).toBe(0)
  })

  test('observe each arrival once, with the time it took', async () => {
    const household = world.newHousehold()
    await world.simulator.phones.behave(household.phone, { mode: 'delivers', delayMs: 7_000 })
    await world.record([received(household)])
    await world.worker.drain()
    world.clock.advance(8_000)
    await world.simulator.gateway.reportDue()
    // Stored just now: read when it is certain that nothing stored at the same time is passed over.
    expect((await scrape()).get(named('arrival_seconds_count'))).toBe(0)
    world.clock.advance(60_000)
    for (let time = 0; time < 2; time += 1) {
      const figures = await scrape()
      expect(figures.get(named('arrival_seconds_count'))).toBe(1)
      expect(figures.get(named('arrival_seconds_sum'))).toBe(7)
      expect(figures.get(named('arrival_seconds_bucket', '{le="5"}'))).toBe(0)
      expect(figures.get(named('arrival_seconds_bucket', '{le="10"}'))).toBe(1)
    }
    // A process that starts later counts from its own start on.
    await app.close()
    app = await serve()
    world.clock.advance(60_000)
    expect((await scrape()).get(named('arrival_seconds_count'))).toBe(0)
  })

  test('walk indexes, however many messages there have been', async () => {
    await sql`INSERT INTO whatsapp_contact (id, phone_index, phone, created_at) VALUES (gen_random_uuid(), 'x', 'x', now())`.execute(
      world.database.owner,
    )
    // Old ones, read long ago.
    await sql`
      INSERT INTO message (id, kind, essential, contact_id, recipient, body, reference, state, attempts, queued_at, sent_at, read_at)
      SELECT ('01900000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, 'notice', false, contact.id, 'x', 'x', n::text, 'read', 1,
        now(), now(), now()
      FROM generate_series(1, 20000) AS n, whatsapp_contact AS contact`.execute(world.database.owner)
    await sql`ANALYZE message`.execute(world.database.owner)
    const asked: CompiledQuery[] = []
    const watched = new Kysely<DB>({
      dialect: new PostgresDialect({ pool: world.database.pool }),
      log: ({ query }) => void asked.push(query),
    })
    const figures = createWhatsappFigures({ db: watched, clock: world.clock })
    expect((await figures.read()).recent).toEqual([])
    world.clock.advance(60_000)
    expect(await figures.takeArrivals()).toEqual([])
    expect(asked).toHaveLength(3)
    const plans: string[] = []
    for (const query of asked) {
      const { rows } = await world.database.pool.query(`EXPLAIN ${query.sql}`, [...query.parameters])
      const plan = rows.map((row) => row['QUERY PLAN']).join('\n')
      expect(plan).not.toMatch(/Seq Scan on message(?: |$)/mu)
      plans.push(plan)
    }
    // By the key alone the open ones would be found too, after all that were ever sent.
    for (const index of ['message_queued', 'message_unsettled']) expect(plans.join('\n')).toContain(index)
  })
})

describe('the session', () => {
  test('is told as its holder wrote it', async () => {
    session = {
      state: 'connected',
      generations: 3,
      rssBytes: 512 * 1024 * 1024,
      webVersion: '2.3000.1042401057',
      keyShape: 'dollar_one',
    }
    const figures = await scrape()
    expect(figures.get(ofState('session_state', 'connected'))).toBe(1)
    expect(figures.get(named('generations_total'))).toBe(3)
    expect(figures.get(named('chromium_rss_bytes'))).toBe(536_870_912)
    expect(figures.get(named('web_info', '{version="2.3000.1042401057",key_shape="dollar_one"}'))).toBe(1)
    session = { ...session, state: 'action_required', generations: 4, rssBytes: null, webVersion: null }
    await app.close()
    app = await serve()
    const later = await scrape()
    expect([...later.keys()].filter((name) => name.includes('session_state'))).toEqual([
      ofState('session_state', 'action_required'),
    ])
    expect(later.get(named('generations_total'))).toBe(4)
    expect([...later.keys()].filter((name) => /rss|web_info/.test(name))).toEqual([])
  })

  test('is left out where there is none', async () => {
    const names = [...(await scrape()).keys()]
    expect(names.filter((name) => /session_state|rss|web_info/.test(name))).toEqual([])
  })
})

test('the breaker says whom it keeps from being written to, and how many messages wait for what', async () => {
  const read = async () => {
    const figures = await scrape()
    const scopes = ['cold', 'account'].map((scope) => figures.get(named('breaker_open', `{scope="${scope}"}`)))
    const reasons = ['breaker', 'quiet_hours'].map((reason) =>
      figures.get(named('held_messages', `{reason="${reason}"}`)),
    )
    return { scopes, reasons }
  }
  expect(await read()).toEqual({ scopes: [0, 0], reasons: [0, 0] })
  breaker = { breaker: 'half_open', scope: 'cold', held: { breaker: 3 } }
  await app.close()
  app = await serve()
  expect(await read()).toEqual({ scopes: [1, 0], reasons: [3, 0] })
})
