import { type BadInput, get, invalid, post, refused } from './bad-input.ts'

const NOBODY = '01937000-0000-7000-8000-000000000000'
const RESULTS = '/api/v1/enrolment/results'
const PROFILE = '/api/v1/enrolment/result-profiles/32.74'

const COLUMNS = { nik: [], fullName: [], status: [], code: [], message: [], effectiveOn: [], answeredOn: [] }
const profile = (changes: object) => ({
  as: 'penyetuju',
  method: 'PUT' as const,
  url: PROFILE,
  body: {
    version: 0,
    definition: { columns: COLUMNS, accepted: ['Diterima'], refused: ['Ditolak'], reasons: [], ...changes },
  },
})

/** What BPJS answers, and how it is read. */
export const RESULTS_OF_BPJS: BadInput[] = [
  {
    name: 'results that are not sent as a form',
    ...post(`/api/v1/enrolment/batches/${NOBODY}/results`, {}, 'penyetuju'),
    ...refused(415, 'unsupported_media_type'),
  },
  {
    name: 'the approval of no rows',
    ...post(`${RESULTS}/${NOBODY}/approve`, { rows: 0 }, 'penyetuju'),
    ...invalid(
      'rows',
      'too_small',
      'Jumlah usulan terlalu kecil. Nilainya paling kecil 1.',
      'Number of proposals is too small. The smallest value is 1.',
    ),
  },
  {
    name: 'the undo of results that are not there',
    ...post(`${RESULTS}/${NOBODY}/undo`, {}, 'penyetuju'),
    ...refused(404, 'not_found'),
  },
  {
    name: 'rows of a verdict that is none',
    ...get(`${RESULTS}/${NOBODY}/rows?verdict=maybe`, 'penyetuju'),
    ...invalid(
      'verdict',
      'unknown_value',
      'Penilaian baris tidak dikenal. Pilih salah satu: to_apply, known, unmatched, contradictory, repeated, faulty.',
      'Verdict is not a known choice. Choose one of: to_apply, known, unmatched, contradictory, repeated, faulty.',
    ),
  },
  {
    name: 'a word that means accepted and refused',
    ...profile({ refused: ['DITERIMA'] }),
    ...invalid(
      'definition.refused.0',
      'meaning_taken',
      'Kata untuk ditolak 1: Kata ini sudah punya arti lain di sini. Sisakan satu saja.',
      'Words for refused 1: This word means something else here already. Keep only one.',
    ),
  },
  {
    name: 'a header that leads to two columns',
    ...profile({ columns: { ...COLUMNS, code: ['Ket.'], message: ['KET'] } }),
    ...invalid(
      'definition.columns.message.0',
      'meaning_taken',
      'Keterangan 1: Kata ini sudah punya arti lain di sini. Sisakan satu saja.',
      'Remark 1: This word means something else here already. Keep only one.',
    ),
  },
  {
    name: 'a profile of another region',
    ...get('/api/v1/enrolment/result-profiles/32.73', 'penyetuju'),
    ...refused(404, 'not_found'),
  },
  {
    name: 'a place in the list of late people that is none',
    ...get('/api/v1/enrolment/not-yet-active?cursor=bukan', 'penyetuju'),
    ...invalid(
      'cursor',
      'cursor_invalid',
      'Penanda halaman tidak berlaku untuk daftar ini. Mulai lagi dari halaman pertama.',
      'Page cursor does not fit this list. Start again from the first page.',
    ),
  },
  {
    name: 'late people of a batch that cannot be one',
    ...get('/api/v1/enrolment/not-yet-active?batchId=bukan', 'penyetuju'),
    ...invalid(
      'batchId',
      'not_an_id',
      'Berkas tidak benar. Salin lagi dari sistem.',
      'Batch is not valid. Copy it from the system again.',
    ),
  },
  {
    name: 'asking at once about nobody',
    ...post(`/api/v1/enrolment/not-yet-active/${NOBODY}/ask`, undefined, 'penyetuju'),
    ...refused(404, 'not_found'),
  },
]
