import { parse } from 'csv-parse/sync'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Actor } from '../../../src/contracts/access.ts'
import { EXPORT_COLUMNS } from '../../../src/contracts/api/exports.ts'
import { DEMO_OFFICES } from '../../../src/features/regions/index.ts'
import { makeIntakeBody, makeMember } from '../../support/intake-body.ts'
import { createExportWorld, type ExportWorld, readXlsx } from './export-world.ts'

// What a spreadsheet would run, in every disguise that was seen; the last ones are harmless and stay as they are.
const FORMULAS = [
  '=1+1',
  '+1',
  '-2',
  '@SUM(A1)',
  '\t=1',
  '\r=1',
  '"=1+1',
  "'=cmd|' /C calc'!A0",
  ' =1',
  '＝1+1',
  '|calc',
]
const HARMLESS = ['SITI AMINAH', "NUR'AINI", 'ALI-AKBAR', 'A; B, "C"', 'baris\ndua']
const NAMES = [...FORMULAS, ...HARMLESS]
/** Three pages, as an export reads them; a hundred thousand rows: `long-list.survival.test.ts`. */
const COUNT = 2_500

let world: ExportWorld
let petugas: Actor
let verifikator: Actor
let body: ReturnType<typeof makeIntakeBody>

beforeAll(async () => {
  world = await createExportWorld()
  petugas = world.fixture.actor('petugas')
  verifikator = world.fixture.actor('verifikator')
  body = makeIntakeBody({ channel: 'mpp', members: [makeMember({ sex: 'female' })] })
  await world.fixture.register(petugas, body)
  const officeId = DEMO_OFFICES.otherPuskesmas
  const other = world.fixture.actor('petugas', { officeId, officeIds: [officeId] })
  for (const name of NAMES) {
    world.fixture.clock.advance(1_000)
    const reply = await world.fixture.register(other)
    // The door takes no such name; a list that came from elsewhere may.
    await world.fixture.database.owner
      .updateTable('proposal')
      .set({ full_name: name })
      .where('id', '=', reply.json().proposals[0].id)
      .execute()
  }
})
afterAll(() => world?.fixture.close())

const nameColumn = EXPORT_COLUMNS.indexOf('fullName')

async function readCsv(reply: Response, delimiter = ';'): Promise<string[][]> {
  expect(reply.status).toBe(200)
  const bytes = Buffer.from(await reply.arrayBuffer())
  expect([...bytes.subarray(0, 3)]).toEqual([0xef, 0xbb, 0xbf])
  return parse(bytes, { bom: true, delimiter })
}

describe('a file', () => {
  test('has Indonesian headers, one row a case, oldest first, and masked numbers', async () => {
    const reply = await world.download(petugas, {})
    expect(reply.headers.get('content-type')).toBe('text/csv; charset=utf-8')
    expect(reply.headers.get('content-disposition')).toMatch(/^attachment; filename="usulan-\d{4}-\d\d-\d\d\.csv"$/)
    expect(reply.headers.get('cache-control')).toBe('no-store')
    const [header, ...rows] = await readCsv(reply)
    expect(header?.slice(0, 6)).toEqual([
      'Nomor tanda terima',
      'Waktu masuk',
      'Kantor',
      'Saluran',
      'Nama lengkap',
      'NIK',
    ])
    expect(rows).toHaveLength(1)
    const row = Object.fromEntries(EXPORT_COLUMNS.map((column, index) => [column, rows[0]?.[index]]))
    expect(row).toMatchObject({
      channel: 'Mal pelayanan publik',
      fullName: 'SITI AMINAH',
      sex: 'Perempuan',
      state: 'Diajukan',
      villageCode: '32.74.01.1001',
      membership: '',
    })
    expect(row.village).not.toBe('')
    expect(row.office).not.toBe('')
    expect(row.submittedAt).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d$/)
    const nik = body.members[0]?.nik ?? ''
    for (const number of [nik, body.familyCardNumber, body.whatsappNumber.slice(1)]) {
      expect(rows.flat().join('\n')).not.toContain(number)
    }
    expect(row.nik?.endsWith(nik.slice(-4))).toBe(true)
    expect(row.familyCardNumber?.endsWith(body.familyCardNumber.slice(-4))).toBe(true)
  })

  test('of the region has what the list has, and its filters and commas', async () => {
    const all = await readCsv(await world.download(verifikator, { separator: ',' }), ',')
    expect(all).toHaveLength(NAMES.length + 2)
    const filtered = await readCsv(await world.download(verifikator, { filters: { channel: ['mpp'] } }))
    expect(filtered).toHaveLength(2)
    expect(await readCsv(await world.download(world.fixture.actor('kader'), {}))).toHaveLength(1)
    const english = await fetch(`${world.address}/api/v1/exports`, {
      method: 'POST',
      headers: {
        ...world.fixture.as(verifikator),
        'content-type': 'application/json',
        'accept-language': 'en',
      },
      body: JSON.stringify({ filters: { queue: 'new_review' }, format: 'csv' }),
    })
    expect((await readCsv(english))[0]?.[0]).toBe('Receipt number')
  })

  test('runs nothing in a spreadsheet: CSV neutralises what begins a formula, and leaves the rest', async () => {
    const [, ...rows] = await readCsv(await world.download(verifikator, {}))
    const names = rows.slice(1).map((row) => row[nameColumn])
    expect(names).toEqual([...FORMULAS.map((name) => `'${name}`), ...HARMLESS])
  })

  test('runs nothing in a spreadsheet: XLSX has texts only, as they are', async () => {
    const reply = await world.download(verifikator, { format: 'xlsx', numbers: 'full' })
    expect(reply.headers.get('content-type')).toBe('application/vnd.openxmlformats-officedocument.spreadsheetml.sheet')
    const [header, ...rows] = await readXlsx(reply)
    expect(header).toHaveLength(EXPORT_COLUMNS.length)
    expect(rows.slice(1).map((row) => row[nameColumn])).toEqual(NAMES)
    expect(new Set(rows.flat().map((cell) => (cell === null ? 'nothing' : typeof cell)))).toEqual(
      new Set(['string', 'nothing']),
    )
    const nik = rows[0]?.[EXPORT_COLUMNS.indexOf('nik')]
    expect(nik).toBe(body.members[0]?.nik)
    expect(rows[0]?.[EXPORT_COLUMNS.indexOf('familyCardNumber')]).toBe(body.familyCardNumber)
  })
})

describe('who takes a list away', () => {
  test('is in the audit log before and after, with the filters and the rows, without the text of a search', async () => {
    const actor = world.fixture.actor('supervisor')
    const criteria = { state: ['submitted'], channel: ['mpp', 'puskesmas'] }
    await readCsv(await world.download(actor, { filters: { ...criteria, q: 'AMINAH' } }))
    expect(await world.endOf(actor)).toEqual({ outcome: 'completed', format: 'csv', rows: 2, criteria, searched: true })
    const entries = world.audited(actor)
    expect(entries.map(({ action, details }) => [action, details?.['outcome'], details?.['rows']])).toEqual([
      ['export', 'started', null],
      ['export', 'completed', 2],
    ])
    expect(new Set(entries.map(({ subjectId }) => subjectId)).size).toBe(1)
    expect(JSON.stringify(entries)).not.toContain('AMINAH')
  })

  test('gets full numbers only in a role that may reveal them, under an action of its own', async () => {
    for (const role of ['auditor', 'kader'] as const) {
      const actor = world.fixture.actor(role)
      expect((await world.download(actor, { numbers: 'full' })).status).toBe(403)
      expect(world.audited(actor)).toEqual([])
    }
    const actor = world.fixture.actor('penyetuju')
    const [, row] = await readCsv(await world.download(actor, { filters: { channel: ['mpp'] }, numbers: 'full' }))
    expect(row?.[EXPORT_COLUMNS.indexOf('nik')]).toBe(body.members[0]?.nik)
    await world.endOf(actor)
    expect(world.audited(actor).map(({ action }) => action)).toEqual(['export_identity', 'export_identity'])
  })

  test('is refused a queue of other roles, and what is no export', async () => {
    expect((await world.download(petugas, { filters: { queue: 'new_review' } })).status).toBe(403)
    expect((await world.download(petugas, { format: 'pdf' })).status).toBe(400)
    expect((await world.download(petugas, { separator: '\t' })).status).toBe(400)
    expect((await world.download(world.fixture.actor('admin'), {})).status).toBe(403)
    // A refusal holds no place.
    expect((await readCsv(await world.download(petugas, {}))).length).toBe(2)
  })
})

describe('a list', () => {
  test('of several pages arrives whole as CSV, and as XLSX', async () => {
    const officeId = DEMO_OFFICES.healthOffice
    const holder = world.fixture.actor('petugas', { officeId, officeIds: [officeId] })
    await world.addMany(holder, COUNT)
    const csv = await readCsv(await world.download(holder, {}))
    expect(csv).toHaveLength(COUNT + 2)
    expect(await world.endOf(holder)).toMatchObject({ outcome: 'completed', rows: COUNT + 1 })
    const xlsx = await readXlsx(await world.download(holder, { format: 'xlsx' }))
    expect(xlsx).toHaveLength(COUNT + 2)
    for (const rows of [csv, xlsx]) expect(new Set(rows.map((row) => row[nameColumn])).size).toBe(COUNT + 2)
  })

  test('of a process that is gone frees its place after three minutes', async () => {
    const actor = world.fixture.actor('verifikator')
    const now = world.fixture.clock.now()
    await world.fixture.database.owner
      .insertInto('export_hold')
      .values({ user_id: actor.userId, export_id: actor.userId, held_until: new Date(now.getTime() + 180_000) })
      .execute()
    const wish = { filters: { channel: ['mpp'] } }
    expect((await world.download(actor, wish)).status).toBe(409)
    world.fixture.clock.advance(180_000)
    expect(await readCsv(await world.download(actor, wish))).toHaveLength(2)
  })
})
