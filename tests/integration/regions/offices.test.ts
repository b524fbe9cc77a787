import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Actor } from '../../../src/contracts/access.ts'
import {
  type CreateOfficeBody,
  createOfficeBody,
  putPopulationBody,
  updateOfficeBody,
} from '../../../src/contracts/api/regions.ts'
import type { AuditEvent } from '../../../src/contracts/audit-actions.ts'
import type { DB } from '../../../src/features/database.ts'
import { createRegions, DEMO_OFFICES, type Regions } from '../../../src/features/regions/index.ts'
import { uuidIds } from '../../../src/platform/ids.ts'
import { createTestDatabase, type TestDatabase } from '../../support/database.ts'

const NOW = new Date('2026-11-22T08:00:00Z')
let database: TestDatabase<DB>
let regions: Regions
let audited: AuditEvent[]
let auditFailure: Error | undefined

const actor = (regionCode: string): Actor => ({
  userId: `user of ${regionCode}`,
  username: 'admin',
  displayName: 'Admin',
  role: 'admin',
  regionCode,
  officeId: null,
  officeIds: [],
  scopes: null,
})
const cirebon = { actor: actor('32.74'), requestId: 'request-1' }
const kabupaten = { actor: actor('32.09'), requestId: 'request-2' }
const province = { actor: actor('32'), requestId: 'request-3' }

beforeAll(async () => {
  database = await createTestDatabase<DB>()
  regions = createRegions({
    db: database.db,
    audit: {
      record(_executor, events) {
        if (auditFailure) return Promise.reject(auditFailure)
        audited.push(...events)
        return Promise.resolve()
      },
    },
    clock: { now: () => NOW },
    ids: uuidIds,
  })
  await regions.loadReferenceData(database.db)
  await regions.seedDemo(database.db)
})
afterAll(() => database.close())
beforeEach(() => {
  audited = []
  auditFailure = undefined
})

const newOffice = (given: Partial<CreateOfficeBody> = {}): CreateOfficeBody =>
  createOfficeBody.parse({
    code: 'PKM-BARU',
    kind: 'puskesmas',
    name: '  Puskesmas   Baru ',
    regionCode: '32.74',
    villageCode: '32.74.01.1001',
    address: 'Jl. Contoh 1',
    openingHours: { monday: [{ opens: '08:00', closes: '12:00' }] },
    phone: null,
    bpjsFacilityCode: null,
    ...given,
  })

const list = { limit: 100 } as const

describe('reading offices', () => {
  it('shows a caller those of its own region only', async () => {
    const codesOf = async (caller: typeof cirebon) =>
      (await regions.offices.listOffices(caller, list)).items.map((office) => office.regionCode)
    expect(new Set(await codesOf(cirebon))).toEqual(new Set(['32.74']))
    expect(await codesOf(kabupaten)).toEqual(['32.09'])
    expect(new Set(await codesOf(province))).toEqual(new Set(['32.09', '32.74']))
  })

  it('does not widen the scope by the region asked for', async () => {
    expect((await regions.offices.listOffices(cirebon, { ...list, region: '32.09' })).items).toEqual([])
    expect((await regions.offices.listOffices(cirebon, { ...list, region: '32' })).items).toHaveLength(26)
  })

  it('calls an office of another region not found', async () => {
    await expect(regions.offices.getOffice(cirebon, DEMO_OFFICES.otherRegion)).rejects.toMatchObject({
      code: 'not_found',
    })
    expect(await regions.offices.getOffice(kabupaten, DEMO_OFFICES.otherRegion)).toMatchObject({
      name: 'Puskesmas Kedawung',
    })
  })

  it('pages by name without losing or repeating one', async () => {
    const names: string[] = []
    let cursor: string | undefined
    do {
      const page = await regions.offices.listOffices(province, {
        limit: 10,
        ...(cursor === undefined ? {} : { cursor }),
      })
      names.push(...page.items.map((office) => office.name))
      cursor = page.nextCursor ?? undefined
    } while (cursor !== undefined)
    expect(names).toHaveLength(27)
    expect(new Set(names).size).toBe(27)
  })

  it('filters by kind', async () => {
    const { items } = await regions.offices.listOffices(cirebon, { ...list, kind: 'mobile' })
    expect(items.map((office) => office.id)).toEqual([DEMO_OFFICES.mobile])
  })
})

describe('changing offices', () => {
  it('creates one, and says so in the audit log', async () => {
    const office = await regions.offices.createOffice(cirebon, newOffice({ code: 'PKM-SATU' }))
    expect(office).toMatchObject({ name: 'Puskesmas Baru', active: true, version: 1 })
    expect(await regions.offices.getOffice(cirebon, office.id)).toEqual(office)
    expect(audited).toMatchObject([
      {
        action: 'create_office',
        subjectId: office.id,
        actorId: 'user of 32.74',
        requestId: 'request-1',
        regionCode: '32.74',
      },
    ])
  })

  it('stores nothing when the audit entry cannot be written', async () => {
    auditFailure = new Error('disk full')
    await expect(regions.offices.createOffice(cirebon, newOffice({ code: 'PKM-HANTU' }))).rejects.toThrow('disk full')
    const row = await database.owner
      .selectFrom('office')
      .select('id')
      .where('code', '=', 'PKM-HANTU')
      .executeTakeFirst()
    expect(row).toBeUndefined()
  })

  it.each([
    [
      'in another region',
      { regionCode: '32.09', villageCode: null },
      { issues: [{ path: 'regionCode', code: 'region_unknown' }] },
    ],
    ['with a code that is taken', { code: 'MPP-CIREBON' }, { code: 'name_in_use' }],
    [
      'with an unheard-of region',
      { regionCode: '32.99', villageCode: null },
      { issues: [{ path: 'regionCode', code: 'region_unknown' }] },
    ],
    [
      'with a village elsewhere',
      { villageCode: '32.09.20.2008' },
      { issues: [{ path: 'villageCode', code: 'village_outside_region' }] },
    ],
    [
      'with an unheard-of village',
      { villageCode: '32.74.01.9999' },
      { issues: [{ path: 'villageCode', code: 'village_unknown' }] },
    ],
  ])('refuses one %s', async (_, given, error) => {
    await expect(regions.offices.createOffice(cirebon, newOffice(given))).rejects.toMatchObject(error)
    expect(audited).toEqual([])
  })

  it('changes what is given, counts the version and records old and new', async () => {
    const before = await regions.offices.getOffice(cirebon, DEMO_OFFICES.hospital)
    const after = await regions.offices.updateOffice(cirebon, before.id, {
      version: 1,
      phone: '0231 200000',
      active: false,
    })
    expect(after).toEqual({ ...before, phone: '0231 200000', active: false, version: 2 })
    expect(await regions.offices.getOffice(cirebon, before.id)).toEqual(after)
    expect(audited[0]?.details).toEqual({
      changes: { phone: { from: null, to: '0231 200000' }, active: { from: true, to: false } },
    })
  })

  it('refuses a change made on an older version, and writes nothing for one that changes nothing', async () => {
    const office = await regions.offices.getOffice(cirebon, DEMO_OFFICES.hospital)
    const stale = { version: office.version - 1, name: 'Lain' }
    await expect(regions.offices.updateOffice(cirebon, office.id, stale)).rejects.toMatchObject({
      code: 'version_conflict',
    })
    expect(
      await regions.offices.updateOffice(cirebon, office.id, { version: office.version, name: office.name }),
    ).toEqual(office)
    expect(audited).toEqual([])
  })

  it('lets one of 20 changes at the same time through', async () => {
    const changes = Array.from({ length: 20 }, (_, index) =>
      regions.offices.updateOffice(cirebon, DEMO_OFFICES.mpp, { version: 1, name: `Loket ${index}` }),
    )
    const results = await Promise.allSettled(changes)
    expect(results.filter((result) => result.status === 'fulfilled')).toHaveLength(1)
    const reasons = results.flatMap((result) => (result.status === 'rejected' ? [result.reason.code] : []))
    expect(new Set(reasons)).toEqual(new Set(['version_conflict']))
  })

  it('calls an office of another region not found', async () => {
    const change = { version: 1, name: 'Puskesmas Lain' }
    await expect(regions.offices.updateOffice(cirebon, DEMO_OFFICES.otherRegion, change)).rejects.toMatchObject({
      code: 'not_found',
    })
  })
})

describe('opening hours', () => {
  const check = (openingHours: unknown) =>
    updateOfficeBody
      .safeParse({ version: 1, openingHours })
      .error?.issues.map((issue) => [issue.path.join('.'), issue.code === 'custom' ? issue.params?.code : issue.code])

  it.each([
    [
      'a day with a break',
      {
        friday: [
          { opens: '07:30', closes: '11:30' },
          { opens: '13:00', closes: '14:30' },
        ],
      },
    ],
    ['an office that is never open', {}],
  ])('take %s', (_, hours) => {
    expect(check(hours)).toBeUndefined()
  })

  it.each([
    [
      'closing before opening',
      { monday: [{ opens: '12:00', closes: '08:00' }] },
      ['openingHours.monday.0.closes', 'closes_before_it_opens'],
    ],
    [
      'a period of no length',
      { monday: [{ opens: '08:00', closes: '08:00' }] },
      ['openingHours.monday.0.closes', 'closes_before_it_opens'],
    ],
    [
      'periods that overlap',
      {
        monday: [
          { opens: '08:00', closes: '12:00' },
          { opens: '11:59', closes: '14:00' },
        ],
      },
      ['openingHours.monday.1.opens', 'periods_overlap'],
    ],
    [
      'an hour that does not exist',
      { monday: [{ opens: '08:00', closes: '24:00' }] },
      ['openingHours.monday.0.closes', 'invalid_format'],
    ],
    [
      'a day that does not exist',
      { senin: [{ opens: '08:00', closes: '12:00' }] },
      ['openingHours', 'unrecognized_keys'],
    ],
    ['an empty day', { monday: [] }, ['openingHours.monday', 'too_small']],
  ])('refuse %s', (_, hours, issue) => {
    expect(check(hours)).toContainEqual(issue)
  })
})

describe('regions', () => {
  const codesOf = (page: { items: { code: string }[] }): string[] => page.items.map((item) => item.code)

  it('start with the provinces, and never give the country as one list', () => {
    expect(regions.regions.listRegions(cirebon, { limit: 100 }).items).toHaveLength(38)
    expect(regions.regions.listRegions(cirebon, { limit: 100, level: 4 }).items.every((item) => item.level === 1)).toBe(
      true,
    )
  })

  it('are searched in the caller’s own region unless another is named', () => {
    expect(codesOf(regions.regions.listRegions(cirebon, { q: 'kedawung', limit: 10 }))).toEqual([])
    expect(codesOf(regions.regions.listRegions(cirebon, { q: 'kedawung', parent: '32.09', limit: 10 }))).toContain(
      '32.09.20.2008',
    )
  })

  it('come with their ancestors and zone', () => {
    const region = regions.regions.getRegion('32.74.01.1001')
    expect(region).toMatchObject({
      name: 'Kejaksan',
      postalCode: '45123',
      timeZone: 'Asia/Jakarta',
      parentCode: '32.74.01',
    })
    expect(region.ancestors.map((ancestor) => ancestor.name)).toEqual(['Jawa Barat', 'Kota Cirebon', 'Kejaksan'])
  })

  it('that do not exist are not found, as a parent too', () => {
    expect(() => regions.regions.getRegion('99')).toThrow(expect.objectContaining({ code: 'not_found' }))
    expect(() => regions.regions.listRegions(cirebon, { parent: '99', limit: 10 })).toThrow(
      expect.objectContaining({ code: 'not_found' }),
    )
  })
})

describe('population', () => {
  const figure = { asOf: '2025-06-30', source: 'BPS', total: 360_000, male: 180_000, female: 180_000 }

  it('keeps every date and source, newest first', async () => {
    await regions.regions.putPopulation(cirebon, '32.74', figure)
    await regions.regions.putPopulation(cirebon, '32.74', { ...figure, asOf: '2023-12-31', source: 'Dukcapil' })
    const figures = await regions.regions.listPopulation('32.74')
    expect(figures.map((each) => each.asOf)).toEqual(['2025-06-30', '2024-12-31', '2023-12-31'])
    expect((await regions.findPopulation(database.db, '32.74', '2025-01-01'))?.total).toBe(356_629)
  })

  it('corrects the figure of the same date and source, and records what it was', async () => {
    const corrected = { ...figure, total: 361_000, male: null, female: null }
    await regions.regions.putPopulation(cirebon, '32.74', corrected)
    expect(await regions.findPopulation(database.db, '32.74', '2025-12-31')).toEqual(corrected)
    expect(audited).toMatchObject([{ action: 'record_population', details: { from: figure, to: corrected } }])
  })

  it('of another region is not the caller’s to change', async () => {
    await expect(regions.regions.putPopulation(cirebon, '32.09', figure)).rejects.toMatchObject({ code: 'not_found' })
    await expect(regions.regions.putPopulation(cirebon, '32', figure)).rejects.toMatchObject({ code: 'not_found' })
  })

  it.each([
    ['sexes that do not add up', { ...figure, male: 1 }],
    ['one sex only', { ...figure, male: null }],
    ['nobody', { ...figure, total: 0, male: 0, female: 0 }],
    ['a day that does not exist', { ...figure, asOf: '2025-02-29' }],
  ])('refuses %s', (_, body) => {
    expect(putPopulationBody.safeParse(body).success).toBe(false)
  })
})
