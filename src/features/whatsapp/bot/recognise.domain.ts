import { holdsIdentityNumber } from '../identity-guard.domain.ts'
import { findLastFour, findReceipt } from './receipt-in-text.domain.ts'
import { wishOf } from './wish.domain.ts'
import {
  AROUND_CONFIRM,
  AROUND_THANKS,
  CONFIRM,
  DENY,
  FILLERS,
  GREETINGS,
  isMeantAs,
  THANKS,
  wordsOf,
} from './words.domain.ts'

/** What a message asks for. `rest`: what is left of it as the name of a place. */
export type Meaning =
  | { kind: 'stop' }
  | { kind: 'start' }
  /** A sentence about stopping: not the word alone, so nothing stops, but the word is told. */
  | { kind: 'about_stopping' }
  | { kind: 'identity_number' }
  | { kind: 'wrong_number' }
  /** A sentence that may mean it: the words that say so are told. */
  | { kind: 'about_wrong_number' }
  | { kind: 'urgent' }
  | { kind: 'officer' }
  | { kind: 'receipt'; receiptNumber: string; lastFour: string | null }
  | { kind: 'mistyped_receipt' }
  | { kind: 'status' }
  | { kind: 'requirements' }
  | { kind: 'place'; name: string | null }
  | { kind: 'menu' }
  | { kind: 'confirm' }
  | { kind: 'deny' }
  | { kind: 'thanks' }
  | { kind: 'greeting' }
  /** Digits and nothing else that counts: an answer to a question, if there was one. */
  | { kind: 'digits'; digits: string; lastFour: string | null }
  | { kind: 'other'; rest: string; lastFour: string | null }

const words = (list: string): string[] => list.split(/\s+/)

/** Keywords that survive a slip of the thumb; those of `EXACT` are one letter away from an everyday word ("biaya" and "biasa"). */
const KEYWORDS = {
  officer: words('petugas operator pengaduan keluhan komplain complain manusia'),
  status: words('status setatus progres progress perkembangan'),
  requirements: words('syarat persyaratan dokumen fotokopi'),
  place: words('lokasi jadwal alamat puskesmas terdekat dimana'),
  menu: words('bantuan'),
}
const EXACT = {
  officer: new Set(words('lapor bicara telepon officer')),
  status: new Set(words('cek hasil')),
  requirements: new Set(words('berkas daftar biaya bayar gratis tarif ongkos bawa requirements')),
  place: new Set(words('buka tutup loket kantor mpp location')),
  menu: new Set(words('menu help info pilihan')),
}
type Topic = keyof typeof KEYWORDS

const WHO_IS_THIS = /^(?:ini )?(?:nomor )?siapa(?: ini)?(?: ya)?$|\bpenipuan\b|\bini (?:dari|nomor) (?:siapa|mana)\b/u
/** "ok bu, nanti saya ke puskesmas": a promise, not a question. */
const PROMISE = /\b(?:nanti|besok|segera|insyaallah|insya|akan)\b/u
const ASKING = /\b(?:apa|apakah|berapa|dimana|mana|kapan|bagaimana|siapa|kenapa|mengapa|cek|status)\b/u

const PHRASES: readonly (readonly [Topic, RegExp])[] = [
  ['officer', /\b(?:bicara|hubungi|sambungkan|panggil|chat) (?:\S+ )?(?:admin|orang)\b/u],
  ['officer', /\b(?:hapus|batalkan|membatalkan|batal|cabut)\b|\bsalah (?:tulis|ketik|nama)\b/u],
  ['officer', /\bganti (?:nomor|no|hp|wa)\b|\bnomor (?:wa |hp |whatsapp )?(?:saya |kami )?(?:ganti|salah|baru)\b/u],
  [
    'status',
    /\b(?:lupa|hilang) (?:\S+ ){0,2}(?:nomor|no|resi)\b|\b(?:nomor|no|resi|terima) (?:\S+ ){0,2}(?:hilang|lupa)\b/u,
  ],
  ['status', /\bbelum ada (?:kabar|hasil|info|berita)\b|\bmasih (?:\S+ )?(?:proses|diproses|diperiksa)\b|\bditolak\b/u],
  ['status', /\b(?:kok|kenapa) (?:\S+ )?lama\b|\blama (?:sekali|banget|amat|pisan)\b/u],
  ['status', /\b(?:kartu|bpjs|kis|jkn) (?:\S+ ){0,2}(?:tidak|belum) (?:\S+ )?(?:aktif|dipakai|dipake)\b/u],
  ['status', /\bsampai (?:di)?mana\b|\bsampai di mana\b/u],
  [
    'status',
    /\b(?:sudah|belum|kapan|apa|apakah) (?:\S+ ){0,3}(?:jadi|aktif|selesai|keluar|disetujui|diproses|terdaftar)\b/u,
  ],
  ['status', /\b(?:jadi|aktif|selesai) (?:belum|kapan)\b|\bkabar (?:pendaftaran|usulan|kartu|bpjs|jkn|kis)\b/u],
  ['place', /\bdi mana\b|\bjam (?:berapa|kerja|pelayanan|layanan)\b/u],
  ['requirements', /\bapa (?:saja|wae|aja) (?:\S+ )?(?:bawa|syarat)\b|\bcara (?:\S+ )?daftar\b/u],
]
const VOCATIVE_OFFICER = /\b(?:bu|ibu|pak|bapak|halo|mas|mbak|kak|pagi|siang|sore|malam) petugas\b/u
const TALK = /\b(?:bicara|hubungi|sambungkan|panggil|bantu|dibantu|ketemu|bertemu|telepon|butuh|perlu)\b/u

/** As with stopping, only a message that consists of it counts: it ends what a household hears. */
const WRONG_NUMBER = /^salah (?:nomor|no|sambung|orang)(?: (?:wa|whatsapp))?$|^(?:nomor )?salah sambung$/u
const ABOUT_WRONG_NUMBER =
  /\bsalah (?:nomor|sambung|orang)\b|\b(?:bukan|sanes|dudu) (?:nomor|no)\b|\bnomor (?:\S+ )?bukan\b|\btidak (?:pernah|merasa) daftar\b|\btidak (?:kenal|mengenal)\b|^(?:saya )?bukan (?:saya|\S+)$/u
/** "salah nomor pendaftaran": a number was mistyped, nobody was called by mistake. The resident's own number being wrong is for a person. */
const OTHER_NUMBER =
  /\bnomor (?:pendaftaran|resi|tanda|kk|nik|bpjs|kartu|antrian|antrean)\b|\b(?:ketik|tulis|input|ganti|ubah)\b/u
const URGENT =
  /\b(?:darurat|gawat|igd|ugd|opname|dirawat|rawat inap|kritis|sekarat|pendarahan|perdarahan|kecelakaan|melahirkan|koma)\b/u
const ABOUT_STOPPING = new Set(
  words(`stop berhenti unsub unsubscribe dulu pesan wa whatsapp kirim kirimi langganan terima menerima lagi notifikasi sms chat info kabar semua
  tidak jangan hubungi ganggu mengganggu`),
)
const STOPPING =
  /\b(?:stop|berhenti|unsub|unsubscribe)\b|\b(?:jangan|tidak) (?:\S+ ){0,2}(?:kirim|kirimi|wa|hubungi|ganggu|terima|menerima|chat|sms)\b/u
const NOT_STOPPING = /\b(?:jangan|tidak) (?:\S+ )?(?:stop|berhenti)\b/u

const AROUND_DIGITS = new Set(words('nomor no pilih pilihan angka'))

/** From this many words on a text is somebody's story: a keyword in it is no command. */
const STORY_WORDS = 30
const PLACE_WORDS_MAX = 5
const AROUND_PLACES = new Set(
  words(`kelurahan kel desa kecamatan kec kampung lokasi jadwal alamat puskesmas terdekat dekat dimana mana jam buka tutup berapa loket kantor
  mpp daerah wilayah tempat pelayanan layanan kerja hari besok sekarang senin selasa rabu kamis jumat sabtu minggu pendaftaran daftar
  bpjs jkn kis kota kabupaten tinggal rumah nama pada tidak belum sudah kartu nanti bagaimana kapan ada berapa`),
)

function placeName(all: readonly string[]): string {
  return all
    .filter((word) => !AROUND_PLACES.has(word) && !GREETINGS.has(word) && !FILLERS.has(word))
    .filter((word) => !KEYWORDS.place.some((keyword) => isMeantAs(word, keyword)))
    .slice(0, PLACE_WORDS_MAX)
    .join(' ')
}

const isTopic = (topic: Topic, word: string): boolean =>
  EXACT[topic].has(word) || KEYWORDS[topic].some((keyword) => isMeantAs(word, keyword))

function topicsOf(all: readonly string[], sentence: string): Set<Topic> {
  const topics = new Set<Topic>()
  for (const topic of Object.keys(KEYWORDS) as Topic[]) {
    if (all.some((word) => isTopic(topic, word))) topics.add(topic)
  }
  for (const [topic, phrase] of PHRASES) if (phrase.test(sentence)) topics.add(topic)
  return topics
}

function commandOf(all: readonly string[], sentence: string): Meaning | null {
  const topics = topicsOf(all, sentence)
  const others = [...topics].filter((topic) => topic !== 'officer')
  const isVocative = VOCATIVE_OFFICER.test(sentence) && others.length > 0 && !TALK.test(sentence)
  if (topics.has('officer') && !isVocative) return { kind: 'officer' }
  if (all.length >= STORY_WORDS) return null
  const isWhereToRegister =
    topics.has('place') && !all.some((word) => word !== 'daftar' && isTopic('requirements', word))
  // Of several topics the one that is named first in the message is not always the one meant; the most particular one is.
  if (topics.has('status') && !topics.has('place')) return { kind: 'status' }
  if (topics.has('place') && (isWhereToRegister || !topics.has('requirements'))) {
    return { kind: 'place', name: placeName(all) || null }
  }
  if (topics.has('requirements')) return { kind: 'requirements' }
  return topics.has('menu') ? { kind: 'menu' } : null
}

function courtesyOf(text: string, all: readonly string[], sentence: string): Meaning | null {
  const content = all.filter((word) => !GREETINGS.has(word) && !FILLERS.has(word))
  const [first] = content
  const within = (...sets: readonly Set<string>[]): boolean =>
    all.every((word) => FILLERS.has(word) || sets.some((set) => set.has(word)))
  const isGreeted = all.some((word) => GREETINGS.has(word))
  if (all.some((word) => THANKS.has(word)) && within(THANKS, AROUND_THANKS, GREETINGS, CONFIRM))
    return { kind: 'thanks' }
  if (all.some((word) => CONFIRM.has(word)) && within(CONFIRM, AROUND_CONFIRM)) return { kind: 'confirm' }
  if (/^tidak (?:usah|jadi|apa)(?: apa)?$/u.test(content.join(' '))) return { kind: 'thanks' }
  const opensPolitely = first !== undefined && (THANKS.has(first) || CONFIRM.has(first))
  if (opensPolitely && PROMISE.test(sentence) && !text.includes('?') && !ASKING.test(sentence))
    return { kind: 'thanks' }
  if (content.length > 0 && content.every((word) => DENY.has(word))) return { kind: 'deny' }
  if (WHO_IS_THIS.test(sentence)) return { kind: 'greeting' }
  return isGreeted && (content.length === 0 || content.join(' ') === 'petugas') ? { kind: 'greeting' } : null
}

/** WhatsApp lets nobody type more. */
const TEXT_MAX = 4096

/** What a resident's message means. Pure; answers for any text, of which it reads the first 4,096 characters. */
export function recognise(written: string): Meaning {
  const text = written.slice(0, TEXT_MAX)
  const wish = wishOf(text)
  if (wish) return { kind: wish }
  const receipt = findReceipt(text)
  const rest = receipt.kind === 'none' ? text : receipt.rest
  if (holdsIdentityNumber(rest)) return { kind: 'identity_number' }

  const all = wordsOf(rest)
  const sentence = all.join(' ')
  if (receipt.kind === 'found') {
    return { kind: 'receipt', receiptNumber: receipt.receiptNumber, lastFour: findLastFour(rest) }
  }
  const content = all.filter((word) => !GREETINGS.has(word) && !FILLERS.has(word)).join(' ')
  if (WRONG_NUMBER.test(content)) return { kind: 'wrong_number' }
  if (receipt.kind === 'mistyped') return { kind: 'mistyped_receipt' }
  if (URGENT.test(sentence)) return { kind: 'urgent' }
  if (STOPPING.test(sentence) && !NOT_STOPPING.test(sentence)) {
    const isOnlyThat = all.every((word) => ABOUT_STOPPING.has(word) || FILLERS.has(word) || GREETINGS.has(word))
    if (isOnlyThat) return { kind: 'about_stopping' }
  }
  if (sentence === 'admin') return { kind: 'officer' }
  if (ABOUT_WRONG_NUMBER.test(sentence) && !OTHER_NUMBER.test(sentence)) return { kind: 'about_wrong_number' }
  const courtesy = courtesyOf(text, all, sentence)
  if (courtesy) return courtesy
  const command = commandOf(all, sentence)
  if (command) return command
  const digits = all.filter((word) => !FILLERS.has(word) && !AROUND_DIGITS.has(word)).join('')
  if (/^\d{1,15}$/u.test(digits)) return { kind: 'digits', digits, lastFour: findLastFour(rest) }
  if (all.length === 0 && /\p{Extended_Pictographic}/u.test(text)) return { kind: 'thanks' }
  return { kind: 'other', rest: placeName(all), lastFour: findLastFour(rest) }
}
