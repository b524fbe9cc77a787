import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type CoverageWorld, createCoverageWorld, NOW } from './coverage-world.ts'

let world: CoverageWorld
beforeAll(async () => {
  world = await createCoverageWorld()
})
afterAll(() => world?.close())

describe('figures as they were published', () => {
  // Kab/kota, registered, population that was counted with it (none was printed: null), printed, hundredths of a percent, differs.
  test.each([
    ['32.74', 336_004, 344_020, '97.67', 9767, false],
    ['32.09', 2_284_608, 2_380_048, '95.99', 9599, false],
    ['32.08', 1_027_513, 1_204_587, '85.30', 8530, false],
    ['32.12', 1_600_077, 1_888_888, '84.71', 8471, false],
    ['33.17', 615_844, 646_488, '95.26', 9526, false],
    ['61.11', 130_546, 129_346, '100.93', 10_093, false],
    ['61.72', 241_733, 242_146, '99.83', 9983, false],
    ['61.05', 437_237, 436_351, '99.74', 10_020, true],
  ])('%s: %i of %i, printed %s', async (regionCode, registered, population, printedCoverage, hundredths, differs) => {
    await world.enter({
      month: '2023-05',
      asOf: '2023-05-31',
      source: 'publication',
      detail: 'Berita Mei 2023',
      rows: [{ regionCode, registered, population, printedCoverage }],
    })
    const { figure } = await world.get(regionCode, '?month=2023-05')
    expect(figure.coverage).toEqual({
      hundredths,
      numerator: { people: registered, origin: 'entered', source: 'Berita Mei 2023', asOf: '2023-05-31' },
      denominator: { people: population, origin: 'entered', source: 'Berita Mei 2023', asOf: '2023-05-31' },
    })
    expect(figure.printedCoverage).toMatchObject({ text: printedCoverage, differs })
    expect(figure.flags.includes('printed_coverage_differs')).toBe(differs)
    expect(figure.flags.includes('coverage_over_100')).toBe(hundredths > 10_000)
    expect(figure.flags).toContain('active_missing')
    expect(figure.active).toBeNull()
    expect(figure.activeRate).toBeNull()
  })

  test('name the populations with which a printed rate would be right, and flag another population', async () => {
    await world.enter({
      month: '2025-01',
      asOf: '2025-01-31',
      rows: [{ regionCode: '32.74', registered: 336_004, printedCoverage: '97,67' }],
    })
    const { figure } = await world.get('32.74', '?month=2025-01')
    // Kota Cirebon by Dukcapil, December 2024: newer than the one printed with it.
    expect(figure.population?.used).toMatchObject({ people: 356_629, asOf: '2024-12-31' })
    expect(figure.coverage?.hundredths).toBe(9422)
    expect(figure.printedCoverage).toEqual({
      text: '97.67',
      differs: true,
      impliedDenominator: { from: 344_003, to: 344_037 },
    })
    expect(figure.flags).toContain('printed_coverage_differs')
  })

  test('keep active apart: a share of the registered, never of the population', async () => {
    await world.enter({
      month: '2025-02',
      asOf: '2025-02-28',
      rows: [
        { regionCode: '33.17', registered: 274_974, active: 230_665, population: 316_933, printedActive: '83.89' },
      ],
    })
    const { figure } = await world.get('33.17', '?month=2025-02')
    expect(figure.coverage?.hundredths).toBe(8676)
    expect(figure.activeRate).toMatchObject({
      hundredths: 8389,
      numerator: { people: 230_665 },
      denominator: { people: 274_974 },
    })
    expect(figure.printedActive?.differs).toBe(false)
  })
})

describe('sums over children', () => {
  test('stand beside what was said of the region itself, and a contradiction is flagged', async () => {
    const month = { month: '2026-09', asOf: '2026-09-30' }
    const villages = ['32.74.04.1001', '32.74.04.1002', '32.74.04.1003', '32.74.04.1004']
    await world.enter({
      ...month,
      rows: villages.map((regionCode, index) => ({
        regionCode,
        registered: 900 + index,
        active: 700,
        population: 1000,
      })),
    })
    const computed = (await world.get('32.74.04', '?month=2026-09')).figure
    expect(computed.registered).toEqual({
      used: { people: 3606, origin: 'computed', source: null, asOf: '2026-09-30' },
      own: null,
      computed: {
        people: 3606,
        origin: 'computed',
        source: null,
        asOf: '2026-09-30',
        regions: 4,
        of: 4,
        isWhole: true,
      },
    })
    expect(computed).toMatchObject({ coverage: { hundredths: 9015 }, activeRate: { hundredths: 7765 }, flags: [] })

    await world.enter({
      ...month,
      rows: [{ regionCode: '32.74.04', registered: 3700, active: 2800, population: 4100 }],
    })
    const both = await world.get('32.74.04', '?month=2026-09')
    expect(both.figure.registered).toMatchObject({
      used: { people: 3700 },
      own: { people: 3700 },
      computed: { people: 3606 },
    })
    expect(both.figure.flags).toEqual(['population_differs_from_children', 'registered_differs_from_children'])
    expect(both.children.map(({ region, registered }) => [region.name, registered?.used.people])).toEqual([
      ['Jagasatru', 900],
      ['Pekalipan', 901],
      ['Pulasaren', 902],
      ['Pekalangan', 903],
    ])
    // What was said of the kecamatan is what the city adds up, and the city is not whole: four kecamatan have no figure.
    const city = (await world.get('32.74', '?month=2026-09')).figure
    expect(city.registered?.computed).toMatchObject({ people: 3700, regions: 1, of: 5, isWhole: false })
    expect(city.flags).toContain('registered_children_missing')
  })

  test('are made again when a figure is corrected or taken back', async () => {
    const october = { month: '2025-10', asOf: '2025-10-31' }
    await world.enter({
      ...october,
      rows: [
        { regionCode: '61.72', registered: 100 },
        { regionCode: '61.05', registered: 50, active: 20 },
      ],
    })
    const province = async () => (await world.get('61', '?month=2025-10')).figure
    expect(await province()).toMatchObject({ registered: { used: { people: 150 } }, active: { used: { people: 20 } } })
    expect((await province()).activeRate).toMatchObject({ denominator: { people: 50 }, hundredths: 4000 })
    expect((await province()).flags).toContain('active_partly_known')

    expect(await world.enter({ ...october, rows: [{ regionCode: '61.72', registered: 120 }] })).toBe(1)
    expect(await world.enter({ ...october, rows: [{ regionCode: '61.72', registered: 120 }] })).toBe(0)
    expect((await province()).registered?.used.people).toBe(170)

    const url = '/api/v1/coverage/61.05/figures?month=2025-10&source=bpjs&segment=all'
    const remove = () => world.whole.send({ as: 'admin.61', method: 'DELETE', url })
    expect((await remove()).statusCode).toBe(204)
    expect((await remove()).statusCode).toBe(404)
    expect(await province()).toMatchObject({ registered: { used: { people: 120 } }, active: null })
  })

  test('of population follow figures that an admin records for a region', async () => {
    const before = (await world.get('61', '?month=2025-10')).figure.population?.used.people ?? 0
    const payload = { asOf: '2025-06-30', source: 'Dukcapil', total: 500_000, male: null, female: null }
    await world.whole.send({ as: 'admin.61', method: 'PUT', url: '/api/v1/regions/61.71/population', payload })
    const { population } = (await world.get('61', '?month=2025-10')).figure
    expect(population?.used.people).toBe(before + 500_000)
    // A figure holds from its day on, until there is a newer one.
    expect((await world.get('61', '?month=2025-05')).figure.population?.used.people).toBe(before)
  })
})

describe('segments and sources', () => {
  test('are never added up over sources, and five segments make a total', async () => {
    const month = { month: '2026-08', asOf: '2026-08-31' }
    const segments = ['pbi_apbn', 'pbpu_pemda', 'ppu', 'pbpu_mandiri', 'bp'] as const
    await world.enter({
      ...month,
      rows: segments.slice(0, 4).map((segment) => ({ regionCode: '32.08', segment, registered: 10, active: 5 })),
    })
    expect((await world.get('32.08', '?month=2026-08')).figure.registered).toBeNull()
    await world.enter({ ...month, rows: [{ regionCode: '32.08', segment: 'bp', registered: 2, active: 1 }] })
    const whole = await world.get('32.08', '?month=2026-08')
    expect(whole.figure).toMatchObject({ registered: { used: { people: 42 } }, active: { used: { people: 21 } } })
    expect(whole.segments.map(({ segment, figure }) => [segment, figure.registered?.used.people])).toEqual([
      ['pbi_apbn', 10],
      ['pbpu_pemda', 10],
      ['ppu', 10],
      ['pbpu_mandiri', 10],
      ['bp', 2],
    ])
    const byNews = { ...month, source: 'publication' as const, detail: 'Berita' }
    await world.enter({ ...byNews, rows: [{ regionCode: '32.08', registered: 45, active: 50 }] })
    const both = await world.get('32.08', '?month=2026-08')
    expect(both).toMatchObject({ source: 'bpjs', sources: ['bpjs', 'publication'] })
    const news = await world.get('32.08', '?month=2026-08&source=publication')
    expect(news.figure.registered?.used).toMatchObject({ people: 45, source: 'Berita' })
    expect(news.figure.flags).toContain('active_over_registered')
    expect((await world.get('32.08', '?month=2026-08&segment=ppu')).figure.registered?.used.people).toBe(10)

    await world.enter({ ...month, rows: [{ regionCode: '32.08', registered: 43, active: 21 }] })
    expect((await world.get('32.08', '?month=2026-08')).figure.flags).toContain('segments_differ')
  })
})

describe('a trend', () => {
  test('has the months that have figures, oldest first, up to the one asked for', async () => {
    for (const [month, registered] of [
      ['2026-01', 100],
      ['2026-03', 130],
      ['2026-04', 140],
    ] as const) {
      await world.enter({ month, asOf: `${month}-28`, rows: [{ regionCode: '33.01', registered, active: 90 }] })
    }
    const told = async (query: string) =>
      (await world.trend('33.01', query)).points.map(({ month, registered }) => [month, registered?.used.people])
    expect(await told('')).toEqual([
      ['2026-01', 100],
      ['2026-03', 130],
      ['2026-04', 140],
    ])
    expect(await told('?month=2026-03')).toEqual([
      ['2026-01', 100],
      ['2026-03', 130],
    ])
    expect(await told('?months=2')).toEqual([
      ['2026-03', 130],
      ['2026-04', 140],
    ])
  })
})

describe('who sees and enters what', () => {
  test('the own region whole, those above it alone, others not at all', async () => {
    const own = await world.get('32.74', '', 'petugas')
    expect(own.children).toHaveLength(5)
    expect(own.ancestors.map(({ name }) => name)).toEqual(['Indonesia', 'Jawa Barat'])
    expect((await world.get('32', '', 'petugas')).children).toEqual([])
    expect((await world.get('nasional', '', 'petugas')).children).toEqual([])
    for (const code of ['32.09', '33', '99']) {
      expect((await world.whole.send({ as: 'petugas', url: `/api/v1/coverage/${code}` })).statusCode).toBe(404)
    }
  })

  test('nobody enters figures for a region outside the own one, nor a part of such a document', async () => {
    const reply = await world.send({
      as: 'admin',
      month: '2024-01',
      rows: [
        { regionCode: '32.74', registered: 1 },
        { regionCode: '32.09', registered: 1 },
      ],
    })
    expect(reply.json()).toMatchObject({ code: 'not_found' })
    expect((await world.get('32.74')).months).not.toContain('2024-01')
  })

  test('what was entered is in the audit log', async () => {
    await world.enter({
      month: '2024-02',
      asOf: '2024-02-29',
      as: 'supervisor',
      rows: [{ regionCode: '32.74.01', registered: 77 }],
    })
    const log = await world.whole.send({ as: 'admin', url: '/api/v1/audit?subjectType=region&subjectId=32.74.01' })
    expect(log.json().items[0]).toMatchObject({
      action: 'record_coverage',
      details: { month: '2024-02', source: 'bpjs' },
    })
  })
})

describe('a file', () => {
  test('has a row for the region and one for each below it, with sources, and no formulas', async () => {
    await world.enter({
      month: '2024-05',
      asOf: '2024-05-31',
      detail: '=HYPERLINK("x")',
      rows: [{ regionCode: '33.02', registered: 9, active: 8 }],
    })
    const reply = await world.whole.send({
      as: 'admin.33',
      url: '/api/v1/coverage/33.02/file?format=csv&month=2024-05',
    })
    expect(reply.headers['content-disposition']).toBe('attachment; filename="cakupan-33.02-2024-05.csv"')
    const [header, first] = reply.body.split('\r\n')
    expect(header).toContain('"Terdaftar";"Sumber terdaftar";"Tanggal terdaftar"')
    expect(first).toContain('"9";"\'=HYPERLINK(""x"")";"2024-05-31";"8"')
    expect(first).toContain('"88.89"')
    const xlsx = await world.whole.send({ as: 'admin.33', url: '/api/v1/coverage/33.02/file?format=xlsx&level=4' })
    expect(xlsx.rawPayload.subarray(0, 2).toString()).toBe('PK')
  })

  test('of a region of which nobody has said anything is of the month that it is there', async () => {
    await world.whole.addAccount({ role: 'auditor', officeIds: [], username: 'auditor.91', regionCode: '91' })
    await world.whole.addAccount({ role: 'auditor', officeIds: [], username: 'auditor.12', regionCode: '12' })
    const nameOf = async (code: string): Promise<unknown> =>
      (await world.whole.send({ as: `auditor.${code}`, url: `/api/v1/coverage/${code}/file?format=csv` })).headers[
        'content-disposition'
      ]
    // Half past midnight on 1 December in Papua, half past ten in the evening before in Sumatra.
    world.clock.set(new Date('2026-11-30T15:30:00.000Z'))
    try {
      expect(await nameOf('91')).toBe('attachment; filename="cakupan-91-2026-12.csv"')
      expect(await nameOf('12')).toBe('attachment; filename="cakupan-12-2026-11.csv"')
    } finally {
      world.clock.set(NOW)
    }
  })
})
