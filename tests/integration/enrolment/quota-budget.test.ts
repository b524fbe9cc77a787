import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Forecast, Quota } from '../../../src/contracts/api/quota.ts'
import { createFakeClock, type FakeClock } from '../../support/fake-clock.ts'
import { createWholeApp, type WholeApp } from '../../support/whole-app.ts'

const YEAR = 2026
const BUDGET = `/api/v1/quotas/32.74/${YEAR}`
const TARIFFS = '/api/v1/tariffs/32.74'
const JAMKESDA = { source: 'jamkesda', people: 900, asOf: '2026-01-01', document: 'BA Serah Terima 12/2026' }

describe('the budget of a kab/kota', () => {
  let clock: FakeClock
  let whole: WholeApp
  beforeAll(async () => {
    clock = createFakeClock()
    clock.set(new Date('2026-11-23T03:00:00.000Z'))
    whole = await createWholeApp({}, clock)
    await whole.addAccount({ username: 'penyetuju.provinsi', role: 'penyetuju', regionCode: '32', officeIds: [] })
    await whole.addAccount({
      username: 'penyetuju.kecamatan',
      role: 'penyetuju',
      regionCode: '32.74.01',
      officeIds: [],
    })
  })
  afterAll(() => whole?.close())

  const get = async <T>(url: string, as = 'penyetuju'): Promise<T> => (await whole.send({ as, url })).json() as T
  const put = (url: string, payload: object, as = 'penyetuju') => whole.send({ as, method: 'PUT', url, payload })

  it('is entered with its opening balance, and says what is free as seats less who holds them', async () => {
    expect(await get<Quota>(BUDGET)).toMatchObject({ seats: null, free: null, version: 0, openings: [], tariffs: [] })
    const entered = await put(BUDGET, { version: 0, seats: 1_000, note: 'DPA Dinkes 2026' })
    expect(entered.json()).toMatchObject({ seats: 1_000, opening: 0, free: 1_000, version: 1, note: 'DPA Dinkes 2026' })
    const opened = await whole.send({ as: 'admin', method: 'POST', url: `${BUDGET}/openings`, payload: JAMKESDA })
    expect(opened.statusCode).toBe(201)
    expect(opened.json()).toMatchObject({ seats: 1_000, opening: 900, free: 100, version: 2, openings: [JAMKESDA] })
    expect((await put(BUDGET, { version: 1, seats: 2_000 })).json()).toMatchObject({ code: 'version_conflict' })
    expect((await put(BUDGET, { version: 2, seats: 899 })).json()).toMatchObject({
      code: 'seats_below_paid',
      details: { paid: 900, seats: 899 },
    })
    const more = { ...JAMKESDA, people: 101 }
    const tooMany = await whole.send({ as: 'admin', method: 'POST', url: `${BUDGET}/openings`, payload: more })
    expect(tooMany.json()).toMatchObject({ code: 'seats_below_paid' })
    const { openings } = await get<Quota>(BUDGET)
    expect(openings).toHaveLength(1)
    const log = await get<{ items: { action: string; details: object }[] }>(
      '/api/v1/audit?subjectType=quota&subjectId=32.74%2F2026',
      'admin',
    )
    expect(log.items.map(({ action, details }) => [action, details])).toEqual([
      ['record_opening', { id: openings[0]?.id, ...JAMKESDA }],
      ['change_quota', { from: null, to: { seats: 1_000 } }],
    ])
  })

  it('is seen for every kab/kota of a province, and changed by nobody who answers for a part of the kab/kota only', async () => {
    const { items } = await get<{ items: Quota[] }>(`/api/v1/quotas?year=${YEAR}`, 'penyetuju.provinsi')
    expect(items).toHaveLength(27)
    expect(items.find(({ regionCode }) => regionCode === '32.74')).toMatchObject({ seats: 1_000, free: 100 })
    expect(items.find(({ regionCode }) => regionCode === '32.09')).toMatchObject({ seats: null, free: null })
    expect((await get<{ items: Quota[] }>(`/api/v1/quotas?year=${YEAR}`, 'penyetuju.kecamatan')).items).toHaveLength(1)
    expect(await get<Quota>(BUDGET, 'penyetuju.kecamatan')).toMatchObject({ seats: 1_000 })
    expect((await put(BUDGET, { version: 2, seats: 5_000 }, 'penyetuju.kecamatan')).statusCode).toBe(404)
    expect((await put('/api/v1/quotas/32.09/2026', { version: 0, seats: 5 }, 'penyetuju.provinsi')).statusCode).toBe(
      200,
    )
  })

  it('has tariffs that follow each other without a gap or an overlap', async () => {
    const first = { validTo: null, rupiah: 35_000, document: 'PKS 1/2026' }
    expect((await put(`${TARIFFS}/2026-01-01`, first)).json()).toEqual({
      items: [{ validFrom: '2026-01-01', ...first }],
    })
    const second = { validTo: null, rupiah: 42_000, document: 'PKS 2/2026' }
    expect((await put(`${TARIFFS}/2026-12-01`, second)).json()).toEqual({
      items: [
        { validFrom: '2026-01-01', ...first, validTo: '2026-11-30' },
        { validFrom: '2026-12-01', ...second },
      ],
    })
    expect((await put(`${TARIFFS}/2026-06-01`, { ...first, validTo: '2026-06-30' })).json()).toMatchObject({
      status: 409,
      code: 'tariff_overlaps',
    })
    expect((await whole.send({ as: 'penyetuju', method: 'DELETE', url: `${TARIFFS}/2027-01-01` })).statusCode).toBe(404)
  })

  it('is foretold to the end of the year from what is paid already, with a tariff that changes on the way', async () => {
    const forecast = await get<Forecast>(`${BUDGET}/forecast`, 'supervisor')
    expect(forecast).toMatchObject({ day: '2026-11-23', pace: { people: 0, days: 90 }, runsOutOn: null })
    expect(forecast.yearEnd).toEqual({
      wanted: 900,
      seats: 900,
      short: 0,
      rupiah: 11 * 900 * 35_000 + 900 * 42_000,
    })
  })

  it('tells what full coverage would cost once somebody gives population and registered people', async () => {
    const without = await get<Forecast>('/api/v1/quotas/32.73/2026/forecast', 'penyetuju.provinsi')
    expect(without).toMatchObject({
      population: null,
      registered: null,
      unknown: ['tariff', 'population', 'registered'],
    })
    const figure = { asOf: '2025-12-31', source: 'Dukcapil semester II', total: 344_020, male: null, female: null }
    await put('/api/v1/regions/32.74/population', figure, 'admin')
    const { population, registered, goals, unknown } = await get<Forecast>(`${BUDGET}/forecast?registered=336004`)
    expect(registered).toEqual({ people: 336_004, kind: 'typed', source: null, asOf: null })
    expect(population).toEqual({ people: 344_020, asOf: '2025-12-31', source: 'Dukcapil semester II' })
    expect(unknown).toEqual([])
    // 98 % of 344,020 are 337,139.6: 337,140 people, 1,136 more than the 336,004 of the news.
    expect(goals[0]).toEqual({
      percent: 98,
      target: 337_140,
      missing: 1_136,
      seatsLacking: 1_036,
      rupiahPerMonth: 1_136 * 35_000,
      rupiahToYearEnd: 1_136 * 42_000,
      rupiahFullYear: 12 * 1_136 * 35_000,
    })
  })

  describe('goes by what coverage says of the registered people', () => {
    const enter = async (figure: { month: string; source: string; detail: string; asOf: string; people: number }) => {
      const { people, ...document } = figure
      const rows = [{ regionCode: '32.74', segment: 'all', registered: people, active: null, population: null }]
      const payload = { ...document, rows }
      const reply = await whole.send({ as: 'admin', method: 'POST', url: '/api/v1/coverage/figures', payload })
      expect(reply.statusCode, reply.body).toBe(200)
    }
    const report = { month: '2026-09', source: 'bpjs', detail: 'Laporan BPJS September', asOf: '2026-09-30' }

    it('the newest that describes the day or one before it, of the source that coverage shows, with source and day', async () => {
      await enter({ ...report, people: 330_000 })
      const release = { month: '2026-10', source: 'publication', detail: 'Siaran pers', asOf: '2026-10-15' }
      await enter({ ...release, people: 339_999 })
      const local = { month: '2026-10', source: 'government', detail: 'Rekap Dinkes', asOf: '2026-10-31' }
      await enter({ ...local, people: 336_004 })
      // Of a day that has not come.
      await enter({ ...report, month: '2026-11', detail: 'Rencana akhir bulan', asOf: '2026-11-30', people: 344_000 })
      const { registered, goals, unknown } = await get<Forecast>(`${BUDGET}/forecast`)
      expect(registered).toEqual({ people: 336_004, kind: 'government', source: 'Rekap Dinkes', asOf: '2026-10-31' })
      expect(unknown).toEqual([])
      // 98, 99 and 100 % of 344,020, each rounded up.
      expect(goals.map(({ missing }) => missing)).toEqual([1_136, 4_576, 8_016])
      clock.set(new Date('2026-11-30T03:00:00.000Z'))
      expect((await get<Forecast>(`${BUDGET}/forecast`)).registered).toMatchObject({
        people: 344_000,
        source: 'Rencana akhir bulan',
      })
      clock.set(new Date('2026-11-23T03:00:00.000Z'))
    })

    it('but by the figure that somebody gives, which is told as such', async () => {
      const { registered, goals } = await get<Forecast>(`${BUDGET}/forecast?registered=337000`)
      expect(registered).toEqual({ people: 337_000, kind: 'typed', source: null, asOf: null })
      expect(goals[0]?.missing).toBe(140)
    })

    it('and by a sum over the kecamatan only when none of them is missing', async () => {
      const kecamatan = whole.features.regions.listChildren('32.73').map(({ code }) => code)
      const post = (codes: readonly string[]) =>
        whole.send({
          as: 'admin.provinsi',
          method: 'POST',
          url: '/api/v1/coverage/figures',
          payload: {
            ...report,
            rows: codes.map((regionCode) => ({
              regionCode,
              segment: 'all',
              registered: 10,
              active: 9,
              population: null,
            })),
          },
        })
      await whole.addAccount({ username: 'admin.provinsi', role: 'admin', regionCode: '32', officeIds: [] })
      const url = '/api/v1/quotas/32.73/2026/forecast'
      expect((await post(kecamatan.slice(1))).statusCode).toBe(200)
      expect((await get<Forecast>(url, 'penyetuju.provinsi')).registered).toBeNull()
      expect((await post(kecamatan)).statusCode).toBe(200)
      expect((await get<Forecast>(url, 'penyetuju.provinsi')).registered).toEqual({
        people: 10 * kecamatan.length,
        kind: 'bpjs',
        source: null,
        asOf: '2026-09-30',
      })
    })
  })

  it('gives the seats of an opening balance back when that was a mistake', async () => {
    const [opening] = (await get<Quota>(BUDGET)).openings
    const url = `${BUDGET}/openings/${opening?.id}`
    expect((await whole.send({ as: 'penyetuju', method: 'DELETE', url })).json()).toMatchObject({
      opening: 0,
      free: 1_000,
      openings: [],
    })
    expect((await whole.send({ as: 'penyetuju', method: 'DELETE', url })).statusCode).toBe(404)
  })
})
