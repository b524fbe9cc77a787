import { beforeAll, describe, expect, it } from 'vitest'
import { readReferenceData } from './reference-data.ts'
import { createRegionIndex, type RegionIndex } from './region-index.ts'
import { kindOfCode, type Region, type RegionLevel, timeZoneOfCode } from './regions.domain.ts'

const region = (code: string, name: string, retired = false): Region => ({
  code,
  name,
  level: ({ 2: 1, 5: 2, 8: 3, 13: 4 } as Record<number, RegionLevel>)[code.length] ?? 1,
  kind: kindOfCode(code),
  timeZone: code.length <= 5 ? timeZoneOfCode(code) : null,
  postalCode: null,
  retired,
})

const FIRST = { after: undefined, limit: 50 }
const codesOf = (page: { items: Region[] }): string[] => page.items.map((item) => item.code)

describe('a small country', () => {
  const index = createRegionIndex([
    region('32.74.01.1004', 'Kebonbaru'),
    region('32.74.01.1001', 'Kejaksan'),
    region('32.74.01', 'Kejaksan'),
    region('32.74', 'Kota Cirebon'),
    region('32.74.09', 'Lama', true),
    region('32.75', 'Kota Bekasi'),
    region('32', 'Jawa Barat'),
    region('33', 'Jawa Tengah'),
    region('33.74.01.1001', 'Kejaksan Lain'),
  ])

  it('lists children in code order, whatever order the rows came in', () => {
    expect(codesOf(index.listBelow('32', 2, FIRST))).toEqual(['32.74', '32.75'])
    expect(codesOf(index.listBelow('32.74.01', 4, FIRST))).toEqual(['32.74.01.1001', '32.74.01.1004'])
    expect(codesOf(index.listBelow(null, 1, FIRST))).toEqual(['32', '33'])
  })

  it('lists descendants of a deeper level, and nothing of a neighbour whose code only looks alike', () => {
    expect(codesOf(index.listBelow('32', 4, FIRST))).toEqual(['32.74.01.1001', '32.74.01.1004'])
    expect(codesOf(index.listBelow('32.7', 4, FIRST))).toEqual([])
  })

  it('pages without losing or repeating a row', () => {
    const first = index.listBelow('32', 2, { after: undefined, limit: 1 })
    expect(first.nextCode).toBe('32.74')
    const second = index.listBelow('32', 2, { after: '32.74', limit: 1 })
    expect(codesOf(second)).toEqual(['32.75'])
    expect(second.nextCode).toBeNull()
  })

  it('keeps retired regions findable and out of lists', () => {
    expect(index.find('32.74.09')?.retired).toBe(true)
    expect(codesOf(index.listBelow('32.74', 3, FIRST))).toEqual(['32.74.01'])
    expect(index.search('32.74', 'lama', undefined, FIRST).items).toEqual([])
  })

  it('finds names by the start of any word, higher levels first', () => {
    expect(codesOf(index.search('32', 'cire', undefined, FIRST))).toEqual(['32.74'])
    expect(codesOf(index.search('32', 'kejak', undefined, FIRST))).toEqual(['32.74.01', '32.74.01.1001'])
  })

  it('finds a name in the middle of a word after those that start with it, and written with a space', () => {
    expect(codesOf(index.search('32', 'BARU', undefined, FIRST))).toEqual(['32.74.01.1004'])
    expect(codesOf(index.search('32', 'kebon baru', undefined, FIRST))).toEqual(['32.74.01.1004'])
  })

  it('searches only below the parent, the parent itself included', () => {
    expect(codesOf(index.search('32.74.01', 'kejaksan', undefined, FIRST))).toEqual(['32.74.01', '32.74.01.1001'])
    expect(codesOf(index.search('32.75', 'kejaksan', undefined, FIRST))).toEqual([])
  })

  it('keeps to the level asked for', () => {
    expect(codesOf(index.search('32', 'kejaksan', 4, FIRST))).toEqual(['32.74.01.1001'])
  })

  it('pages a search', () => {
    const first = index.search('32', 'kejaksan', undefined, { after: undefined, limit: 1 })
    expect(first.nextCode).toBe('32.74.01')
    expect(codesOf(index.search('32', 'kejaksan', undefined, { after: '32.74.01', limit: 1 }))).toEqual([
      '32.74.01.1001',
    ])
  })

  it('finds nothing for text without letters or digits', () => {
    expect(index.search('32', "'-", undefined, FIRST)).toEqual({ items: [], nextCode: null })
  })

  it('says what the digits of a NIK mean, and that a retired or unheard-of code is not known', () => {
    expect(index.findByNikDigits('327401')).toMatchObject({ known: true, kecamatan: { name: 'Kejaksan' } })
    expect(index.findByNikDigits('327409')).toMatchObject({ known: false, kabkota: { name: 'Kota Cirebon' } })
    expect(index.findByNikDigits('997401')).toEqual({
      known: false,
      province: undefined,
      kabkota: undefined,
      kecamatan: undefined,
    })
  })
})

describe('the whole country, as the installed package has it', () => {
  let index: RegionIndex
  beforeAll(async () => {
    const { codes, names } = await readReferenceData()
    index = createRegionIndex(codes.map((code, position) => region(code, names[position] ?? '')))
  })

  it('has every level', () => {
    const count = (level: RegionLevel): number =>
      index.listBelow(null, level, { after: undefined, limit: 100_000 }).items.length
    expect([count(1), count(2), count(3), count(4)]).toEqual([38, 514, 7285, 83_762])
  })

  it('knows a village with its ancestors and zone', () => {
    expect(index.findVillage('32.74.01.1001')).toMatchObject({
      name: 'Kejaksan',
      kind: 'kelurahan',
      kecamatan: { code: '32.74.01', name: 'Kejaksan' },
      kabkota: { code: '32.74', name: 'Kota Cirebon', timeZone: 'Asia/Jakarta' },
      province: { code: '32', name: 'Jawa Barat' },
    })
    expect(index.findVillage('32.74.01')).toBeUndefined()
    expect(index.findVillage('32.74.01.9999')).toBeUndefined()
  })

  it.each([
    ['11', 'Asia/Jakarta'],
    ['32.74.01.1001', 'Asia/Jakarta'],
    ['61', 'Asia/Jakarta'],
    ['64.72', 'Asia/Makassar'],
    ['51', 'Asia/Makassar'],
    ['82', 'Asia/Jayapura'],
    ['96', 'Asia/Jayapura'],
  ])('puts %s into the zone %s', (code, zone) => {
    expect(timeZoneOfCode(code)).toBe(zone)
  })

  it.each([
    ['32', 'province'],
    ['32.09', 'kabupaten'],
    ['32.74', 'kota'],
    ['32.74.01', 'kecamatan'],
    ['32.74.01.1001', 'kelurahan'],
    ['32.09.20.2008', 'desa'],
    ['51.01.01.3001', 'desa_adat'],
  ])('reads the kind of %s off its digits: %s', (code, kind) => {
    expect(kindOfCode(code)).toBe(kind)
  })
})
