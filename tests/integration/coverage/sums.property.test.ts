import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { ComputedRow } from '../../../src/features/coverage/index.ts'
import { type CoverageWorld, createCoverageWorld } from './coverage-world.ts'

/** Two kecamatan of Kota Cirebon with four kelurahan each, one of Kabupaten Cirebon, and everything above them. */
const VILLAGES = [
  '32.74.01.1001',
  '32.74.01.1002',
  '32.74.01.1003',
  '32.74.01.1004',
  '32.74.04.1001',
  '32.74.04.1002',
  '32.74.04.1003',
  '32.74.04.1004',
  '32.09.20.2008',
]
const LARGER = ['32.74.01', '32.74.04', '32.74', '32.09', '32']
const SEGMENTS = ['all', 'pbpu_pemda', 'ppu'] as const
const MONTHS = ['2026-06', '2026-07'] as const

type Key = { region: string; segment: string; month: string; source: string }
type Said = { registered: number; active: number | null }
const keyOf = ({ region, segment, month, source }: Key): string => [region, segment, month, source].join(' ')

let world: CoverageWorld
beforeAll(async () => {
  world = await createCoverageWorld()
})
afterAll(() => world?.close())

/** Everything that was said, and the sums as somebody would make them by hand: from the figures alone, every time anew. */
function createRecount() {
  const said = new Map<string, Said>()
  const effective = (key: Key): (Said & { activeOf: number | null }) | undefined => {
    const own = said.get(keyOf(key))
    const below = sumOf(key)
    if (!own) return below
    return own.active === null
      ? { registered: own.registered, active: below?.active ?? null, activeOf: below?.activeOf ?? null }
      : { ...own, activeOf: own.registered }
  }
  const childrenOf = (region: string): string[] =>
    [...VILLAGES, ...LARGER, '32.09.20'].filter(
      (code) => code.startsWith(`${region}.`) && code.slice(region.length + 1).indexOf('.') < 0,
    )
  const sumOf = (key: Key): (Said & { activeOf: number | null }) | undefined => {
    const parts = childrenOf(key.region).flatMap((region) => effective({ ...key, region }) ?? [])
    if (parts.length === 0) return undefined
    const knowing = parts.filter(({ active }) => active !== null)
    return {
      registered: parts.reduce((sum, part) => sum + part.registered, 0),
      active: knowing.length === 0 ? null : knowing.reduce((sum, part) => sum + (part.active ?? 0), 0),
      activeOf: knowing.length === 0 ? null : knowing.reduce((sum, part) => sum + (part.activeOf ?? 0), 0),
    }
  }
  return { said, sumOf, own: (key: Key) => said.get(keyOf(key)) }
}

const people = fc.integer({ min: 0, max: 5000 })
const keyArbitrary = fc.record({
  region: fc.constantFrom(...VILLAGES, ...LARGER),
  segment: fc.constantFrom(...SEGMENTS),
  month: fc.constantFrom(...MONTHS),
})
const act = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant('enter' as const),
      rows: fc.uniqueArray(fc.record({ key: keyArbitrary, registered: people, active: fc.option(people) }), {
        minLength: 1,
        maxLength: 4,
        selector: ({ key }) => `${key.region} ${key.segment}`,
      }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('remove' as const), key: keyArbitrary }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('list' as const),
      month: fc.constantFrom(...MONTHS),
      within: fc.constantFrom(null, '32.74.01', '32.74.04'),
      rows: fc.uniqueArray(
        fc.record({
          villageCode: fc.constantFrom(...VILLAGES, null),
          segment: fc.constantFrom('pbpu_pemda' as const, 'ppu' as const),
          registered: people,
          active: people,
        }),
        { maxLength: 6, selector: (row) => `${row.villageCode} ${row.segment}` },
      ),
    }),
  },
)

/** One act on the product, and on what is remembered of it. */
async function perform(
  given: typeof act extends fc.Arbitrary<infer A> ? A : never,
  recount: ReturnType<typeof createRecount>,
) {
  const { said } = recount
  if (given.kind === 'enter') {
    const [first] = given.rows
    const month = first?.key.month ?? MONTHS[0]
    const rows = given.rows.map(({ key, registered, active }) => ({
      regionCode: key.region,
      segment: key.segment,
      registered,
      active,
    }))
    await world.enter({ month, asOf: `${month}-28`, rows })
    for (const { key, registered, active } of given.rows)
      said.set(keyOf({ ...key, month, source: 'bpjs' }), { registered, active })
    return
  }
  if (given.kind === 'remove') {
    const { region, month, segment } = given.key
    const url = `/api/v1/coverage/${region}/figures?month=${month}&source=bpjs&segment=${segment}`
    const { statusCode } = await world.whole.send({ as: 'admin.32', method: 'DELETE', url })
    const isKnown = said.delete(keyOf({ ...given.key, source: 'bpjs' }))
    expect(statusCode).toBe(isKnown ? 204 : 404)
    return
  }
  const { month, within } = given
  // Only of a region can somebody be whose village nobody knows.
  const rows: ComputedRow[] = given.rows.filter(({ villageCode }) =>
    within === null ? villageCode !== null : villageCode === null || villageCode.startsWith(`${within}.`),
  )
  await world.whole.database.db.transaction().execute((tx) =>
    world.whole.features.coverage.recordComputedFigures(tx, {
      month,
      source: 'Daftar peserta',
      rows,
      isWhole: true,
      ...(within !== null && { regionCode: within }),
    }),
  )
  const scope = VILLAGES.filter((code) => within === null || code.startsWith(`${within}.`))
  for (const region of [...scope, ...(within === null ? LARGER : [within])])
    for (const segment of SEGMENTS) said.delete(keyOf({ region, segment, month, source: 'list' }))
  const segments = new Set<string>(rows.map(({ segment }) => segment))
  segments.add('all')
  const isPlaceless = rows.length > 0 && rows.every(({ villageCode }) => villageCode === null)
  for (const region of [...scope, ...(within === null ? [] : [within])]) {
    for (const segment of segments) {
      const isOf = ({ villageCode }: ComputedRow) => region === within || villageCode === region
      const of = rows.filter((row) => isOf(row) && (segment === 'all' || row.segment === segment))
      // A list of a region knows that nobody of its villages is a member; one of the whole country, and one that names none, is silent about them.
      if (of.length === 0 && (within === null || (region !== within && isPlaceless))) continue
      const sum = (read: (row: ComputedRow) => number) => of.reduce((total, row) => total + read(row), 0)
      said.set(keyOf({ region, segment, month, source: 'list' }), {
        registered: sum((row) => row.registered),
        active: sum((row) => row.active),
      })
    }
  }
}

test('after any entries, corrections, removals and lists every figure read equals a full recount', async () => {
  const clear = async () => {
    await world.whole.database.owner.deleteFrom('coverage_figure').execute()
    await world.whole.database.owner.deleteFrom('coverage_summary').execute()
  }
  await fc.assert(
    fc.asyncProperty(fc.array(act, { minLength: 1, maxLength: 7 }), async (acts) => {
      await clear()
      const recount = createRecount()
      for (const one of acts) await perform(one, recount)
      const all = { from: '00000000-0000-0000-0000-000000000000', below: null }
      expect(await world.whole.features.coverage.checkSums(world.whole.database.db, all)).toEqual([])
      for (const month of MONTHS) {
        for (const source of ['bpjs', 'list'] as const) {
          for (const segment of SEGMENTS) {
            for (const region of ['nasional', '32', '32.74', '32.74.01', '32.74.04']) {
              const read = await world.get(region, `?month=${month}&source=${source}&segment=${segment}`, 'admin.32')
              for (const { region: place, registered, active, activeRate } of [read.figure, ...read.children]) {
                // A province alone is the country's only part here.
                const key = { region: place.code === 'nasional' ? '32' : place.code, segment, month, source }
                const own = place.code === 'nasional' ? undefined : recount.own(key)
                const sum =
                  place.code === 'nasional' ? (recount.own(key) ? undefined : recount.sumOf(key)) : recount.sumOf(key)
                if (place.code === 'nasional' && recount.own(key)) continue
                const where = `${place.code} ${segment} ${month} ${source}`
                expect([where, registered?.own?.people, registered?.computed?.people]).toEqual([
                  where,
                  own?.registered,
                  sum?.registered,
                ])
                expect([where, active?.own?.people, active?.computed?.people]).toEqual([
                  where,
                  own?.active ?? undefined,
                  sum?.active ?? undefined,
                ])
                if (activeRate) {
                  const of = (own?.active ?? null) === null ? sum?.activeOf : own?.registered
                  expect([where, activeRate.denominator.people]).toEqual([where, of])
                }
              }
            }
          }
        }
      }
    }),
    { numRuns: 12 },
  )
}, 240_000)
