import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Actor, type ApiScope, ROLES, type Role } from '../../../src/contracts/access.ts'
import type { RegionItem } from '../../../src/contracts/api/regions.ts'
import { type Audit, createAudit, registerAuditRoutes } from '../../../src/features/audit/index.ts'
import type { DB } from '../../../src/features/database.ts'
import { createRegions, DEMO_OFFICES, registerRegionRoutes } from '../../../src/features/regions/index.ts'
import { systemClock } from '../../../src/platform/clock.ts'
import type { App } from '../../../src/platform/http/index.ts'
import { uuidIds } from '../../../src/platform/ids.ts'
import { createTestDatabase, type TestDatabase } from '../../support/database.ts'
import { actorByHeader, createTestServer } from '../../support/test-server.ts'

let database: TestDatabase<DB>
let app: App
const actors = new Map<string, Actor>()

beforeAll(async () => {
  database = await createTestDatabase<DB>({ regions: true })
  const { db } = database
  const audit: Audit = createAudit({
    db,
    chainKey: Buffer.alloc(32, 1),
    clock: systemClock,
    offices: { listOfficeIds: (regionCode) => regions.listOfficeIds(db, regionCode) },
    people: { listNames: async () => new Map() },
  })
  const regions = createRegions({ db, audit, clock: systemClock, ids: uuidIds })
  await regions.loadReferenceData(db)
  app = await createTestServer(actorByHeader(actors))
  registerRegionRoutes(app, { regions })
  registerAuditRoutes(app, { audit })
  await app.ready()
})
afterAll(async () => {
  await app.close()
  await database.close()
})

function signIn(role: Role, changes: Partial<Actor> = {}): Record<string, string> {
  const userId = randomUUID()
  actors.set(userId, {
    userId,
    username: role,
    displayName: role,
    role,
    regionCode: '32.74',
    officeId: DEMO_OFFICES.puskesmas,
    officeIds: [DEMO_OFFICES.puskesmas],
    scopes: null,
    ...changes,
  })
  return { 'x-api-key': userId }
}

const get = (url: string, headers: Record<string, string> = {}) => app.inject({ method: 'GET', url, headers })

const office = {
  code: 'PKM-HTTP',
  kind: 'puskesmas',
  name: 'Puskesmas HTTP',
  regionCode: '32.74',
  villageCode: null,
  address: 'Jl. Contoh 1',
  openingHours: {},
  phone: null,
  bpjsFacilityCode: null,
}
const figure = { asOf: '2025-12-31', source: 'Dukcapil', total: 360_000, male: null, female: null }

describe('who may call', () => {
  it.each([...ROLES])('lets %s read regions, offices, population and its own audit entries', async (role) => {
    const headers = signIn(role)
    for (const url of [
      '/api/v1/regions',
      '/api/v1/regions/32.74',
      '/api/v1/regions/32.74/population',
      '/api/v1/offices',
      `/api/v1/offices/${DEMO_OFFICES.mpp}`,
      '/api/v1/audit',
    ]) {
      expect((await get(url, headers)).statusCode, url).toBe(200)
    }
  })

  it.each(ROLES.filter((role) => role !== 'admin'))('does not let %s change anything', async (role) => {
    const headers = signIn(role)
    const post = await app.inject({ method: 'POST', url: '/api/v1/offices', headers, payload: office })
    const patch = await app.inject({
      method: 'PATCH',
      url: `/api/v1/offices/${DEMO_OFFICES.mpp}`,
      headers,
      payload: { version: 1 },
    })
    const put = await app.inject({ method: 'PUT', url: '/api/v1/regions/32.74/population', headers, payload: figure })
    expect([post.statusCode, patch.statusCode, put.statusCode]).toEqual([403, 403, 403])
  })

  it('lets nobody in without signing in, and a machine only with its scope', async () => {
    expect((await get('/api/v1/regions')).statusCode).toBe(401)
    const withScopes = (scopes: ApiScope[]) => get('/api/v1/regions?q=kejaksan', signIn('petugas', { scopes }))
    expect((await withScopes(['regions:read'])).statusCode).toBe(200)
    expect((await withScopes(['intakes:write'])).statusCode).toBe(403)
    expect((await get('/api/v1/audit', signIn('auditor', { scopes: ['regions:read'] }))).statusCode).toBe(403)
  })
})

describe('over HTTP', () => {
  it('the demo region has its 5 kecamatan and 22 kelurahan, each with a postal code', async () => {
    const headers = signIn('petugas')
    const listBelow = async (level: number) =>
      (await get(`/api/v1/regions?parent=32.74&level=${level}&limit=100`, headers)).json<{ items: RegionItem[] }>()
        .items
    const kecamatan = await listBelow(3)
    const kelurahan = await listBelow(4)
    expect(kecamatan.map(({ kind }) => kind)).toEqual(Array.from({ length: 5 }, () => 'kecamatan'))
    expect(kelurahan.map(({ kind }) => kind)).toEqual(Array.from({ length: 22 }, () => 'kelurahan'))
    expect(kelurahan.filter(({ postalCode }) => !/^451\d\d$/u.test(postalCode ?? ''))).toEqual([])
  })

  it('an admin adds an office, changes it, and finds both in the audit log', async () => {
    const headers = signIn('admin')
    const created = await app.inject({ method: 'POST', url: '/api/v1/offices', headers, payload: office })
    expect(created.statusCode).toBe(201)
    const { id, version } = created.json<{ id: string; version: number }>()
    expect(created.headers.location).toBe(`/api/v1/offices/${id}`)
    const changed = await app.inject({
      method: 'PATCH',
      url: `/api/v1/offices/${id}`,
      headers: { ...headers, 'x-request-id': 'request-patch' },
      payload: { version, active: false },
    })
    expect(changed.json()).toMatchObject({ active: false, version: 2 })
    const { items } = (await get(`/api/v1/audit?subjectId=${id}`, headers)).json<{ items: Record<string, unknown>[] }>()
    expect(items).toMatchObject([
      {
        action: 'change_office',
        requestId: 'request-patch',
        details: { changes: { active: { from: true, to: false } } },
      },
      { action: 'create_office', regionCode: '32.74' },
    ])
  })

  it('a population figure is stored and read back', async () => {
    const headers = signIn('admin')
    const put = await app.inject({ method: 'PUT', url: '/api/v1/regions/32.74/population', headers, payload: figure })
    expect(put.json()).toEqual(figure)
    const read = await get('/api/v1/regions/32.74/population', headers)
    expect(read.json<{ items: unknown[] }>().items[0]).toEqual(figure)
  })

  it('a village is found by typing, page after page', async () => {
    const headers = signIn('petugas')
    const first = (await get('/api/v1/regions?q=ke&level=4&limit=2', headers)).json<{
      items: { name: string }[]
      nextCursor: string
    }>()
    expect(first.items.map((item) => item.name)).toEqual(['Kejaksan', 'Kesenden'])
    const second = (await get(`/api/v1/regions?q=ke&level=4&limit=2&cursor=${first.nextCursor}`, headers)).json<{
      items: { name: string }[]
    }>()
    expect(second.items.map((item) => item.name)).toEqual(['Kebonbaru', 'Kesepuhan'])
  })

  it.each([
    ['/api/v1/regions?parent=32.7', 'parent', 'bad_format'],
    ['/api/v1/regions?q=k', 'q', 'too_short'],
    ['/api/v1/regions?limit=1000', 'limit', 'too_big'],
    ['/api/v1/regions?level=5', 'level', 'too_big'],
    ['/api/v1/regions?foo=1', 'foo', 'unknown_field'],
    ['/api/v1/offices/1', 'id', 'not_an_id'],
    ['/api/v1/audit?action=nonsense', 'action', 'invalid'],
    ['/api/v1/audit?from=yesterday', 'from', 'not_a_time'],
  ])('%s is refused at %s with %s', async (url, path, code) => {
    const response = await get(url, signIn('admin'))
    expect(response.statusCode).toBe(400)
    expect(response.json<{ errors: unknown[] }>().errors).toMatchObject([{ path, code }])
  })

  it.each([
    [{ ...figure, male: 1, female: 1 }, 'total', 'sex_counts_differ'],
    [{ ...figure, male: 1 }, 'female', 'sex_counts_incomplete'],
  ])('a figure whose sexes do not fit is refused in words', async (payload, path, code) => {
    const headers = { ...signIn('admin'), 'accept-language': 'en' }
    const response = await app.inject({ method: 'PUT', url: '/api/v1/regions/32.74/population', headers, payload })
    expect(response.json()).toMatchObject({ errors: [{ path, code, message: expect.stringMatching(/men/) }] })
  })

  it('a cursor and a region that do not exist are answered plainly', async () => {
    const headers = signIn('admin')
    expect((await get('/api/v1/audit?cursor=abc', headers)).json()).toMatchObject({ code: 'invalid_input' })
    expect((await get('/api/v1/regions/99.99', headers)).statusCode).toBe(404)
    expect((await get(`/api/v1/offices/${DEMO_OFFICES.otherRegion}`, headers)).statusCode).toBe(404)
    expect((await get('/api/v1/offices?cursor=not-an-id', headers)).statusCode).toBe(400)
  })
})
