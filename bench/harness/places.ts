import { DEMO_OFFICES } from '../../src/features/regions/index.ts'
import type { Place } from './case-lines.ts'
import { type BenchServer, withClient } from './server.ts'

/** Kota Cirebon and nine kab/kota around it. The first holds three tenths of all cases: its reviewers have a long queue. */
const REGIONS = ['32.74', '32.09', '32.08', '32.10', '32.12', '32.13', '32.15', '32.11', '32.07', '32.73']
const OFFICES_PER_REGION = 20
const FIRST_REGION_WEIGHT = 4

/** The office of the demo's registrar and reviewer alone. */
export async function demoPlace(server: BenchServer): Promise<Place> {
  const villageCodes = await listVillages(server, '32.74')
  return { regionCode: '32.74', officeId: DEMO_OFFICES.puskesmas, villageCodes }
}

async function listVillages(server: BenchServer, regionCode: string): Promise<string[]> {
  return await withClient(server.ownerUrl, async (client) => {
    const { rows } = await client.query<{ code: string }>(
      'SELECT code FROM region WHERE level = 4 AND code > $1 AND code < $2 AND NOT retired ORDER BY code',
      [`${regionCode}.`, `${regionCode}/`],
    )
    return rows.map((row) => row.code)
  })
}

const officeIdOf = (region: number, office: number): string =>
  `01930000-0000-7000-8000-${String(region * 100 + office).padStart(12, '0')}`

/** Ten kab/kota with twenty offices each. Repeatable. */
export async function seedPlaces(server: BenchServer): Promise<Place[]> {
  const places: Place[] = []
  for (const [region, regionCode] of REGIONS.entries()) {
    const villageCodes = await listVillages(server, regionCode)
    const own: Place[] = []
    for (let office = 0; office < OFFICES_PER_REGION; office += 1) {
      const isDemo = region === 0 && office === 0
      own.push({ regionCode, officeId: isDemo ? DEMO_OFFICES.puskesmas : officeIdOf(region, office), villageCodes })
    }
    for (let times = 0; times < (region === 0 ? FIRST_REGION_WEIGHT : 1); times += 1) places.push(...own)
  }
  await withClient(server.ownerUrl, async (client) => {
    for (const { officeId, regionCode } of new Set(places)) {
      await client.query(
        `INSERT INTO office (id, code, kind, name, region_code, address, opening_hours, active, version)
         VALUES ($1, $2, 'puskesmas', $3, $4, 'Jl. Contoh 1', '{}', true, 1) ON CONFLICT DO NOTHING`,
        [officeId, `BENCH-${officeId.slice(-6)}`, `Puskesmas Contoh ${officeId.slice(-4)}`, regionCode],
      )
    }
  })
  return places
}
