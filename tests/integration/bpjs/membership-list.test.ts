import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { Readable } from 'node:stream'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type Bpjs, type ListImport, type ListReport, runMembershipImport } from '../../../src/features/bpjs/index.ts'
import { createBpjsWorld } from './bpjs-world.ts'

let world: Awaited<ReturnType<typeof createBpjsWorld>>
let bpjs: Bpjs

beforeAll(async () => {
  world = await createBpjsWorld()
  return () => world.close()
})
beforeEach(async () => {
  await world.reset('2026-11-22T02:00:00Z')
  bpjs = world.open({ source: 'list' })
})

const HEADER = 'NIK,NOKA,NAMA,TGL LAHIR,STATUS,SEGMEN'
const siti = { nik: '3274014505900001', fullName: 'SITI AMINAH', birthDate: '1990-05-05', sex: 'female' } as const
const budi = { nik: '3274010101850002', fullName: 'BUDI SANTOSO', birthDate: '1985-01-01', sex: 'male' } as const
const SITI = '3274014505900001,0001234567890,SITI AMINAH,05/05/1990,AKTIF,PBI (APBD)'
const BUDI = '3274010101850002,0001234567891,BUDI SANTOSO,01/01/1985,NON AKTIF KARENA PREMI,PEKERJA MANDIRI'

const importText = (text: string | Buffer, change: Partial<ListImport> = {}): Promise<ListReport> =>
  bpjs.importList({ open: () => Readable.from([Buffer.from(text)]), month: '2026-11', importedBy: 'test', ...change })
const importRows = (rows: string[], change?: Partial<ListImport>) => importText([HEADER, ...rows].join('\n'), change)
const entries = async () => (await world.db.selectFrom('membership_list_entry').select('list_id').execute()).length
const faultOf = (refused: Promise<unknown>) =>
  refused.then(
    () => 'imported',
    (error: { issues?: { path: string; code: string }[] }) =>
      error.issues?.map(({ path: at, code }) => `${at} ${code}`).join(),
  )

describe('a monthly list', () => {
  test('answers look-ups, says which month it describes, and proves absence', async () => {
    expect(await bpjs.directory.lookUp(siti)).toMatchObject({ outcome: 'unavailable', reason: 'no_list' })
    expect(await importRows([SITI, BUDI])).toMatchObject({
      status: 'imported',
      rowsImported: 2,
      rowsRefused: 0,
      isComplete: true,
      issues: [],
    })
    expect(await bpjs.directory.lookUp(siti)).toMatchObject({
      outcome: 'found_active',
      source: 'list',
      asOf: '2026-11-01',
      checkedAt: world.clock.now(),
      segmentText: 'PBI (APBD)',
      cardNumber: '0001234567890',
    })
    expect(await bpjs.directory.lookUp(budi)).toMatchObject({ outcome: 'found_inactive', statusCode: '9' })
    expect(await bpjs.directory.lookUp({ ...siti, fullName: 'ORANG LAIN' })).toMatchObject({
      outcome: 'found_mismatch',
    })
    expect(await bpjs.directory.lookUp({ ...siti, nik: '3274010101709001' })).toMatchObject({
      outcome: 'not_found',
      asOf: '2026-11-01',
    })
  })

  test('is imported once, however often it is given', async () => {
    const first = await importRows([SITI])
    const [second, third] = await Promise.all([importRows([SITI]), importRows([SITI])])
    expect(second).toMatchObject({ status: 'already_imported', listId: first.listId })
    expect(third).toMatchObject({ status: 'already_imported', listId: first.listId })
    expect(await entries()).toBe(1)
    expect(world.audited).toHaveLength(1)
  })

  test('is replaced by a later list of its month, and then counts as new again', async () => {
    await importRows([SITI, BUDI])
    world.clock.advance(1_000)
    await importRows([SITI])
    expect(await entries()).toBe(1)
    expect(await bpjs.directory.lookUp(budi)).toMatchObject({ outcome: 'not_found' })
    world.clock.advance(1_000)
    expect(await importRows([SITI, BUDI])).toMatchObject({ status: 'imported' })
    expect(await bpjs.directory.lookUp(budi)).toMatchObject({ outcome: 'found_inactive' })
  })

  test('of the newest month answers, whatever was imported last', async () => {
    await importRows([SITI])
    world.clock.advance(1_000)
    await importRows([BUDI], { month: '2026-10' })
    expect(await bpjs.directory.lookUp(budi)).toMatchObject({ outcome: 'not_found', asOf: '2026-11-01' })
  })

  test('answers through the next month, and then is too old', async () => {
    await importRows([SITI])
    world.clock.set(new Date('2026-12-31T16:59:59Z'))
    expect(await bpjs.directory.lookUp(siti)).toMatchObject({ outcome: 'found_active' })
    world.clock.set(new Date('2026-12-31T17:00:00Z'))
    expect(await bpjs.directory.lookUp(siti)).toMatchObject({ outcome: 'unavailable', reason: 'list_outdated' })
  })

  test('keeps the members of three months', async () => {
    for (const month of ['2026-07', '2026-08', '2026-09', '2026-10', '2026-11']) {
      await importRows([SITI], { month })
      world.clock.advance(1_000)
    }
    expect(await entries()).toBe(3)
  })

  test.each([
    ['was said to be partial', [SITI], { isPartial: true }],
    ['had refused rows', [SITI, '3.27E+15,,BUDI,,AKTIF,'], {}],
  ] as const)('that %s proves no absence', async (_, rows, change) => {
    await importRows([...rows], change)
    expect(await bpjs.directory.lookUp(siti)).toMatchObject({ outcome: 'found_active' })
    expect(await bpjs.directory.lookUp(budi)).toMatchObject({ outcome: 'unavailable', reason: 'not_on_partial_list' })
  })

  test('proves absence when somebody has accepted its refused rows', async () => {
    await importRows([SITI, '3.27E+15,,BUDI,,AKTIF,'], { acceptRefused: true })
    expect(await bpjs.directory.lookUp(budi)).toMatchObject({ outcome: 'not_found' })
  })

  test('is sealed in the table and names nobody in the audit', async () => {
    await importRows([SITI])
    const rows = await world.owner.selectFrom('membership_list_entry').selectAll().execute()
    const stored = rows
      .map((row) => `${row.nik_index.toString('latin1')}${row.sealed_member.toString('latin1')}`)
      .join()
    for (const secret of [siti.nik, siti.fullName, '0001234567890']) {
      expect(stored).not.toContain(secret)
      expect(JSON.stringify(world.audited)).not.toContain(secret)
    }
  })
})

describe('a file is read', () => {
  test.each([
    ['with a byte order mark', `\uFEFF${HEADER}\n${SITI}\n`],
    ['with semicolons', [HEADER, SITI].join('\r\n').replaceAll(',', ';')],
    ['with tabs', [HEADER, SITI].join('\n').replaceAll(',', '\t')],
    ['with a hint for spreadsheets', `sep=;\n${[HEADER, SITI].join('\n').replaceAll(',', ';')}`],
    ['with title rows and blank rows', `DAFTAR PESERTA\n\nKOTA CIREBON,,\n${HEADER}\n\n${SITI}\n,,,,,\n`],
    [
      'with quotes and a name over two lines',
      `${HEADER}\n3274014505900001,"0001234567890","SITI\nAMINAH",1990-05-05,AKTIF,"A, B"`,
    ],
    [
      'with other columns between',
      `NO,NIK,ALAMAT,NAMA,STATUS,TGL LAHIR\n1,3274014505900001,"JL. A, 1",SITI AMINAH,AKTIF,1990-05-05`,
    ],
  ])('%s', async (_, text) => {
    expect(await importText(text)).toMatchObject({ rowsImported: 1, rowsRefused: 0 })
    expect(await bpjs.directory.lookUp(siti)).toMatchObject({ outcome: 'found_active' })
  })

  test('and every bad row is named by row and column, never by what it said', async () => {
    const report = await importRows([
      SITI,
      '3.27E+15,,BUDI SANTOSO,,AKTIF,',
      '',
      SITI,
      '3274010101850002,123,BUDI,32000,AKTIF,',
    ])
    expect(report).toMatchObject({ rowsImported: 2, rowsRepeated: 1, rowsRefused: 1, issuesLeftOut: 0 })
    expect(report.issues.toSorted((left, right) => left.row - right.row)).toEqual([
      { row: 3, column: 'nik', code: 'nik_was_number', isRefused: true },
      { row: 5, column: 'nik', code: 'nik_repeated', isRefused: false },
      { row: 6, column: 'birthDate', code: 'not_a_date', isRefused: false },
      { row: 6, column: 'cardNumber', code: 'card_not_13_digits', isRefused: false },
    ])
    expect(JSON.stringify(report)).not.toContain('BUDI')
  })

  test.each([
    ['nothing in it', '', {}, 'file file_empty'],
    ['a spreadsheet', 'PK\u0003\u0004rest', {}, 'file file_not_csv'],
    ['UTF-16', Buffer.from(`\uFEFF${HEADER}`, 'utf16le'), {}, 'file file_not_csv'],
    ['no header', `${SITI}\n${BUDI}`, {}, 'file header_not_found'],
    ['a header far below', `${'judul\n'.repeat(20)}${HEADER}\n${SITI}`, {}, 'file header_not_found'],
    ['no status column', 'NIK,NAMA\n3274014505900001,SITI', {}, 'file status_column_missing'],
    ['only a header', HEADER, {}, 'file no_usable_rows'],
    ['only bad rows', `${HEADER}\n1,2,3,4,5,6`, {}, 'file no_usable_rows'],
    ['a quote that never ends', `${HEADER}\n${SITI}\n"${'x'.repeat(200_000)}`, {}, 'file.3 row_unreadable'],
    ['a month that is none', `${HEADER}\n${SITI}`, { month: '2026-13' }, 'file month_invalid'],
    ['a month to come', `${HEADER}\n${SITI}`, { month: '2026-12' }, 'file month_in_future'],
  ])('%s is refused and nothing of it kept', async (_, text, change, fault) => {
    expect(await faultOf(importText(text, change))).toBe(fault)
    expect(await entries()).toBe(0)
    expect(world.audited).toEqual([])
  })

  test('and refused as a whole when its NIKs were once numbers and lost their last digit', async () => {
    const rows = Array.from(
      { length: 60 },
      (_, index) => `32740145059${String(index + 1).padStart(4, '0')}0,,NAMA,,AKTIF,`,
    )
    expect(await faultOf(importRows(rows))).toBe('file niks_were_numbers')
    expect(await entries()).toBe(0)
  })

  test('a file that breaks off in the middle leaves nothing behind', async () => {
    let opened = 0
    const open = (): Readable => {
      opened += 1
      const isSecond = opened === 2
      return Readable.from(
        (function* () {
          yield Buffer.from(`${HEADER}\n${SITI}\n`)
          if (isSecond) throw new Error('disk gone')
        })(),
      )
    }
    await expect(bpjs.importList({ open, month: '2026-11', importedBy: 'test' })).rejects.toThrow('disk gone')
    expect(await entries()).toBe(0)
  })
})

describe('the command', () => {
  let directory: string
  beforeAll(async () => {
    directory = await mkdtemp(path.join(tmpdir(), 'pdw-list-'))
    return () => rm(directory, { recursive: true })
  })

  const run = async (text: string | null, ...options: string[]) => {
    const file = path.join(directory, 'list.csv')
    if (text !== null) await writeFile(file, text)
    const lines: string[] = []
    const args = text === null ? options : [file, ...options]
    const code = await runMembershipImport(args, {
      importList: bpjs.importList,
      write: (line) => lines.push(line),
      language: 'id',
    })
    return { code, output: lines.join('\n') }
  }

  test('imports and says so', async () => {
    const { code, output } = await run(`${HEADER}\n${SITI}\n3.27E+15,,X,,AKTIF,`, '--month', '2026-11')
    expect(code).toBe(0)
    expect(output).toContain('1 peserta')
    expect(output).toContain('Baris 3, kolom NIK')
    expect(output).toContain('tidak lengkap')
    expect((await run(`${HEADER}\n${SITI}\n3.27E+15,,X,,AKTIF,`, '--month', '2026-11')).output).toContain(
      'sudah diimpor',
    )
  })

  test.each([
    ['a file that is no list', 'x', ['--month', '2026-11'], 1, 'Judul kolom tidak ditemukan'],
    ['a wrong month', `${HEADER}\n${SITI}`, ['--month', 'November'], 1, '2026-11'],
    ['a file that is not there', null, ['/nowhere/list.csv', '--month', '2026-11'], 1, 'ENOENT'],
    ['no month', `${HEADER}\n${SITI}`, [], 2, 'Cara pakai'],
    ['an unknown option', `${HEADER}\n${SITI}`, ['--month', '2026-11', '--force'], 2, 'Cara pakai'],
    ['no file', null, ['--month', '2026-11'], 2, 'Cara pakai'],
  ])('refuses %s in a sentence', async (_, text, options, expected, sentence) => {
    const { code, output } = await run(text, ...options)
    expect(code).toBe(expected)
    expect(output).toContain(sentence)
  })
})
