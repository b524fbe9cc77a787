import { PROFILE_SOURCES } from '../../../src/contracts/api/template-profiles.ts'
import { type BadInput, get, invalid, post, refused } from './bad-input.ts'

const NOBODY = '01937000-0000-7000-8000-000000000000'
const BATCHES = '/api/v1/enrolment/batches'
const PROFILES = '/api/v1/enrolment/profiles'

const LAYOUT = {
  sheet: 'Usulan',
  titles: [],
  columns: [{ source: 'nik', headers: ['NIK'] }],
  dateFormat: 'dd/mm/yyyy',
  upperCase: true,
  csv: { separator: ';', apostrophe: false },
}

const open = (body: unknown) => post(BATCHES, body, 'penyetuju')
const seal = (body: unknown) => post(`${BATCHES}/${NOBODY}/seal`, body, 'penyetuju')
const preview = (changes: object) => post(`${PROFILES}/preview`, { definition: { ...LAYOUT, ...changes } }, 'penyetuju')
const rule = (body: unknown) => ({
  as: 'admin',
  method: 'PUT' as const,
  url: '/api/v1/enrolment/rules/32.74/2090-01-01',
  body,
})

/** Batches to BPJS, file layouts and the rules of regions. */
export const ENROLMENT: BadInput[] = [
  {
    name: 'a batch without a name',
    ...open({}),
    ...invalid(
      'name',
      'required',
      'Nama wajib diisi. Lengkapi isian ini, lalu kirim lagi.',
      'Name is required. Fill it in and send again.',
    ),
  },
  {
    name: 'a batch of another region',
    ...open({ name: 'Berkas lain', regionCode: '32.73' }),
    ...refused(404, 'not_found'),
  },
  {
    name: 'rows for a batch that is not there',
    ...post(`${BATCHES}/${NOBODY}/rows`, { filter: {} }, 'penyetuju'),
    ...refused(404, 'not_found'),
  },
  {
    name: 'rows by filter and by id at once',
    ...post(`${BATCHES}/${NOBODY}/rows`, { filter: {}, proposalIds: [NOBODY] }, 'penyetuju'),
    ...invalid(
      'filter',
      'bulk_selection',
      'Pilih usulan dengan saringan atau dengan daftar id, salah satu saja.',
      'Choose the proposals either by a filter or by their ids, not both.',
    ),
  },
  {
    name: 'the sealing of no rows',
    ...seal({ rows: 0 }),
    ...invalid(
      'rows',
      'too_small',
      'Jumlah usulan terlalu kecil. Nilainya paling kecil 1.',
      'Number of proposals is too small. The smallest value is 1.',
    ),
  },
  {
    name: 'a sealing that does not say what was read',
    ...seal({}),
    ...invalid(
      'rows',
      'required',
      'Jumlah usulan wajib diisi. Lengkapi isian ini, lalu kirim lagi.',
      'Number of proposals is required. Fill it in and send again.',
    ),
  },
  {
    name: 'a cursor of batches that was altered',
    ...get(`${BATCHES}?cursor=abcdef-altered`, 'penyetuju'),
    ...invalid(
      'cursor',
      'cursor_invalid',
      'Penanda halaman tidak berlaku untuk daftar ini. Mulai lagi dari halaman pertama.',
      'Page cursor does not fit this list. Start again from the first page.',
    ),
  },
  {
    name: 'a layout without columns',
    ...preview({ columns: [] }),
    ...invalid(
      'definition.columns',
      'too_few',
      'Kolom terlalu sedikit. Isi paling sedikit 1 butir.',
      'Columns has too few items. Enter at least 1 item.',
    ),
  },
  {
    name: 'a layout with a column that we do not know',
    ...preview({ columns: [{ source: 'namaIbuKandung', headers: ['IBU'] }] }),
    ...invalid(
      'definition.columns.0.source',
      'unknown_value',
      `Kolom 1: Sumber data tidak dikenal. Pilih salah satu: ${PROFILE_SOURCES.join(', ')}.`,
      `Columns 1: Source of the figure is not a known choice. Choose one of: ${PROFILE_SOURCES.join(', ')}.`,
    ),
  },
  {
    name: 'the preview of a batch that is not there',
    ...post(`${PROFILES}/preview`, { definition: LAYOUT, batchId: NOBODY }, 'penyetuju'),
    ...refused(404, 'not_found'),
  },
  {
    name: 'a layout from nothing',
    ...post(PROFILES, { name: 'Kosong sekali' }, 'penyetuju'),
    ...invalid(
      'definition',
      'required',
      'Tata letak wajib diisi. Lengkapi isian ini, lalu kirim lagi.',
      'Layout is required. Fill it in and send again.',
    ),
  },
  {
    name: 'a rule with a cut-off but no day',
    ...rule({ mode: 'cut_off' }),
    ...invalid(
      'cutOffDay',
      'required',
      'Tanggal batas pengajuan wajib diisi. Lengkapi isian ini, lalu kirim lagi.',
      'Cut-off day is required. Fill it in and send again.',
    ),
  },
  {
    name: 'a rule that cuts off on day 31',
    ...rule({ mode: 'cut_off', cutOffDay: 31 }),
    ...invalid(
      'cutOffDay',
      'too_big',
      'Tanggal batas pengajuan terlalu besar. Nilainya paling besar 28.',
      'Cut-off day is too big. The largest value is 28.',
    ),
  },
]
