import type { FieldIssue } from '../../platform/errors.ts'

/**
 * Tells what is wrong with a new password. Length is the contract's business; this refuses what attackers try first:
 * passwords of published breaches, words and patterns (also with l33t letters), and the username.
 */
export type PasswordPolicy = {
  findIssue(password: string, username: string, path: string): Promise<FieldIssue | undefined>
}

// Below 10^8 guesses. A locked-out online attacker needs centuries for that, somebody with a stolen hash about a month.
const MIN_SCORE = 3
const MIN_DISTINCT_CHARACTERS = 5

async function loadEstimator() {
  const [{ ZxcvbnFactory }, common] = await Promise.all([
    import('@zxcvbn-ts/core'),
    import('@zxcvbn-ts/language-common'),
  ])
  return new ZxcvbnFactory({ dictionary: common.dictionary, graphs: common.adjacencyGraphs })
}

/** `allowed`: the one password that passes untested, the demo's; null outside a demo. */
export function createPasswordPolicy(options: { allowed: string | null }): PasswordPolicy {
  // The word lists take 150 ms and a few megabytes, and most processes never see a new password.
  let estimator: ReturnType<typeof loadEstimator> | undefined
  return {
    async findIssue(password, username, path) {
      if (options.allowed !== null && password === options.allowed) return undefined
      if (password.toLowerCase().includes(username.toLowerCase())) return { path, code: 'password_holds_username' }
      if (new Set(password).size < MIN_DISTINCT_CHARACTERS) return { path, code: 'password_repeats' }
      estimator ??= loadEstimator()
      const { score } = (await estimator).check(password, [username, 'puntadewa'])
      return score < MIN_SCORE ? { path, code: 'password_common' } : undefined
    },
  }
}
