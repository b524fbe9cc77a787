import { buffer } from 'node:stream/consumers'
import { writeXlsxStream } from 'hucre/xlsx'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createSealer, parseKeyRing } from '../../../src/platform/crypto/sealer.ts'
import { makeMember } from '../../support/intake-body.ts'
import { createListsWorld, csv, HEADER, type ListsWorld, line, nikOf } from './lists-world.ts'

let world: ListsWorld
beforeAll(async () => {
  world = await createListsWorld()
})
afterAll(() => world?.close())

const INACTIVE = 'NON AKTIF KARENA PREMI'
const lookUp = (number: number) =>
  world.whole.features.bpjs.directory.lookUp({
    nik: nikOf(number),
    fullName: 'SITI AMINAH',
    birthDate: '1990-05-05',
  })

/** Tables of the list's members, shown or not. */
async function tablesOf(listId: string): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`
    SELECT relname AS name FROM pg_class WHERE relkind = 'r' AND relname = list_member_table(${listId})`.execute(
    world.whole.database.owner,
  )
  return rows.map(({ name }) => name)
}

async function waitingForLocks(): Promise<number> {
  const { rows } = await sql`
    SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`.execute(
    world.whole.database.owner,
  )
  return rows.length
}

describe('a list of a month', () => {
  test('is read as a dry run first, which says what it found and applies nothing', async () => {
    const member = makeMember({ nik: nikOf(1), birthDate: '1960-01-02', sex: 'male' })
    const { proposalId } = await world.register({ members: [member] })
    const content = [
      HEADER,
      line({ nik: nikOf(1) }),
      line({ nik: nikOf(2), status: INACTIVE, segment: 'PEKERJA MANDIRI' }),
      line({ nik: nikOf(2) }),
      line({ nik: '3.27E+15' }),
      line({ nik: nikOf(3), status: 'TERTUNDA', village: 'DESA KHAYALAN' }),
      '',
    ].join('\n')
    const list = await world.dryRun(content, { month: '2026-09' })
    expect(list).toMatchObject({
      state: 'dry_run_ready',
      month: '2026-09',
      regionCode: '32.74',
      regionName: expect.stringMatching(/cirebon/i),
      file: { parts: 1, read: { kind: 'csv', encoding: 'utf-8', delimiter: ',' } },
      progress: 1,
      counts: { read: 5, usable: 3, repeated: 1, refused: 1, matched: 1 },
      needsAcceptance: false,
      segments: [
        { label: 'PBI (APBD)', rows: 2 },
        { label: 'PEKERJA MANDIRI', rows: 1 },
      ],
      unknownStatuses: [{ label: 'TERTUNDA', rows: 1 }],
      firstFaults: [
        { line: 4, column: 'nik', code: 'nik_repeated' },
        { line: 5, column: 'nik', code: 'nik_was_number' },
        { line: 6, column: 'village', code: 'village_unknown' },
      ],
      isCurrent: false,
      hasPeople: false,
    })
    const evidence = () => world.ok('verifikator', 'GET', `/api/v1/proposals/${proposalId}/evidence`)
    expect((await evidence()).membership).toEqual([])
    const applied = await world.approve(list.id)
    expect(applied).toMatchObject({ state: 'applied', isCurrent: true, hasPeople: true, isComplete: false })
    expect(await evidence()).toEqual({
      poor: [],
      membership: [{ month: '2026-09', standing: 'active', segment: 'PBI (APBD)', appliedAt: applied.appliedAt }],
    })
  })

  test('gives its refused and repeated rows back with their reasons, to whoever has just signed in', async () => {
    const list = await world.dryRun([HEADER, line({ nik: '123' }), line({ nik: nikOf(4) })].join('\n'))
    const url = `/api/v1/lists/${list.id}/refused`
    const { text } = await world.call('supervisor', 'GET', url)
    const [header, ...rows] = text.replace('\uFEFF', '').trim().split(/\r?\n/)
    expect(header).toBe(['Baris', 'Alasan', ...HEADER.split(',')].map((cell) => `"${cell}"`).join(';'))
    expect(rows).toHaveLength(1)
    expect(rows[0]).toContain('"2";"NIK: NIK tersimpan sebagai angka')
    expect(rows[0]).toContain('"123"')
    await sql`UPDATE auth_session SET created_at = '2026-11-26T01:40:00Z'`.execute(world.whole.database.owner)
    const late = await world.whole.signIn('penyetuju')
    await sql`UPDATE auth_session SET created_at = '2026-11-26T01:40:00Z'`.execute(world.whole.database.owner)
    const reply = await world.whole.app.inject({ method: 'GET', url, headers: { cookie: late } })
    expect([reply.statusCode, reply.json().code]).toEqual([403, 'step_up_required'])
    await world.ok('supervisor', 'POST', `/api/v1/lists/${list.id}/abort`)
  })

  test('is taken once: the same file of the month is refused with the list that is there, a later one replaces it', async () => {
    const first = await world.importList(csv({ nik: nikOf(11) }, { nik: nikOf(12) }), { month: '2026-08' })
    const again = await world.upload(csv({ nik: nikOf(11) }, { nik: nikOf(12) }), { month: '2026-08' })
    expect(await world.call('supervisor', 'POST', `/api/v1/lists/${again}/start`)).toMatchObject({
      status: 409,
      body: { code: 'list_already_imported', details: { listId: first.id } },
    })
    const second = await world.importList(csv({ nik: nikOf(11) }), { month: '2026-08' })
    expect(second.isCurrent).toBe(true)
    expect(await world.get(first.id)).toMatchObject({ isCurrent: false, hasPeople: true })
    await world.whole.features.bpjs.purgeLists(world.signal)
    expect(await world.get(first.id)).toMatchObject({ hasPeople: false })
    expect(await world.get(second.id)).toMatchObject({ hasPeople: true })
  })

  test('with a fifth of its rows refused is applied only when somebody says so', async () => {
    const rows = [line({ nik: nikOf(21) }), line({ nik: nikOf(22) }), line({ nik: '1' })]
    const list = await world.dryRun([HEADER, ...rows].join('\n'), { month: '2026-07' })
    expect(list.needsAcceptance).toBe(true)
    const url = `/api/v1/lists/${list.id}/approve`
    expect(await world.call('supervisor', 'POST', url, {})).toMatchObject({ body: { code: 'refused_rows_unaccepted' } })
    expect(await world.approve(list.id, true)).toMatchObject({ state: 'applied', isComplete: true })
  })

  test('that is aborted leaves nothing behind', async () => {
    const list = await world.dryRun(csv({ nik: nikOf(31) }), { month: '2026-06' })
    await world.ok('supervisor', 'POST', `/api/v1/lists/${list.id}/abort`)
    await world.goOn(list.id)
    expect(await world.get(list.id)).toMatchObject({ state: 'aborted', fault: null })
    expect(await world.call('supervisor', 'POST', `/api/v1/lists/${list.id}/approve`, {})).toMatchObject({
      body: { code: 'action_not_allowed' },
    })
    const { rows } = await sql<{ left: number }>`
      SELECT (SELECT count(*) FROM list_member WHERE list_id = ${list.id})
        + (SELECT count(*) FROM list_block WHERE list_id = ${list.id})
        + (SELECT count(*) FROM list_part WHERE list_id = ${list.id}) AS left`.execute(world.whole.database.owner)
    expect(Number(rows[0]?.left)).toBe(0)
    expect(await tablesOf(list.id)).toEqual([])
  })

  test('that is aborted while it is read leaves nothing behind either, and is not read on', async () => {
    const id = await world.upload(csv({ nik: nikOf(32) }), { month: '2026-06' })
    await world.ok('supervisor', 'POST', `/api/v1/lists/${id}/start`)
    const { owner } = world.whole.database
    // As a process leaves it that was killed after it had begun.
    await sql`UPDATE list_import SET state = 'parsing' WHERE id = ${id}`.execute(owner)
    await sql`SELECT open_list_members(${id})`.execute(owner)
    expect(await tablesOf(id)).toHaveLength(1)
    await world.ok('supervisor', 'POST', `/api/v1/lists/${id}/abort`)
    await world.goOn(id)
    expect(await world.get(id)).toMatchObject({ state: 'aborted' })
    expect(await tablesOf(id)).toEqual([])
  })
})

describe('a file', () => {
  test('of which a part came before parts were packed is read all the same', async () => {
    const { config, database } = world.whole
    const sealer = createSealer(parseKeyRing(config.secrets.dataKeys ?? ''))
    const content = csv({ nik: nikOf(33) }, { nik: nikOf(34) })
    const id = await world.upload(content, { month: '2026-06' })
    const plain = sealer.seal(content, `list_part:${id}:0`)
    await sql`UPDATE list_part SET sealed = ${plain} WHERE list_id = ${id}`.execute(database.owner)
    await world.ok('supervisor', 'POST', `/api/v1/lists/${id}/start`)
    await world.goOn(id)
    expect(await world.get(id)).toMatchObject({ state: 'dry_run_ready', counts: { usable: 2 } })
  })

  test.each([
    ['with a mark, of Windows, with semicolons', Buffer.from(`\uFEFF${csv({ nik: nikOf(41) }).replaceAll(',', ';')}`)],
    ['of Windows-1252', Buffer.from(csv({ nik: nikOf(41), name: 'RENÉ' }), 'latin1')],
    ['of UTF-16', Buffer.from(`\uFEFF${csv({ nik: nikOf(41) })}`, 'utf16le')],
    ['with titles above its header', Buffer.from(`DAFTAR PESERTA JKN\nKOTA CIREBON\n\n${csv({ nik: nikOf(41) })}`)],
  ])('%s is read', async (_, content) => {
    const list = await world.dryRun(content, { month: '2026-05' })
    expect(list).toMatchObject({ state: 'dry_run_ready', counts: { read: 1, usable: 1, refused: 0 } })
    await world.ok('supervisor', 'POST', `/api/v1/lists/${list.id}/abort`)
  })

  test('that is a spreadsheet is read, and a NIK in it that is a number is refused with its row', async () => {
    async function* rows() {
      yield [nikOf(51), 'SITI AMINAH', 'AKTIF']
      yield [3274015205900001, 'BUDI SANTOSO', 'AKTIF']
    }
    const columns = ['NIK', 'NAMA', 'STATUS'].map((header) => ({ header }))
    const content = await buffer(writeXlsxStream(rows(), { name: 'Daftar', columns }))
    const list = await world.dryRun(content, { month: '2026-05' })
    expect(list).toMatchObject({
      counts: { usable: 1, refused: 1 },
      firstFaults: [{ line: 3, column: 'nik', code: 'nik_was_number' }],
    })
    await world.ok('supervisor', 'POST', `/api/v1/lists/${list.id}/abort`)
  })

  test.each([
    ['without a header', 'A,B\n1,2\n'.repeat(10), 'header_not_found'],
    ['without a status', 'NIK,NAMA\n3274014505900001,SITI', 'status_column_missing'],
    ['without rows', HEADER, 'no_usable_rows'],
    ['that is a picture', Buffer.from('ffd8ffe000104a464946', 'hex'), 'table_unsupported_format'],
  ])('%s is aborted with the reason', async (_, content, code) => {
    const list = await world.dryRun(content, { month: '2026-05' })
    expect(list).toMatchObject({ state: 'aborted', fault: { code } })
    expect(list.fault?.message).toMatch(/^[A-Z].{10,}/)
  })

  test('of which a part is missing is not started, and goes on when it comes', async () => {
    const { id } = await world.ok('supervisor', 'POST', '/api/v1/lists', { kind: 'membership', month: '2026-05' })
    const send = (position: number, text: string) =>
      world.ok('supervisor', 'PUT', `/api/v1/lists/${id}/parts/${position}`, Buffer.from(text))
    const [head = '', tail = ''] = csv({ nik: nikOf(61) }).split(/(?<=STATUS)/)
    await send(1, tail)
    const start = () => world.call('supervisor', 'POST', `/api/v1/lists/${id}/start`)
    expect(await start()).toMatchObject({ status: 400, body: { errors: [{ path: 'file', code: 'parts_missing' }] } })
    await send(0, 'wrong')
    await send(0, head)
    expect(await start()).toMatchObject({ status: 202 })
    await world.goOn(id)
    expect(await world.get(id)).toMatchObject({ state: 'dry_run_ready', counts: { usable: 1 } })
  })
})

test('rows of another month, and those that name a village by its code, are told apart', async () => {
  const content = `NIK,NAMA,SEGMEN,BULAN,TAHUN,DESA\n${nikOf(71)},SITI,PBI,10,2026,3274011001\n${nikOf(72)},BUDI,PBI,9,2026,\n`
  const list = await world.importList(content, { isAllActive: true })
  expect(list.counts).toMatchObject({ usable: 1, refused: 1 })
  expect(list.faults).toEqual([{ column: 'month', code: 'other_month', rows: 1 }])
  const { rows } = await sql<{ village_code: string; standing: string }>`
    SELECT village_code, standing FROM list_member WHERE list_id = ${list.id}`.execute(world.whole.database.owner)
  expect(rows).toEqual([{ village_code: '32.74.01.1001', standing: 'active' }])
})

test('the newest lists answer look-ups, and prove absence when they are complete', async () => {
  await world.importList(csv({ nik: nikOf(81) }, { nik: nikOf(82), status: INACTIVE }), { month: '2026-11' })
  expect(await lookUp(81)).toMatchObject({ outcome: 'found_active', source: 'list', asOf: '2026-11-01' })
  expect(await lookUp(82)).toMatchObject({ outcome: 'found_inactive', statusCode: '9' })
  expect(await lookUp(83)).toMatchObject({ outcome: 'not_found' })
})

test('nothing that identifies a person is stored in clear, logged or audited', async () => {
  const nik = nikOf(91)
  await world.importList(csv({ nik, name: 'NAMA YANG LANGKA' }), { month: '2026-04' })
  const { rows } = await sql<{ found: boolean }>`
    SELECT exists (SELECT FROM list_block WHERE position(convert_to(${nik}, 'UTF8') IN sealed) > 0)
      OR exists (SELECT FROM list_import WHERE summary::text LIKE '%LANGKA%')
      OR exists (SELECT FROM audit_event WHERE details::text LIKE ${`%${nik}%`}) AS found`.execute(
    world.whole.database.owner,
  )
  expect(rows[0]?.found).toBe(false)
  expect(world.whole.log()).not.toContain(nik)
})

test('people of lists older than the months that are kept are deleted, the list stays as a record', async () => {
  const list = await world.importList(csv({ nik: nikOf(95) }), { month: '2024-01' })
  await world.whole.features.bpjs.purgeLists(world.signal)
  expect(await world.get(list.id)).toMatchObject({ state: 'applied', hasPeople: false, counts: { usable: 1 } })
  const { rows } = await sql<{ left: number }>`
    SELECT count(*)::int AS left FROM list_member WHERE list_id = ${list.id}`.execute(world.whole.database.owner)
  expect(rows[0]?.left).toBe(0)
})

test('people are deleted when nobody reads any of them, and look-ups go on meanwhile', async () => {
  const list = await world.importList(csv({ nik: nikOf(94) }), { month: '2024-02' })
  const { owner } = world.whole.database
  const purging = await owner.transaction().execute(async (tx) => {
    await sql`SELECT FROM list_member LIMIT 1`.execute(tx)
    const under = world.whole.features.bpjs.purgeLists(world.signal)
    await expect.poll(waitingForLocks, { interval: 10 }).toBe(1)
    // It gives up for now, so that nobody waits behind it for long.
    await expect.poll(waitingForLocks, { interval: 10 }).toBe(0)
    const { rows } = await sql`SELECT FROM list_member LIMIT 1`.execute(owner)
    expect(rows).toHaveLength(1)
    expect(await tablesOf(list.id)).toHaveLength(1)
    return { under }
  })
  await purging.under
  expect(await tablesOf(list.id)).toEqual([])
  expect(await world.get(list.id)).toMatchObject({ hasPeople: false })
})

test('a status that is called as what every object has is a word like others', async () => {
  const list = await world.dryRun(
    csv({ nik: nikOf(96), status: 'constructor' }, { nik: nikOf(97), status: 'toString' }),
    {
      month: '2026-02',
    },
  )
  expect(list.unknownStatuses).toEqual(
    expect.arrayContaining([
      { label: 'constructor', rows: 1 },
      { label: 'toString', rows: 1 },
    ]),
  )
})

test('a list that somebody goes on with while forgotten ones are ended is left alone', async () => {
  const { owner } = world.whole.database
  const list = await world.dryRun(csv({ nik: nikOf(98) }), { month: '2026-01' })
  await sql`UPDATE list_import SET created_at = created_at - interval '9 days' WHERE id = ${list.id}`.execute(owner)
  const purging = await owner.transaction().execute(async (tx) => {
    await sql`SELECT FROM list_import WHERE id = ${list.id} FOR UPDATE`.execute(tx)
    const under = world.whole.features.bpjs.purgeLists(world.signal)
    await expect.poll(waitingForLocks).toBe(1)
    await sql`UPDATE list_import SET state = 'approved' WHERE id = ${list.id}`.execute(tx)
    return { under }
  })
  await purging.under
  expect(await world.get(list.id)).toMatchObject({ state: 'approved' })
  const { rows } = await sql<{ left: number }>`
    SELECT count(*)::int AS left FROM list_member WHERE list_id = ${list.id}`.execute(owner)
  expect(rows[0]?.left).toBe(1)
})
