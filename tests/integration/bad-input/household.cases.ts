import { type BadInput, goodBody, goodCouple, intake, invalid, unconfirmed } from './bad-input.ts'

const FULL_NAME_REQUIRED = invalid(
  'members.0.fullName',
  'required',
  'Anggota keluarga 1: Nama lengkap wajib diisi. Lengkapi isian ini, lalu kirim lagi.',
  'Family member 1: Full name is required. Fill it in and send again.',
)
const NAME_HAS_OTHER_CHARACTERS = invalid(
  'members.0.fullName',
  'name_has_other_characters',
  'Anggota keluarga 1: Nama lengkap hanya boleh memuat huruf, spasi, titik, tanda petik tunggal, dan tanda hubung. Tulis seperti di KTP, tanpa gelar bertanda koma.',
  'Family member 1: Full name may only hold letters, spaces, dots, apostrophes and hyphens. Write it as on the KTP, without titles behind a comma.',
)
const FULL_NAME_CONTROL_CHARACTER = invalid(
  'members.0.fullName',
  'control_character',
  'Anggota keluarga 1: Nama lengkap memuat karakter yang tidak terlihat. Ketik ulang isiannya.',
  'Family member 1: Full name holds an invisible character. Type the value again.',
)
const FULL_NAME_TOO_LONG = invalid(
  'members.0.fullName',
  'too_long',
  'Anggota keluarga 1: Nama lengkap terlalu panjang. Isi paling banyak 100 karakter.',
  'Family member 1: Full name is too long. Enter at most 100 characters.',
)
const FULL_NAME_WRONG_TYPE = invalid(
  'members.0.fullName',
  'wrong_type',
  'Anggota keluarga 1: Nama lengkap harus berupa teks. Ganti jenis nilainya.',
  'Family member 1: Full name must be text. Change the type of the value.',
)
const BIRTH_DATE_NOT_A_DATE = invalid(
  'members.0.birthDate',
  'not_a_date',
  'Anggota keluarga 1: Tanggal lahir bukan tanggal yang ada. Tulis sebagai tahun-bulan-hari, misalnya 1990-05-31.',
  'Family member 1: Birth date is not a date that exists. Write it as year-month-day, for example 1990-05-31.',
)
const BIRTH_DATE_DATE_TOO_EARLY = invalid(
  'members.0.birthDate',
  'date_too_early',
  'Anggota keluarga 1: Tanggal lahir sebelum tahun 1900. Periksa tanggalnya.',
  'Family member 1: Birth date is before 1900. Check the date.',
)
const VILLAGE_CODE_BAD_FORMAT = invalid(
  'address.villageCode',
  'bad_format',
  'Kode kelurahan/desa tidak sesuai bentuknya. Tulis kode Kemendagri, misalnya 32.74.01.1001.',
  'Village code is not in the right form. Write the Kemendagri code, for example 32.74.01.1001.',
)
const POSTAL_CODE_BAD_FORMAT = invalid(
  'address.postalCode',
  'bad_format',
  'Kode pos tidak sesuai bentuknya. Tulis 5 angka, misalnya 45123.',
  'Postal code is not in the right form. Write 5 digits, for example 45123.',
)
const STREET_TOO_LONG = invalid(
  'address.street',
  'too_long',
  'Jalan terlalu panjang. Isi paling banyak 150 karakter.',
  'Street is too long. Enter at most 150 characters.',
)
const name = (value: unknown) => intake({ 'members.0.fullName': value })
const birth = (value: unknown) => intake({ 'members.0.birthDate': value, 'members.0.nik': undefined })

const twentyOne = () => {
  const body = goodBody()
  const [head] = body.members
  return intake({ members: Array.from({ length: 21 }, () => head) }, body)
}

const newbornTwice = () => {
  const body = goodBody()
  const [head] = body.members
  const newborn = { ...head, nik: null, relationship: 'anak', birthDate: '2026-01-02' }
  return intake({ members: [head, newborn, newborn] }, body)
}

/** Names, dates, address and the household as a whole. */
export const HOUSEHOLD: BadInput[] = [
  { name: 'an empty name', ...name(''), ...FULL_NAME_REQUIRED },
  { name: 'a name of spaces', ...name('   '), ...FULL_NAME_REQUIRED },
  { name: 'a name with a digit', ...name('S1TI AMINAH'), ...NAME_HAS_OTHER_CHARACTERS },
  { name: 'a name with a title behind a comma', ...name('SITI AMINAH, S.PD'), ...NAME_HAS_OTHER_CHARACTERS },
  { name: 'a name in Arabic script', ...name('سيتي أمينة'), ...NAME_HAS_OTHER_CHARACTERS },
  { name: 'a name with one Cyrillic letter', ...name('S\u0406TI AMINAH'), ...NAME_HAS_OTHER_CHARACTERS },
  { name: 'a name with an emoji', ...name('SITI AMINAH 😀'), ...NAME_HAS_OTHER_CHARACTERS },
  { name: 'a name with a right-to-left mark', ...name('SITI \u200FAMINAH'), ...FULL_NAME_CONTROL_CHARACTER },
  { name: 'a name with a zero-width joiner', ...name('SITI\u200DAMINAH'), ...FULL_NAME_CONTROL_CHARACTER },
  { name: 'a name with a line break', ...name('SITI\nAMINAH'), ...FULL_NAME_CONTROL_CHARACTER },
  { name: 'a name with NUL', ...name('SITI\u0000AMINAH'), ...FULL_NAME_CONTROL_CHARACTER },
  { name: 'a name with a C1 control character', ...name('SITI\u0085AMINAH'), ...FULL_NAME_CONTROL_CHARACTER },
  {
    name: 'a name with half a surrogate pair',
    ...name('SITI \ud83d AMINAH'),
    ...invalid(
      'members.0.fullName',
      'broken_text',
      'Anggota keluarga 1: Nama lengkap memuat huruf yang rusak. Ketik ulang isiannya.',
      'Family member 1: Full name holds a broken character. Type the value again.',
    ),
  },
  {
    name: 'a name drowned in combining marks',
    ...name(`SITI${'\u0301'.repeat(20)} AMINAH`),
    ...NAME_HAS_OTHER_CHARACTERS,
  },
  { name: 'a name that begins with a combining mark', ...name('\u0301SITI AMINAH'), ...NAME_HAS_OTHER_CHARACTERS },
  { name: 'a name that begins with a hyphen', ...name('-SITI AMINAH'), ...NAME_HAS_OTHER_CHARACTERS },
  { name: 'a name that begins with two apostrophes', ...name("''AISYAH"), ...NAME_HAS_OTHER_CHARACTERS },
  { name: 'a name of an apostrophe only', ...name("'"), ...NAME_HAS_OTHER_CHARACTERS },
  { name: 'a name that begins with an apostrophe and a space', ...name("' AISYAH"), ...NAME_HAS_OTHER_CHARACTERS },
  { name: 'a name that is a formula', ...name('=CMD()'), ...NAME_HAS_OTHER_CHARACTERS },
  { name: 'a name that is SQL', ...name("SITI'; DROP TABLE proposal; --"), ...NAME_HAS_OTHER_CHARACTERS },
  { name: 'a name that is markup', ...name('<b>SITI</b>'), ...NAME_HAS_OTHER_CHARACTERS },
  { name: 'a name of 101 letters', ...name('A'.repeat(101)), ...FULL_NAME_TOO_LONG },
  { name: 'a name of 300 letters', ...name('A'.repeat(300)), ...FULL_NAME_TOO_LONG },
  { name: 'a name as a number', ...name(12345678), ...FULL_NAME_WRONG_TYPE },
  { name: 'a name as an object', ...name({ first: 'SITIBEDAH' }), ...FULL_NAME_WRONG_TYPE },

  { name: '30 February', ...birth('2026-02-30'), ...BIRTH_DATE_NOT_A_DATE },
  { name: 'a birth date in Indonesian order', ...birth('05-05-1990'), ...BIRTH_DATE_NOT_A_DATE },
  { name: 'a birth date with a time', ...birth('1990-05-05T00:00:00Z'), ...BIRTH_DATE_NOT_A_DATE },
  {
    name: 'a birth date in the future',
    ...birth('2999-01-01'),
    ...invalid(
      'members.0.birthDate',
      'date_in_future',
      'Anggota keluarga 1: Tanggal lahir belum terjadi. Periksa tanggalnya.',
      'Family member 1: Birth date has not happened yet. Check the date.',
    ),
  },
  { name: 'a birth date before 1900', ...birth('1899-12-31'), ...BIRTH_DATE_DATE_TOO_EARLY },
  { name: 'year 0000', ...birth('0000-05-05'), ...BIRTH_DATE_DATE_TOO_EARLY },
  {
    name: 'a birth date as a number',
    ...birth(19900505),
    ...invalid(
      'members.0.birthDate',
      'wrong_type',
      'Anggota keluarga 1: Tanggal lahir harus berupa teks. Ganti jenis nilainya.',
      'Family member 1: Birth date must be text. Change the type of the value.',
    ),
  },
  {
    name: 'no birth date',
    ...birth(undefined),
    ...invalid(
      'members.0.birthDate',
      'required',
      'Anggota keluarga 1: Tanggal lahir wajib diisi. Lengkapi isian ini, lalu kirim lagi.',
      'Family member 1: Birth date is required. Fill it in and send again.',
    ),
  },

  {
    name: 'an RT of letters',
    ...intake({ 'address.rt': 'A1' }),
    ...invalid(
      'address.rt',
      'bad_format',
      'RT tidak sesuai bentuknya. Tulis 1 sampai 3 angka, misalnya 001.',
      'RT is not in the right form. Write 1 to 3 digits, for example 001.',
    ),
  },
  {
    name: 'an RT of four digits',
    ...intake({ 'address.rt': '0001' }),
    ...invalid(
      'address.rt',
      'too_long',
      'RT terlalu panjang. Isi paling banyak 3 karakter.',
      'RT is too long. Enter at most 3 characters.',
    ),
  },
  {
    name: 'an RW as a number',
    ...intake({ 'address.rw': 2 }),
    ...invalid(
      'address.rw',
      'wrong_type',
      'RW harus berupa teks. Ganti jenis nilainya.',
      'RW must be text. Change the type of the value.',
    ),
  },
  {
    name: 'an empty RW',
    ...intake({ 'address.rw': '' }),
    ...invalid(
      'address.rw',
      'required',
      'RW wajib diisi. Lengkapi isian ini, lalu kirim lagi.',
      'RW is required. Fill it in and send again.',
    ),
  },
  {
    name: 'a village code without dots',
    ...intake({ 'address.villageCode': '3274011001' }),
    ...VILLAGE_CODE_BAD_FORMAT,
  },
  {
    name: 'a village code that is too long',
    ...intake({ 'address.villageCode': '32.74.01.10011' }),
    ...VILLAGE_CODE_BAD_FORMAT,
  },
  {
    name: 'the same newborn twice',
    ...newbornTwice(),
    ...invalid(
      'members.2.fullName',
      'member_twice',
      'Anggota keluarga 3: Nama lengkap dan tanggal lahirnya sama dengan anggota ke-2, tanpa NIK yang membedakan. Hapus salah satunya, atau isi NIK keduanya.',
      'Family member 3: Full name and birth date are those of member 2, and no NIK tells the two apart. Remove one of them, or enter both NIKs.',
    ),
  },
  {
    name: 'a village that is not on the list',
    ...intake({ 'address.villageCode': '32.74.01.9999' }),
    ...unconfirmed(
      'address.villageCode',
      'village_code_unknown',
      'Kode kelurahan/desa tidak ada di daftar wilayah sekarang; mungkin kode lama. Cocokkan dengan KK; bila memang begitu, konfirmasi.',
      "Village code is not in today's list of regions; it may be an old code. Compare with the KK; if it is really so, confirm.",
    ),
  },
  {
    name: 'a village of another kabupaten',
    ...intake({ 'address.villageCode': '32.09.20.2008', 'members.0.nik': '3209204505900018' }),
    ...unconfirmed(
      'address.villageCode',
      'outside_domicile',
      'Kode kelurahan/desa di luar kabupaten/kota kantor Anda. Pastikan warga memang didaftarkan di sini, lalu konfirmasi.',
      'Village code is outside the kabupaten/kota of your office. Make sure the resident belongs here, then confirm.',
    ),
  },
  { name: 'a postal code of four digits', ...intake({ 'address.postalCode': '4512' }), ...POSTAL_CODE_BAD_FORMAT },
  { name: 'a postal code with a letter', ...intake({ 'address.postalCode': '4512B' }), ...POSTAL_CODE_BAD_FORMAT },
  {
    name: 'a street of two characters',
    ...intake({ 'address.street': 'Jl' }),
    ...invalid(
      'address.street',
      'too_short',
      'Jalan terlalu pendek. Isi paling sedikit 3 karakter.',
      'Street is too short. Enter at least 3 characters.',
    ),
  },
  { name: 'a street of 151 characters', ...intake({ 'address.street': 'x'.repeat(151) }), ...STREET_TOO_LONG },
  { name: 'a street of 301 characters', ...intake({ 'address.street': 'x'.repeat(301) }), ...STREET_TOO_LONG },
  {
    name: 'a street with a bidirectional override',
    ...intake({ 'address.street': 'Jl. \u202EMelati 7' }),
    ...invalid(
      'address.street',
      'control_character',
      'Jalan memuat karakter yang tidak terlihat. Ketik ulang isiannya.',
      'Street holds an invisible character. Type the value again.',
    ),
  },
  {
    name: 'no address',
    ...intake({ address: undefined }),
    ...invalid(
      'address',
      'required',
      'Alamat wajib diisi. Lengkapi isian ini, lalu kirim lagi.',
      'Address is required. Fill it in and send again.',
    ),
  },
  {
    name: 'an address as text',
    ...intake({ address: 'Jl. Siliwangi 10 RT 001' }),
    ...invalid(
      'address',
      'wrong_type',
      'Alamat harus berupa objek. Ganti jenis nilainya.',
      'Address must be an object. Change the type of the value.',
    ),
  },
  {
    name: 'an unknown field in the address',
    ...intake({ 'address.kelurahan': 'Kejaksan' }),
    ...invalid(
      'address.kelurahan',
      'unknown_field',
      '"kelurahan" tidak dikenal di sini. Hapus isian itu, atau periksa namanya.',
      '"kelurahan" is not known here. Remove the field, or check its name.',
    ),
  },

  {
    name: 'a channel nobody knows',
    ...intake({ channel: 'facebook' }),
    ...invalid(
      'channel',
      'unknown_value',
      'Saluran tidak dikenal. Pilih salah satu: puskesmas, mpp, mobile, hospital, village, campaign.',
      'Channel is not a known choice. Choose one of: puskesmas, mpp, mobile, hospital, village, campaign.',
    ),
  },
  {
    name: 'a relationship that no KK prints',
    ...intake({ 'members.0.relationship': 'tetangga' }),
    ...invalid(
      'members.0.relationship',
      'unknown_value',
      'Anggota keluarga 1: Hubungan keluarga tidak dikenal. Pilih salah satu: kepala_keluarga, suami, istri, anak, menantu, cucu, orang_tua, mertua, famili_lain, pembantu, lainnya.',
      'Family member 1: Family relationship is not a known choice. Choose one of: kepala_keluarga, suami, istri, anak, menantu, cucu, orang_tua, mertua, famili_lain, pembantu, lainnya.',
    ),
  },
  {
    name: 'a sex in Indonesian',
    ...intake({ 'members.0.sex': 'perempuan' }),
    ...invalid(
      'members.0.sex',
      'unknown_value',
      'Anggota keluarga 1: Jenis kelamin tidak dikenal. Pilih salah satu: male, female.',
      'Family member 1: Sex is not a known choice. Choose one of: male, female.',
    ),
  },
  {
    name: 'a marital status in English',
    ...intake({ 'members.0.maritalStatus': 'married' }),
    ...invalid(
      'members.0.maritalStatus',
      'unknown_value',
      'Anggota keluarga 1: Status perkawinan tidak dikenal. Pilih salah satu: belum_kawin, kawin, cerai_hidup, cerai_mati.',
      'Family member 1: Marital status is not a known choice. Choose one of: belum_kawin, kawin, cerai_hidup, cerai_mati.',
    ),
  },
  {
    name: 'a birth place of one letter',
    ...intake({ 'members.0.birthPlace': 'X' }),
    ...invalid(
      'members.0.birthPlace',
      'too_short',
      'Anggota keluarga 1: Tempat lahir terlalu pendek. Isi paling sedikit 2 karakter.',
      'Family member 1: Birth place is too short. Enter at least 2 characters.',
    ),
  },
  {
    name: 'a propose mark as text',
    ...intake({ 'members.0.propose': 'true' }),
    ...invalid(
      'members.0.propose',
      'wrong_type',
      'Anggota keluarga 1: Tanda diusulkan harus berupa true atau false. Ganti jenis nilainya.',
      'Family member 1: Propose mark must be true or false. Change the type of the value.',
    ),
  },
  {
    name: 'a mark of being treated as text',
    ...intake({ 'members.0.urgentCare': 'true' }),
    ...invalid(
      'members.0.urgentCare',
      'wrong_type',
      'Anggota keluarga 1: Tanda sedang dirawat harus berupa true atau false. Ganti jenis nilainya.',
      'Family member 1: Being treated mark must be true or false. Change the type of the value.',
    ),
  },
  {
    name: 'no members',
    ...intake({ members: [] }),
    ...invalid(
      'members',
      'too_few',
      'Anggota keluarga terlalu sedikit. Isi paling sedikit 1 butir.',
      'List of family members has too few items. Enter at least 1 item.',
    ),
  },
  {
    name: 'members as an object',
    ...intake({ members: { nik: '3274014505900017' } }),
    ...invalid(
      'members',
      'wrong_type',
      'Anggota keluarga harus berupa daftar. Ganti jenis nilainya.',
      'List of family members must be a list. Change the type of the value.',
    ),
  },
  {
    name: 'members left out',
    ...intake({ members: undefined }),
    ...invalid(
      'members',
      'required',
      'Anggota keluarga wajib diisi. Lengkapi isian ini, lalu kirim lagi.',
      'List of family members is required. Fill it in and send again.',
    ),
  },
  {
    name: '21 members',
    ...twentyOne(),
    ...invalid(
      'members',
      'too_many',
      'Anggota keluarga terlalu banyak. Isi paling banyak 20 butir.',
      'List of family members has too many items. Enter at most 20 items.',
    ),
  },
  {
    name: 'two heads',
    ...intake({ 'members.1.relationship': 'kepala_keluarga' }, goodCouple()),
    ...invalid(
      'members.1.relationship',
      'family_card_two_heads',
      'Anggota keluarga 2: Hubungan keluarga menyebut kepala keluarga kedua, padahal satu KK hanya punya satu. Perbaiki salah satunya.',
      'Family member 2: Family relationship names a second head of the family, and a KK has only one. Correct one of them.',
    ),
  },
  {
    name: 'no head',
    ...intake({ 'members.0.relationship': 'anak' }),
    ...invalid(
      'members',
      'family_card_without_head',
      'Anggota keluarga belum memuat kepala keluarga. Sertakan kepala keluarga sesuai KK; bila tidak diusulkan, tandai tidak diusulkan.',
      'List of family members lacks the head of the family. Include the head as on the KK; if not proposed, mark as not proposed.',
    ),
  },
  {
    name: 'nobody proposed',
    ...intake({ 'members.0.propose': false }),
    ...invalid(
      'members',
      'nobody_proposed',
      'Anggota keluarga belum ada yang diusulkan. Tandai paling sedikit satu anggota untuk diusulkan.',
      'List of family members has nobody to propose. Mark at least one member to be proposed.',
    ),
  },
  {
    name: 'an unknown field of a member',
    ...intake({ 'members.0.religion': 'rahasia' }),
    ...invalid(
      'members.0.religion',
      'unknown_field',
      'Anggota keluarga 1: "religion" tidak dikenal di sini. Hapus isian itu, atau periksa namanya.',
      'Family member 1: "religion" is not known here. Remove the field, or check its name.',
    ),
  },
  {
    name: 'originals not seen',
    ...intake({ originalsSeen: false }),
    ...invalid(
      'originalsSeen',
      'originals_not_seen',
      'Pernyataan dokumen asli belum diberikan. Lihat KK dan KTP asli lebih dahulu, lalu nyatakan bahwa sudah dilihat.',
      'Statement on original documents is missing. Look at the original KK and KTP first, then state that you have seen them.',
    ),
  },
  {
    name: 'originals seen as text',
    ...intake({ originalsSeen: 'ya' }),
    ...invalid(
      'originalsSeen',
      'wrong_type',
      'Pernyataan dokumen asli harus berupa true atau false. Ganti jenis nilainya.',
      'Statement on original documents must be true or false. Change the type of the value.',
    ),
  },
  {
    name: 'consent missing',
    ...intake({ consent: undefined }),
    ...invalid(
      'consent',
      'required',
      'Persetujuan wajib diisi. Lengkapi isian ini, lalu kirim lagi.',
      'Consent is required. Fill it in and send again.',
    ),
  },
  {
    name: 'consent refused',
    ...intake({ 'consent.processing': false }),
    ...invalid(
      'consent.processing',
      'consent_missing',
      'Persetujuan pengolahan data belum diberikan warga, padahal wajib untuk pendaftaran. Bacakan persetujuannya, lalu catat.',
      'Consent to data processing has not been given by the resident, and registration needs it. Read the consent out, then record it.',
    ),
  },
  {
    name: 'consent to an older text',
    ...intake({ 'consent.version': '2025-01' }),
    ...invalid(
      'consent.version',
      'consent_text_outdated',
      'Teks persetujuan yang dibacakan bukan yang berlaku sekarang. Muat teks versi 2026-12, bacakan kepada warga, lalu catat persetujuannya lagi.',
      'The consent text that was read out is not the current one. Load the text of version 2026-12, read it out to the resident, then record the consent again.',
    ),
  },
  {
    name: 'consent to WhatsApp not asked',
    ...intake({ 'consent.whatsapp': undefined }),
    ...invalid(
      'consent.whatsapp',
      'required',
      'Persetujuan WhatsApp wajib diisi. Lengkapi isian ini, lalu kirim lagi.',
      'WhatsApp consent is required. Fill it in and send again.',
    ),
  },
  {
    name: 'an unknown field',
    ...intake({ religion: 'rahasia' }),
    ...invalid(
      'religion',
      'unknown_field',
      '"religion" tidak dikenal di sini. Hapus isian itu, atau periksa namanya.',
      '"religion" is not known here. Remove the field, or check its name.',
    ),
  },
  {
    name: 'an unknown field that is a NIK',
    ...intake({ '3274014505900017': 'x' }),
    ...invalid(
      '?',
      'unknown_field',
      '"?" tidak dikenal di sini. Hapus isian itu, atau periksa namanya.',
      '"?" is not known here. Remove the field, or check its name.',
    ),
  },
  {
    name: 'a confirmation of a warning there is not',
    ...intake({ confirmWarnings: ['everything'] }),
    ...invalid(
      'confirmWarnings.0',
      'unknown_value',
      'Peringatan 1: Konfirmasi peringatan tidak dikenal. Pilih salah satu: nik_birthdate_differs, nik_sex_differs, nik_date_not_calendar, nik_region_unknown, nik_region_differs, nik_missing_not_newborn, family_card_region_unknown, family_card_day_over_31, village_code_unknown, outside_domicile, family_head_differs.',
      'Warning 1: Confirmation of a warning is not a known choice. Choose one of: nik_birthdate_differs, nik_sex_differs, nik_date_not_calendar, nik_region_unknown, nik_region_differs, nik_missing_not_newborn, family_card_region_unknown, family_card_day_over_31, village_code_unknown, outside_domicile, family_head_differs.',
    ),
  },
  {
    name: 'confirmations as text',
    ...intake({ confirmWarnings: 'nik_sex_differs' }),
    ...invalid(
      'confirmWarnings',
      'wrong_type',
      'Konfirmasi peringatan harus berupa daftar. Ganti jenis nilainya.',
      'Confirmation of a warning must be a list. Change the type of the value.',
    ),
  },
]
