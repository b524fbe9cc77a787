import { describe, expect, test } from 'vitest'
import { composeForecast, type ForecastFacts } from './forecast.domain.ts'

const TARIFF = { validFrom: '2025-01-01', validTo: null, rupiah: 35_000, document: 'PKS 1/2025' }

/** Bangka Tengah's seats; half a year of approvals, ten a day in the last 90 days. */
const facts = (changes: Partial<ForecastFacts> = {}): ForecastFacts => ({
  regionCode: '19.04',
  year: 2026,
  day: '2026-06-30',
  seats: 59_262,
  reserved: 372,
  committed: 7_000,
  waiting: 0,
  openings: [{ people: 50_000, asOf: '2026-01-01' }],
  firstDay: '2026-01-02',
  days: [
    { day: '2026-02-10', year: 2026, asked: 6_472, committed: 0 },
    { day: '2026-03-15', year: 2026, asked: 0, committed: 6_000 },
    { day: '2026-04-20', year: 2026, asked: 600, committed: 0 },
    { day: '2026-06-20', year: 2026, asked: 300, committed: 1_000 },
  ],
  sealedBefore: [],
  tariffs: [TARIFF],
  population: { people: 204_000, asOf: '2025-12-31', source: 'Dukcapil' },
  registered: { people: 198_000, kind: 'bpjs', source: 'Laporan BPJS Mei 2026', asOf: '2026-05-31' },
  ...changes,
})

describe('the forecast of a budget', () => {
  test('goes on at the pace of the last 90 days, in whole people, and says when the seats end', () => {
    const forecast = composeForecast(facts())
    // 900 in 90 days; 57,372 are taken, 1,890 free: the 190th day is the first on which somebody waits.
    expect(forecast.pace).toEqual({ people: 900, days: 90 })
    expect(forecast.yearEnd).toMatchObject({ wanted: 57_372 + 1_840, seats: 59_212, short: 0 })
    expect(forecast.runsOutOn).toBeNull()
    expect(composeForecast(facts({ seats: 58_000 }))).toMatchObject({
      // 628 are free, which is enough for 62 days.
      runsOutOn: '2026-09-01',
      yearEnd: { wanted: 59_212, seats: 58_000, short: 1_212 },
    })
    expect(composeForecast(facts({ seats: 57_372, waiting: 3 })).runsOutOn).toBe('2026-06-30')
  })

  test('takes a younger record for as many days as it has, and a shrinking one as standing still', () => {
    const young = composeForecast(
      facts({ firstDay: '2026-06-20', days: [{ day: '2026-06-20', year: 2026, asked: 22, committed: 0 }] }),
    )
    expect(young.pace).toEqual({ people: 22, days: 11 })
    expect(young.yearEnd.wanted).toBe(57_372 + 2 * 184)
    const shrinking = composeForecast(facts({ days: [{ day: '2026-06-20', year: 2026, asked: -50, committed: 0 }] }))
    expect(shrinking.yearEnd.wanted).toBe(57_372)
    expect(shrinking.runsOutOn).toBeNull()
  })

  test('costs each month what those paid for in it cost by the tariff of its first day', () => {
    const cheaper = { ...TARIFF, validTo: '2026-08-31' }
    const dearer = { ...TARIFF, validFrom: '2026-09-01', rupiah: 42_000 }
    const { months, yearEnd, unknown } = composeForecast(facts({ tariffs: [cheaper, dearer] }))
    expect(months.map(({ month, isForecast, people, tariff }) => [month, isForecast, people, tariff])).toEqual([
      ['2026-01', false, 50_000, 35_000],
      ['2026-02', false, 50_000, 35_000],
      ['2026-03', false, 56_000, 35_000],
      ['2026-04', false, 56_000, 35_000],
      ['2026-05', false, 56_000, 35_000],
      ['2026-06', false, 57_000, 35_000],
      ['2026-07', true, 57_682, 35_000],
      ['2026-08', true, 57_992, 35_000],
      ['2026-09', true, 58_292, 42_000],
      ['2026-10', true, 58_602, 42_000],
      ['2026-11', true, 58_902, 42_000],
      ['2026-12', true, 59_212, 42_000],
    ])
    const rupiah = months.reduce((total, { people, tariff }) => total + people * (tariff ?? 0), 0)
    expect(yearEnd.rupiah).toBe(rupiah)
    expect(Number.isSafeInteger(rupiah)).toBe(true)
    expect(unknown).toEqual([])
  })

  test('tells what full coverage would cost, rounded up to whole people', () => {
    const { goals } = composeForecast(
      facts({ population: { people: 204_003, asOf: '2025-12-31', source: 'Dukcapil' } }),
    )
    expect(goals).toEqual([
      // 199,922.94 people are 199,923.
      {
        percent: 98,
        target: 199_923,
        missing: 1_923,
        seatsLacking: 33,
        rupiahPerMonth: 1_923 * 35_000,
        rupiahToYearEnd: 6 * 1_923 * 35_000,
        rupiahFullYear: 12 * 1_923 * 35_000,
      },
      expect.objectContaining({ percent: 99, target: 201_963, missing: 3_963, seatsLacking: 2_073 }),
      expect.objectContaining({ percent: 100, target: 204_003, missing: 6_003, seatsLacking: 4_113 }),
    ])
    const reached = composeForecast(
      facts({ registered: { people: 210_000, kind: 'typed', source: null, asOf: null } }),
    ).goals
    expect(reached.map(({ missing, rupiahFullYear }) => [missing, rupiahFullYear])).toEqual([
      [0, 0],
      [0, 0],
      [0, 0],
    ])
  })

  test('says what it does not know instead of guessing it', () => {
    const bare = composeForecast(facts({ tariffs: [], population: null, registered: null, seats: null }))
    expect(bare).toMatchObject({
      yearEnd: { wanted: 59_212, seats: 59_212, short: 0, rupiah: null },
      runsOutOn: null,
      unknown: ['tariff', 'population', 'registered'],
    })
    expect(bare.goals[0]).toEqual({
      percent: 98,
      target: null,
      missing: null,
      seatsLacking: null,
      rupiahPerMonth: null,
      rupiahToYearEnd: null,
      rupiahFullYear: null,
    })
    const late = composeForecast(facts({ tariffs: [{ ...TARIFF, validTo: '2026-10-31' }] }))
    expect(late.yearEnd.rupiah).toBeNull()
    expect(late.unknown).toEqual(['tariff'])
  })
})
