import { type BadInput, get, invalid, post, withChanges } from './bad-input.ts'

const FIGURES = {
  month: '2026-10',
  source: 'bpjs',
  detail: 'Laporan',
  asOf: '2026-10-31',
  rows: [{ regionCode: '32.74', segment: 'all', registered: 900, active: 700 }],
}
const figures = (changes: Record<string, unknown>) =>
  post('/api/v1/coverage/figures', withChanges(FIGURES, changes), 'admin')

const RULE = {
  regionCode: '32.74',
  nameId: 'Target kota',
  nameEn: 'Target of the city',
  basis: 'Perwali',
  validFrom: '2026-01-01',
  validTo: null,
  noArrears: false,
  paidUntil: null,
  alternatives: [{ coverage: 9900, active: null, localShare: null }],
}
const rule = (changes: Record<string, unknown>) => post('/api/v1/coverage/rules', withChanges(RULE, changes), 'admin')

export const COVERAGE: BadInput[] = [
  {
    name: 'figures of a thirteenth month',
    ...figures({ month: '2026-13' }),
    ...invalid(
      'month',
      'bad_format',
      'Bulan tidak sesuai bentuknya. Tulis tahun dan bulan, misalnya 2026-11.',
      'Month is not in the right form. Write year and month, for example 2026-11.',
    ),
  },
  {
    name: 'figures of fewer than nobody',
    ...figures({ 'rows.0.registered': -1 }),
    ...invalid(
      'rows.0.registered',
      'too_small',
      'Baris 1: Jumlah peserta JKN terlalu kecil. Nilainya paling kecil 0.',
      'Row 1: People in JKN is too small. The smallest value is 0.',
    ),
  },
  {
    name: 'active members of nobody registered',
    ...figures({ 'rows.0.registered': null }),
    ...invalid(
      'rows.0.registered',
      'required',
      'Baris 1: Jumlah peserta JKN wajib diisi. Lengkapi isian ini, lalu kirim lagi.',
      'Row 1: People in JKN is required. Fill it in and send again.',
    ),
  },
  {
    name: 'a printed rate in words',
    ...figures({ 'rows.0.printedCoverage': 'hampir' }),
    ...invalid(
      'rows.0.printedCoverage',
      'bad_format',
      'Baris 1: Persentase cakupan pada sumber tidak sesuai bentuknya. Tulis persentase seperti pada sumber, misalnya 97,67.',
      'Row 1: Coverage as printed is not in the right form. Write the percentage as printed, for example 97.67.',
    ),
  },
  {
    name: 'figures without the name of their document',
    ...figures({ detail: '  ' }),
    ...invalid(
      'detail',
      'required',
      'Nama dokumen wajib diisi. Lengkapi isian ini, lalu kirim lagi.',
      'Name of the document is required. Fill it in and send again.',
    ),
  },
  {
    name: 'a rule that ends before it begins',
    ...rule({ validTo: '2025-12-31' }),
    ...invalid(
      'validTo',
      'ends_before_it_begins',
      'Hari terakhir berlaku tidak boleh sebelum tanggal mulai. Perbaiki tanggalnya.',
      'Last day must not be before the date it begins. Correct the date.',
    ),
  },
  {
    name: 'coverage of a month that is none',
    ...get('/api/v1/coverage/32.74?month=kemarin'),
    ...invalid(
      'month',
      'bad_format',
      'Bulan tidak sesuai bentuknya. Tulis tahun dan bulan, misalnya 2026-11.',
      'Month is not in the right form. Write year and month, for example 2026-11.',
    ),
  },
]
