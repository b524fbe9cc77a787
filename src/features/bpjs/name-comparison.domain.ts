export type Agreement = 'same' | 'slight' | 'different'

/** Honours before a name: pilgrim, clergy, academic, "the late". Compared without dots. */
const LEADING_HONOURS = new Set([
  'H',
  'HJ',
  'HAJI',
  'HAJJAH',
  'KH',
  'DR',
  'DRS',
  'DRA',
  'IR',
  'PROF',
  'NY',
  'TN',
  'ALM',
  'ALMH',
])
const TRAILING_HONOURS = new Set(['ALM', 'ALMH', 'ALMARHUM', 'ALMARHUMAH'])
// "AL" is not in here: it is part of many names (AL FATIH).
const ALIAS = /\sALIAS[.:]?\s/

/** Two letters in a long name are a slip of the pen; in a short name they are somebody else. */
const SLIGHT_EDITS = 2
const SHORT_NAME_LENGTH = 6

/**
 * How strict: names agree when they are letter for letter equal after upper-casing, dropping accents, punctuation,
 * spaces, degrees after a comma, honours, brackets and aliases. Up to two edits (one in names of six letters or fewer), or
 * words shortened to their beginning ("M. ALI" for "MUHAMMAD ALI"), differ slightly. Anything else differs.
 */
export function compareNames(ours: string, theirs: string): Agreement {
  const left = normaliseName(ours)
  const right = normaliseName(theirs)
  const leftLetters = left.join('')
  const rightLetters = right.join('')
  if (!leftLetters || !rightLetters) return 'different'
  if (leftLetters === rightLetters) return 'same'
  const allowed = Math.min(leftLetters.length, rightLetters.length) <= SHORT_NAME_LENGTH ? 1 : SLIGHT_EDITS
  if (isWithinEdits(leftLetters, rightLetters, allowed)) return 'slight'
  return areShortenings(left, right) ? 'slight' : 'different'
}

/** The words of a name that identify a person, upper-case letters only. */
export function normaliseName(name: string): string[] {
  const plain = name.normalize('NFKD').replaceAll(/\p{M}/gu, '').toUpperCase()
  const withoutBrackets = plain.replaceAll(/[([{][^)\]}]*[)\]}]?/g, ' ')
  const beforeDegrees = (withoutBrackets.split(',')[0] ?? '').trim() || withoutBrackets
  const beforeAlias = beforeDegrees.split(ALIAS)[0]?.trim() || beforeDegrees
  const words = beforeAlias
    .split(/[\s.\-/]+/)
    .map((word) => word.replaceAll(/[^\p{L}]/gu, ''))
    .filter(Boolean)
  while (words.length > 1 && LEADING_HONOURS.has(words[0] ?? '')) words.shift()
  while (words.length > 1 && TRAILING_HONOURS.has(words.at(-1) ?? '')) words.pop()
  return words
}

function areShortenings(left: string[], right: string[]): boolean {
  if (left.length !== right.length) return false
  return left.every((word, index) => {
    const other = right[index] ?? ''
    return word.startsWith(other) || other.startsWith(word)
  })
}

/** Optimal string alignment (insert, delete, replace, swap neighbours), stopping as soon as it exceeds `limit`. */
function isWithinEdits(left: string, right: string, limit: number): boolean {
  if (Math.abs(left.length - right.length) > limit) return false
  let beforePrevious: number[] = []
  let previous = Array.from({ length: right.length + 1 }, (_, index) => index)
  for (let i = 1; i <= left.length; i += 1) {
    const current = [i]
    for (let j = 1; j <= right.length; j += 1) {
      const replace = (previous[j - 1] ?? 0) + (left[i - 1] === right[j - 1] ? 0 : 1)
      let cost = Math.min(replace, (previous[j] ?? 0) + 1, (current[j - 1] ?? 0) + 1)
      const swapped = i > 1 && j > 1 && left[i - 1] === right[j - 2] && left[i - 2] === right[j - 1]
      if (swapped) cost = Math.min(cost, (beforePrevious[j - 2] ?? 0) + 1)
      current.push(cost)
    }
    if (Math.min(...current) > limit) return false
    beforePrevious = previous
    previous = current
  }
  return (previous[right.length] ?? limit + 1) <= limit
}
