import type { MemberStatus } from './membership.domain.ts'

const ACTIVE_CODE = '0'

/**
 * Status codes seen in the field and the texts that stand for them. The list is certainly incomplete, which is why anything
 * else is `unknown` and goes to a person. PCare sends the text only; the code is then the one its text stands for.
 */
const STATUS_TEXTS: ReadonlyMap<string, readonly [string, ...string[]]> = new Map([
  [ACTIVE_CODE, ['AKTIF']],
  ['2', ['MENINGGAL', 'MENINGGAL DUNIA']],
  ['6', ['TIDAK DITANGGUNG', 'MASA BERLAKU SUDAH BERAKHIR', 'MASA BERLAKU BERAKHIR']],
  ['7', ['PENANGGUHAN PESERTA']],
  ['9', ['NON AKTIF KARENA PREMI', 'NON AKTIF KARNA PREMI']],
  ['15', ['NON AKTIF DI AKHIR BULAN']],
])

type Meaning = { code: string | null; isActive: boolean }

const MEANINGS: ReadonlyMap<string, Meaning> = new Map([
  ...[...STATUS_TEXTS].flatMap(([code, texts]) =>
    texts.map((text): [string, Meaning] => [text, { code, isActive: code === ACTIVE_CODE }]),
  ),
  // Certainly not active, without saying why: lists and officers write it so.
  ...['NON AKTIF', 'NONAKTIF', 'TIDAK AKTIF'].map((text): [string, Meaning] => [text, { code: null, isActive: false }]),
])

/** A code with its text (VClaim), or either alone. The code decides, unless the text contradicts it about being active. */
export function readStatus(code: string | null, text: string | null): MemberStatus {
  const meant = meaningOf(text)
  if (code === null) return { code: meant?.code ?? null, text, standing: standingOf(meant) }
  if (code === ACTIVE_CODE) return { code, text, standing: meant?.isActive ? 'active' : 'unknown' }
  const isKnown = STATUS_TEXTS.has(code) && !meant?.isActive
  return { code, text, standing: isKnown ? 'inactive' : 'unknown' }
}

/** PCare: a flag with a text. Active needs both; a flag and a text that contradict each other are unknown. */
export function readFlaggedStatus(isActive: boolean, text: string | null): MemberStatus {
  const meant = meaningOf(text)
  const standing = meant?.isActive === isActive ? standingOf(meant) : 'unknown'
  return { code: meant?.code ?? null, text, standing }
}

/** One column of a list, which may hold a code or a text. */
export function readStatusWord(word: string): MemberStatus {
  if (!/^\d+$/.test(word)) return readStatus(null, word)
  const code = String(Number(word))
  return readStatus(code, STATUS_TEXTS.get(code)?.[0] ?? null)
}

function standingOf(meaning: Meaning | undefined): MemberStatus['standing'] {
  if (meaning === undefined) return 'unknown'
  return meaning.isActive ? 'active' : 'inactive'
}

function meaningOf(text: string | null): Meaning | undefined {
  return MEANINGS.get(
    (text ?? '')
      .trim()
      .replaceAll(/[\s-]+/g, ' ')
      .toUpperCase(),
  )
}
