/** Greetings, titles and particles: what a message may hold without asking for anything. Indonesian, Javanese, Sundanese. */
export const GREETINGS = new Set(
  `assalamualaikum asalamualaikum assalamu asalamu alaikum alaikumsalam waalaikumsalam waalaikumussalam aslm ass salam samlekum wr wb
  warahmatullahi warohmatullohi wabarakatuh wabarokatuh
  selamat slmt met pagi pgi siang sore malam mlm halo hallo helo hello hai hay hi hei hey permisi misi punten sampurasun sampurason
  rampes wilujeng enjing enjang sonten wengi sugeng dalu ndalu kulonuwun nuwunsewu nyuwunsewu shalom om swastiastu
  p pp ping tes test`.split(/\s+/),
)

export const FILLERS = new Set(
  `bu buu ibu bpk pak pa bapak mas mbak mba kak kakak ka teh teteh kang akang aa min admin sist gan bos dok dokter nduk
  ya yah iya nih ni dong deh sih kok lah to tho toh atuh mah euy yo nggih tolong tlg mohon mhn minta maaf maap mf sorry
  mau ingin pengen pingin boleh bisa saya sy aku kulo kula abdi badhe bade ajeng arep hoyong nya kan lho loh si di ke dari yang yg
  ini itu nika niki ieu eta dan atau untuk buat tentang soal mengenai dulu dl saja aja mawon wae bae monggo mangga please plis hapunten tanya nanya bertanya
  apa apakah`.split(/\s+/),
)

export const THANKS = new Set(
  `terima kasih terimakasih trimakasih trimakasi terimakasi makasih makasi mksh mksih tks trims thanks thank thx tq suwun suwon nuwun
  maturnuwun matur nuhun hatur haturnuhun ok oke okey okay oks sip siip siap baik baiklah alhamdulillah alhamdulilah amin aamiin noted
  barakallah jazakallah`.split(/\s+/),
)

/** What people add to thanks. */
export const AROUND_THANKS = new Set(
  `banyak atas info infonya informasi informasinya bantuan bantuannya penjelasan penjelasannya kembali sama sangat sekali pisan sanget
  semoga sehat selalu sudah membantu dibantu you so much ditunggu tunggu kabar kabarnya paham mengerti ngerti`.split(
    /\s+/,
  ),
)

export const CONFIRM = new Set(
  `ya iya iyah yaa y yes yoi benar bener betul leres nggih inggih enggih njih muhun sumuhun yup yap`.split(/\s+/),
)
export const DENY = new Set(`tidak bukan belum sanes dudu no salah`.split(/\s+/))
export const AROUND_CONFIRM = new Set(`nomor nomer no wa whatsapp hp punya milik memang sudah sekali`.split(/\s+/))

/** How residents shorten and dialects say it, written out. */
const SPELLINGS: Record<string, string> = {
  gmn: 'bagaimana',
  gimana: 'bagaimana',
  kumaha: 'bagaimana',
  pripun: 'bagaimana',
  piye: 'bagaimana',
  brp: 'berapa',
  pinten: 'berapa',
  piro: 'berapa',
  sabaraha: 'berapa',
  dmn: 'dimana',
  dimn: 'dimana',
  dimna: 'dimana',
  pundi: 'dimana',
  nendi: 'dimana',
  ngendi: 'dimana',
  kamana: 'dimana',
  dimanakah: 'dimana',
  kpn: 'kapan',
  iraha: 'kapan',
  tdk: 'tidak',
  gak: 'tidak',
  ga: 'tidak',
  gk: 'tidak',
  nggak: 'tidak',
  ngga: 'tidak',
  enggak: 'tidak',
  ndak: 'tidak',
  mboten: 'tidak',
  ora: 'tidak',
  henteu: 'tidak',
  teu: 'tidak',
  jgn: 'jangan',
  ojo: 'jangan',
  ulah: 'jangan',
  blm: 'belum',
  blom: 'belum',
  durung: 'belum',
  dereng: 'belum',
  acan: 'belum',
  sdh: 'sudah',
  udah: 'sudah',
  udh: 'sudah',
  dah: 'sudah',
  wis: 'sudah',
  sampun: 'sudah',
  pun: 'sudah',
  tos: 'sudah',
  dados: 'jadi',
  dadi: 'jadi',
  janten: 'jadi',
  sampe: 'sampai',
  nyampe: 'sampai',
  dugi: 'sampai',
  nomer: 'nomor',
  nmr: 'nomor',
  nomornya: 'nomor',
  nomernya: 'nomor',
  cs: 'petugas',
  syrt: 'syarat',
  sarat: 'syarat',
  sts: 'status',
  jdwl: 'jadwal',
  almt: 'alamat',
  pkm: 'puskesmas',
  pusk: 'puskesmas',
  daptar: 'daftar',
  dftr: 'daftar',
  ndaftar: 'daftar',
  mendaftar: 'daftar',
  mendaftarkan: 'daftar',
  fc: 'fotokopi',
  fotocopy: 'fotokopi',
  potokopi: 'fotokopi',
  mbeta: 'bawa',
  nyandak: 'bawa',
  dicandak: 'bawa',
  dibawa: 'bawa',
  bawanya: 'bawa',
  ngecek: 'cek',
  dicek: 'cek',
  mengecek: 'cek',
  check: 'cek',
  chek: 'cek',
  cekk: 'cek',
  ngobrol: 'bicara',
  ngomong: 'bicara',
  berbicara: 'bicara',
  wicanten: 'bicara',
  nyarios: 'bicara',
}

const SUFFIX = /^(\p{L}{4,})(?:nya|kah|lah)$/u
// Longer ones are no words of any language here, and comparing them costs time.
const WORD_MAX = 30

/**
 * The words of a message, in lower case and written out: letters repeated for effect once ("haloooo"), suffixes off ("statusnya"),
 * shortened and dialect words as in the tables above. Digits stay as words.
 */
export function wordsOf(text: string): string[] {
  return text
    .normalize('NFKC')
    .replace(/[\p{Cf}'’`]/gu, '')
    .toLowerCase()
    .replace(/(\p{L})\1{2,}/gu, '$1')
    .replace(/\b(?:nyuwun|nuwun)\s+sewu\b/gu, 'nuwunsewu')
    .replace(/\bkulo\s*nuwun\b/gu, 'kulonuwun')
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '' && word.length <= WORD_MAX)
    .map((word) => {
      if (THANKS.has(word) || GREETINGS.has(word)) return word
      const bare = SUFFIX.exec(word)?.[1] ?? word
      return SPELLINGS[word] ?? SPELLINGS[bare] ?? bare
    })
}

/** Optimal string alignment: how many letters to change, add, leave out or swap with their neighbour. Gives up above `max`. */
export function editDistance(a: string, b: string, max: number): number {
  if (Math.abs(a.length - b.length) > max) return max + 1
  let beforeLast: number[] = []
  let last = Array.from({ length: b.length + 1 }, (_, column) => column)
  for (let row = 1; row <= a.length; row++) {
    const current = [row]
    for (let column = 1; column <= b.length; column++) {
      const cost = a[row - 1] === b[column - 1] ? 0 : 1
      let distance = Math.min((last[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1, (last[column - 1] ?? 0) + cost)
      if (row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1]) {
        distance = Math.min(distance, (beforeLast[column - 2] ?? 0) + 1)
      }
      current.push(distance)
    }
    if (Math.min(...current) > max) return max + 1
    beforeLast = last
    last = current
  }
  return last[b.length] ?? max + 1
}

// Of "syarat" one letter may be wrong, of "puskesmas" two; the first letter is nearly always right, and "selamat" is no "alamat".
const ONE_SLIP_FROM = 5
const TWO_SLIPS_FROM = 9
/** "lokasina", "puskesmase", "alamatipun". */
const ENDING_MAX = 3

/** Whether a word is meant to be `keyword`, with the slips of a thumb. */
export function isMeantAs(word: string, keyword: string): boolean {
  if (word === keyword) return true
  if (word[0] !== keyword[0] || keyword.length < ONE_SLIP_FROM) return false
  if (word.startsWith(keyword) && word.length <= keyword.length + ENDING_MAX) return true
  const slips = keyword.length >= TWO_SLIPS_FROM ? 2 : 1
  return editDistance(word, keyword, slips) <= slips
}
