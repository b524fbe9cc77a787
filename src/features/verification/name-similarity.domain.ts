import { jaroWinkler } from './jaro-winkler.domain.ts'

/** A name made ready for comparing: its words without honours, each as written and as it sounds. */
export type ComparableName = { words: readonly ComparableWord[]; letters: number }
/** `letters` has a bit for each letter in the text. */
type ComparableWord = { text: string; sound: string; letters: number; soundLetters: number }

/** Honours and degrees; people use them one day and leave them out the next. */
const HONOURS = new Set(
  (
    'H HJ HAJI HAJJAH KH NY TN ALM ALMH ALMARHUM ALMARHUMAH DR DRA DRS DRG IR PROF RA RR RM ST SE SH SPD SAG SSOS SKM SKEP ' +
    'SKOM SSI MM MPD MSI AMD'
  ).split(' '),
)
/** "Son of" and "daughter of": the word says nothing, the father's name after it may be left out. */
const PATRONYMS = new Set(['BIN', 'BINTI', 'BT', 'BTE'])

/** Ways to write the same first name. The long form stands for all. */
const SAME_WORD: Record<string, string> = {
  ...spell(
    'MUHAMMAD',
    'MD MUH MOH MOCH MUHD MOHD MUHAMAD MOHAMMAD MOHAMAD MUHAMMAT MOCHAMMAD MOCHAMAD MUCHAMMAD MUCHAMAD',
  ),
  ...spell('ABDUL', 'ABD ABDL ABDOEL'),
  ...spell('AHMAD', 'AKHMAD ACHMAD AHMAT ACH AKH'),
  ...spell('SITI', 'ST SITTI SITY'),
  ...spell('NUR', 'NOR NOOR NOER'),
  ...spell('SRI', 'SRIE'),
}

function spell(word: string, variants: string): Record<string, string> {
  return Object.fromEntries(variants.split(' ').map((variant) => [variant, word]))
}

/** Old and new spelling, and letters that are heard alike. */
function soundOf(word: string): string {
  return word
    .replaceAll('OE', 'U')
    .replaceAll('DJ', 'J')
    .replaceAll('TJ', 'C')
    .replaceAll('SJ', 'SY')
    .replaceAll('NJ', 'NY')
    .replaceAll(/KH|CH/g, 'K')
    .replaceAll(/SY|SH|TS|Z/g, 'S')
    .replaceAll(/DH|DZ|DL/g, 'D')
    .replaceAll('TH', 'T')
    .replaceAll('GH', 'G')
    .replaceAll(/[FV]/g, 'P')
    .replaceAll('Q', 'K')
    .replaceAll('Y', 'I')
    .replaceAll(/(.)\1+/g, '$1')
    .replaceAll(/H$/g, '')
}

/** A word that was cut ("M." for "MUHAMMAD", "SUP" for "SUPARMAN") agrees less than one that is spelled another way. */
const CUT_SCORE = 0.9
const SOUND_SCORE = 0.97
/** Below this two words are different words, and what they share is chance. */
const WORD_FLOOR = 0.8
/** Words in another order are the same name a little less. */
const ORDER_PENALTY = 0.03
/** A shorter name lacks words more often than it is somebody else's: a missing word weighs this much of its letters. */
const MISSING_WEIGHT = 0.6

/** Prepares a name once, to be compared with many. */
export function comparableName(name: string): ComparableName {
  const plain = name.normalize('NFKD').replaceAll(/\p{M}/gu, '').toUpperCase()
  const withoutDegrees = (plain.split(',')[0] ?? '').trim() || plain
  const all = withoutDegrees
    .replaceAll("'", '')
    .split(/[^\p{L}]+/u)
    .filter((word) => word.length > 0 && !PATRONYMS.has(word))
  const named = all.filter((word, index) => !isHonour(word, index, all.length))
  const words = (named.length > 0 ? named : all).map(toWord)
  return { words, letters: words.reduce((sum, word) => sum + word.text.length, 0) }
}

/** "ST" before a name is SITI, after it a degree. */
function isHonour(word: string, index: number, count: number): boolean {
  if (word === 'ST') return index === count - 1 && count > 1
  return HONOURS.has(word)
}

// Names are made of few words: some thousand make up nearly all of a kabupaten's. Finding how one sounds costs 5 microseconds.
const knownWords = new Map<string, ComparableWord>()
const KNOWN_WORDS_MAX = 20_000
const CODE_OF_A = 65
/** What Winkler's bonus for a common beginning comes to. */
const PREFIX_AT_MOST = 0.4

/** One bit per letter of A to Z; all others share the bits that are left, which only makes words look more alike. */
function lettersIn(word: string): number {
  let bits = 0
  for (let index = 0; index < word.length; index += 1) bits |= 1 << (word.charCodeAt(index) - CODE_OF_A)
  return bits
}

function countBits(bits: number): number {
  let count = 0
  for (let left = bits; left !== 0; left &= left - 1) count += 1
  return count
}

/**
 * The most that Jaro-Winkler can say of two words, from their lengths, letters and beginnings alone: a letter that the
 * other word has not got matches nothing. Spares nine of ten comparisons of strangers' names.
 */
function likenessAtMost(left: string, right: string, leftLetters: number, rightLetters: number): number {
  const matches = Math.min(
    left.length - countBits(leftLetters & ~rightLetters),
    right.length - countBits(rightLetters & ~leftLetters),
  )
  const jaro = (matches / left.length + matches / right.length + 1) / 3
  return left[0] === right[0] ? jaro + PREFIX_AT_MOST * (1 - jaro) : jaro
}

function toWord(written: string): ComparableWord {
  const known = knownWords.get(written)
  if (known) return known
  const text = SAME_WORD[written] ?? written
  const sound = soundOf(text)
  const word = { text, sound, letters: lettersIn(text), soundLetters: lettersIn(sound) }
  if (knownWords.size >= KNOWN_WORDS_MAX) knownWords.clear()
  knownWords.set(written, word)
  return word
}

function compareWords(left: ComparableWord, right: ComparableWord): number {
  if (left.text === right.text) return 1
  if (left.sound === right.sound) return SOUND_SCORE
  if (left.text.startsWith(right.text) || right.text.startsWith(left.text)) return CUT_SCORE
  const written = likenessAtMost(left.text, right.text, left.letters, right.letters)
  const heard = likenessAtMost(left.sound, right.sound, left.soundLetters, right.soundLetters)
  // What stays below the floor counts as nothing, however little it is.
  return Math.max(
    written < WORD_FLOOR ? 0 : jaroWinkler(left.text, right.text),
    heard * SOUND_SCORE < WORD_FLOOR ? 0 : jaroWinkler(left.sound, right.sound) * SOUND_SCORE,
  )
}

type Match = { left: number; right: number; score: number }

/**
 * How alike two names are, 0 to 1: the words are paired best first whatever their order, and weighed by their letters.
 * 1 is the same name; two different names of one place mostly stay below 0.7.
 */
export function compareNames(left: ComparableName, right: ComparableName): number {
  const possible: Match[] = []
  left.words.forEach((leftWord, i) => {
    right.words.forEach((rightWord, j) => {
      const score = compareWords(leftWord, rightWord)
      if (score >= WORD_FLOOR) possible.push({ left: i, right: j, score })
    })
  })
  possible.sort((a, b) => b.score - a.score)
  const leftDone = new Set<number>()
  const rightDone = new Set<number>()
  const matches: Match[] = []
  for (const match of possible) {
    if (leftDone.has(match.left) || rightDone.has(match.right)) continue
    leftDone.add(match.left)
    rightDone.add(match.right)
    matches.push(match)
  }
  if (matches.length === 0) return 0
  let agreeing = 0
  let weight = 0
  for (const match of matches) {
    const letters = lettersOf(left, match.left) + lettersOf(right, match.right)
    agreeing += match.score * letters
    weight += letters
  }
  const missing = left.letters + right.letters - weight
  const bothLackWords = leftDone.size < left.words.length && rightDone.size < right.words.length
  const score = agreeing / (weight + missing * (bothLackWords ? 1 : MISSING_WEIGHT))
  return Math.max(0, score - (isInOrder(matches) ? 0 : ORDER_PENALTY))
}

function lettersOf(name: ComparableName, index: number): number {
  return name.words[index]?.text.length ?? 0
}

function isInOrder(matches: Match[]): boolean {
  const byLeft = matches.toSorted((a, b) => a.left - b.left)
  return byLeft.every((match, index) => index === 0 || match.right > (byLeft[index - 1]?.right ?? 0))
}
