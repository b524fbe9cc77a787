import { DRIFT_KINDS, TELLING_KINDS } from '../../../src/contracts/list-terms.ts'
import { type BadInput, get, invalid, post, refused } from './bad-input.ts'

const NOBODY = '01937000-0000-7000-8000-000000000000'
const LISTS = '/api/v1/lists'
const DRIFTS = '/api/v1/drifts'

const begin = (changes: object) => post(LISTS, { kind: 'membership', month: '2026-10', ...changes }, 'supervisor')
const part = (position: string, raw: Buffer) => ({
  as: 'supervisor',
  method: 'PUT' as const,
  url: `${LISTS}/${NOBODY}/parts/${position}`,
  headers: { 'content-type': 'application/octet-stream' },
  raw,
})
const tell = (body: unknown) => post(`${DRIFTS}/${NOBODY}/tellings`, body, 'supervisor')
const people = (query: string) => get(`${DRIFTS}/${NOBODY}/people?${query}`, 'supervisor')

/** Lists of a month, what changed between two, and telling people. */
export const LISTS_OF_A_MONTH: BadInput[] = [
  {
    name: 'a list without a month',
    ...begin({ month: undefined }),
    ...invalid(
      'month',
      'required',
      'Bulan wajib diisi. Lengkapi isian ini, lalu kirim lagi.',
      'Month is required. Fill it in and send again.',
    ),
  },
  {
    name: 'a list of the thirteenth month',
    ...begin({ month: '2026-13' }),
    ...invalid(
      'month',
      'bad_format',
      'Bulan tidak sesuai bentuknya. Tulis tahun dan bulan, misalnya 2026-11.',
      'Month is not in the right form. Write year and month, for example 2026-11.',
    ),
  },
  {
    name: 'a list of a month to come',
    ...begin({ month: '2999-01' }),
    ...invalid(
      'month',
      'month_in_future',
      'Bulan belum tiba. Pilih bulan ini atau bulan yang sudah lewat.',
      'Month has not begun. Choose this month or an earlier one.',
    ),
  },
  {
    name: 'a list of a kind that there is not',
    ...begin({ kind: 'arisan' }),
    ...invalid(
      'kind',
      'unknown_value',
      'Jenis tidak dikenal. Pilih salah satu: membership, poor.',
      'Kind is not a known choice. Choose one of: membership, poor.',
    ),
  },
  {
    name: 'a list that is partial by a word',
    ...begin({ isPartial: 'setengah' }),
    ...invalid(
      'isPartial',
      'wrong_type',
      'Tanda daftar sebagian harus berupa true atau false. Ganti jenis nilainya.',
      'Mark of a partial list must be true or false. Change the type of the value.',
    ),
  },
  { name: 'a part of a list that is not there', ...part('0', Buffer.from('NIK,NAMA\n')), ...refused(404, 'not_found') },
  {
    name: 'an empty part of a list',
    ...part('0', Buffer.alloc(0)),
    ...invalid(
      '',
      'required',
      'Isi permintaan wajib diisi. Lengkapi isian ini, lalu kirim lagi.',
      'Request body is required. Fill it in and send again.',
    ),
  },
  {
    name: 'a part behind the last that a list may have',
    ...part('128', Buffer.from('NIK,NAMA\n')),
    ...invalid(
      'position',
      'too_big',
      'Nomor urut catatan terlalu besar. Nilainya paling besar 127.',
      'The number of the entry is too big. The largest value is 127.',
    ),
  },
  {
    name: 'a part of more than four megabytes',
    ...part('0', Buffer.alloc(4 * 1024 * 1024 + 1, 'A')),
    ...refused(413, 'body_too_large'),
  },
  {
    name: 'the start of a list that is not there',
    ...post(`${LISTS}/${NOBODY}/start`, undefined, 'supervisor'),
    ...refused(404, 'not_found'),
  },
  {
    name: 'an approval that accepts refused rows by a word',
    ...post(`${LISTS}/${NOBODY}/approve`, { acceptRefused: 'terima' }, 'penyetuju'),
    ...invalid(
      'acceptRefused',
      'wrong_type',
      'Tanda tetap dipakai harus berupa true atau false. Ganti jenis nilainya.',
      'Mark to use it all the same must be true or false. Change the type of the value.',
    ),
  },
  {
    name: 'the approval of a list that is not there',
    ...post(`${LISTS}/${NOBODY}/approve`, {}, 'penyetuju'),
    ...refused(404, 'not_found'),
  },
  {
    name: 'the end of a list that is not there',
    ...post(`${LISTS}/${NOBODY}/abort`, undefined, 'supervisor'),
    ...refused(404, 'not_found'),
  },
  {
    name: 'lists of a kind that there is not',
    ...get(`${LISTS}?kind=arisan`, 'supervisor'),
    ...invalid(
      'kind',
      'unknown_value',
      'Jenis tidak dikenal. Pilih salah satu: membership, poor.',
      'Kind is not a known choice. Choose one of: membership, poor.',
    ),
  },
  {
    name: 'refused rows of a list that is not there',
    ...get(`${LISTS}/${NOBODY}/refused`, 'supervisor'),
    ...refused(404, 'not_found'),
  },
  { name: 'a comparison that is not there', ...get(`${DRIFTS}/${NOBODY}`, 'supervisor'), ...refused(404, 'not_found') },
  {
    name: 'a work list of a change that there is not',
    ...people('kind=lenyap'),
    ...invalid(
      'kind',
      'unknown_value',
      `Jenis tidak dikenal. Pilih salah satu: ${DRIFT_KINDS.join(', ')}.`,
      `Kind is not a known choice. Choose one of: ${DRIFT_KINDS.join(', ')}.`,
    ),
  },
  {
    name: 'a work list of no village',
    ...people('kind=new&village=Kejaksan'),
    ...invalid(
      'village',
      'bad_format',
      'Desa/kelurahan tidak sesuai bentuknya. Tulis kode Kemendagri, misalnya 32.74.01.1001.',
      'Village is not in the right form. Write the Kemendagri code, for example 32.74.01.1001.',
    ),
  },
  {
    name: 'a telling of people who have become active',
    ...tell({ kind: 'newly_active' }),
    ...invalid(
      'kind',
      'unknown_value',
      `Jenis tidak dikenal. Pilih salah satu: ${TELLING_KINDS.join(', ')}.`,
      `Kind is not a known choice. Choose one of: ${TELLING_KINDS.join(', ')}.`,
    ),
  },
  {
    name: 'a telling with words of its own',
    ...tell({ kind: 'vanished', text: 'Anda menunggak iuran' }),
    ...invalid(
      'text',
      'unknown_field',
      'Isi pesan tidak dikenal di sini. Hapus isian itu, atau periksa namanya.',
      'Text is not known here. Remove the field, or check its name.',
    ),
  },
  {
    name: 'a telling that is sent at once by a word',
    ...tell({ kind: 'vanished', dryRun: 'tidak' }),
    ...invalid(
      'dryRun',
      'wrong_type',
      'Uji coba harus berupa true atau false. Ganti jenis nilainya.',
      'Dry run must be true or false. Change the type of the value.',
    ),
  },
  {
    name: 'a telling about a comparison that is not there',
    ...tell({ kind: 'vanished', dryRun: false }),
    ...refused(404, 'not_found'),
  },
  {
    name: 'evidence on a case that is not there',
    ...get(`/api/v1/proposals/${NOBODY}/evidence`),
    ...refused(404, 'not_found'),
  },
]
