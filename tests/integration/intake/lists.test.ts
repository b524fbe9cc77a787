import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Actor } from '../../../src/contracts/access.ts'
import type { ProposalListItem } from '../../../src/contracts/api/proposals.ts'
import { SYSTEM } from '../../../src/features/intake/index.ts'
import { DEMO_OFFICES } from '../../../src/features/regions/index.ts'
import { makeIntakeBody, makeMember } from '../../support/intake-body.ts'
import { createIntakeFixture, type IntakeFixture } from './fixture.ts'

let fixture: IntakeFixture
const names = ['ANISA', 'BUDI', 'CITRA', 'DEWI', 'EKO', 'FAJAR', 'GITA', 'HADI', 'INDAH', 'JOKO', 'KARTIKA', 'LESTARI']
let petugas: Actor

beforeAll(async () => {
  fixture = await createIntakeFixture()
  petugas = fixture.actor('petugas')
  for (const [index, name] of names.entries()) {
    fixture.clock.advance(60_000)
    const fullName = `${name} ${index % 2 ? 'SURYANI' : 'WIJAYA'}`
    await fixture.register(petugas, makeIntakeBody({ members: [makeMember({ fullName })] }))
  }
  const officeId = DEMO_OFFICES.otherPuskesmas
  await fixture.register(fixture.actor('petugas', { officeId, officeIds: [officeId] }))
})
afterAll(() => fixture.close())

async function list(actor: Actor, query: Record<string, string>) {
  const response = await fixture.app.inject({ url: '/api/v1/proposals', headers: fixture.as(actor), query })
  return { status: response.statusCode, body: response.json() }
}

async function walk(actor: Actor, query: Record<string, string>): Promise<ProposalListItem[]> {
  const items: ProposalListItem[] = []
  let cursor: string | null = null
  do {
    const { body } = await list(actor, { limit: '5', ...query, ...(cursor ? { cursor } : {}) })
    items.push(...body.items)
    cursor = body.nextCursor
  } while (cursor)
  return items
}

describe('lists', () => {
  test.each(['submittedAt', '-submittedAt', 'fullName', '-fullName'])(
    'pages sorted by %s joined are the whole list in that order, each row once',
    async (sort) => {
      const items = await walk(petugas, { sort })
      const column = sort.replace('-', '') as 'submittedAt' | 'fullName'
      const values = items.map((item) => item[column])
      const sorted = [...values].sort()
      expect(values).toEqual(sort.startsWith('-') ? sorted.reverse() : sorted)
      expect(new Set(items.map((item) => item.id)).size).toBe(names.length)
    },
  )

  test.each([1, 7, 25, 26, 50, 51, 100])(
    'a page of %d holds that many, and the next one goes on behind it',
    async (limit) => {
      const { body } = await list(petugas, { limit: String(limit) })
      expect(body.items).toHaveLength(Math.min(limit, names.length))
      expect(body.nextCursor === null).toBe(limit >= names.length)
      const whole = (await walk(petugas, { limit: '100' })).map((item) => item.id)
      expect((await walk(petugas, { limit: String(limit) })).map((item) => item.id)).toEqual(whole)
    },
  )

  test('an officer sees the own office, a reviewer the region, an agent the own captures, an admin nobody', async () => {
    expect(await walk(petugas, {})).toHaveLength(12)
    expect(await walk(fixture.actor('verifikator'), {})).toHaveLength(13)
    expect(await walk(fixture.actor('supervisor', { regionCode: '32' }), {})).toHaveLength(13)
    expect(await walk(fixture.actor('verifikator', { regionCode: '32.09' }), {})).toHaveLength(0)
    expect(await walk(fixture.actor('kader'), {})).toHaveLength(0)
    expect((await list(fixture.actor('admin'), {})).status).toBe(403)
  })

  test('a cursor of another order or an altered one is refused', async () => {
    const { body } = await list(petugas, { limit: '5' })
    expect((await list(petugas, { sort: 'fullName', cursor: body.nextCursor })).body.errors).toMatchObject([
      { path: 'cursor', code: 'cursor_invalid' },
    ])
    expect((await list(petugas, { cursor: 'bm9uc2Vuc2U' })).status).toBe(400)
  })

  test('is audited with the kind of criteria only', async () => {
    await list(petugas, { q: 'WIJAYA' })
    const entry = fixture.audited.at(-1)
    expect(entry).toMatchObject({ action: 'search', actorId: petugas.userId, details: { by: 'name' } })
    expect(JSON.stringify(entry)).not.toContain('WIJAYA')
  })
})

describe('search', () => {
  test('finds by NIK, KK, phone and receipt exactly, and by a part of a name', async () => {
    const body = makeIntakeBody({ members: [makeMember({ fullName: 'ZULAIKHA RAMADHANI' })] })
    const { receiptNumber, proposals } = (await fixture.register(petugas, body)).json()
    const written = [
      body.members[0]?.nik ?? '',
      body.familyCardNumber,
      body.whatsappNumber,
      `+62 ${body.whatsappNumber.slice(1)}`,
      receiptNumber,
      receiptNumber.replaceAll('-', '').toLowerCase(),
      'laikha  rama',
    ]
    for (const q of written) {
      const { body: page } = await list(petugas, { q })
      expect(page.items.map((item: ProposalListItem) => item.id)).toEqual([proposals[0].id])
    }
    const officeId = DEMO_OFFICES.otherPuskesmas
    const stranger = fixture.actor('petugas', { officeId, officeIds: [officeId] })
    for (const q of written) expect((await list(stranger, { q })).body.items).toEqual([])
  })

  test('pages by name go on behind the last of several people of one name', async () => {
    for (let count = 0; count < 5; count += 1) {
      await fixture.register(petugas, makeIntakeBody({ members: [makeMember({ fullName: 'KOMARIAH' })] }))
    }
    for (const sort of ['fullName', '-fullName']) {
      const found = await walk(petugas, { q: 'KOMARIAH', sort, limit: '2' })
      const ids = found.map((item) => item.id)
      expect(ids).toEqual(sort === 'fullName' ? [...ids].sort() : [...ids].sort().reverse())
      expect(new Set(ids).size).toBe(5)
      expect((await walk(petugas, { sort, limit: '7' })).filter((item) => item.fullName === 'KOMARIAH')).toEqual(found)
    }
  })

  test('treats wildcards and quotes as letters', async () => {
    expect((await list(petugas, { q: "%' OR 1=1 --" })).body.items).toEqual([])
    expect((await list(petugas, { q: '___' })).body.items).toEqual([])
  })
})

describe('queues and counts', () => {
  test('counts equal the lists, before and after they are rolled up', async () => {
    const verifikator = fixture.actor('verifikator')
    const ids = (await walk(petugas, {})).slice(0, 6).map((item) => item.id)
    await fixture.database.db.transaction().execute(async (tx) => {
      await fixture.intake.moveMany(
        tx,
        ids.map((proposalId) => ({ proposalId, action: 'start_checks', mover: SYSTEM })),
      )
      await fixture.intake.moveMany(
        tx,
        ids.map((proposalId, index) => ({
          proposalId,
          action: 'complete_checks',
          mover: SYSTEM,
          data: { membership: 'not_found', flags: index < 2 ? ['potential_duplicate'] : [] },
        })),
      )
    })
    const counted = async () => {
      const { queues, states } = (
        await fixture.app.inject({ url: '/api/v1/queues', headers: fixture.as(verifikator) })
      ).json()
      const of = (rows: { total: number }[], key: string, value: string) =>
        rows.find((row) => (row as Record<string, unknown>)[key] === value)?.total
      return [of(queues, 'queue', 'new_review'), of(queues, 'queue', 'duplicates'), of(states, 'state', 'in_review')]
    }
    expect(await counted()).toEqual([4, 2, 6])
    await fixture.intake.rollUpCounts()
    expect(await counted()).toEqual([4, 2, 6])
    const left = await fixture.database.owner.selectFrom('proposal_count_delta').selectAll().execute()
    expect(left).toEqual([])
    expect(await walk(verifikator, { queue: 'new_review' })).toHaveLength(4)
    expect(await walk(verifikator, { queue: 'duplicates', sort: 'fullName' })).toHaveLength(2)
    expect(await walk(verifikator, { queue: 'new_review', sort: '-submittedAt' })).toHaveLength(4)
  })

  test('a queue is due-first, opens only to its roles, and needs no state beside it', async () => {
    const verifikator = fixture.actor('verifikator')
    const due = (await walk(verifikator, { queue: 'new_review' })).map((item) => item.dueAt)
    expect(due).toEqual([...due].sort())
    expect((await list(petugas, { queue: 'new_review' })).status).toBe(403)
    expect((await list(verifikator, { queue: 'new_review', state: 'rejected' })).body.errors[0].code).toBe(
      'state_not_in_queue',
    )
    expect((await list(verifikator, { sort: 'dueAt' })).body.errors[0].code).toBe('sort_needs_queue')
  })

  test('my leases and late cases are queues as well', async () => {
    const verifikator = fixture.actor('verifikator')
    const [first] = await walk(verifikator, { queue: 'new_review' })
    if (!first) throw new Error('the queue is empty')
    const mover = { id: verifikator.userId, role: verifikator.role }
    await fixture.intake.claim(fixture.database.db, first.id, mover, false)
    expect((await walk(verifikator, { queue: 'mine' })).map((item) => item.id)).toEqual([first.id])
    fixture.clock.advance(21 * 60_000)
    expect(await walk(verifikator, { queue: 'mine' })).toEqual([])
    fixture.clock.advance(7 * 24 * 60 * 60_000)
    const supervisor = fixture.actor('supervisor')
    const late = await walk(supervisor, { queue: 'late' })
    expect(late).toHaveLength(6)
    expect(new Set(late.map((item) => item.queue))).toEqual(new Set(['new_review', 'duplicates']))
    const due = late.map((item) => item.dueAt)
    expect(due).toEqual([...due].sort())
    const ids = late.map((item) => item.id)
    const backwards = await walk(supervisor, { queue: 'late', sort: '-dueAt', limit: '2' })
    expect(backwards.map((item) => item.id)).toEqual(ids.toReversed())
    for (const sort of ['-submittedAt', 'fullName']) {
      expect(new Set((await walk(supervisor, { queue: 'late', sort, limit: '2' })).map((item) => item.id))).toEqual(
        new Set(ids),
      )
    }
    expect(await walk(supervisor, { queue: 'late', state: 'in_review' })).toHaveLength(6)
    for (const state of ['eligible', 'rejected']) expect(await walk(supervisor, { queue: 'late', state })).toEqual([])
  })
})
