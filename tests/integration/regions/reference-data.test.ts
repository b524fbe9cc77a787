import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { DB } from '../../../src/features/database.ts'
import { createRegions, DEMO_OFFICES, DEMO_REGION, type Regions } from '../../../src/features/regions/index.ts'
import { systemClock } from '../../../src/platform/clock.ts'
import { uuidIds } from '../../../src/platform/ids.ts'
import { createTestDatabase, type TestDatabase } from '../../support/database.ts'

let database: TestDatabase<DB>
let regions: Regions
const create = (): Regions =>
  createRegions({ db: database.db, audit: { record: () => Promise.resolve() }, clock: systemClock, ids: uuidIds })

beforeAll(async () => {
  database = await createTestDatabase<DB>()
  regions = create()
})
afterAll(() => database.close())

const countOf = async (table: 'region' | 'office' | 'population_figure'): Promise<number> => {
  const row = await database.owner
    .selectFrom(table)
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow()
  return row.count
}

describe('loading the reference data', () => {
  it('refuses look-ups before it has run', () => {
    expect(() => create().findVillage('32.74.01.1001')).toThrow('loadReferenceData')
  })

  it('loads the whole country once when two processes start together', async () => {
    const [first, second] = await Promise.all([
      regions.loadReferenceData(database.db),
      create().loadReferenceData(database.db),
    ])
    expect([first.changed, second.changed].sort()).toEqual([false, true])
    expect(first.regionCount).toBe(91_599)
    expect(await countOf('region')).toBe(91_599)
  })

  it('writes nothing when the installed release is already loaded', async () => {
    const xmins = () => database.owner.selectFrom('region_source').selectAll().executeTakeFirstOrThrow()
    const before = await xmins()
    expect(await regions.loadReferenceData(database.db)).toEqual({ changed: false, regionCount: 91_599 })
    expect(await xmins()).toEqual(before)
    expect(before).toMatchObject({ package: 'idn-area-data', version: '4.0.1', region_count: 91_599 })
  })

  it('with a new release corrects names, retires what is gone and keeps postal codes', async () => {
    await database.owner
      .updateTable('region')
      .set({ name: 'Old Name', postal_code: '45123' })
      .where('code', '=', '32.74.01.1001')
      .execute()
    await database.owner
      .insertInto('region')
      .values({ code: '32.74.99', level: 3, kind: 'kecamatan', name: 'Merged Away' })
      .execute()
    await database.owner.updateTable('region_source').set({ version: '3.1.2' }).execute()

    const restarted = create()
    expect(await restarted.loadReferenceData(database.db)).toEqual({ changed: true, regionCount: 91_600 })
    expect(restarted.findVillage('32.74.01.1001')).toMatchObject({ name: 'Kejaksan', postalCode: '45123' })
    expect(restarted.findRegion('32.74.99')).toMatchObject({ retired: true })
    expect(restarted.findRegionByNikDigits('327499')).toMatchObject({ known: false })
  })

  it('names the kab/kota of a province, and a kab/kota itself', () => {
    expect(regions.listKabkotaCodes('32')).toHaveLength(27)
    expect(regions.listKabkotaCodes('32.74')).toEqual(['32.74'])
    expect(regions.listKabkotaCodes('32.74.01')).toEqual(['32.74'])
  })
})

describe('the demo', () => {
  it('adds Kota Cirebon and one office of its neighbour, once', async () => {
    await regions.loadReferenceData(database.db)
    await regions.seedDemo(database.db)
    const offices = await countOf('office')
    await regions.seedDemo(database.db)
    expect(await countOf('office')).toBe(offices)
    expect(offices).toBe(27)
    expect(regions.findVillage('32.74.05.1005')?.postalCode).toBe('45131')

    const ids = Object.values(DEMO_OFFICES)
    const named = await regions.listOfficesByIds(database.db, ids)
    expect(new Set(named.map((office) => office.id))).toEqual(new Set(ids))
    expect(await regions.listOfficeIds(database.db, DEMO_REGION)).toHaveLength(26)
    expect(await regions.listOfficeIds(database.db, '32')).toHaveLength(27)
  })

  it('does not undo what somebody has changed since', async () => {
    await database.owner
      .updateTable('office')
      .set({ name: 'Puskesmas Baru' })
      .where('id', '=', DEMO_OFFICES.puskesmas)
      .execute()
    await regions.seedDemo(database.db)
    expect((await regions.findOffice(database.db, DEMO_OFFICES.puskesmas))?.name).toBe('Puskesmas Baru')
  })

  it('knows the population on a day, and none before the first figure', async () => {
    expect(await regions.findPopulation(database.db, DEMO_REGION, '2026-11-22')).toMatchObject({
      asOf: '2024-12-31',
      total: 356_629,
      male: 178_969,
      female: 177_660,
    })
    expect(await regions.findPopulation(database.db, DEMO_REGION, '2024-12-30')).toBeUndefined()
  })
})
