import { type BadInput, invalid, refused } from './bad-input.ts'

const BUDGET = '/api/v1/quotas/32.74/2031'
const put = (url: string, body: unknown) => ({ method: 'PUT' as const, url, body, as: 'admin' as const })
const opening = (changes: Record<string, unknown>) => ({
  method: 'POST' as const,
  url: `${BUDGET}/openings`,
  body: { source: 'jamkesda', people: 10, asOf: '2031-01-01', document: 'BA 12/2031', ...changes },
  as: 'admin' as const,
})
const tariff = (changes: Record<string, unknown>) =>
  put('/api/v1/tariffs/32.74/2031-01-01', { validTo: null, rupiah: 35_000, document: 'PKS 1/2031', ...changes })

export const QUOTA: BadInput[] = [
  {
    name: 'a budget of less than nothing',
    ...put(BUDGET, { version: 0, seats: -1 }),
    ...invalid(
      'seats',
      'too_small',
      'Jumlah kursi terlalu kecil. Nilainya paling kecil 0.',
      'Seats is too small. The smallest value is 0.',
    ),
  },
  {
    name: 'half a seat',
    ...put(BUDGET, { version: 0, seats: 10.5 }),
    ...invalid(
      'seats',
      'wrong_type',
      'Jumlah kursi harus berupa bilangan bulat. Ganti jenis nilainya.',
      'Seats must be a whole number. Change the type of the value.',
    ),
  },
  {
    name: 'a budget that has changed since it was read',
    ...put(BUDGET, { version: 7, seats: 10 }),
    ...refused(409, 'version_conflict'),
  },
  {
    name: 'an opening balance of a year without a budget',
    ...opening({}),
    ...refused(404, 'not_found'),
  },
  {
    name: 'an opening balance of nobody',
    ...opening({ people: 0 }),
    ...invalid(
      'people',
      'too_small',
      'Jumlah peserta terlalu kecil. Nilainya paling kecil 1.',
      'Number of people is too small. The smallest value is 1.',
    ),
  },
  {
    name: 'an opening balance without a document',
    ...opening({ document: '' }),
    ...invalid(
      'document',
      'required',
      'Nomor dokumen wajib diisi. Lengkapi isian ini, lalu kirim lagi.',
      'Document number is required. Fill it in and send again.',
    ),
  },
  {
    name: 'an opening balance of the 31st of February',
    ...opening({ asOf: '2031-02-31' }),
    ...invalid(
      'asOf',
      'not_a_date',
      'Tanggal data bukan tanggal yang ada. Tulis sebagai tahun-bulan-hari, misalnya 1990-05-31.',
      'Date of the figure is not a date that exists. Write it as year-month-day, for example 1990-05-31.',
    ),
  },
  {
    name: 'a list to be taken over that is no file',
    method: 'POST',
    url: `${BUDGET}/takeovers`,
    body: { asOf: '2031-01-01', document: 'BA 12/2031', apply: 'true' },
    as: 'admin',
    ...refused(415, 'unsupported_media_type'),
  },
  {
    name: 'a list to be taken over without a file or a document',
    method: 'POST',
    url: `${BUDGET}/takeovers`,
    raw: '--x\r\ncontent-disposition: form-data; name="asOf"\r\n\r\n2031-01-01\r\n--x\r\ncontent-disposition: form-data; name="document"\r\n\r\nBA\r\n--x\r\ncontent-disposition: form-data; name="apply"\r\n\r\ntrue\r\n--x--\r\n',
    headers: { 'content-type': 'multipart/form-data; boundary=x' },
    as: 'admin',
    status: 400,
    code: 'invalid_input',
    faults: [
      {
        path: 'document',
        code: 'too_short',
        id: 'Nomor dokumen terlalu pendek. Isi paling sedikit 3 karakter.',
        en: 'Document number is too short. Enter at least 3 characters.',
      },
      {
        path: 'file',
        code: 'required',
        id: 'Berkas wajib diisi. Lengkapi isian ini, lalu kirim lagi.',
        en: 'The file is required. Fill it in and send again.',
      },
    ],
  },
  {
    name: 'cases whose seat is warm',
    method: 'GET',
    url: '/api/v1/proposals?seat=warm',
    as: 'supervisor',
    ...invalid(
      'seat.0',
      'unknown_value',
      'Kursi anggaran 1: Kursi anggaran tidak dikenal. Pilih salah satu: waiting, moved_up.',
      'Seat of the budget 1: Seat of the budget is not a known choice. Choose one of: waiting, moved_up.',
    ),
  },
  {
    name: 'a tariff of nothing',
    ...tariff({ rupiah: 0 }),
    ...invalid(
      'rupiah',
      'too_small',
      'Tarif terlalu kecil. Nilainya paling kecil 1.',
      'Tariff is too small. The smallest value is 1.',
    ),
  },
  {
    name: 'a tariff that ends before it begins',
    ...tariff({ validTo: '2030-12-31' }),
    ...invalid(
      'validTo',
      'ends_before_it_starts',
      'Hari terakhir berlaku lebih awal daripada hari mulai berlaku. Perbaiki tanggalnya.',
      'Last day is before the first day. Correct the dates.',
    ),
  },
]
