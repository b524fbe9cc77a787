import { type BadInput, get, invalid, refused } from './bad-input.ts'

const LIMIT_TOO_SMALL = invalid(
  'limit',
  'too_small',
  'Jumlah per halaman terlalu kecil. Nilainya paling kecil 1.',
  'Page size is too small. The smallest value is 1.',
)
const LIMIT_WRONG_TYPE = invalid(
  'limit',
  'wrong_type',
  'Jumlah per halaman harus berupa angka. Ganti jenis nilainya.',
  'Page size must be a number. Change the type of the value.',
)
const CURSOR_CURSOR_INVALID = invalid(
  'cursor',
  'cursor_invalid',
  'Penanda halaman tidak berlaku untuk daftar ini. Mulai lagi dari halaman pertama.',
  'Page cursor does not fit this list. Start again from the first page.',
)
const ID_NOT_AN_ID = invalid(
  'id',
  'not_an_id',
  'Pengenal tidak benar. Salin lagi dari sistem.',
  'Identifier is not valid. Copy it from the system again.',
)
const RECEIPT_NUMBER_RECEIPT_NUMBER_INVALID = invalid(
  'receiptNumber',
  'receipt_number_invalid',
  'Nomor tanda terima salah ketik. Salin lagi seperti pada tanda terima, misalnya PDW-3274-2611-000123-K.',
  'Receipt number is mistyped. Copy it as on the receipt, for example PDW-3274-2611-000123-K.',
)
const PHONE_LAST4_BAD_FORMAT = invalid(
  'phoneLast4',
  'bad_format',
  'Empat angka terakhir nomor telepon tidak sesuai bentuknya. Tulis empat angka terakhir saja, misalnya 7890.',
  'Phone number ending is not in the right form. Write the last four digits only, for example 7890.',
)
const NOBODY = '01937000-0000-7000-8000-000000000000'

const status = (body: unknown) => ({ method: 'POST' as const, url: '/api/public/status', body })

export const QUERIES: BadInput[] = [
  { name: 'a limit of 0', ...get('/api/v1/proposals?limit=0'), ...LIMIT_TOO_SMALL },
  {
    name: 'a limit of 101',
    ...get('/api/v1/proposals?limit=101'),
    ...invalid(
      'limit',
      'too_big',
      'Jumlah per halaman terlalu besar. Nilainya paling besar 100.',
      'Page size is too big. The largest value is 100.',
    ),
  },
  {
    name: 'a limit of 1.5',
    ...get('/api/v1/proposals?limit=1.5'),
    ...invalid(
      'limit',
      'wrong_type',
      'Jumlah per halaman harus berupa bilangan bulat. Ganti jenis nilainya.',
      'Page size must be a whole number. Change the type of the value.',
    ),
  },
  { name: 'a limit of abc', ...get('/api/v1/proposals?limit=abc'), ...LIMIT_WRONG_TYPE },
  { name: 'an empty limit', ...get('/api/v1/proposals?limit='), ...LIMIT_TOO_SMALL },
  { name: 'two limits', ...get('/api/v1/proposals?limit=10&limit=20'), ...LIMIT_WRONG_TYPE },
  { name: 'a cursor that is garbage', ...get('/api/v1/proposals?cursor=garbage'), ...CURSOR_CURSOR_INVALID },
  {
    name: 'a cursor of another order',
    ...get(
      `/api/v1/proposals?sort=fullName&cursor=${Buffer.from(JSON.stringify(['-submittedAt', '2026-11-22T00:00:00.000Z', NOBODY])).toString('base64url')}`,
    ),
    ...CURSOR_CURSOR_INVALID,
  },
  {
    name: 'a cursor of 401 characters',
    ...get(`/api/v1/proposals?cursor=${'c'.repeat(401)}`),
    ...invalid(
      'cursor',
      'too_long',
      'Penanda halaman terlalu panjang. Isi paling banyak 400 karakter.',
      'Page cursor is too long. Enter at most 400 characters.',
    ),
  },
  {
    name: 'an order that is none',
    ...get('/api/v1/proposals?sort=nik'),
    ...invalid(
      'sort',
      'unknown_value',
      'Urutan tidak dikenal. Pilih salah satu: submittedAt, -submittedAt, dueAt, -dueAt, fullName, -fullName, state, -state, likeness.',
      'Sort order is not a known choice. Choose one of: submittedAt, -submittedAt, dueAt, -dueAt, fullName, -fullName, state, -state, likeness.',
    ),
  },
  {
    name: 'an order by due time outside a queue',
    ...get('/api/v1/proposals?sort=dueAt'),
    ...invalid(
      'sort',
      'sort_needs_queue',
      'Urutan menurut tenggat hanya ada di dalam antrean. Pilih antrean, atau urutkan menurut waktu masuk.',
      'Sorting by due time needs a queue. Choose a queue, or sort by time of submission.',
    ),
  },
  {
    name: 'a queue that is none',
    ...get('/api/v1/proposals?queue=everything'),
    ...invalid(
      'queue',
      'unknown_value',
      'Antrean tidak dikenal. Pilih salah satu: urgent_care, membership_unknown, duplicates, bpjs_returned, resubmitted, new_review, reactivation, to_correct, to_seal, not_yet_active, mine, late.',
      'Queue is not a known choice. Choose one of: urgent_care, membership_unknown, duplicates, bpjs_returned, resubmitted, new_review, reactivation, to_correct, to_seal, not_yet_active, mine, late.',
    ),
  },
  { name: 'a queue of other roles', ...get('/api/v1/proposals?queue=new_review'), ...refused(403, 'forbidden') },
  {
    name: 'a state that is none',
    ...get('/api/v1/proposals?state=draft'),
    ...invalid(
      'state.0',
      'unknown_value',
      'Keadaan 1: Keadaan tidak dikenal. Pilih salah satu: submitted, checking, in_review, needs_correction, needs_reactivation, eligible, submitted_to_bpjs, active_confirmed, already_active, rejected, closed.',
      'State 1: State is not a known choice. Choose one of: submitted, checking, in_review, needs_correction, needs_reactivation, eligible, submitted_to_bpjs, active_confirmed, already_active, rejected, closed.',
    ),
  },
  {
    name: 'a state outside the queue',
    ...get('/api/v1/proposals?queue=to_correct&state=eligible'),
    ...invalid(
      'state',
      'state_not_in_queue',
      'Keadaan itu tidak ada di antrean ini. Hapus salah satu saringan.',
      'State does not occur in this queue. Remove one of the filters.',
    ),
  },
  {
    name: 'a search for two letters',
    ...get('/api/v1/proposals?q=ab'),
    ...invalid(
      'q',
      'too_short',
      'Kata pencarian terlalu pendek. Isi paling sedikit 3 karakter.',
      'Search text is too short. Enter at least 3 characters.',
    ),
  },
  {
    name: 'a search for 101 letters',
    ...get(`/api/v1/proposals?q=${'a'.repeat(101)}`),
    ...invalid(
      'q',
      'too_long',
      'Kata pencarian terlalu panjang. Isi paling banyak 100 karakter.',
      'Search text is too long. Enter at most 100 characters.',
    ),
  },
  {
    name: 'a search with a zero-width space',
    ...get(`/api/v1/proposals?q=${encodeURIComponent('SITI\u200BAMINAH')}`),
    ...invalid(
      'q',
      'control_character',
      'Kata pencarian memuat karakter yang tidak terlihat. Ketik ulang isiannya.',
      'Search text holds an invisible character. Type the value again.',
    ),
  },
  {
    name: 'a filter that is none',
    ...get('/api/v1/proposals?nik=3274014505900017'),
    ...invalid(
      'nik',
      'unknown_field',
      'NIK tidak dikenal di sini. Hapus isian itu, atau periksa namanya.',
      'NIK is not known here. Remove the field, or check its name.',
    ),
  },
  { name: 'a proposal whose id is no uuid', ...get('/api/v1/proposals/1'), ...ID_NOT_AN_ID },
  {
    name: 'an intake whose id is SQL',
    ...get(`/api/v1/intakes/${encodeURIComponent("1' OR '1'='1")}`),
    ...ID_NOT_AN_ID,
  },
  { name: 'an intake that is not there', ...get(`/api/v1/intakes/${NOBODY}`), ...refused(404, 'not_found') },
]

export const PUBLIC_STATUS: BadInput[] = [
  {
    name: 'a mistyped receipt number',
    ...status({ receiptNumber: 'PDW-3274-2611-000123-A', phoneLast4: '7890' }),
    ...RECEIPT_NUMBER_RECEIPT_NUMBER_INVALID,
  },
  {
    name: 'a receipt number of SQL',
    ...status({ receiptNumber: "' OR 1=1 --", phoneLast4: '7890' }),
    ...RECEIPT_NUMBER_RECEIPT_NUMBER_INVALID,
  },
  {
    name: 'a receipt number of 41 characters',
    ...status({ receiptNumber: 'P'.repeat(41), phoneLast4: '7890' }),
    ...RECEIPT_NUMBER_RECEIPT_NUMBER_INVALID,
  },
  {
    name: 'no receipt number',
    ...status({ phoneLast4: '7890' }),
    ...invalid(
      'receiptNumber',
      'required',
      'Nomor tanda terima wajib diisi. Lengkapi isian ini, lalu kirim lagi.',
      'Receipt number is required. Fill it in and send again.',
    ),
  },
  {
    name: 'three digits of the phone',
    ...status({ receiptNumber: ':unknown', phoneLast4: '789' }),
    ...PHONE_LAST4_BAD_FORMAT,
  },
  {
    name: 'a whole phone number',
    ...status({ receiptNumber: ':unknown', phoneLast4: '081234567890' }),
    ...PHONE_LAST4_BAD_FORMAT,
  },
  {
    name: 'phone digits as a number',
    ...status({ receiptNumber: ':unknown', phoneLast4: 7890 }),
    ...invalid(
      'phoneLast4',
      'wrong_type',
      'Empat angka terakhir nomor telepon harus berupa teks. Ganti jenis nilainya.',
      'Phone number ending must be text. Change the type of the value.',
    ),
  },
  {
    name: 'full-width phone digits',
    ...status({ receiptNumber: ':unknown', phoneLast4: '７８９０' }),
    ...PHONE_LAST4_BAD_FORMAT,
  },
  {
    name: 'a receipt number nobody has',
    ...status({ receiptNumber: ':unknown', phoneLast4: '7890' }),
    ...refused(404, 'not_found'),
  },
  {
    name: 'the receipt of others with wrong digits',
    ...status({ receiptNumber: ':known', phoneLast4: ':wrong' }),
    ...refused(404, 'not_found'),
  },
]
