import { describe, expect, test } from 'vitest'
import { composeReceiptNumber } from '../../../contracts/primitives/receipt-number.ts'
import { type Meaning, recognise } from './recognise.domain.ts'

const RECEIPT = composeReceiptNumber('32.74', '2611', 123)
const COMPACT = RECEIPT.replaceAll('-', '')
const WRONG_CHECK = `${RECEIPT.slice(0, -1)}${RECEIPT.endsWith('A') ? 'B' : 'A'}`

/** What people write, by what they mean. Greetings in Indonesian, Javanese (nyuwun sewu) and Sundanese (punten, sampurasun). */
const UTTERANCES: Record<Exclude<Meaning['kind'], 'receipt'>, readonly string[]> = {
  stop: [
    'BERHENTI',
    'berhenti',
    ' Berhenti. ',
    'STOP',
    'stop!!!',
    'Unsub',
    'UNSUBSCRIBE',
    '*STOP*',
    'stop 🙏',
    'ＳＴＯＰ',
    '"berhenti"',
    'Berhentiii',
    'berenti',
    'STOPPP',
    'b e r h e n t i',
    'S.T.O.P',
  ],
  start: ['MULAI', 'mulai', 'Start.', 'Mulai 🙏', '-mulai-'],
  about_stopping: [
    'unsubscribe please',
    'STOP WA',
    'jangan ganggu saya',
    'stop dulu ya bu?',
    'saya mau berhenti',
    'tolong stop kirim pesan',
    'jangan kirim pesan lagi',
    'jgn wa saya lagi',
    'berhenti kirim wa',
    'gak mau terima pesan lagi',
  ],
  identity_number: [
    '3274014505900001',
    'cek NIK 3274014505900001',
    'NIK saya 3274 0145 0590 0001 bu',
    'kk 3274.0101.0120.0001',
    'no kartu bpjs 0001234567891',
    `${RECEIPT} nik 3274014505900001`,
    'PDW 3274014505900001',
    'PDW-3274 0145 0590 0001',
    'pdw 0001234567891',
    'tolong dibantu petugas, 3274014505900001',
  ],
  wrong_number: [
    'salah sambung bu',
    'maaf bu salah nomor wa',
    'SALAH NOMOR',
    'salah nomor',
    'maaf salah nomer bu',
    'Salah sambung',
    'maaf, salah orang',
    'nyuwun sewu, salah nomer',
  ],
  about_wrong_number: [
    'saya tidak kenal Siti',
    'saya bukan Siti',
    'bukan saya',
    'saya tidak pernah daftar',
    'maaf bu itu nomor bapak saya, bukan nomor saya',
    'berhenti, saya tidak pernah daftar',
    'ini bukan nomor saya',
    'bukan nomor beliau pak',
    'punten sanes nomer abdi',
    'nomor ini bukan punya Siti',
    'bukan nomernya',
  ],
  urgent: [
    'darurat bu tolong',
    'ibu saya di IGD sekarang',
    'anak saya opname di rumah sakit',
    'istri mau melahirkan, kartunya belum aktif',
  ],
  officer: [
    'mau batalkan pendaftaran',
    'tolong hapus data saya',
    'iya benar tapi nama saya salah tulis',
    'Bu, saya ganti nomor wa',
    'nomor saya salah',
    'nomor wa saya ganti',
    'PETUGAS',
    'petugas',
    'Patugas',
    'petugsa',
    'mau bicara dengan petugas',
    'sambungkan ke operator',
    'admin',
    'CS',
    'saya mau komplain',
    'pengaduan',
    'mau ngomong sama orang',
    'bade nyarios sareng petugas',
    'kulo badhe wicanten kaliyan petugas',
    'bu petugas tolong telepon saya',
    'petugas puskesmas minta uang',
    'hubungi admin',
  ],
  mistyped_receipt: [
    WRONG_CHECK,
    `cek ${WRONG_CHECK}`,
    'PDW-3274-2611-00012',
    'nomor saya pdw 3274 2611 000 12',
    'PDW3274261100O',
  ],
  status: [
    'kok lama sekali',
    'belum ada kabar',
    'masih diproses?',
    'kenapa ditolak',
    'resi saya hilang',
    'lupa nomor pendaftaran',
    'kartu saya kok belum bisa dipakai',
    'bpjs saya tidak aktif bagaimana',
    'Cek PDW',
    'CEK',
    'cek',
    'Cek dong',
    'cek status',
    'STATUS',
    'statusnya gimana bu',
    'stasus',
    'sttus',
    'setatus',
    'progres pendaftaran saya',
    'pendaftaran saya sudah sampai mana ya',
    'punten bu, tos dugi mana nya daftar abdi',
    'assalamualaikum bu, mau cek status',
    'nyuwun sewu badhe ngecek status',
    'sampurasun, kumaha hasilna? tos jadi',
    'kartu saya sudah aktif belum',
    'kapan kartunya jadi',
    'bpjs saya kapan aktif',
    'apa sudah jadi bu',
    'kartune wis dadi durung',
    'hasilnya bagaimana',
    'gimana kabar pendaftaran kami',
    'pak petugas mau cek status',
    'sudah selesai belum ya',
  ],
  requirements: [
    'apakah bisa daftar online',
    'bpjs gratis?',
    'SYARAT',
    'syarat',
    'sarat',
    'syrat',
    'syarta',
    'apa saja syaratnya',
    'persyaratan daftar bpjs',
    'persaratan',
    'berkas apa yang dibawa',
    'dokumen yg harus dibawa',
    'bawa apa aja bu',
    'cara daftar bpjs gratis',
    'mau daftar',
    'bade daptar BPJS',
    'apakah bayar?',
    'biayanya berapa',
    'kedah mbeta nopo mawon',
    'perlu fotocopy kk?',
    'selamat pagi bu mau tanya syarat',
    'kalo daftar di puskesmas bawa apa',
  ],
  place: [
    'mau daftar di kejaksan dimana',
    'daftar dimana ya bu',
    'besok puskesmas buka ga',
    'LOKASI',
    'lokasi',
    'lokasinya dimana',
    'lokais',
    'JADWAL',
    'jadual',
    'jadwl',
    'jadwal puskesmas',
    'jam buka puskesmas kejaksan',
    'alamat puskesmas',
    'puskesmas terdekat',
    'puskesmas di mana',
    'puskesmase nang ngendi',
    'puskesmas teh di palih mana nya, kamana',
    'dmn kantornya',
    'puskemas',
    'hari ini buka?',
    'jam berapa bukanya',
    'lokasi kesenden',
    'jadwal kelurahan Kebon Baru',
  ],
  menu: ['MENU', 'menu', 'bantuan', 'help', 'info', 'Assalamualaikum, menu', 'bantuann'],
  confirm: [
    'YA',
    'ya',
    'iya',
    'BENAR',
    'Benar bu',
    'betul',
    'ya benar',
    'iya betul ini nomor saya',
    'nggih',
    'inggih bu',
    'muhun',
    'leres pak',
    'ya itu nomor saya',
  ],
  deny: ['tidak', 'bukan', 'belum', 'gak', 'henteu', 'mboten'],
  thanks: [
    'ok bu nanti saya ke puskesmas',
    'terima kasih, nanti saya bawa berkasnya',
    'baik bu besok saya kesana',
    'gak jadi',
    'tidak usah bu',
    'terima kasih',
    'Terimakasih bu 🙏',
    'makasih',
    'mksh pak',
    'matur nuwun',
    'hatur nuhun',
    'nuhun teh',
    'ok',
    'oke siap',
    'siap bu',
    '👍',
    '🙏🙏',
    'baik bu, terima kasih banyak',
    'alhamdulillah',
    'ok makasih infonya',
    'iya makasih',
    'suwun mas',
    'sip',
  ],
  greeting: [
    'tes',
    'ini siapa ya',
    'siapa ini',
    'ini nomor siapa',
    'ini penipuan ya?',
    'halo petugas',
    'selamat pagi petugas',
    'waalaikumsalam',
    'P',
    'assalamualaikum',
    "Assalamu'alaikum wr wb",
    'asalamualaikum bu',
    'selamat pagi',
    'selamat pagi bu',
    'Pagi',
    'halo',
    'haloooo',
    'Halo admin',
    'hai kak',
    'punten',
    'punten bu',
    'nyuwun sewu',
    'sampurasun',
    'kulo nuwun',
    'permisi',
    'sugeng enjang',
    'wilujeng sonten',
    'Halo, permisi mau tanya',
  ],
  digits: ['nomor 2', 'pilih 2', '7890 ya bu', '7890', '2', ' 1. ', '3', '0812-3456-7890'],
  other: [
    'maaf salah kirim',
    'saya salah kirim foto tadi',
    'MULAI LAGI',
    'mulai kapan bisa dipakai',
    'mau ganti faskes',
    '',
    '   ',
    'tolong jangan berhenti',
    'saya mau berhenti kerja',
    'jangan stop ya bu',
    'apa kabar',
    'berhentikan bus',
    'kejaksan',
    'biasa saja',
    'surat kuasa',
    'xyzzy',
    '???',
    'hujan deras di sini',
    'nama saya Budi',
    'salah nomor pendaftaran',
    'kemarin saya datang pagi pagi sekali antri lama lalu pulang karena hujan terus besoknya saya datang lagi ke puskesmas membawa semua syarat tetapi loket sudah tutup dan saya diminta kembali minggu depan oleh satpam di depan',
  ],
}

const total = Object.values(UTTERANCES).reduce((sum, list) => sum + list.length, 0)

describe.each(Object.entries(UTTERANCES))('%s', (kind, utterances) => {
  test.each(utterances)('is what "%s" means', (text) => {
    expect(recognise(text).kind).toBe(kind)
  })
})

test('the table is wide', () => {
  expect(total).toBeGreaterThan(200)
})

describe('a receipt number', () => {
  const found = { kind: 'receipt', receiptNumber: RECEIPT, lastFour: null }

  test.each([
    RECEIPT,
    RECEIPT.toLowerCase(),
    COMPACT,
    COMPACT.toLowerCase(),
    RECEIPT.replaceAll('-', ' '),
    RECEIPT.replaceAll('-', '–'),
    RECEIPT.replaceAll('-', '.'),
    RECEIPT.replaceAll('0', 'O'),
    RECEIPT.replaceAll('0', 'o').toLowerCase(),
    RECEIPT.replace('1', 'l'),
    `*${RECEIPT}*`,
    `Halo, nomor pendaftaran saya ${RECEIPT}`,
    `CEK ${RECEIPT}`,
    `cek${COMPACT}`,
    `status ${RECEIPT} bu`,
    `assalamualaikum punten bade cek ${RECEIPT.toLowerCase()} nuhun`,
    RECEIPT.slice(4),
    `no ${RECEIPT.slice(4)}`,
    RECEIPT.replace('PDW', 'P D W'),
    `${RECEIPT}.`,
    `${RECEIPT}🙏`,
    RECEIPT.replaceAll('-', '\u200b-'),
  ])('is found in "%s"', (text) => {
    expect(recognise(text)).toEqual(found)
  })

  test.each([
    `CEK ${RECEIPT} 7890`,
    `${COMPACT} 7890`,
    `7890 ${RECEIPT}`,
    `${RECEIPT} nomor 0812-3456-7890`,
    `${RECEIPT} hp 6281234567890`,
  ])('brings the last four digits along in "%s"', (text) => {
    expect(recognise(text)).toEqual({ ...found, lastFour: '7890' })
  })

  test('may end with a digit that looks like a letter, and the other way round', () => {
    for (let serial = 1; serial < 400; serial++) {
      const receiptNumber = composeReceiptNumber('32.74', '2611', serial)
      for (const written of [receiptNumber, receiptNumber.replace(/[O0]$/u, (end) => (end === '0' ? 'O' : '0'))]) {
        expect(recognise(written)).toEqual({ kind: 'receipt', receiptNumber, lastFour: null })
      }
    }
  })

  test('of a region with more than a million registrations is read whole', () => {
    const receiptNumber = composeReceiptNumber('32.74', '2611', 1_234_567)
    expect(recognise(`cek ${receiptNumber} 7890`)).toEqual({ kind: 'receipt', receiptNumber, lastFour: '7890' })
  })
})

test.each([
  ['lokasi kejaksan', 'kejaksan'],
  ['jadwal kelurahan Kebon Baru bu', 'kebon baru'],
  ['jam buka puskesmas kesenden hari ini', 'kesenden'],
  ['lokasi', null],
  ['puskesmas terdekat di mana ya', null],
])('"%s" asks about %s', (text, name) => {
  expect(recognise(text)).toEqual({ kind: 'place', name })
})

test('a full phone number gives its last four digits', () => {
  expect(recognise('0812 3456 7890')).toMatchObject({ kind: 'digits', lastFour: '7890' })
  expect(recognise('empat angka: 7890')).toMatchObject({ kind: 'other', lastFour: '7890' })
})
