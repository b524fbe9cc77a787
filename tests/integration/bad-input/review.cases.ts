import { type BadInput, invalid, post, refused, unconfirmed } from './bad-input.ts'

const REASONS_REASON_REQUIRED = invalid(
  'reasons',
  'reason_required',
  'Alasan belum dipilih. Pilih paling sedikit satu alasan untuk keputusan ini.',
  'List of reasons is empty. Choose at least one reason for this decision.',
)
const NOTE_REQUIRED = invalid(
  'note',
  'required',
  'Catatan wajib diisi. Lengkapi isian ini, lalu kirim lagi.',
  'Note is required. Fill it in and send again.',
)
const NOBODY = '01937000-0000-7000-8000-000000000000'
/** Stands for the id of a proposal that waits for its NIK. */
const WAITING = ':waiting'

const correction = (body: unknown) => post(`/api/v1/proposals/${WAITING}/corrections`, body)
const decision = (body: unknown) => post(`/api/v1/proposals/${WAITING}/decisions`, body, 'verifikator')

export const CORRECTIONS: BadInput[] = [
  {
    name: 'an id that is no uuid',
    ...post('/api/v1/proposals/123456/corrections', { version: 1 }),
    ...invalid(
      'id',
      'not_an_id',
      'Pengenal tidak benar. Salin lagi dari sistem.',
      'Identifier is not valid. Copy it from the system again.',
    ),
  },
  {
    name: 'a proposal that is not there',
    ...post(`/api/v1/proposals/${NOBODY}/corrections`, { version: 1 }),
    ...refused(404, 'not_found'),
  },
  {
    name: 'a correction without a version',
    ...correction({ changes: { nik: '3274014505900017' } }),
    ...invalid(
      'version',
      'required',
      'Versi wajib diisi. Lengkapi isian ini, lalu kirim lagi.',
      'Version is required. Fill it in and send again.',
    ),
  },
  {
    name: 'a correction of version 0',
    ...correction({ version: 0 }),
    ...invalid(
      'version',
      'too_small',
      'Versi terlalu kecil. Nilainya paling kecil 1.',
      'Version is too small. The smallest value is 1.',
    ),
  },
  {
    name: 'a correction of version 1.5',
    ...correction({ version: 1.5 }),
    ...invalid(
      'version',
      'wrong_type',
      'Versi harus berupa bilangan bulat. Ganti jenis nilainya.',
      'Version must be a whole number. Change the type of the value.',
    ),
  },
  {
    name: 'a correction of a version as text',
    ...correction({ version: '1' }),
    ...invalid(
      'version',
      'wrong_type',
      'Versi harus berupa angka. Ganti jenis nilainya.',
      'Version must be a number. Change the type of the value.',
    ),
  },
  {
    name: 'a correction of another version',
    ...correction({ version: 7, changes: { nik: '3274014505900017' } }),
    ...refused(409, 'version_conflict'),
  },
  {
    name: 'a correction that leaves the NIK out',
    ...correction({ version: 1 }),
    ...invalid(
      'changes.nik',
      'required',
      'NIK wajib diisi. Lengkapi isian ini, lalu kirim lagi.',
      'NIK is required. Fill it in and send again.',
    ),
  },
  {
    name: 'a correction that calls a missing NIK right',
    ...correction({ version: 1, answers: [{ field: 'nik', explanation: 'NIK belum terbit' }] }),
    ...invalid(
      'changes.nik',
      'required',
      'NIK wajib diisi. Lengkapi isian ini, lalu kirim lagi.',
      'NIK is required. Fill it in and send again.',
    ),
  },
  {
    name: 'a correction to an impossible NIK',
    ...correction({ version: 1, changes: { nik: '3274013205900017' } }),
    ...invalid(
      'changes.nik',
      'nik_day_invalid',
      'NIK memuat tanggal yang tidak mungkin pada angka ke-7 dan ke-8. Salin lagi dari KTP atau KK.',
      'NIK has an impossible day in digits 7 and 8. Copy it again from the KTP or KK.',
    ),
  },
  {
    name: 'a correction to a NIK of another birth date',
    ...correction({ version: 1, changes: { nik: '3274014605900017' } }),
    ...unconfirmed(
      'changes.nik',
      'nik_birthdate_differs',
      'NIK tidak cocok dengan tanggal lahir. Cocokkan dengan KTP dan KK; bila data sudah benar, konfirmasi.',
      'NIK does not agree with the birth date. Compare with KTP and KK; if the data are right, confirm.',
    ),
  },
  {
    name: 'a correction to a NIK first issued in another kabupaten',
    ...correction({ version: 1, changes: { nik: '3209204505900017' } }),
    ...unconfirmed(
      'changes.nik',
      'nik_region_differs',
      'NIK diterbitkan pertama kali di kabupaten/kota lain; biasa bagi warga yang pernah pindah. Cocokkan dengan KTP; bila data sudah benar, konfirmasi.',
      'NIK was first issued in another kabupaten/kota, as is usual for residents who once moved. Compare with the KTP; if the data are right, confirm.',
    ),
  },
  {
    name: 'a correction to a birth date in the future',
    ...correction({ version: 1, changes: { nik: '3274014505900017', birthDate: '2999-01-01' } }),
    ...invalid(
      'changes.birthDate',
      'date_in_future',
      'Tanggal lahir belum terjadi. Periksa tanggalnya.',
      'Birth date has not happened yet. Check the date.',
    ),
  },
  {
    name: 'a correction of a field that cannot be corrected',
    ...correction({ version: 1, changes: { state: 'eligible' } }),
    ...invalid(
      'changes.state',
      'unknown_field',
      'Keadaan tidak dikenal di sini. Hapus isian itu, atau periksa namanya.',
      'State is not known here. Remove the field, or check its name.',
    ),
  },
  {
    name: 'a correction to a village code of letters',
    ...correction({ version: 1, changes: { address: { villageCode: '32.74.01.ABCD' } } }),
    ...invalid(
      'changes.address.villageCode',
      'bad_format',
      'Kode kelurahan/desa tidak sesuai bentuknya. Tulis kode Kemendagri, misalnya 32.74.01.1001.',
      'Village code is not in the right form. Write the Kemendagri code, for example 32.74.01.1001.',
    ),
  },
  {
    name: 'a correction of a part that an address has not',
    ...correction({ version: 1, changes: { address: { country: 'ID' } } }),
    ...invalid(
      'changes.address.country',
      'unknown_field',
      '"country" tidak dikenal di sini. Hapus isian itu, atau periksa namanya.',
      '"country" is not known here. Remove the field, or check its name.',
    ),
  },
  {
    name: 'a correction that would leave two heads',
    ...correction({ version: 1, changes: { nik: '3274014505900017', formerHeadRelationship: 'kepala_keluarga' } }),
    ...invalid(
      'changes.formerHeadRelationship',
      'unknown_value',
      'Hubungan kepala keluarga yang lama tidak dikenal. Pilih salah satu: suami, istri, anak, menantu, cucu, orang_tua, mertua, famili_lain, pembantu, lainnya.',
      'Relationship of the former head is not a known choice. Choose one of: suami, istri, anak, menantu, cucu, orang_tua, mertua, famili_lain, pembantu, lainnya.',
    ),
  },
  {
    name: 'a former head where nobody takes the place',
    ...correction({ version: 1, changes: { nik: '3274014505900017', formerHeadRelationship: 'istri' } }),
    ...invalid(
      'changes.formerHeadRelationship',
      'no_head_replaced',
      'Hubungan kepala keluarga yang lama hanya diisi bila anggota ini menggantikan kepala keluarga yang lain.',
      'Relationship of the former head is only for a member who takes the place of another head of the family.',
    ),
  },
  {
    name: 'a correction to a landline',
    ...correction({ version: 1, changes: { whatsappNumber: '0231-204567' } }),
    ...invalid(
      'changes.whatsappNumber',
      'phone_not_mobile',
      'Nomor WhatsApp harus nomor ponsel, bukan telepon rumah atau nomor layanan. Tulis nomor yang diawali 08.',
      'WhatsApp number must be a mobile number, not a landline or a service number. Write a number that starts with 08.',
    ),
  },
  {
    name: 'an explanation of four characters',
    ...correction({ version: 1, answers: [{ field: 'nik', explanation: 'sama' }] }),
    ...invalid(
      'answers.0.explanation',
      'too_short',
      'Penjelasan 1: Penjelasan terlalu pendek. Isi paling sedikit 5 karakter.',
      'Explanation 1: Explanation is too short. Enter at least 5 characters.',
    ),
  },
  {
    name: 'eleven explanations',
    ...correction({
      version: 1,
      answers: Array.from({ length: 11 }, () => ({ field: 'nik', explanation: 'sudah benar' })),
    }),
    ...invalid(
      'answers',
      'too_many',
      'Penjelasan terlalu banyak. Isi paling banyak 10 butir.',
      'List of explanations has too many items. Enter at most 10 items.',
    ),
  },
]

export const DECISIONS: BadInput[] = [
  {
    name: 'a decision that is none',
    ...decision({ version: 1, decision: 'luluskan', reasons: [] }),
    ...invalid(
      'decision',
      'unknown_value',
      'Keputusan tidak dikenal. Pilih salah satu: eligible, needs_correction, rejected, duplicate_of, already_active, needs_reactivation, turn_down_rejection.',
      'Decision is not a known choice. Choose one of: eligible, needs_correction, rejected, duplicate_of, already_active, needs_reactivation, turn_down_rejection.',
    ),
  },
  {
    name: 'a decision left out',
    ...decision({ version: 1 }),
    ...invalid(
      'decision',
      'required',
      'Keputusan wajib diisi. Lengkapi isian ini, lalu kirim lagi.',
      'Decision is required. Fill it in and send again.',
    ),
  },
  {
    name: 'a return without a reason',
    ...decision({ version: 1, decision: 'needs_correction', reasons: [] }),
    ...REASONS_REASON_REQUIRED,
  },
  {
    name: 'a rejection without a reason',
    ...decision({ version: 1, decision: 'rejected' }),
    ...REASONS_REASON_REQUIRED,
  },
  {
    name: 'a reason that is not on the list',
    ...decision({ version: 1, decision: 'rejected', reasons: [{ code: 'TIDAK_SUKA' }] }),
    ...invalid(
      'reasons.0.code',
      'unknown_value',
      'Alasan 1: Kode tidak dikenal. Pilih salah satu: KK_TIDAK_TERBACA, KTP_TIDAK_TERBACA, NIK_TIDAK_DITEMUKAN, NIK_DATA_BEDA, NIK_SALAH_FORMAT, NIK_BELUM_ADA, KK_SALAH_FORMAT, KK_TANPA_KEPALA, WA_TIDAK_AKTIF, DOKUMEN_KURANG, PERSETUJUAN_BELUM_ADA, SURAT_FASKES_KURANG, BUKAN_PENDUDUK_SINI, SEGMEN_PEKERJA, SUDAH_DIUSULKAN, NIK_GANDA, ORANG_BERBEDA, MENINGGAL, PINDAH, DIDUGA_PALSU, LAINNYA.',
      'Reason 1: Code is not a known choice. Choose one of: KK_TIDAK_TERBACA, KTP_TIDAK_TERBACA, NIK_TIDAK_DITEMUKAN, NIK_DATA_BEDA, NIK_SALAH_FORMAT, NIK_BELUM_ADA, KK_SALAH_FORMAT, KK_TANPA_KEPALA, WA_TIDAK_AKTIF, DOKUMEN_KURANG, PERSETUJUAN_BELUM_ADA, SURAT_FASKES_KURANG, BUKAN_PENDUDUK_SINI, SEGMEN_PEKERJA, SUDAH_DIUSULKAN, NIK_GANDA, ORANG_BERBEDA, MENINGGAL, PINDAH, DIDUGA_PALSU, LAINNYA.',
    ),
  },
  {
    name: 'a rejection for what can be mended',
    ...decision({ version: 1, decision: 'rejected', reasons: [{ code: 'KTP_TIDAK_TERBACA' }] }),
    ...invalid(
      'reasons.0.code',
      'reason_not_final',
      'Alasan 1: Alasan ini masih dapat diperbaiki. Kembalikan usulan untuk dilengkapi, atau pilih alasan lain.',
      'Reason 1: This reason can still be mended. Return the proposal for correction, or choose another reason.',
    ),
  },
  {
    name: 'a death beside another reason',
    ...decision({ version: 1, decision: 'rejected', reasons: [{ code: 'NIK_GANDA' }, { code: 'MENINGGAL' }] }),
    ...invalid(
      'reasons.1.code',
      'reason_stands_alone',
      'Alasan 2: Alasan ini menutup usulan dan harus berdiri sendiri. Hapus alasan lainnya.',
      'Reason 2: This reason closes the proposal and must stand alone. Remove the other reasons.',
    ),
  },
  {
    name: 'a return for what cannot be mended',
    ...decision({ version: 1, decision: 'needs_correction', reasons: [{ code: 'MENINGGAL' }] }),
    ...invalid(
      'reasons.0.code',
      'reason_not_correctable',
      'Alasan 1: Alasan ini tidak dapat diperbaiki pendaftar. Pilih alasan lain, atau tolak usulannya.',
      'Reason 1: The registrar cannot mend this reason. Choose another one, or reject the proposal.',
    ),
  },
  {
    name: 'a return for other reasons without a field',
    ...decision({
      version: 1,
      decision: 'needs_correction',
      reasons: [{ code: 'LAINNYA', note: 'alamat tidak sesuai' }],
    }),
    ...invalid(
      'reasons.0.field',
      'required',
      'Alasan 1: Isian wajib diisi. Lengkapi isian ini, lalu kirim lagi.',
      'Reason 1: Field is required. Fill it in and send again.',
    ),
  },
  {
    name: 'other reasons in ten characters',
    ...decision({ version: 1, decision: 'rejected', reasons: [{ code: 'LAINNYA', note: 'tidak bisa' }] }),
    ...invalid(
      'reasons.0.note',
      'too_short',
      'Alasan 1: Catatan terlalu pendek. Isi paling sedikit 15 karakter.',
      'Reason 1: Note is too short. Enter at least 15 characters.',
    ),
  },
  {
    name: 'a note with a control character',
    ...decision({ version: 1, decision: 'rejected', reasons: [{ code: 'PINDAH', note: 'pindah\u0007rumah' }] }),
    ...invalid(
      'reasons.0.note',
      'control_character',
      'Alasan 1: Catatan memuat karakter yang tidak terlihat. Ketik ulang isiannya.',
      'Reason 1: Note holds an invisible character. Type the value again.',
    ),
  },
  {
    name: 'a reason with a field that is no name',
    ...decision({ version: 1, decision: 'needs_correction', reasons: [{ code: 'NIK_DATA_BEDA', field: 'nik; drop' }] }),
    ...invalid(
      'reasons.0.field',
      'bad_format',
      'Alasan 1: Isian tidak sesuai bentuknya. Tulis nama isian usulan, misalnya nik.',
      'Reason 1: Field is not in the right form. Write the name of a field of the proposal, for example nik.',
    ),
  },
  {
    name: 'a return for a field that nobody can correct',
    ...decision({ version: 1, decision: 'needs_correction', reasons: [{ code: 'LAINNYA', field: 'receiptNumber' }] }),
    ...invalid(
      'reasons.0.field',
      'unknown_value',
      'Alasan 1: Isian tidak dikenal. Pilih salah satu: nik, fullName, birthPlace, birthDate, sex, relationship, maritalStatus, familyCardNumber, whatsappNumber, address, address.street, address.rt, address.rw, address.villageCode, address.postalCode, documents.kk, documents.ktp, documents, documents.facility_letter, consent.',
      'Reason 1: Field is not a known choice. Choose one of: nik, fullName, birthPlace, birthDate, sex, relationship, maritalStatus, familyCardNumber, whatsappNumber, address, address.street, address.rt, address.rw, address.villageCode, address.postalCode, documents.kk, documents.ktp, documents, documents.facility_letter, consent.',
    ),
  },
  {
    name: 'eleven reasons',
    ...decision({ version: 1, decision: 'rejected', reasons: Array.from({ length: 11 }, () => ({ code: 'PINDAH' })) }),
    ...invalid(
      'reasons',
      'too_many',
      'Alasan terlalu banyak. Isi paling banyak 10 butir.',
      'List of reasons has too many items. Enter at most 10 items.',
    ),
  },
  {
    name: 'a duplicate of nobody',
    ...decision({ version: 1, decision: 'duplicate_of' }),
    ...invalid(
      'duplicateOf',
      'required',
      'Usulan lain wajib diisi. Lengkapi isian ini, lalu kirim lagi.',
      'Other proposal is required. Fill it in and send again.',
    ),
  },
  {
    name: 'a duplicate of something that is no id',
    ...decision({ version: 1, decision: 'duplicate_of', duplicateOf: 'yang-itu' }),
    ...invalid(
      'duplicateOf',
      'not_an_id',
      'Usulan lain tidak benar. Salin lagi dari sistem.',
      'Other proposal is not valid. Copy it from the system again.',
    ),
  },
  {
    name: 'a duplicate of a proposal that is not there',
    ...decision({ version: 1, decision: 'duplicate_of', duplicateOf: NOBODY }),
    ...invalid(
      'duplicateOf',
      'proposal_unknown',
      'Usulan itu tidak ada, atau di luar wilayah Anda. Periksa kembali pilihannya.',
      'There is no such proposal, or it lies outside your region. Check your choice.',
    ),
  },
  {
    name: 'an approval that names another proposal',
    ...decision({ version: 1, decision: 'eligible', duplicateOf: NOBODY }),
    ...invalid(
      'duplicateOf',
      'unknown_field',
      'Usulan lain tidak dikenal di sini. Hapus isian itu, atau periksa namanya.',
      'Other proposal is not known here. Remove the field, or check its name.',
    ),
  },
  { name: 'a note of one space', ...post(`/api/v1/proposals/${WAITING}/notes`, { note: ' ' }), ...NOTE_REQUIRED },
  {
    name: 'a note of 1,001 characters',
    ...post(`/api/v1/proposals/${WAITING}/notes`, { note: 'x'.repeat(1001) }),
    ...invalid(
      'note',
      'too_long',
      'Catatan terlalu panjang. Isi paling banyak 1.000 karakter.',
      'Note is too long. Enter at most 1,000 characters.',
    ),
  },
  {
    name: 'a withdrawal without a note',
    ...post(`/api/v1/proposals/${WAITING}/withdraw`, { version: 1 }),
    ...NOTE_REQUIRED,
  },
  {
    name: 'a take-over mark as text',
    ...post(`/api/v1/proposals/${WAITING}/claim`, { takeOver: 'ya' }, 'verifikator'),
    ...invalid(
      'takeOver',
      'wrong_type',
      'Ambil alih harus berupa true atau false. Ganti jenis nilainya.',
      'Take over must be true or false. Change the type of the value.',
    ),
  },
  {
    name: 'giving a case to nobody',
    ...post(`/api/v1/proposals/${WAITING}/assignment`, { version: 1 }, 'supervisor'),
    ...invalid(
      'reviewerId',
      'required',
      'Pemeriksa wajib diisi. Lengkapi isian ini, lalu kirim lagi.',
      'Reviewer is required. Fill it in and send again.',
    ),
  },
  {
    name: 'giving a case to somebody who does not review',
    ...post(`/api/v1/proposals/${WAITING}/assignment`, { version: 1, reviewerId: NOBODY }, 'supervisor'),
    ...invalid(
      'reviewerId',
      'reviewer_unknown',
      'Orang ini tidak memeriksa di wilayah Anda. Pilih pemeriksa dari daftar.',
      'This person does not review in your region. Choose a reviewer from the list.',
    ),
  },
]
