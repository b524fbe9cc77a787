import { sql } from 'kysely'
import type { Client } from 'pg'
import { COVERAGE_SEGMENTS } from '../../src/contracts/coverage-terms.ts'
import { addMonths } from '../../src/contracts/primitives/calendar-month.ts'
import { type ComputedRow, createCoverage } from '../../src/features/coverage/index.ts'
import type { DB } from '../../src/features/database.ts'
import { createRegions } from '../../src/features/regions/index.ts'
import { systemClock } from '../../src/platform/clock.ts'
import { createKysely, createPool } from '../../src/platform/db/database.ts'
import { uuidIds } from '../../src/platform/ids.ts'
import { median, quantile } from '../harness/figures.ts'
import type { Part } from '../harness/part.ts'
import { signIn, startProduct } from '../harness/product.ts'
import { atMost, stated } from '../harness/report.ts'
import { startBenchServer, withClient } from '../harness/server.ts'

/** Jawa Tengah, the province with the most villages. */
const PROVINCE = '33'
const PEOPLE = 5_000_000
const LAST_MONTH = '2026-10'
const SEGMENTS = ['pbi_apbn', 'pbpu_pemda', 'ppu', 'pbpu_mandiri', 'bp'] as const
/** Parts of a village's people that are registered, by segment. */
const SHARES = [0.4, 0.2, 0.2, 0.1, 0.05]

/** The same figures in every run: villages differ, and nobody's figures are somebody's. */
const peopleOf = (index: number, villages: number): number =>
  Math.round((PEOPLE / villages) * (0.5 + (index % 11) / 10))

function rowsOf(villages: readonly string[]): ComputedRow[] {
  return villages.flatMap((villageCode, index) =>
    SEGMENTS.map((segment, position) => {
      const registered = Math.round(peopleOf(index, villages.length) * (SHARES[position] ?? 0))
      return { villageCode, segment, registered, active: Math.round(registered * 0.8) }
    }),
  )
}

async function openCoverage(url: string) {
  const pool = createPool({ url, role: null, poolSize: 2, applicationName: 'bench' }, (error) => {
    throw error
  })
  const db = createKysely<DB>(pool)
  const audit = { record: async () => {} }
  const regions = createRegions({ db, audit, clock: systemClock, ids: uuidIds })
  await regions.loadReferenceData(db)
  return { db, regions, coverage: createCoverage({ db, clock: systemClock, ids: uuidIds, audit, regions }) }
}

/** The other months as copies of the first: what is measured is reading, and one month by the front door beside them. */
async function copyMonths(client: Client, months: number): Promise<void> {
  for (const table of ['coverage_figure', 'coverage_summary']) {
    const { rows } = await client.query<{ names: string }>(
      "SELECT string_agg(column_name, ', ' ORDER BY ordinal_position) AS names FROM information_schema.columns WHERE table_name = $1 AND column_name <> 'month'",
      [table],
    )
    const names = rows[0]?.names ?? ''
    await client.query(
      `INSERT INTO ${table} (${names}, month) SELECT ${names}, (month + make_interval(months => n))::date FROM ${table}, generate_series(1, ${months - 2}) n WHERE source = 'list'`,
    )
    await client.query(`ANALYZE ${table}`)
  }
}

const COUNT_ALL = `
  SELECT substr(region_code, 1, $3) AS code, sum(registered)::int AS registered, sum(active)::int AS active
  FROM coverage_figure
  WHERE source = 'list' AND month = $1 AND segment = $2 AND region_code > '${PROVINCE}.' AND region_code < '${PROVINCE}/'
  GROUP BY 1 ORDER BY 1`

type Answer = {
  children: {
    region: { code: string }
    registered: { used: { people: number } }
    active: { used: { people: number } }
  }[]
}

/** Every figure of a province by HTTP, and counting everything by SQL. */
export const coverage: Part = async ({ quick, profile }) => {
  const months = quick ? 6 : 24
  const rounds = quick ? 40 : 250
  const server = await startBenchServer()
  const stops: (() => Promise<void>)[] = [() => server.stop()]
  try {
    const product = await startProduct({ name: 'product-coverage', server, roles: 'api', profile })
    stops.push(product.stop)
    const opened = await openCoverage(server.ownerUrl)
    stops.push(() => opened.db.destroy())
    const villages = opened.regions.listBelow(PROVINCE, 4).map(({ code }) => code)
    const rows = rowsOf(villages)
    const record = async (month: string): Promise<number> => {
      const startedAt = performance.now()
      await opened.db
        .transaction()
        .execute((tx) =>
          opened.coverage.recordComputedFigures(tx, { month, source: 'Daftar peserta', rows, regionCode: PROVINCE }),
        )
      return performance.now() - startedAt
    }
    const populationStarted = performance.now()
    await opened.db.transaction().execute(async (tx) => {
      const asOf = '2024-06-30'
      const figures = villages.map((regionCode, index) => ({
        regionCode,
        asOf,
        source: 'Dukcapil',
        total: peopleOf(index, villages.length),
      }))
      await opened.regions.recordPopulations(tx, figures)
      await opened.coverage.population.changed(tx, villages)
    })
    const population = performance.now() - populationStarted
    const first = addMonths(LAST_MONTH, 1 - months)
    const firstImport = await record(first)
    const { plain, asked, wrong, lastImport, sizes } = await withClient(server.ownerUrl, async (client) => {
      await copyMonths(client, months)
      const lastImport = await record(LAST_MONTH)
      // An admin would need a second factor in production.
      await client.query("UPDATE account SET region_code = '33' WHERE role = 'supervisor'")
      const cookie = await signIn(product.address, 'supervisor')
      const ask = async (path: string): Promise<unknown> => {
        const response = await fetch(`${product.address}/api/v1/coverage/${path}`, { headers: { cookie } })
        if (response.status !== 200) throw new Error(`${path} answered ${response.status} ${await response.text()}`)
        return await response.json()
      }
      const pick = <Item>(items: readonly Item[], seed: number): Item => items[seed % items.length] as Item
      const kabkota = opened.regions.listChildren(PROVINCE).map(({ code }) => code)
      const kecamatan = opened.regions.listBelow(PROVINCE, 3).map(({ code }) => code)
      const kinds: Record<string, (seed: number) => string> = {
        province: (seed) => `${PROVINCE}?${viewOf(seed)}`,
        'kab/kota': (seed) => `${pick(kabkota, seed * 7)}?${viewOf(seed)}`,
        kecamatan: (seed) => `${pick(kecamatan, seed * 13)}?${viewOf(seed)}`,
        village: (seed) => `${pick(villages, seed * 17)}?${viewOf(seed)}`,
        'trend of the province': (seed) =>
          `${PROVINCE}/trend?months=24&segment=${pick(COVERAGE_SEGMENTS.slice(0, 6), seed)}`,
        'trend of a village': (seed) => `${pick(villages, seed * 19)}/trend?months=24`,
        'standing of the province': (seed) => `${PROVINCE}/standing?month=${addMonths(LAST_MONTH, -(seed % months))}`,
      }
      const viewOf = (seed: number): string =>
        `month=${addMonths(LAST_MONTH, -(seed % months))}&segment=${pick(COVERAGE_SEGMENTS.slice(0, 6), seed)}&source=list`
      const asked = new Map<string, number[]>(Object.keys(kinds).map((kind) => [kind, []]))
      for (let seed = 0; seed < 10; seed += 1) for (const path of Object.values(kinds)) await ask(path(seed))
      for (let seed = 0; seed < rounds; seed += 1) {
        for (const [kind, path] of Object.entries(kinds)) {
          const startedAt = performance.now()
          await ask(path(seed))
          asked.get(kind)?.push(performance.now() - startedAt)
        }
      }
      const plain: number[] = []
      let wrong = 0
      for (let seed = 0; seed < months; seed += 1) {
        const month = addMonths(LAST_MONTH, -seed)
        const startedAt = performance.now()
        const counted = await client.query<{ code: string; registered: number; active: number }>(COUNT_ALL, [
          `${month}-01`,
          'all',
          5,
        ])
        plain.push(performance.now() - startedAt)
        const { children } = (await ask(`${PROVINCE}?month=${month}&source=list`)) as Answer
        const read = children.map(({ region, registered, active }) => ({
          code: region.code,
          registered: registered.used.people,
          active: active.used.people,
        }))
        if (JSON.stringify(read) !== JSON.stringify(counted.rows)) wrong += 1
      }
      const { rows: sizes } = await sql<{ rows: number }>`select count(*)::int as rows from coverage_summary`.execute(
        opened.db,
      )
      return { plain, asked, wrong, lastImport, sizes }
    })
    const all = [...asked.values()].flat()
    return {
      part: 'coverage',
      figures: [
        stated('villages, months, rows of the summaries', `${villages.length}, ${months}, ${sizes[0]?.rows}`),
        atMost('every figure over HTTP, p95', quantile(all, 0.95), 100, 'ms'),
        atMost('slowest kind, p95', Math.max(...[...asked.values()].map((times) => quantile(times, 0.95))), 100, 'ms'),
        ...[...asked].map(([kind, times]) =>
          stated(kind, `p50 ${median(times).toFixed(1)}, p95 ${quantile(times, 0.95).toFixed(1)} ms`),
        ),
        stated(
          'counting the province anew by SQL, one month and segment',
          `p50 ${median(plain).toFixed(1)}, p95 ${quantile(plain, 0.95).toFixed(1)} ms`,
        ),
        atMost('months in which a kab/kota differs from the recount', wrong, 0, ''),
        stated(
          'a month of all villages by the front door, empty and full tables',
          `${(firstImport / 1000).toFixed(1)} and ${(lastImport / 1000).toFixed(1)} s`,
        ),
        stated('population of all villages with its sums', `${(population / 1000).toFixed(1)} s`),
      ],
      details: { server: server.version, asked: Object.fromEntries(asked), plain, firstImport, lastImport, population },
    }
  } finally {
    for (const stop of stops.toReversed()) await stop()
  }
}
