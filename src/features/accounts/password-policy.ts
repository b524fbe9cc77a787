import type { ZxcvbnResult } from '@zxcvbn-ts/core'
import type { FieldIssue } from '../../platform/errors.ts'
import { listIndonesianWords, listPlaceWords } from './password-words.ts'

/**
 * Tells what is wrong with a new password. Length is the contract's business; this refuses what is estimated to be guessed
 * soon: passwords of an international list, Indonesian words and places, patterns (also with l33t letters), the username.
 * An estimate over lists, not a look-up among breached passwords: that would need the internet. Sizes: docs/adr/0007.
 */
export type PasswordPolicy = {
  findIssue(password: string, username: string, path: string): Promise<FieldIssue | undefined>
}

// At least 10^10 guesses. Three words of a list, or two and a number, are about 10^8 to 10^9: with a stolen hash (80 ms a
// guess and core) a matter of weeks.
const MIN_SCORE = 4
const MIN_DISTINCT_CHARACTERS = 5
const SEPARATORS = /[\s._-]+/g
/** Between and behind words: "33", "01!". Longer than that it is something of its own. */
const MAX_FILLING = 3

async function loadEstimator(placeNames: readonly string[]) {
  const [{ ZxcvbnFactory }, common] = await Promise.all([
    import('@zxcvbn-ts/core'),
    import('@zxcvbn-ts/language-common'),
  ])
  const dictionary = {
    ...common.dictionary,
    indonesian: listIndonesianWords(),
    places: listPlaceWords(placeNames),
  }
  return new ZxcvbnFactory({ dictionary, graphs: common.adjacencyGraphs })
}

/** Nothing in it but words, years and patterns, and what people put between them. */
const isOfWords = ({ sequence }: ZxcvbnResult): boolean =>
  sequence.every(({ pattern, token }) => pattern !== 'bruteforce' || token.length <= MAX_FILLING)

export type PasswordPolicyOptions = {
  /** The one password that passes untested, the demo's; null outside a demo. */
  allowed: string | null
  /** Names of regions, which everybody knows. */
  placeNames: () => readonly string[]
}

export function createPasswordPolicy({ allowed, placeNames }: PasswordPolicyOptions): PasswordPolicy {
  // The word lists take 200 ms and some megabytes, and most processes never see a new password.
  let estimator: ReturnType<typeof loadEstimator> | undefined
  return {
    async findIssue(password, username, path) {
      if (allowed !== null && password === allowed) return undefined
      if (password.toLowerCase().includes(username.toLowerCase())) return { path, code: 'password_holds_username' }
      if (new Set(password).size < MIN_DISTINCT_CHARACTERS) return { path, code: 'password_repeats' }
      estimator ??= loadEstimator(placeNames())
      const loaded = await estimator
      const estimate = (text: string): ZxcvbnResult => loaded.check(text, [username])
      // The estimator takes each space for a thing to guess, and everybody puts them between words.
      const joined = password.replace(SEPARATORS, '')
      const asOneWord = joined === password ? null : estimate(joined)
      const isWeak =
        estimate(password).score < MIN_SCORE ||
        (asOneWord !== null && isOfWords(asOneWord) && asOneWord.score < MIN_SCORE)
      return isWeak ? { path, code: 'password_common' } : undefined
    },
  }
}
