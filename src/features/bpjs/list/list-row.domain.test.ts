import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { LIST_ISSUE_CODES } from '../../../contracts/api/bpjs.ts'
import { clean, findHeader, type ListColumn, type ListHeader, readRow } from './list-row.domain.ts'

const NIK = '3274014505900001'
const header: ListHeader = { nik: 0, cardNumber: 1, fullName: 2, birthDate: 3, status: 4, segment: 5, sex: 6 }
const read = (columns: ListHeader, cells: readonly string[], isAllActive: boolean) =>
  readRow(columns, (column: ListColumn) => clean(cells[columns[column] ?? -1] ?? ''), isAllActive)
const row = (...cells: string[]) => read(header, cells, false)

describe('the header is recognised', () => {
  test.each([
    [
      ['NIK', 'NOKA', 'NAMA', 'TGL LAHIR', 'STATUS', 'SEGMEN'],
      { nik: 0, cardNumber: 1, fullName: 2, birthDate: 3, status: 4, segment: 5 },
    ],
    [
      ['psnoka', 'nik', 'nama', 'segmen', 'bulan', 'tahun'],
      { cardNumber: 0, nik: 1, fullName: 2, segment: 3, month: 4, year: 5 },
    ],
    [['NOKA', 'PSNOKA', 'Nama Lengkap', 'NIK/KITAS/KITAP'], { cardNumber: 1, fullName: 2, nik: 3 }],
    [
      ['No. KTP', 'Nama_Peserta', 'Tanggal Lahir', 'Ket. Aktif', 'Jenis Kelamin'],
      { nik: 0, fullName: 1, birthDate: 2, status: 3, sex: 4 },
    ],
  ])('%j', (cells, expected) => {
    expect(findHeader(cells)).toEqual(expected)
  })

  test.each([[['DAFTAR PESERTA JKN', '', '']], [['NIK', 'ALAMAT']], [['NAMA', 'STATUS']], [[]]])(
    '%j is none',
    (cells) => {
      expect(findHeader(cells)).toBeUndefined()
    },
  )
})

test('a whole row is read', () => {
  expect(row(NIK, '0001234567890', 'SITI AMINAH', '05/05/1990', 'NON AKTIF KARENA PREMI', 'PBPU', 'P')).toEqual({
    issues: [],
    member: {
      nik: NIK,
      fullName: 'SITI AMINAH',
      birthDate: '1990-05-05',
      sex: 'female',
      cardNumber: '0001234567890',
      status: { code: '9', text: 'NON AKTIF KARENA PREMI', standing: 'inactive' },
      segmentCode: null,
      segmentText: 'PBPU',
      arrears: null,
    },
  })
})

test.each([`'${NIK}`, `="${NIK}"`, ` ${NIK} `, `3274 0145 0590 0001`, `\u00A0${NIK}`])(
  'the NIK %j is whole',
  (written) => {
    expect(row(written, '', 'SITI', '', 'AKTIF').member?.nik).toBe(NIK)
  },
)

describe('a NIK that is not whole is refused, never mended', () => {
  test.each([
    ['', 'missing'],
    ['3.27E+15', 'nik_was_number'],
    ['3,27401E+15', 'nik_was_number'],
    ['3.274014505900001e15', 'nik_was_number'],
    ['3274014505900001.00', 'nik_was_number'],
    ['3.274.014.505.900.001', 'nik_was_number'],
    ['274014505900001', 'nik_was_number'],
    ['32740145059000012', 'nik_not_16_digits'],
    ['327401450590000X', 'nik_not_16_digits'],
    ['0000000000000000', 'nik_impossible'],
    ['3274014505900000', 'nik_impossible'],
    ['3274019905900001', 'nik_impossible'],
    ['-', 'nik_not_16_digits'],
  ])('%j: %s', (written, code) => {
    expect(row(written, '', 'SITI', '', 'AKTIF')).toEqual({
      member: undefined,
      issues: [{ column: 'nik', code, isRefused: true }],
    })
  })
})

test('several faults of a row are all named', () => {
  expect(row('', '', '', '', '').issues.map(({ column, code }) => `${column} ${code}`)).toEqual([
    'nik missing',
    'fullName missing',
    'status missing',
  ])
})

test.each([
  ['birthDate', [NIK, '', 'SITI', '32999', 'AKTIF'], 'not_a_date'],
  ['birthDate', [NIK, '', 'SITI', '31/02/1990', 'AKTIF'], 'not_a_date'],
  ['birthDate', [NIK, '', 'SITI', '', 'AKTIF'], 'missing'],
] as const)('a bad %s is dropped and the row stays', (column, cells, code) => {
  const { member, issues } = row(...cells)
  expect(member?.birthDate).toBeNull()
  expect(issues).toEqual([{ column, code, isRefused: false }])
})

test('a card number that lost its zeros is dropped and the row stays', () => {
  const { member, issues } = row(NIK, '1234567890', 'SITI', '1990-05-05 00:00:00', 'AKTIF')
  expect(member).toMatchObject({ cardNumber: null, birthDate: '1990-05-05' })
  expect(issues).toEqual([{ column: 'cardNumber', code: 'card_not_13_digits', isRefused: false }])
})

test('without a status a member counts as active only when the whole list was said to', () => {
  expect(read({ nik: 0, fullName: 1 }, [NIK, 'SITI'], true).member?.status.standing).toBe('active')
  expect(read({ nik: 0, fullName: 1 }, [NIK, 'SITI'], false).member).toBeUndefined()
})

test('an unknown status stays unknown', () => {
  expect(row(NIK, '', 'SITI', '', 'ENTAH').member?.status).toEqual({ code: null, text: 'ENTAH', standing: 'unknown' })
})

test('whatever a row holds: a member with a true NIK, or a reason; and no issue repeats a cell', () => {
  const cell = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 30 }),
    fc.constantFrom(NIK, '3.27E+15', 'AKTIF', '', '0', '01/01/2000'),
  )
  fc.assert(
    fc.property(fc.array(cell, { maxLength: 9 }), fc.boolean(), (cells, isAllActive) => {
      const { member, issues } = read(header, cells, isAllActive)
      expect(member === undefined).toBe(issues.some((issue) => issue.isRefused))
      if (member) expect(member.nik).toMatch(/^(?!0{16})\d{16}$/)
      for (const issue of issues) expect(LIST_ISSUE_CODES).toContain(issue.code)
    }),
    { numRuns: 500 },
  )
})
