import { type BadInput, get, invalid, post, refused } from './bad-input.ts'

const CODE_BAD_FORMAT = invalid(
  'code',
  'bad_format',
  'Kode tidak sesuai bentuknya. Periksa penulisannya, lalu perbaiki.',
  'Code is not in the right form. Check how it is written and correct it.',
)
const KIND_UNKNOWN_VALUE = invalid(
  'kind',
  'unknown_value',
  'Jenis tidak dikenal. Pilih salah satu: puskesmas, mpp, mobile, hospital, village, health_office.',
  'Kind is not a known choice. Choose one of: puskesmas, mpp, mobile, hospital, village, health_office.',
)

const REGION_UNKNOWN = invalid(
  'regionCode',
  'region_unknown',
  'Kode wilayah tidak dikenal. Pakai kode wilayah Kemendagri, misalnya 32.74.',
  'Region code is not known. Use a Kemendagri region code, for example 32.74.',
)
const signIn = (body: unknown) => ({ method: 'POST' as const, url: '/api/auth/sign-in/username', body })
const office = (changes: Record<string, unknown>) =>
  post(
    '/api/v1/offices',
    {
      code: 'PKM-BARU',
      kind: 'puskesmas',
      regionCode: '32.74',
      name: 'Puskesmas Baru',
      villageCode: null,
      address: 'Jl. Melati Indah 7',
      openingHours: {},
      phone: null,
      bpjsFacilityCode: null,
      ...changes,
    },
    'admin',
  )

export const SIGN_IN: BadInput[] = [
  {
    name: 'an empty username',
    ...signIn({ username: '', password: 'rahasia-sekali' }),
    ...invalid(
      'username',
      'required',
      'Nama pengguna wajib diisi. Lengkapi isian ini, lalu kirim lagi.',
      'Username is required. Fill it in and send again.',
    ),
  },
  {
    name: 'a username of 61 characters',
    ...signIn({ username: 'u'.repeat(61), password: 'rahasia-sekali' }),
    ...invalid(
      'username',
      'too_long',
      'Nama pengguna terlalu panjang. Isi paling banyak 60 karakter.',
      'Username is too long. Enter at most 60 characters.',
    ),
  },
  {
    name: 'no password',
    ...signIn({ username: 'petugas' }),
    ...invalid(
      'password',
      'required',
      'Kata sandi wajib diisi. Lengkapi isian ini, lalu kirim lagi.',
      'Password is required. Fill it in and send again.',
    ),
  },
  {
    name: 'a password of 129 characters',
    ...signIn({ username: 'petugas', password: 'p'.repeat(129) }),
    ...invalid(
      'password',
      'too_long',
      'Kata sandi terlalu panjang. Isi paling banyak 128 karakter.',
      'Password is too long. Enter at most 128 characters.',
    ),
  },
  {
    name: 'a password as a list',
    ...signIn({ username: 'petugas', password: ['rahasia-sekali'] }),
    ...invalid(
      'password',
      'wrong_type',
      'Kata sandi harus berupa teks. Ganti jenis nilainya.',
      'Password must be text. Change the type of the value.',
    ),
  },
  {
    name: 'a sign-in that asks to be remembered',
    ...signIn({ username: 'petugas', password: 'rahasia-sekali', rememberMe: true }),
    ...invalid(
      'rememberMe',
      'unknown_field',
      '"rememberMe" tidak dikenal di sini. Hapus isian itu, atau periksa namanya.',
      '"rememberMe" is not known here. Remove the field, or check its name.',
    ),
  },
  {
    name: 'a NIK for a username',
    ...signIn({ username: '3274014505900017', password: 'rahasia-sekali' }),
    ...refused(401, 'wrong_credentials'),
  },
  {
    name: 'a wrong password',
    ...signIn({ username: 'auditor', password: 'rahasia-sekali' }),
    ...refused(401, 'wrong_credentials'),
  },
  {
    name: 'a username of SQL',
    ...signIn({ username: "admin' --", password: 'rahasia-sekali' }),
    ...refused(401, 'wrong_credentials'),
  },
  {
    name: 'a username with a zero-width space',
    ...signIn({ username: 'admin\u200B', password: 'rahasia-sekali' }),
    ...refused(401, 'wrong_credentials'),
  },
  {
    name: 'a code of five digits',
    method: 'POST',
    url: '/api/auth/two-factor/verify-totp',
    body: { code: '12345' },
    ...CODE_BAD_FORMAT,
  },
]

export const OFFICES: BadInput[] = [
  { name: 'an office with a code in small letters', ...office({ code: 'pkm-baru' }), ...CODE_BAD_FORMAT },
  { name: 'an office of no kind', ...office({ kind: 'rumah makan' }), ...KIND_UNKNOWN_VALUE },
  {
    name: 'an office in a region that is none',
    ...office({ regionCode: '99.99' }),
    ...REGION_UNKNOWN,
  },
  {
    name: 'an office with a region code of a village',
    ...office({ regionCode: '32.74.01.1001' }),
    ...invalid(
      'regionCode',
      'bad_format',
      'Kode wilayah tidak sesuai bentuknya. Tulis kode Kemendagri, misalnya 32.74.',
      'Region code is not in the right form. Write the Kemendagri code, for example 32.74.',
    ),
  },
  { name: 'an office in another kabupaten', ...office({ regionCode: '32.09' }), ...REGION_UNKNOWN },
  {
    name: 'an office whose village is elsewhere',
    ...office({ villageCode: '32.09.20.2008' }),
    ...invalid(
      'villageCode',
      'village_outside_region',
      'Kode kelurahan/desa berada di luar kabupaten/kota kantor ini. Pilih desa/kelurahan di dalamnya.',
      'Village code is outside the kabupaten or kota of this office. Choose a village within it.',
    ),
  },
  {
    name: 'an office with a name of two letters',
    ...office({ name: 'Pk' }),
    ...invalid(
      'name',
      'too_short',
      'Nama terlalu pendek. Isi paling sedikit 3 karakter.',
      'Name is too short. Enter at least 3 characters.',
    ),
  },
  {
    name: 'an office that closes before it opens',
    ...office({ openingHours: { monday: [{ opens: '14:00', closes: '08:00' }] } }),
    ...invalid(
      'openingHours.monday.0.closes',
      'closes_before_it_opens',
      'Senin 1: Jam tutup harus setelah jam buka. Perbaiki jam layanannya.',
      'Monday 1: Closing time must be after the opening time. Correct the hours.',
    ),
  },
  {
    name: "an office open at 25 o'clock",
    ...office({ openingHours: { monday: [{ opens: '08:00', closes: '25:00' }] } }),
    ...invalid(
      'openingHours.monday.0.closes',
      'bad_format',
      'Senin 1: Jam tutup tidak sesuai bentuknya. Tulis jam dan menit, misalnya 14:30.',
      'Monday 1: Closing time is not in the right form. Write hours and minutes, for example 14:30.',
    ),
  },
  {
    name: 'an office open on a day that is none',
    ...office({ openingHours: { senin: [{ opens: '08:00', closes: '14:00' }] } }),
    ...invalid(
      'openingHours.senin',
      'unknown_field',
      '"senin" tidak dikenal di sini. Hapus isian itu, atau periksa namanya.',
      '"senin" is not known here. Remove the field, or check its name.',
    ),
  },
  {
    name: 'an office with overlapping hours',
    ...office({
      openingHours: {
        friday: [
          { opens: '08:00', closes: '12:00' },
          { opens: '11:00', closes: '14:00' },
        ],
      },
    }),
    ...invalid(
      'openingHours.friday.1.opens',
      'periods_overlap',
      'Jumat 2: Jam buka bertumpang tindih dengan jam layanan sebelumnya pada hari yang sama. Perbaiki jam layanannya.',
      'Friday 2: Opening time overlaps the period before it on the same day. Correct the hours.',
    ),
  },
  {
    name: 'an office with letters for a phone',
    ...office({ phone: 'hubungi kami' }),
    ...invalid(
      'phone',
      'bad_format',
      'Nomor telepon tidak sesuai bentuknya. Tulis angka, misalnya 0231-234567.',
      'Phone number is not in the right form. Write digits, for example 0231-234567.',
    ),
  },
  {
    name: 'an office with a facility code of 7 characters',
    ...office({ bpjsFacilityCode: '0214001' }),
    ...invalid(
      'bpjsFacilityCode',
      'bad_format',
      'Kode faskes BPJS tidak sesuai bentuknya. Tulis 8 angka atau huruf besar seperti pada daftar BPJS.',
      'BPJS facility code is not in the right form. Write 8 digits or capital letters as on the list of BPJS.',
    ),
  },
  { name: 'offices of a kind that is none', ...get('/api/v1/offices?kind=warung'), ...KIND_UNKNOWN_VALUE },
  {
    name: 'offices after something that is no id',
    ...get('/api/v1/offices?cursor=awal'),
    ...invalid(
      'cursor',
      'not_an_id',
      'Penanda halaman tidak benar. Salin lagi dari sistem.',
      'Page cursor is not valid. Copy it from the system again.',
    ),
  },
  {
    name: 'an office whose id is no uuid',
    ...get('/api/v1/offices/dinkes'),
    ...invalid(
      'id',
      'not_an_id',
      'Pengenal tidak benar. Salin lagi dari sistem.',
      'Identifier is not valid. Copy it from the system again.',
    ),
  },
  {
    name: 'an audit page whose end is no time',
    ...get('/api/v1/audit?to=kemarin'),
    ...invalid(
      'to',
      'not_a_time',
      'Sampai bukan waktu yang benar. Tulis seperti 2026-11-22T08:00:00Z.',
      'To is not a valid time. Write it like 2026-11-22T08:00:00Z.',
    ),
  },
  {
    name: 'an audit cursor that is no number',
    ...get('/api/v1/audit?cursor=1%3B--'),
    ...invalid(
      'cursor',
      'bad_format',
      'Penanda halaman tidak sesuai bentuknya. Mulai lagi dari halaman pertama.',
      'Page cursor is not in the right form. Start again from the first page.',
    ),
  },
]
