import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type CoverageWorld, createCoverageWorld, type Row } from './coverage-world.ts'

let world: CoverageWorld
beforeAll(async () => {
  world = await createCoverageWorld()
})
afterAll(() => world?.close())

const KECAMATAN = ['32.74.01', '32.74.02', '32.74.03', '32.74.04', '32.74.05']
const enter = (month: string, rows: Row[]) => world.enter({ month, asOf: `${month}-28`, rows })
/** Registered of the five kecamatan of Kota Cirebon, as everybody sees them. */
const told = async (month: string, code = '32.74') =>
  (await world.public(code, `?month=${month}`)).children.map(
    ({ registered }) => registered?.people ?? registered?.hidden ?? null,
  )

describe('figures for everybody', () => {
  test('are totals with source and date, without a session, and never of villages', async () => {
    await enter('2026-10', [{ regionCode: '32.74', registered: 348_000, active: 280_000 }])
    const { figure, children } = await world.public('32.74', '?month=2026-10')
    expect(figure.registered).toEqual({
      people: 348_000,
      hidden: null,
      isPartial: false,
      source: 'Laporan BPJS Oktober 2026',
      asOf: '2026-10-28',
    })
    expect(figure.coverage?.hundredths).toBe(9758)
    expect(figure.activeRate).toMatchObject({ hundredths: 8046, denominator: { people: 348_000 } })
    expect(children).toHaveLength(5)
    expect((await world.public('32.74.01')).children).toEqual([])
    expect((await world.whole.send({ url: '/api/public/coverage/32.74.01.1001' })).statusCode).toBe(404)
  })

  test('hide what is under five people, and a second figure from which it would follow', async () => {
    await enter(
      '2026-09',
      KECAMATAN.map((regionCode, index) => ({ regionCode, registered: [900, 3, 700, 800, 600][index] ?? 0 })),
    )
    expect(await told('2026-09')).toEqual([900, 'under_five', 700, 800, 'protects_another'])
    // The same on its own page.
    expect((await world.public('32.74.05', '?month=2026-09')).figure.registered).toMatchObject({
      people: null,
      hidden: 'protects_another',
    })
  })

  test('hide more until what is hidden is five people together', async () => {
    await enter(
      '2026-08',
      KECAMATAN.map((regionCode, index) => ({ regionCode, registered: [0, 2, 700, 800, 600][index] ?? 0 })),
    )
    expect(await told('2026-08')).toEqual(['under_five', 'under_five', 700, 800, 'protects_another'])
  })

  test('hide active where it would tell fewer than five inactive people', async () => {
    await enter('2026-07', [
      { regionCode: '32.74.01', registered: 900, active: 897 },
      { regionCode: '32.74.02', registered: 900, active: 900 },
      { regionCode: '32.74.03', registered: 900, active: 700 },
    ])
    const { children } = await world.public('32.74', '?month=2026-07')
    expect(children.slice(0, 3).map(({ active }) => active?.people ?? active?.hidden)).toEqual([
      'protects_another',
      900,
      'protects_another',
    ])
    expect(children[0]?.activeRate).toBeNull()
  })

  test('of parts of a hidden region are hidden too, since they add up to it', async () => {
    await enter('2026-06', [
      { regionCode: '32.74', registered: 4 },
      { regionCode: '32.09', registered: 9000 },
      ...KECAMATAN.map((regionCode) => ({ regionCode, registered: 500 })),
    ])
    expect(await told('2026-06')).toEqual(Array.from({ length: 5 }, () => 'protects_another'))
  })

  test('have no rate while regions are missing in a sum', async () => {
    await enter('2026-05', [{ regionCode: '32.74', registered: 340_000 }])
    const { figure } = await world.public('32', '?month=2026-05')
    expect(figure.registered).toMatchObject({ people: 340_000, isPartial: true })
    expect(figure.coverage).toBeNull()
  })
})

describe('the page', () => {
  const page = (url: string, language = 'id') => world.whole.send({ url, headers: { 'accept-language': language } })

  test('says the same in words, without a script, in both languages', async () => {
    const reply = await page('/cakupan-publik?wilayah=32.74&bulan=2026-10')
    expect(reply.headers['content-security-policy']).toContain("default-src 'none'")
    expect(reply.body).not.toContain('<script')
    for (const text of [
      'Cakupan JKN: Kota Cirebon',
      '348.000',
      '97,58 % dari 356.629 orang',
      '80,46 % dari 348.000 orang',
      'Laporan BPJS Oktober 2026',
    ]) {
      expect(reply.body).toContain(text)
    }
    const english = await page('/cakupan-publik?wilayah=32.74&bulan=2026-09', 'en')
    expect(english.body).toContain('fewer than 5')
    expect(english.body).toContain('not shown')
    expect(english.body).not.toMatch(/>3</)
  })

  test('shows the country for an address that says nothing, and answers 404 for a village', async () => {
    expect((await page('/cakupan-publik?wilayah=x&bulan=kemarin')).body).toContain('Cakupan JKN: Indonesia')
    expect((await page('/cakupan-publik?wilayah=32.74.01.1001')).statusCode).toBe(404)
  })
})
