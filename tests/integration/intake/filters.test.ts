import fc from 'fast-check'
import { CompiledQuery, sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Actor } from '../../../src/contracts/access.ts'
import { filtersToQuery, type SavedFilters } from '../../../src/contracts/api/proposal-filters.ts'
import type { ProposalListItem } from '../../../src/contracts/api/proposals.ts'
import { QUEUE_KEYS, queueRule } from '../../../src/contracts/lifecycle/queues.ts'
import { STATES } from '../../../src/contracts/lifecycle/states.ts'
import { SEAT_IDS_SQL } from '../../../src/features/enrolment/quota/index.ts'
import { NO_FILTERS } from '../../../src/features/intake/proposal-filters.repository.ts'
import {
  composePage,
  type ListQuestion,
  type SortColumn,
} from '../../../src/features/intake/proposal-list.repository.ts'
import { DEMO_OFFICES } from '../../../src/features/regions/index.ts'
import { arbitraryFilters } from '../../support/arbitrary-filters.ts'
import { createFilterWorld, type FilterWorld, listPlainly, OFFICES, ORDERS, VILLAGES } from './filter-world.ts'

let world: FilterWorld
beforeAll(async () => {
  world = await createFilterWorld(110)
})
afterAll(() => world?.fixture.close())

async function ask(actor: Actor, path: string, query: URLSearchParams) {
  const url = `${path}?${query}`
  const reply = await world.fixture.app.inject({ url, headers: world.fixture.as(actor) })
  return { status: reply.statusCode, body: reply.json() }
}

async function walk(actor: Actor, filters: SavedFilters & { q?: string }, sort: string, limit: number) {
  const items: ProposalListItem[] = []
  let cursor: string | null = null
  do {
    const query = filtersToQuery(filters)
    query.set('sort', sort)
    query.set('limit', String(limit))
    if (cursor !== null) query.set('cursor', cursor)
    const { status, body } = await ask(actor, '/api/v1/proposals', query)
    if (status !== 200) throw new Error(`the list answered ${status} ${JSON.stringify(body)}`)
    items.push(...body.items)
    cursor = body.nextCursor
  } while (cursor !== null)
  return items
}

const idsOf = (items: readonly ProposalListItem[]): string[] => items.map((item) => item.id)

const isRefused = ({ queue, state, dueBefore }: SavedFilters, sort: string): boolean => {
  if (sort.endsWith('dueAt') && queue === undefined && dueBefore === undefined) return true
  const rule = queue && queueRule(queue)
  return rule?.kind === 'stored' && state !== undefined && !rule.states.some((one) => state.includes(one))
}

// Around the midnight of Cirebon, and far from everything.
const possible = () => {
  const now = world.fixture.clock.now().getTime()
  const day = (back: number): string => new Date(now - back * 86_400_000).toISOString().slice(0, 10)
  return {
    regions: [...VILLAGES, '32.74.01', '32.74.05', '32.74', '32', '32.09', '11.01.01'],
    offices: [...OFFICES, DEMO_OFFICES.otherRegion],
    days: [day(-1), day(0), day(1), day(3), day(7), '1999-12-31'],
    moments: [-9, -2, 0, 3, 9].map((hours) => new Date(now + hours * 3_600_000).toISOString()),
  }
}

const actorOf = (role: 'verifikator' | 'supervisor' | 'petugas' | 'kader'): Actor =>
  ({ verifikator: world.reviewer, supervisor: world.supervisor, petugas: world.officer, kader: world.kader })[role]

describe.each(['verifikator', 'supervisor', 'petugas', 'kader'] as const)('to a %s', (role) => {
  test('the pages of any filters in any order are the whole sorted list, and the count is its length', async () => {
    const actor = actorOf(role)
    const queues = QUEUE_KEYS.filter((queue) => queueRule(queue).roles.some((one) => one === role))
    let paged = 0
    await fc.assert(
      fc.asyncProperty(
        arbitraryFilters({ queues, ...possible() }, 3),
        fc.constantFrom(...Object.keys(ORDERS)),
        fc.constantFrom(3, 10, 100),
        async (filters, sort, limit) => {
          if (isRefused(filters, sort)) return
          const expected = await listPlainly(world, actor, filters, sort)
          if (expected.length > limit && Object.keys(filters).length > 0) paged += 1
          expect(idsOf(await walk(actor, filters, sort, limit))).toEqual(expected)
          const counted = await ask(actor, '/api/v1/proposals/count', filtersToQuery(filters))
          expect(counted.body).toEqual({ total: expected.length, more: false })
        },
      ),
      { seed: 45, numRuns: 180 },
    )
    // The draw is always the same: enough of it has several pages.
    expect(paged).toBeGreaterThan(10)
  })

  test('each filter alone lets some pass and keeps some back', async () => {
    const actor = actorOf(role)
    const { moments, days } = possible()
    const alone: SavedFilters[] = [
      { state: ['eligible', 'in_review'] },
      { flag: ['wa_unreachable'] },
      { regionCode: ['32.74.01'] },
      { channel: ['village', 'mpp'] },
      { membership: ['found_mismatch'] },
      { dueBefore: moments[2] ?? '' },
      { submittedTo: days[3] ?? '' },
      { submittedFrom: days[3] ?? '' },
      { lease: ['nobody'] },
      { seat: ['waiting'] },
      // Of a kader's own cases one is approved.
      ...(role === 'kader' ? [] : [{ seat: ['moved_up' as const] }]),
      ...(role === 'verifikator' ? [{ lease: ['mine' as const] }] : []),
      ...(role === 'petugas' || role === 'kader' ? [] : [{ office: [DEMO_OFFICES.otherPuskesmas] }]),
    ]
    const all = (await listPlainly(world, actor, {}, 'submittedAt')).length
    for (const filters of alone) {
      const found = (await walk(actor, filters, '-submittedAt', 50)).length
      expect(found, JSON.stringify(filters)).toBeGreaterThan(0)
      expect(found, JSON.stringify(filters)).toBeLessThan(all)
    }
  })
})

test('a search is narrowed by filters and sorted by any column', async () => {
  for (const sort of ['fullName', '-submittedAt', 'state', '-state']) {
    const found = await walk(world.reviewer, { q: 'BUDI', state: ['in_review', 'eligible', 'closed'] }, sort, 2)
    const expected = await listPlainly(world, world.reviewer, { state: ['in_review', 'eligible', 'closed'] }, sort)
    const names = new Map(found.map((item) => [item.id, item.fullName]))
    expect(found.length).toBeGreaterThan(3)
    expect(new Set(names.values())).toEqual(new Set(['BUDI SANTOSO']))
    expect(idsOf(found)).toEqual(expected.filter((id) => names.has(id)))
  }
})

test('states go as the lifecycle does', async () => {
  const items = await walk(world.reviewer, {}, 'state', 7)
  const ranks = items.map((item) => STATES.indexOf(item.state))
  expect(ranks).toEqual(ranks.toSorted((a, b) => a - b))
  expect(items).toHaveLength((await listPlainly(world, world.reviewer, {}, 'state')).length)
})

test('offices and regions outside the scope show nothing, and offices do not widen it', async () => {
  const stranger = world.fixture.actor('verifikator', { regionCode: '32.09' })
  expect(await walk(stranger, { office: [...OFFICES] }, '-submittedAt', 50)).toEqual([])
  expect(await walk(world.officer, { office: [DEMO_OFFICES.otherPuskesmas] }, '-submittedAt', 50)).toEqual([])
  const village = world.fixture.actor('verifikator', { regionCode: '32.74.05' })
  const seen = await walk(village, { office: [...OFFICES], regionCode: ['32.74'] }, '-submittedAt', 50)
  expect(idsOf(seen)).toEqual(
    await listPlainly(world, world.reviewer, { office: [...OFFICES], regionCode: ['32.74.05'] }, '-submittedAt'),
  )
})

test('a filter that is not valid names its parameter', async () => {
  for (const [query, path] of [
    ['flag=loud', 'flag.0'],
    ['state=eligible&state=nowhere', 'state.1'],
    ['regionCode=32.7', 'regionCode.0'],
    ['submittedFrom=2026-02-30', 'submittedFrom'],
    ['dueBefore=tomorrow', 'dueBefore'],
    ['office=here', 'office.0'],
    ['seat=warm', 'seat.0'],
  ]) {
    const { status, body } = await ask(world.reviewer, '/api/v1/proposals', new URLSearchParams(query))
    expect([status, body.errors[0].path]).toEqual([400, path])
  }
})

test('what was filtered is audited, a search only by its kind', async () => {
  await ask(world.reviewer, '/api/v1/proposals', new URLSearchParams('flag=wa_unreachable&q=DEWI'))
  const entry = world.fixture.audited.at(-1)
  expect(entry).toMatchObject({ action: 'search', details: { by: 'name', flag: ['wa_unreachable'] } })
  expect(JSON.stringify(entry)).not.toContain('DEWI')
})

describe('the statement', () => {
  const question = (changes: Partial<ListQuestion>): ListQuestion => ({
    queue: null,
    states: STATES,
    leaseHolder: null,
    lateBefore: null,
    firstFor: null,
    scope: { column: 'region_code', values: ['32.74'], villagesIn: null },
    search: { kind: 'none' },
    filters: NO_FILTERS,
    sort: 'submittedAt',
    descending: true,
    after: null,
    limit: 51,
    now: new Date(),
    ...changes,
  })
  const filtered: Partial<ListQuestion['filters']>[] = [
    { flags: ['wa_unreachable'] },
    { regions: ['32.74.01'] },
    { channels: ['mpp'] },
    { membership: ['unavailable'] },
    { offices: [DEMO_OFFICES.puskesmas] },
    { submittedFrom: '2026-01-01', submittedTo: '2026-01-31' },
    { claimedBy: 'somebody' },
    { unclaimed: true },
    { seats: [SEAT_IDS_SQL.waiting] },
    { seats: [SEAT_IDS_SQL.waiting, SEAT_IDS_SQL.moved_up], channels: ['mpp'] },
    { flags: ['resubmitted'], regions: ['32.74.05'], membership: ['found_active'], unclaimed: true },
  ]
  const sorts: SortColumn[] = ['submittedAt', 'fullName', 'state']

  test('of a list without filters keeps its name, and one with filters has none', () => {
    expect(composePage(question({}))?.name).toMatch(/^list-/)
    for (const filters of filtered) {
      expect(composePage(question({ filters: { ...NO_FILTERS, ...filters } }))).not.toHaveProperty('name')
    }
  })

  test('finds a part of a name by its trigrams, not by looking at every name of the region', async () => {
    const statement = composePage(question({ search: { kind: 'name', fragment: 'SANTOSO' } }))
    if (!statement) throw new Error('there is nothing to ask')
    const tx = await world.fixture.database.owner.startTransaction().execute()
    try {
      // So many that the way is worth choosing; nobody else sees them.
      await sql`
        INSERT INTO proposal SELECT (jsonb_populate_record(p, jsonb_build_object(
          'id', gen_random_uuid(), 'nik_index', null, 'full_name', md5(random()::text)))).*
        FROM proposal AS p, generate_series(1, 100)`.execute(tx)
      await sql`ANALYZE proposal`.execute(tx)
      const explain = CompiledQuery.raw(`EXPLAIN ${statement.text}`, statement.values)
      const { rows } = await tx.executeQuery<{ 'QUERY PLAN': string }>(explain)
      expect(rows.map((row) => row['QUERY PLAN']).join('\n')).toContain('proposal_full_name_trgm_idx')
    } finally {
      await tx.rollback().execute()
    }
  })

  test.each(sorts)('finds every filter by an index, sorted by %s', async (sort) => {
    for (const filters of [{}, ...filtered]) {
      const statement = composePage(question({ sort, filters: { ...NO_FILTERS, ...filters } }))
      if (!statement) throw new Error('there is nothing to ask')
      const client = await world.fixture.database.pool.connect()
      try {
        // With a hundred rows reading all of them is cheapest: forbidden, so that a plan shows whether it could do otherwise.
        await client.query('SET enable_seqscan = off')
        const { rows } = await client.query<{ 'QUERY PLAN': string }>(`EXPLAIN ${statement.text}`, statement.values)
        const plan = rows.map((row) => row['QUERY PLAN']).join('\n')
        expect(plan, JSON.stringify(filters)).not.toMatch(/Seq Scan/)
        expect(plan).toMatch(/Index/)
      } finally {
        await client.query('RESET enable_seqscan')
        client.release()
      }
    }
  })
})
