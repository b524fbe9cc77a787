import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ComputedFigures } from '../../../src/features/coverage/index.ts'
import { type CoverageWorld, createCoverageWorld } from './coverage-world.ts'

let world: CoverageWorld
beforeAll(async () => {
  world = await createCoverageWorld()
})
afterAll(() => world?.close())

const record = (figures: ComputedFigures) =>
  world.whole.database.db
    .transaction()
    .execute((tx) => world.whole.features.coverage.recordComputedFigures(tx, figures))

const list = (given: Partial<ComputedFigures> & Pick<ComputedFigures, 'rows'>): ComputedFigures => ({
  month: '2026-10',
  source: 'Daftar peserta Oktober 2026',
  ...given,
})
const member = (
  villageCode: string,
  segment: 'pbi_apbn' | 'pbpu_pemda' | 'ppu' | 'pbpu_mandiri' | 'bp',
  registered = 10,
  active = 8,
) => ({ villageCode, segment, registered, active })

describe('what a membership list was counted to', () => {
  test('is read by village and above, and a village of its region that it does not name has nobody', async () => {
    const segments = ['pbi_apbn', 'pbpu_pemda', 'ppu', 'pbpu_mandiri', 'bp'] as const
    await record(list({ regionCode: '32.74', rows: segments.map((segment) => member('32.74.04.1001', segment)) }))
    const read = await world.get('32.74.04', '?source=list')
    expect(read.figure).toMatchObject({
      registered: { used: { people: 50, origin: 'computed' }, computed: { isWhole: true } },
      activeRate: { hundredths: 8000 },
    })
    expect(read.children.map(({ registered }) => registered?.used)).toMatchObject([
      { people: 50, origin: 'list', source: 'Daftar peserta Oktober 2026', asOf: '2026-10-31' },
      { people: 0 },
      { people: 0 },
      { people: 0 },
    ])
    expect((await world.get('32.74', '?source=list')).figure.registered?.computed).toMatchObject({
      people: 50,
      isWhole: true,
    })
  })

  test('of some segments makes no total', async () => {
    await record(list({ month: '2026-09', regionCode: '32.74', rows: [member('32.74.04.1001', 'pbpu_pemda')] }))
    expect((await world.get('32.74', '?month=2026-09&source=list')).figure.registered).toBeNull()
    const local = (await world.get('32.74', '?month=2026-09&source=list&segment=pbpu_pemda')).figure
    expect(local.registered?.used.people).toBe(10)
  })

  test('takes the place of an earlier list of the month, and of its region only', async () => {
    const other = member('32.09.20.2008', 'ppu', 3, 3)
    await record(list({ month: '2026-08', regionCode: '32.09', rows: [other], isWhole: true }))
    await record(list({ month: '2026-08', regionCode: '32.74', rows: [member('32.74.04.1001', 'ppu')], isWhole: true }))
    await record(
      list({ month: '2026-08', regionCode: '32.74', rows: [member('32.74.04.1002', 'ppu', 4, 2)], isWhole: true }),
    )
    const people = async (code: string) =>
      (await world.get(code, '?month=2026-08&source=list')).figure.registered?.used.people
    expect([await people('32.74.04.1001'), await people('32.74.04.1002')]).toEqual([0, 4])
    expect([await people('32.74'), await people('32.09'), await people('32')]).toEqual([4, 3, 7])
  })

  test('is refused whole when a village is unknown or outside its region', async () => {
    for (const villageCode of ['32.74.04.9999', '32.09.20.2008', '32.74.04']) {
      const rows = [member('32.74.04.1001', 'ppu'), member(villageCode, 'ppu')]
      await expect(record(list({ month: '2026-07', regionCode: '32.74', rows }))).rejects.toMatchObject({
        code: 'not_found',
      })
    }
    expect((await world.get('32.74')).months).not.toContain('2026-07')
  })

  test('of a province with 8,500 villages is added up to every kab/kota and kecamatan', async () => {
    const { regions } = world.whole.features
    const segments = ['pbi_apbn', 'pbpu_pemda', 'ppu', 'pbpu_mandiri', 'bp'] as const
    const rows = regions
      .listBelow('33', 4)
      .flatMap(({ code }, index) =>
        segments.map((segment, add) => member(code, segment, (index % 900) + add, index % 700)),
      )
    await record(list({ month: '2026-04', regionCode: '33', rows }))
    const countedBelow = (code: string) => {
      const of = rows.filter(({ villageCode }) => villageCode.startsWith(`${code}.`))
      return [code, of.reduce((sum, row) => sum + row.registered, 0), of.reduce((sum, row) => sum + row.active, 0)]
    }
    for (const above of ['33', '33.17', '33.74']) {
      const { children } = await world.get(above, '?month=2026-04&source=list')
      expect(
        children.map(({ region, registered, active }) => [region.code, registered?.used.people, active?.used.people]),
      ).toEqual(regions.listChildren(above).map(({ code }) => countedBelow(code)))
      expect(children.every(({ registered }) => registered?.computed?.isWhole)).toBe(true)
    }
  })

  test('is added up right when two regions of a province are counted at the same time', async () => {
    const month = '2026-05'
    const rounds = ['32.74', '32.09'].flatMap((regionCode) =>
      [1, 2, 3].map((people) => {
        const village = regionCode === '32.74' ? '32.74.04.1001' : '32.09.20.2008'
        return list({ month, regionCode, rows: [member(village, 'ppu', people, people)], isWhole: true })
      }),
    )
    await Promise.all(rounds.map(record))
    const people = async (code: string) =>
      (await world.get(code, '?month=2026-05&source=list')).figure.registered?.used.people ?? 0
    expect(await people('32')).toBe((await people('32.74')) + (await people('32.09')))
  })
})
