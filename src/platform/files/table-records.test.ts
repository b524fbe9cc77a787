import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from 'vitest'
import { createTemporaryDirectory } from '../../../tests/support/temporary-directory.ts'
import { makeWorkbook, rowsOf, sheetXml } from '../../../tests/support/workbook.ts'
import { createProblem } from '../http/problem.ts'
import { day, faultAt, optionalText, requiredText, textDigits } from './table-cells.ts'
import { TableError } from './table-error.ts'
import type { TableHeader, TableProfile } from './table-header.ts'
import { readRecords } from './table-records.ts'
import { issueOf, refusalOf } from './table-refusal.ts'
import type { TableCell, TableCellKind } from './table-row.ts'

const PROFILE: TableProfile<'nik' | 'name' | 'born'> = {
  columns: [
    { name: 'nik', synonyms: ['NIK', 'NIK/KITAS/KITAP'], required: true },
    { name: 'name', synonyms: ['Nama lengkap', 'NAMA'], required: true },
    { name: 'born', synonyms: ['Tempat, tgl lahir tanggal', 'Tgl lahir'], required: false },
  ],
  unknownColumns: 'ignore',
}

async function read(content: Buffer | string, profile = PROFILE) {
  const file = path.join(createTemporaryDirectory(), 'berkas')
  await writeFile(file, content)
  let header: TableHeader<'nik' | 'name' | 'born'> | undefined
  const records: (string | number)[][] = []
  for await (const batch of readRecords({ path: file }, profile, { onHeader: (found) => (header = found) })) {
    for (const { line, cells } of batch) records.push([line, cells.nik.text, cells.name.text, cells.born.text])
  }
  return { header, records }
}

test('the header is found below titles, by any of its names', async () => {
  const text = 'DINAS KESEHATAN\n\nDaftar,Peserta\nNo,nama_lengkap,Nik / Kitas / Kitap\n1,BUDI,0012\n'
  const { header, records } = await read(text)
  expect(header).toEqual({ row: 4, columns: { nik: 3, name: 2 }, unknown: [{ column: 1, header: 'No' }] })
  expect(records).toEqual([[5, '0012', 'BUDI', '']])
})

test('two rows can be one header, merged cells, numbers below it and all', async () => {
  const rows = [
    ['DAFTAR PESERTA', '', '', ''],
    ['NIK', 'NAMA', 'Tempat, tgl lahir', ''],
    ['', '', 'Tempat', 'Tanggal'],
    ['(1)', '(2)', '(3)', '(4)'],
    ['0012', 'BUDI', 'CIREBON', '31/05/1990'],
  ]
  const merges = '<mergeCells><mergeCell ref="A1:D1"/><mergeCell ref="A2:A3"/><mergeCell ref="C2:D2"/></mergeCells>'
  const { records } = await read(makeWorkbook({ sheets: [{ xml: sheetXml(rowsOf(rows), merges) }] }))
  expect(records).toEqual([[5, '0012', 'BUDI', '31/05/1990']])
  const below = merges.replace('A1:D1', 'B5:C5')
  const merged = read(makeWorkbook({ sheets: [{ xml: sheetXml(rowsOf(rows), below) }] }))
  await expect(merged).rejects.toMatchObject({ code: 'merged_cells', row: 5, column: 2 })
})

test('a long table gives every row once', async () => {
  const { records } = await read(`NIK,NAMA\n${Array.from({ length: 5000 }, (_, n) => `${n},N${n}\n`).join('')}`)
  expect(records.map(([line]) => line)).toEqual(Array.from({ length: 5000 }, (_, n) => n + 2))
})

test.each([
  ['no header', 'a,b\n1,2\n', 'header_missing', { names: ['NIK', 'Nama lengkap'] }],
  ['a missing column', 'x\nNIK,ALAMAT\n1,2\n', 'columns_missing', { row: 2, names: ['Nama lengkap'] }],
  ['a column twice', 'NIK,NAMA,no,nik\n1,2,3,4\n', 'columns_duplicate', { row: 1, column: 4, names: ['NIK'] }],
  ['a header and nothing below', 'NIK,NAMA\n', 'no_rows', { row: 1 }],
])('refuses %s', async (_name, text, code, place) => {
  await expect(read(text)).rejects.toMatchObject({ code, ...place })
})

test('columns that nobody knows are refused where the profile wants it', async () => {
  const strict = { ...PROFILE, unknownColumns: 'refuse' as const }
  await expect(read('NIK,NAMA,GAJI\n1,2,3\n', strict)).rejects.toMatchObject({
    code: 'columns_unknown',
    row: 1,
    column: 3,
    names: ['GAJI'],
  })
})

const cell = (text: string, kind: TableCellKind = text === '' ? 'empty' : 'text'): TableCell => ({ kind, text })

test.each([
  [cell('3273010101010001'), undefined],
  [cell('3273010101010001', 'number'), 'cell_number'],
  [cell('3.27301010101E+15', 'number'), 'cell_scientific'],
  [cell('3,27E+15'), 'cell_scientific'],
  [cell('327301010101001'), 'cell_too_few_digits'],
  [cell('32730101010100011'), 'cell_not_digits'],
  [cell("'3273010101010001"), 'cell_apostrophe'],
  [cell('’3273010101010001'), 'cell_apostrophe'],
  [cell('3273010101010001 '), 'cell_not_digits'],
  [cell('٣٢٧٣٠١٠١٠١٠١٠٠٠١'), 'cell_not_digits'],
  [cell('3273010101010001', 'formula'), 'cell_formula'],
  [cell('="3273010101010001"'), 'cell_formula'],
  [cell('#N/A', 'error'), 'cell_error'],
  [cell('2026-01-01', 'date'), 'cell_number'],
  [cell(''), 'cell_missing'],
])('sixteen digits in %j: %s', (given, fault) => {
  expect(textDigits(given, 16)).toEqual(fault === undefined ? { value: given.text } : { fault })
})

test.each([
  [cell('31/05/1990'), '1990-05-31'],
  [cell('1-2-1990'), '1990-02-01'],
  [cell('1990-05-31'), '1990-05-31'],
  [cell('1990-05-31T08:00:00', 'date'), '1990-05-31'],
  [cell('31/02/1990'), 'cell_not_a_date'],
  [cell('05/31/1990'), 'cell_not_a_date'],
  [cell('31/05/90'), 'cell_not_a_date'],
  [cell('33024', 'number'), 'cell_not_a_date'],
  [cell(''), 'cell_missing'],
])('a day in %j: %s', (given, expected) => {
  const { value, fault } = day(given)
  expect(value ?? fault).toBe(expected)
})

test('a text is trimmed, and neither computed nor longer than it may be', () => {
  expect(optionalText(cell('  BUDI '), 10)).toEqual({ value: 'BUDI' })
  expect(optionalText(cell(''), 10)).toEqual({ value: undefined })
  expect(requiredText(cell(' '), 10)).toEqual({ fault: 'cell_missing' })
  expect(requiredText(cell('x'.repeat(11)), 10)).toEqual({ fault: 'cell_too_long' })
  expect(requiredText(cell('#REF!', 'error'), 10)).toEqual({ fault: 'cell_error' })
})

test('a refusal names the place and the remedy, and no number out of the file', () => {
  const header = { row: 1, columns: { nik: 28 }, unknown: [] }
  const fault = faultAt<'nik' | 'name' | 'born'>({ line: 7, header }, 'nik', 'cell_number')
  const merged = refusalOf(new TableError('merged_cells', { row: 12, column: 2 }))
  const sheets = refusalOf(new TableError('several_sheets', { names: ['Januari', '3273010101010001'] }))
  const of = (error: ReturnType<typeof refusalOf>) => createProblem('id', 'r', error.code, error)
  expect(of(merged)).toMatchObject({
    status: 422,
    details: { reason: 'merged_cells', row: 12, column: 2 },
    errors: [{ code: 'table_merged_cells', message: expect.stringMatching(/^Baris 12: Sel di kolom B digabung/) }],
  })
  expect(JSON.stringify(of(sheets))).toContain('Januari, …')
  merged.issues.push(issueOf(fault, { digits: 16 }))
  expect(of(merged).errors?.[1]?.message).toMatch(/^Baris 7: NIK \(kolom AB\) tersimpan sebagai angka/)
})
