import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { coverageResponse } from '../../../src/contracts/api/coverage.ts'
import { makeMember } from '../../support/intake-body.ts'
import { createListsWorld, csv, HEADER, type ListRow, type ListsWorld, line, nikOf } from './lists-world.ts'

let world: ListsWorld
beforeAll(async () => {
  world = await createListsWorld()
})
afterAll(() => world?.close())

const INACTIVE = 'NON AKTIF KARENA PREMI'
const CITY = '32.74'

const coverage = async (code: string, month: string, more = '') =>
  coverageResponse.parse(
    await world.ok('supervisor', 'GET', `/api/v1/coverage/${code}?month=${month}&source=list${more}`),
  )
const countOf = async (code: string, month: string, more = '') => {
  const { figure } = await coverage(code, month, more)
  return [figure.registered?.used.people, figure.active?.used.people]
}
/** The village and the kecamatan that the rows of these tests name. */
const placeOf = (name: string) => {
  const village = world.whole.features.regions
    .listVillages(CITY)
    .find((one) => one.name.toUpperCase().replace(' ', '') === name)
  if (!village) throw new Error(`${name} is no village of ${CITY}`)
  return { village: village.code, kecamatan: village.code.slice(0, 8) }
}

/** Every figure of the source in a month, against all the members of the list that counts. */
async function expectRecounted(listId: string, month: string): Promise<void> {
  const { rows } = await sql<{ village: string | null; registered: number; active: number }>`
    SELECT village_code AS village, count(*)::int AS registered,
      count(*) FILTER (WHERE standing = 'active')::int AS active
    FROM list_member WHERE list_id = ${listId} GROUP BY 1`.execute(world.whole.database.owner)
  const within = (code: string) => rows.filter(({ village }) => village === code || village?.startsWith(`${code}.`))
  const total = (of: typeof rows) => [
    of.reduce((sum, { registered }) => sum + registered, 0),
    of.reduce((sum, { active }) => sum + active, 0),
  ]
  expect(await countOf(CITY, month)).toEqual(total(rows))
  for (const kecamatan of world.whole.features.regions.listChildren(CITY)) {
    const { figure, children } = await coverage(kecamatan.code, month)
    expect([figure.registered?.used.people, figure.active?.used.people]).toEqual(total(within(kecamatan.code)))
    expect(figure.registered?.computed?.isWhole).toBe(true)
    for (const { region, registered, active } of children) {
      expect([registered?.used.people, active?.used.people], region.code).toEqual(total(within(region.code)))
    }
  }
}

describe('a list of a month that is applied', () => {
  test('is what coverage says of each village, kecamatan and the city, with the list and its day', async () => {
    const rows: ListRow[] = [
      { nik: nikOf(1) },
      { nik: nikOf(2), status: INACTIVE },
      { nik: nikOf(3), segment: 'PBI (APBN)' },
      { nik: nikOf(4), segment: 'PEKERJA MANDIRI', village: 'KEBON BARU' },
      { nik: nikOf(5), segment: 'SEGMEN KHAYALAN', kecamatan: 'HARJAMUKTI', village: 'ARGASUNYA' },
    ]
    const list = await world.importList(csv(...rows), { month: '2026-10' })
    const { village, kecamatan } = placeOf('KEJAKSAN')
    expect((await coverage(village, '2026-10')).figure).toMatchObject({
      registered: {
        used: { people: 3, origin: 'list', source: 'Daftar peserta Oktober 2026', asOf: '2026-10-31' },
      },
      active: { used: { people: 2, origin: 'list', source: 'Daftar peserta Oktober 2026', asOf: '2026-10-31' } },
    })
    expect(await countOf(kecamatan, '2026-10')).toEqual([4, 3])
    expect(await countOf(village, '2026-10', '&segment=pbpu_pemda')).toEqual([2, 1])
    expect(await countOf(CITY, '2026-10', '&segment=pbpu_mandiri')).toEqual([1, 1])
    // A payer that nobody knows is told as such, not guessed.
    expect(await countOf(placeOf('ARGASUNYA').village, '2026-10', '&segment=other')).toEqual([1, 1])
    const city = (await coverage(CITY, '2026-10')).figure
    expect(city).toMatchObject({
      registered: {
        used: { people: 5, origin: 'list', source: 'Daftar peserta Oktober 2026' },
        computed: { people: 5 },
      },
    })
    expect(city.flags).not.toContain('registered_differs_from_children')
    await expectRecounted(list.id, '2026-10')
  })

  test('counts people without a known village for the city, says how many, and flags the difference', async () => {
    // Registered here, of a family that lives in the neighbouring kabupaten: no village of this list's region.
    await world.register({
      members: [makeMember({ nik: nikOf(21), birthDate: '1960-01-22', sex: 'male' })],
      address: { street: 'Jl. Uji 1', rt: '001', rw: '001', villageCode: '32.09.20.2008' },
      confirmWarnings: ['nik_region_differs', 'outside_domicile'],
    })
    const content = [
      HEADER,
      ...Array.from({ length: 10 }, (_, number) => line({ nik: nikOf(200 + number) })),
      line({ nik: nikOf(21), village: 'DESA KHAYALAN' }),
      line({ nik: nikOf(22), village: 'DESA KHAYALAN', status: INACTIVE }),
      line({ nik: '123' }),
    ].join('\n')
    const { id } = await world.importList(content, { month: '2026-09' })
    const { figure, children } = await coverage(CITY, '2026-09')
    expect(figure).toMatchObject({
      registered: {
        used: { people: 12, source: 'Daftar peserta September 2026; 1 baris ditolak; 2 orang tanpa desa/kelurahan' },
        computed: { people: 10, isWhole: true },
      },
      active: { used: { people: 11 } },
      flags: expect.arrayContaining(['registered_differs_from_children']),
    })
    expect(children.map(({ registered }) => registered?.used.people ?? 0).reduce((sum, one) => sum + one, 0)).toBe(10)
    expect((await world.get(id)).counts.usable).toBe(12)
  })

  test('says nothing of villages when it names hardly any: not that nobody there is registered', async () => {
    // Whom our own registrations place are no measure of their village.
    await world.register({
      members: [makeMember({ nik: nikOf(311), birthDate: '1960-12-05', sex: 'male' })],
      confirmWarnings: ['nik_region_differs', 'nik_birthdate_differs', 'nik_sex_differs', 'nik_date_not_calendar'],
    })
    const rows = Array.from({ length: 4 }, (_, number) => `${nikOf(311 + number)},SITI AMINAH,AKTIF,PBI (APBD)`)
    const list = await world.importList(['NIK,NAMA,STATUS,SEGMEN', ...rows].join('\n'), { month: '2026-03' })
    const { rows: known } = await sql<{ placed: number }>`
      SELECT count(village_code)::int AS placed FROM list_member WHERE list_id = ${list.id}`.execute(
      world.whole.database.owner,
    )
    expect(known[0]?.placed).toBe(1)
    const { figure, children } = await coverage(CITY, '2026-03')
    expect(figure.registered).toMatchObject({
      used: { people: 4, source: 'Daftar peserta Maret 2026; 3 orang tanpa desa/kelurahan' },
      computed: null,
    })
    expect(children.every(({ registered }) => registered === null)).toBe(true)
  })

  test('takes the place of the figures of an earlier one of its month, and leaves other months alone', async () => {
    await world.importList(csv({ nik: nikOf(31) }, { nik: nikOf(32), village: 'KEBON BARU' }), { month: '2026-08' })
    const later = await world.importList(csv({ nik: nikOf(31), status: INACTIVE }), { month: '2026-08' })
    expect(await countOf(placeOf('KEJAKSAN').village, '2026-08')).toEqual([1, 0])
    expect(await countOf(placeOf('KEBONBARU').village, '2026-08')).toEqual([0, 0])
    expect(await countOf(CITY, '2026-08')).toEqual([1, 0])
    await expectRecounted(later.id, '2026-08')
    expect(await countOf(CITY, '2026-10')).toEqual([5, 4])
  })

  test('gives no figures when it is of some people, of active members only, or of the poor', async () => {
    const rows = csv({ nik: nikOf(41) })
    const nothing = async (month: string) => {
      const { months } = await coverage(CITY, month)
      expect(months).not.toContain(month)
    }
    await world.importList(rows, { month: '2026-06', isPartial: true })
    await nothing('2026-06')
    await world.importList(['NIK,NAMA', `${nikOf(41)},SITI AMINAH`].join('\n'), { month: '2026-05', isAllActive: true })
    await nothing('2026-05')
    await world.importList(rows, { month: '2026-04', kind: 'poor' })
    await nothing('2026-04')
    // One of some people after one of all does not take away what that one said.
    await world.importList(csv({ nik: nikOf(31) }, { nik: nikOf(33) }), { month: '2026-08', isPartial: true })
    expect(await countOf(CITY, '2026-08')).toEqual([1, 0])
  })

  test('keeps its figures when its people are deleted', async () => {
    const old = await world.importList(csv({ nik: nikOf(51) }), { month: '2024-01' })
    await world.whole.features.bpjs.purgeLists(world.signal)
    expect(await world.get(old.id)).toMatchObject({ hasPeople: false })
    expect(await countOf(CITY, '2024-01')).toEqual([1, 1])
  })

  test('of the month that is not over describes the day on which it came', async () => {
    await world.importList(csv({ nik: nikOf(61) }), { month: '2026-11' })
    expect((await coverage(CITY, '2026-11')).figure.registered?.used.asOf).toBe('2026-11-26')
  })

  test('is applied with its figures or not at all', async () => {
    const list = await world.dryRun(csv({ nik: nikOf(71) }), { month: '2026-07' })
    const { owner } = world.whole.database
    await sql`ALTER TABLE coverage_summary ADD CONSTRAINT no_july CHECK (month <> '2026-07-01')`.execute(owner)
    await world.ok('supervisor', 'POST', `/api/v1/lists/${list.id}/approve`, { acceptRefused: true })
    await expect(world.goOn(list.id)).rejects.toThrow()
    expect(await world.get(list.id)).toMatchObject({ state: 'applying', hasPeople: false })
    expect((await coverage(CITY, '2026-07')).months).not.toContain('2026-07')
    await sql`ALTER TABLE coverage_summary DROP CONSTRAINT no_july`.execute(owner)
    await world.goOn(list.id)
    expect(await world.get(list.id)).toMatchObject({ state: 'applied' })
    expect(await countOf(CITY, '2026-07')).toEqual([1, 1])
  })
})
