import { type RawBuilder, sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { tamper } from '../../support/tampering.ts'
import { type CoverageWorld, createCoverageWorld } from './coverage-world.ts'

let world: CoverageWorld
beforeAll(async () => {
  world = await createCoverageWorld()
  const segments = ['pbi_apbn', 'pbpu_pemda', 'ppu', 'pbpu_mandiri', 'bp'] as const
  await world.enter({
    rows: [
      { regionCode: '32.74.01.1001', registered: 100, active: 80, population: 110 },
      { regionCode: '32.74.01.1002', registered: 50, population: 70 },
      { regionCode: '32.74.04', registered: 400, active: 300, population: 500 },
      ...segments.map((segment) => ({ regionCode: '32.09.20.2008', segment, registered: 10, active: 7 })),
    ],
  })
  await world.enter({ month: '2026-09', asOf: '2026-09-30', rows: [{ regionCode: '32.74.01.1001', registered: 90 }] })
  await world.enter({ source: 'government', rows: [{ regionCode: '33.17', registered: 5, active: 4, population: 9 }] })
  const list = { month: '2026-10', source: 'Daftar peserta Oktober 2026', regionCode: '32.74', isWhole: true }
  await world.whole.database.db.transaction().execute((tx) =>
    world.whole.features.coverage.recordComputedFigures(tx, {
      ...list,
      rows: [
        { villageCode: '32.74.01.1001', segment: 'ppu', registered: 12, active: 11 },
        { villageCode: null, segment: 'other', registered: 3, active: 1 },
      ],
    }),
  )
})
afterAll(() => world?.close())

const faultsOf = async (...statements: RawBuilder<unknown>[]) => (await tamper(world.whole, ...statements)).faults
const differing = (...ids: string[]) => [{ kind: 'coverage_differs', count: ids.length, ids: ids.toSorted() }]

test('sums that are kept are what the figures add up to', async () => {
  expect(await faultsOf()).toEqual([])
  const { printed } = await tamper(world.whole)
  expect(printed).toContain('utuh')
})

test('a sum that was changed is named, with what is added up of it', async () => {
  const key = sql`region_code = '32.74.01' AND source = 'bpjs' AND segment = 'all' AND month = '2026-10-01'`
  const { faults, printed } = await tamper(
    world.whole,
    sql`UPDATE coverage_summary SET rolled_active = rolled_active + 1 WHERE ${key}`,
  )
  expect(faults).toEqual(differing('32.74.01/bpjs/all/2026-10', '32.74/bpjs/all/2026-10'))
  expect(printed).toContain('2 angka cakupan yang berbeda dari hitung ulang:\n  32.74.01/bpjs/all/2026-10')
})

test('a figure without its summary, a summary without its figure, and one under another parent are named', async () => {
  const village = sql`region_code = '32.74.01.1002' AND source = 'bpjs'`
  expect(await faultsOf(sql`UPDATE coverage_figure SET registered = 51 WHERE ${village}`)).toEqual(
    differing('32.74.01.1002/bpjs/all/2026-10'),
  )
  expect(await faultsOf(sql`DELETE FROM coverage_figure WHERE ${village}`)).toEqual(
    differing('32.74.01.1002/bpjs/all/2026-10'),
  )
  expect(await faultsOf(sql`DELETE FROM coverage_summary WHERE ${village}`)).toEqual(
    differing('32.74.01.1002/bpjs/all/2026-10', '32.74.01/bpjs/all/2026-10'),
  )
  expect(await faultsOf(sql`UPDATE coverage_summary SET parent_code = '32.74.04' WHERE ${village}`)).toEqual(
    differing('32.74.01.1002/bpjs/all/2026-10'),
  )
})

test('the sum of a whole country, and one of five segments that were told, are recounted too', async () => {
  expect(
    await faultsOf(
      sql`UPDATE coverage_summary SET rolled_registered = 0 WHERE region_code = 'nasional' AND source = 'government'`,
    ),
  ).toEqual(differing('nasional/government/all/2026-10'))
  expect(
    await faultsOf(
      sql`UPDATE coverage_summary SET own_registered = 51 WHERE region_code = '32.09.20.2008' AND segment = 'all'`,
    ),
  ).toEqual(differing('32.09.20.2008/bpjs/all/2026-10', '32.09.20/bpjs/all/2026-10'))
})

test('a sum that calls itself whole over one that is not is named', async () => {
  expect(
    await faultsOf(
      sql`UPDATE coverage_summary SET rolled_whole = true
        WHERE region_code = '32' AND source = 'bpjs' AND segment = 'all' AND month = '2026-10-01'`,
    ),
  ).toEqual(differing('32/bpjs/all/2026-10'))
})

test('population that is kept is what regions know and what adds up', async () => {
  expect(
    await faultsOf(
      sql`UPDATE coverage_population SET rolled_total = 1 WHERE region_code = '32.74.01' AND as_of = '2026-10-31'`,
    ),
  ).toEqual([{ kind: 'population_differs', count: 2, ids: ['32.74.01/2026-10-31', '32.74/2026-10-31'] }])
  expect(await faultsOf(sql`UPDATE population_figure SET total = 111 WHERE region_code = '32.74.01.1001'`)).toEqual([
    { kind: 'population_differs', count: 1, ids: ['32.74.01.1001/2026-10-31'] },
  ])
  expect(await faultsOf(sql`DELETE FROM coverage_population WHERE region_code = '32.74.01.1002'`)).toEqual([
    { kind: 'population_differs', count: 2, ids: ['32.74.01.1002/2026-10-31', '32.74.01/2026-10-31'] },
  ])
})
