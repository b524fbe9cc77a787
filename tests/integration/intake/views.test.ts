import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Actor } from '../../../src/contracts/access.ts'
import type { View } from '../../../src/contracts/api/views.ts'
import { DEMO_OFFICES } from '../../../src/features/regions/index.ts'
import { createIntakeFixture, type IntakeFixture } from './fixture.ts'

let fixture: IntakeFixture
beforeAll(async () => {
  fixture = await createIntakeFixture()
})
afterAll(() => fixture?.close())

let serial = 0
const input = (changes: object = {}) => {
  serial += 1
  const filters = { queue: 'new_review', flag: ['wa_unreachable'], submittedFrom: '2026-11-01' }
  return { name: `Tampilan ${serial}`, filters, sort: '-dueAt', columns: ['fullName', 'dueAt'], ...changes }
}

async function call(actor: Actor, method: 'GET' | 'POST' | 'PUT' | 'DELETE', path = '', payload?: object) {
  const reply = await fixture.app.inject({
    method,
    url: `/api/v1/views${path}`,
    headers: fixture.as(actor),
    ...(payload && { payload }),
  })
  return { status: reply.statusCode, body: reply.body === '' ? null : reply.json() }
}

const namesSeenBy = async (actor: Actor): Promise<string[]> =>
  (await call(actor, 'GET')).body.items.map((view: View) => view.name)

describe('a saved view', () => {
  test('comes back as it was saved, to its owner only', async () => {
    const owner = fixture.actor('verifikator')
    const saved = input()
    const { status, body } = await call(owner, 'POST', '', saved)
    expect(status).toBe(201)
    expect(body).toMatchObject({ ...saved, share: null, version: 1, isOwn: true, owner: { id: owner.userId } })
    expect((await call(owner, 'GET')).body.items).toEqual([body])
    expect(await namesSeenBy(fixture.actor('verifikator'))).toEqual([])
    expect(fixture.audited.at(-1)).toMatchObject({ action: 'create_view', subjectType: 'view', subjectId: body.id })
  })

  test('is replaced by its version, and gone when deleted', async () => {
    const owner = fixture.actor('petugas')
    const { body } = await call(owner, 'POST', '', input({ filters: {}, sort: null }))
    const changed = input({ filters: { channel: ['mpp'] }, version: 1 })
    const replaced = await call(owner, 'PUT', `/${body.id}`, changed)
    expect(replaced).toMatchObject({ status: 200, body: { name: changed.name, filters: changed.filters, version: 2 } })
    expect((await call(owner, 'PUT', `/${body.id}`, changed)).body.code).toBe('version_conflict')
    expect((await call(owner, 'DELETE', `/${body.id}`)).status).toBe(204)
    expect((await call(owner, 'DELETE', `/${body.id}`)).status).toBe(404)
    expect(await namesSeenBy(owner)).toEqual([])
    const acts = fixture.audited.filter(({ subjectId }) => subjectId === body.id).map(({ action }) => action)
    expect(acts).toEqual(['create_view', 'change_view', 'delete_view'])
  })

  test('has a name of its own, no search, and columns once', async () => {
    const owner = fixture.actor('verifikator')
    const first = input()
    await call(owner, 'POST', '', first)
    expect((await call(owner, 'POST', '', first)).body.code).toBe('name_in_use')
    const second = (await call(owner, 'POST', '', input())).body
    expect((await call(owner, 'PUT', `/${second.id}`, { ...first, version: 1 })).body.code).toBe('name_in_use')
    expect((await call(fixture.actor('verifikator'), 'POST', '', first)).status).toBe(201)
    for (const [wrong, path, code] of [
      [{ filters: { q: '3274014505900017' } }, 'filters.q', 'unknown_field'],
      [{ columns: ['nik', 'nik'] }, 'columns', 'duplicate'],
      [{ columns: [] }, 'columns', 'too_few'],
      [{ filters: { state: ['nowhere'] } }, 'filters.state.0', 'unknown_value'],
    ] as const) {
      expect((await call(owner, 'POST', '', input(wrong))).body.errors).toMatchObject([{ path, code }])
    }
  })

  test('is one of a hundred at most', async () => {
    const owner = fixture.actor('penyetuju')
    const plain = { filters: {}, sort: null }
    for (let count = 0; count < 100; count += 1) await call(owner, 'POST', '', input(plain))
    const { body } = await call(owner, 'POST', '', input(plain))
    expect(body.errors).toMatchObject([{ path: 'name', code: 'view_too_many' }])
    expect(await namesSeenBy(owner)).toHaveLength(100)
  })
})

describe('a shared view', () => {
  const share = async (owner: Actor, shared: object, filters: object = {}) => {
    const { status, body } = await call(owner, 'POST', '', input({ filters, sort: null, share: shared }))
    expect(status).toBe(201)
    return body as View
  }

  test('is seen by the people of the office, the region or the role, and by nobody else', async () => {
    const owner = fixture.actor('supervisor', { regionCode: '32.74' })
    const office = await share(owner, { with: 'office', officeId: DEMO_OFFICES.otherPuskesmas })
    const region = await share(owner, { with: 'region', regionCode: '32.74' })
    const kecamatan = await share(owner, { with: 'region', regionCode: '32.74.01' })
    const role = await share(owner, { with: 'role', role: 'verifikator', regionCode: '32.74' })
    const desk = { officeId: DEMO_OFFICES.otherPuskesmas, officeIds: [DEMO_OFFICES.otherPuskesmas] }
    const seen = {
      desk: await namesSeenBy(fixture.actor('petugas', desk)),
      otherDesk: await namesSeenBy(fixture.actor('petugas')),
      reviewer: await namesSeenBy(fixture.actor('verifikator', { officeIds: [] })),
      ofKecamatan: await namesSeenBy(fixture.actor('verifikator', { officeIds: [], regionCode: '32.74.01' })),
      elsewhere: await namesSeenBy(fixture.actor('verifikator', { officeIds: [], regionCode: '32.09' })),
      ofProvince: await namesSeenBy(fixture.actor('verifikator', { officeIds: [], regionCode: '32' })),
      likelyNamed: await namesSeenBy(fixture.actor('auditor', { officeIds: [], regionCode: '32.7' })),
    }
    const sorted = (views: View[]): string[] => views.map(({ name }) => name).sort()
    expect(Object.fromEntries(Object.entries(seen).map(([who, names]) => [who, names.sort()]))).toEqual({
      desk: sorted([office, region]),
      otherDesk: sorted([region]),
      reviewer: sorted([region, role]),
      ofKecamatan: sorted([region, role, kecamatan]),
      elsewhere: [],
      ofProvince: [],
      likelyNamed: [],
    })
  })

  test('is changed by its owner alone: to others it is not there', async () => {
    const owner = fixture.actor('supervisor')
    const view = await share(owner, { with: 'region', regionCode: '32.74' })
    const reader = fixture.actor('supervisor')
    expect((await call(reader, 'GET')).body.items).toContainEqual({ ...view, isOwn: false })
    expect((await call(reader, 'PUT', `/${view.id}`, input({ version: 1 }))).status).toBe(404)
    expect((await call(reader, 'DELETE', `/${view.id}`)).status).toBe(404)
    expect((await call(owner, 'GET')).body.items).toContainEqual(view)
  })

  test('shows each reader what the own scope holds', async () => {
    const view = await share(
      fixture.actor('supervisor'),
      { with: 'region', regionCode: '32.74' },
      { state: ['submitted'] },
    )
    await fixture.register(fixture.actor('petugas'))
    const count = async (actor: Actor): Promise<number> => {
      const query = { state: view.filters.state ?? [] }
      const reply = await fixture.app.inject({ url: '/api/v1/proposals/count', headers: fixture.as(actor), query })
      return reply.json().total
    }
    expect(await count(fixture.actor('petugas'))).toBe(1)
    expect(await count(fixture.actor('verifikator'))).toBe(1)
    expect(await count(fixture.actor('kader'))).toBe(0)
    expect(await count(fixture.actor('verifikator', { regionCode: '32.09' }))).toBe(0)
  })

  test('of a queue is for the roles of that queue', async () => {
    const owner = fixture.actor('supervisor')
    const view = await share(owner, { with: 'region', regionCode: '32.74' }, { queue: 'to_seal' })
    expect(await namesSeenBy(fixture.actor('penyetuju', { officeIds: [] }))).toContain(view.name)
    expect(await namesSeenBy(fixture.actor('verifikator'))).not.toContain(view.name)
    expect(
      (await call(fixture.actor('verifikator'), 'POST', '', input({ filters: { queue: 'to_seal' } }))).status,
    ).toBe(403)
  })

  test('reaches no further than its owner', async () => {
    const reviewer = fixture.actor('verifikator', { officeIds: [] })
    const stranger = { with: 'office', officeId: DEMO_OFFICES.otherRegion }
    for (const [wish, path] of [
      [{ with: 'region', regionCode: '32' }, 'share.regionCode'],
      [{ with: 'role', role: 'auditor', regionCode: '32.09' }, 'share.regionCode'],
      [stranger, 'share.officeId'],
    ] as const) {
      expect((await call(reviewer, 'POST', '', input({ share: wish }))).body.errors).toMatchObject([{ path }])
    }
    const officer = fixture.actor('petugas')
    const plain = { filters: {}, sort: null }
    expect(
      (await call(officer, 'POST', '', input({ ...plain, share: { with: 'region', regionCode: '32.74' } }))).status,
    ).toBe(403)
    const own = { with: 'office', officeId: DEMO_OFFICES.puskesmas }
    expect((await call(officer, 'POST', '', input({ ...plain, share: own }))).status).toBe(201)
    const other = { with: 'office', officeId: DEMO_OFFICES.otherPuskesmas }
    expect((await call(officer, 'POST', '', input({ ...plain, share: other }))).status).toBe(400)
  })
})

test('a count stops at a thousand', async () => {
  const { owner } = fixture.database
  await fixture.register(fixture.actor('petugas'))
  const template = await owner.selectFrom('proposal_status').selectAll().executeTakeFirstOrThrow()
  await sql`
    WITH households AS (
      INSERT INTO proposal (id, intake_id, region_code, office_id, full_name, birth_place, birth_date, sex, relationship, marital_status, warnings)
      SELECT gen_random_uuid(), ${template.intake_id}, '32.74', ${template.office_id}, 'BANYAK', 'CIREBON', '1990-01-01', 'male', 'anak', 'kawin', '{}'
      FROM generate_series(1, 1001) RETURNING id
    )
    INSERT INTO proposal_status (proposal_id, intake_id, region_code, office_id, created_by, submitted_at, state, version, sequence, flags, state_since, village_code, channel)
    SELECT id, ${template.intake_id}, '32.74', ${template.office_id}, 'nobody', now(), 'rejected', 1, 1, '{}', now(), '32.74.01.1001', 'puskesmas' FROM households
  `.execute(owner)
  const ask = async (query: string) =>
    (
      await fixture.app.inject({
        url: `/api/v1/proposals/count?${query}`,
        headers: fixture.as(fixture.actor('verifikator')),
      })
    ).json()
  expect(await ask('state=rejected')).toEqual({ total: 1000, more: true })
  expect(await ask('state=rejected&q=BANYAK')).toEqual({ total: 1000, more: true })
  expect(await ask('state=rejected&flag=reminded')).toEqual({ total: 0, more: false })
})
