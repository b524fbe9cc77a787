import { type BadInput, invalid, refused } from './bad-input.ts'

const NOBODY = '01937000-0000-7000-8000-000000000000'
const WORDS = { id: 'Sampaikan di loket saja.', en: 'Say so at the counter only.' }

const put = (as: string, url: string, body: unknown) => ({ as, method: 'PUT' as const, url, body })
const item = (body: unknown) => put('petugas', `/api/v1/proposals/${NOBODY}/reactivation/items/facility_letter`, body)
const reason = (body: unknown) => put('verifikator', `/api/v1/proposals/${NOBODY}/reactivation/reason`, body)
const path = (body: unknown, from = '2090-01-01') =>
  put('admin', `/api/v1/enrolment/reactivation-paths/32.74/arrears/${from}`, body)

/** The way back of inactive members. */
export const REACTIVATION: BadInput[] = [
  {
    name: 'an item of the checklist of nobody',
    ...item({ done: true, letterNumber: '1/IX', letterDate: '2026-01-02' }),
    ...refused(404, 'not_found'),
  },
  {
    name: 'an item that is neither there nor taken back',
    ...item({}),
    ...invalid(
      'done',
      'required',
      'Tanda sudah ada wajib diisi. Lengkapi isian ini, lalu kirim lagi.',
      'Mark that it is there is required. Fill it in and send again.',
    ),
  },
  {
    name: 'a decile that there is not',
    ...item({ done: true, decile: 11 }),
    ...invalid(
      'decile',
      'too_big',
      'Desil DTSEN terlalu besar. Nilainya paling besar 10.',
      'DTSEN decile is too big. The largest value is 10.',
    ),
  },
  {
    name: 'a reason without word of how it is known',
    ...reason({ reason: 'arrears', note: '' }),
    ...invalid(
      'note',
      'required',
      'Catatan wajib diisi. Lengkapi isian ini, lalu kirim lagi.',
      'Note is required. Fill it in and send again.',
    ),
  },
  {
    name: 'a deadline of no days',
    ...path({ deadlineDays: 0, counterText: WORDS }),
    ...invalid(
      'deadlineDays',
      'too_small',
      'Batas waktu (hari) terlalu kecil. Nilainya paling kecil 1.',
      'Deadline (days) is too small. The smallest value is 1.',
    ),
  },
  {
    name: 'a path from a day that is over',
    ...path({ deadlineDays: 30, counterText: WORDS }, '2020-01-01'),
    ...invalid(
      'validFrom',
      'date_in_past',
      'Berlaku sejak sudah lewat. Pilih hari ini atau sesudahnya.',
      'Valid from is over. Choose today or later.',
    ),
  },
]
