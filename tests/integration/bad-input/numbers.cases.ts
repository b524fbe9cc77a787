import { type BadInput, goodBody, goodCouple, intake, invalid, unconfirmed } from './bad-input.ts'

const NIK_NOT_16_DIGITS = invalid(
  'members.0.nik',
  'nik_not_16_digits',
  'Anggota keluarga 1: NIK harus 16 angka. Salin lagi dari KTP atau KK.',
  'Family member 1: NIK must have 16 digits. Copy it again from the KTP or KK.',
)
const WRONG_TYPE = invalid(
  'members.0.nik',
  'wrong_type',
  'Anggota keluarga 1: NIK harus berupa teks. Ganti jenis nilainya.',
  'Family member 1: NIK must be text. Change the type of the value.',
)
const NIK_DAY_INVALID = invalid(
  'members.0.nik',
  'nik_day_invalid',
  'Anggota keluarga 1: NIK memuat tanggal yang tidak mungkin pada angka ke-7 dan ke-8. Salin lagi dari KTP atau KK.',
  'Family member 1: NIK has an impossible day in digits 7 and 8. Copy it again from the KTP or KK.',
)
const NIK_DATE_NOT_CALENDAR = unconfirmed(
  'members.0.nik',
  'nik_date_not_calendar',
  'Anggota keluarga 1: NIK memuat tanggal yang tidak ada di kalender. Cocokkan dengan KTP; bila memang begitu, konfirmasi.',
  'Family member 1: NIK holds a date that is not in the calendar. Compare with the KTP; if it is really so, confirm.',
)
const FAMILY_CARD_NOT_16_DIGITS = invalid(
  'familyCardNumber',
  'family_card_not_16_digits',
  'Nomor KK harus 16 angka. Salin lagi dari KK.',
  'Family card number must have 16 digits. Copy it again from the KK.',
)
const PHONE_NOT_MOBILE = invalid(
  'whatsappNumber',
  'phone_not_mobile',
  'Nomor WhatsApp harus nomor ponsel, bukan telepon rumah atau nomor layanan. Tulis nomor yang diawali 08.',
  'WhatsApp number must be a mobile number, not a landline or a service number. Write a number that starts with 08.',
)
const PHONE_NOT_A_NUMBER = invalid(
  'whatsappNumber',
  'phone_not_a_number',
  'Nomor WhatsApp bukan nomor telepon yang benar. Tulis seperti 0812-3456-7890.',
  'WhatsApp number is not a valid phone number. Write it like 0812-3456-7890.',
)
const nik = (value: unknown) => intake({ 'members.0.nik': value })
const card = (value: unknown) => intake({ familyCardNumber: value })
const phone = (value: unknown) => intake({ whatsappNumber: value })

function nikEqualToCard() {
  const body = goodBody()
  return intake({ 'members.0.nik': body.familyCardNumber }, body)
}

function nikTwice() {
  const body = goodCouple()
  return intake({ 'members.1.nik': body.members[0]?.nik }, body)
}

/** NIK, KK and phone numbers. */
export const NUMBERS: BadInput[] = [
  { name: 'a NIK of 15 digits', ...nik('327401450590001'), ...NIK_NOT_16_DIGITS },
  { name: 'a NIK of 17 digits', ...nik('32740145059000017'), ...NIK_NOT_16_DIGITS },
  { name: 'a NIK with letters for digits', ...nik('3274O1450590OOI7'), ...NIK_NOT_16_DIGITS },
  { name: 'a NIK that is only spaces, dots and dashes', ...nik(' .-.- '), ...NIK_NOT_16_DIGITS },
  {
    name: 'an empty NIK',
    ...nik(''),
    ...invalid(
      'members.0.nik',
      'required',
      'Anggota keluarga 1: NIK wajib diisi. Lengkapi isian ini, lalu kirim lagi.',
      'Family member 1: NIK is required. Fill it in and send again.',
    ),
  },
  { name: 'a NIK as a JSON number', ...nik(3274014505900017), ...WRONG_TYPE },
  { name: 'a NIK as a list', ...nik(['3274014505900017']), ...WRONG_TYPE },
  { name: 'a NIK in full-width digits', ...nik('３２７４０１４５０５９０００１７'), ...NIK_NOT_16_DIGITS },
  { name: 'a NIK in Arabic-Indic digits', ...nik('٣٢٧٤٠١٤٥٠٥٩٠٠٠١٧'), ...NIK_NOT_16_DIGITS },
  {
    name: 'a NIK with NUL inside',
    ...nik('32740145\u000005900017'),
    ...invalid(
      'members.0.nik',
      'control_character',
      'Anggota keluarga 1: NIK memuat karakter yang tidak terlihat. Ketik ulang isiannya.',
      'Family member 1: NIK holds an invisible character. Type the value again.',
    ),
  },
  { name: 'a NIK that a spreadsheet rounded', ...nik('3.27401450590002E+15'), ...NIK_NOT_16_DIGITS },
  { name: 'a NIK of 41 characters', ...nik(`3274014505900017${' '.repeat(25)}`), ...NIK_NOT_16_DIGITS },
  {
    name: 'a NIK of zeros',
    ...nik('0000000000000000'),
    ...invalid(
      'members.0.nik',
      'nik_all_zero',
      'Anggota keluarga 1: NIK tidak boleh nol semua. Salin lagi dari KTP atau KK.',
      'Family member 1: NIK cannot be all zeros. Copy it again from the KTP or KK.',
    ),
  },
  {
    name: 'a NIK with serial number 0000',
    ...nik('3274014505900000'),
    ...invalid(
      'members.0.nik',
      'nik_serial_zero',
      'Anggota keluarga 1: NIK tidak boleh berakhir dengan 0000. Salin lagi dari KTP atau KK.',
      'Family member 1: NIK cannot end in 0000. Copy it again from the KTP or KK.',
    ),
  },
  {
    name: 'a NIK with day 00',
    ...nik('3274010005900017'),
    ...NIK_DATE_NOT_CALENDAR,
  },
  { name: 'a NIK with day 32', ...nik('3274013205900017'), ...NIK_DAY_INVALID },
  { name: 'a NIK with day 40', ...nik('3274014005900017'), ...NIK_DAY_INVALID },
  { name: 'a NIK with day 72', ...nik('3274017205900017'), ...NIK_DAY_INVALID },
  { name: 'a NIK with month 00', ...nik('3274014500900017'), ...NIK_DATE_NOT_CALENDAR },
  {
    name: 'a NIK with month 13',
    ...nik('3274014513900017'),
    ...invalid(
      'members.0.nik',
      'nik_month_invalid',
      'Anggota keluarga 1: NIK memuat bulan yang tidak mungkin pada angka ke-9 dan ke-10. Salin lagi dari KTP atau KK.',
      'Family member 1: NIK has an impossible month in digits 9 and 10. Copy it again from the KTP or KK.',
    ),
  },
  { name: 'a NIK of 31 February', ...nik('3274017102900017'), ...NIK_DATE_NOT_CALENDAR },
  {
    name: 'a NIK of another birth date',
    ...nik('3274014605900017'),
    ...unconfirmed(
      'members.0.nik',
      'nik_birthdate_differs',
      'Anggota keluarga 1: NIK tidak cocok dengan tanggal lahir. Cocokkan dengan KTP dan KK; bila data sudah benar, konfirmasi.',
      'Family member 1: NIK does not agree with the birth date. Compare with KTP and KK; if the data are right, confirm.',
    ),
  },
  {
    name: 'the NIK of a man for a woman',
    ...nik('3274010505900017'),
    ...unconfirmed(
      'members.0.nik',
      'nik_sex_differs',
      'Anggota keluarga 1: NIK tidak cocok dengan jenis kelamin. Cocokkan dengan KTP dan KK; bila data sudah benar, konfirmasi.',
      'Family member 1: NIK does not agree with the sex. Compare with KTP and KK; if the data are right, confirm.',
    ),
  },
  {
    name: 'a NIK of a region that never was',
    ...nik('9974014505900017'),
    ...unconfirmed(
      'members.0.nik',
      'nik_region_unknown',
      'Anggota keluarga 1: NIK diawali kode wilayah yang tidak dikenal. Cocokkan dengan KTP; bila memang begitu, konfirmasi.',
      'Family member 1: NIK begins with an unknown region code. Compare with the KTP; if it is really so, confirm.',
    ),
  },
  {
    name: 'a NIK first issued in another kabupaten',
    ...nik('3209204505900019'),
    ...unconfirmed(
      'members.0.nik',
      'nik_region_differs',
      'Anggota keluarga 1: NIK diterbitkan pertama kali di kabupaten/kota lain; biasa bagi warga yang pernah pindah. Cocokkan dengan KTP; bila data sudah benar, konfirmasi.',
      'Family member 1: NIK was first issued in another kabupaten/kota, as is usual for residents who once moved. Compare with the KTP; if the data are right, confirm.',
    ),
  },
  {
    name: 'no NIK for somebody older than a year',
    ...nik(undefined),
    ...unconfirmed(
      'members.0.nik',
      'nik_missing_not_newborn',
      'Anggota keluarga 1: NIK belum diisi, padahal usianya lebih dari satu tahun. Cari NIK di KTP, KIA, atau KK; bila memang belum ada, konfirmasi.',
      'Family member 1: NIK is missing, and the person is older than a year. Look for it on the KTP, KIA or KK; if there is none yet, confirm.',
    ),
  },
  {
    name: 'a NIK equal to the KK number',
    ...nikEqualToCard(),
    ...invalid(
      'members.0.nik',
      'nik_is_family_card',
      'Anggota keluarga 1: NIK sama dengan nomor KK. Isi NIK orangnya, bukan nomor KK.',
      "Family member 1: NIK equals the KK number. Enter the person's NIK, not the KK number.",
    ),
  },
  {
    name: 'a NIK twice in one household',
    ...nikTwice(),
    ...invalid(
      'members.1.nik',
      'nik_twice',
      'Anggota keluarga 2: NIK sama dengan NIK anggota ke-1. Perbaiki salah satunya.',
      'Family member 2: NIK equals the NIK of member 1. Correct one of them.',
    ),
  },

  {
    name: 'no KK number',
    ...card(undefined),
    ...invalid(
      'familyCardNumber',
      'required',
      'Nomor KK wajib diisi. Lengkapi isian ini, lalu kirim lagi.',
      'Family card number is required. Fill it in and send again.',
    ),
  },
  {
    name: 'a KK number of null',
    ...card(null),
    ...invalid(
      'familyCardNumber',
      'wrong_type',
      'Nomor KK harus berupa teks. Ganti jenis nilainya.',
      'Family card number must be text. Change the type of the value.',
    ),
  },
  { name: 'a KK number of 15 digits', ...card('327401010120000'), ...FAMILY_CARD_NOT_16_DIGITS },
  { name: 'a KK number with letters', ...card('KK74010101200017'), ...FAMILY_CARD_NOT_16_DIGITS },
  {
    name: 'a KK number of zeros',
    ...card('0000000000000000'),
    ...invalid(
      'familyCardNumber',
      'family_card_all_zero',
      'Nomor KK tidak boleh nol semua. Salin lagi dari KK.',
      'Family card number cannot be all zeros. Copy it again from the KK.',
    ),
  },
  {
    name: 'a KK number with serial number 0000',
    ...card('3274010101200000'),
    ...invalid(
      'familyCardNumber',
      'family_card_serial_zero',
      'Nomor KK tidak boleh berakhir dengan 0000. Salin lagi dari KK.',
      'Family card number cannot end in 0000. Copy it again from the KK.',
    ),
  },
  {
    name: 'a KK number with day 33',
    ...card('3274013301200017'),
    ...invalid(
      'familyCardNumber',
      'family_card_day_invalid',
      'Nomor KK memuat tanggal yang tidak mungkin pada angka ke-7 dan ke-8. Salin lagi dari KK.',
      'Family card number has an impossible day in digits 7 and 8. Copy it again from the KK.',
    ),
  },
  {
    name: 'a KK number with month 13',
    ...card('3274010113200017'),
    ...invalid(
      'familyCardNumber',
      'family_card_month_invalid',
      'Nomor KK memuat bulan yang tidak mungkin pada angka ke-9 dan ke-10. Salin lagi dari KK.',
      'Family card number has an impossible month in digits 9 and 10. Copy it again from the KK.',
    ),
  },
  {
    name: 'a KK number that looks like the NIK of a woman',
    ...card('3274014505900018'),
    ...unconfirmed(
      'familyCardNumber',
      'family_card_day_over_31',
      'Nomor KK memuat tanggal di atas 31, seperti NIK perempuan. Pastikan ini nomor KK; bila benar, konfirmasi.',
      "Family card number has a day over 31, as a woman's NIK has. Make sure this is the KK number; if so, confirm.",
    ),
  },
  {
    name: 'a KK number of a region that never was',
    ...card('9974010101200017'),
    ...unconfirmed(
      'familyCardNumber',
      'family_card_region_unknown',
      'Nomor KK diawali kode wilayah yang tidak dikenal. Cocokkan dengan KK; bila memang begitu, konfirmasi.',
      'Family card number begins with an unknown region code. Compare with the KK; if it is really so, confirm.',
    ),
  },

  { name: 'a landline of Cirebon', ...phone('0231-204567'), ...PHONE_NOT_MOBILE },
  {
    name: 'a number of Singapore',
    ...phone('+65 8123 4567'),
    ...invalid(
      'whatsappNumber',
      'phone_not_indonesian',
      'Nomor WhatsApp harus nomor Indonesia. Tulis nomor yang diawali 08.',
      'WhatsApp number must be an Indonesian number. Write a number that starts with 08.',
    ),
  },
  { name: 'a premium-rate number', ...phone('0809-1-234567'), ...PHONE_NOT_MOBILE },
  { name: 'a mobile number of 8 digits', ...phone('08123456'), ...PHONE_NOT_A_NUMBER },
  { name: 'a mobile number of 14 digits', ...phone('08123456789012'), ...PHONE_NOT_A_NUMBER },
  { name: 'two mobile numbers in one field', ...phone('081234567890 / 081345678901'), ...PHONE_NOT_A_NUMBER },
  { name: 'a word for a phone number', ...phone('tidak ada'), ...PHONE_NOT_A_NUMBER },
  { name: 'a phone number of 60 characters', ...phone('0812'.repeat(15)), ...PHONE_NOT_A_NUMBER },
  {
    name: 'a phone number as a JSON number',
    ...phone(81234567890),
    ...invalid(
      'whatsappNumber',
      'wrong_type',
      'Nomor WhatsApp harus berupa teks. Ganti jenis nilainya.',
      'WhatsApp number must be text. Change the type of the value.',
    ),
  },
  {
    name: 'no phone number',
    ...phone(undefined),
    ...invalid(
      'whatsappNumber',
      'required',
      'Nomor WhatsApp wajib diisi. Lengkapi isian ini, lalu kirim lagi.',
      'WhatsApp number is required. Fill it in and send again.',
    ),
  },
]
