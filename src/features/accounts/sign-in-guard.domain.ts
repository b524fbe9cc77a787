export type GuardKind = 'account' | 'address'

export type GuardRule = {
  /** Failures within the window that lead to a lock. */
  limit: number
  windowSeconds: number
  /** The first lock; each further one without a success in between lasts twice as long. */
  lockSeconds: number
  maxLockSeconds: number
}

const MINUTE = 60
const HOUR = 60 * MINUTE

export const GUARD_RULES: Record<GuardKind, GuardRule> = {
  // Who knows the password needs two or three attempts. At five per lock, doubling up to four hours, an attacker gets about
  // 50 guesses on the first day; the lock ends by itself, so that it cannot be used to keep an officer out for good.
  account: { limit: 5, windowSeconds: 15 * MINUTE, lockSeconds: 15 * MINUTE, maxLockSeconds: 4 * HOUR },
  // A whole office may share an address, and its mistakes on a Monday morning must not lock all of it.
  address: { limit: 50, windowSeconds: 15 * MINUTE, lockSeconds: 15 * MINUTE, maxLockSeconds: HOUR },
}

/** Counters that nobody has touched for this long start from nothing again. */
export const GUARD_FORGET_SECONDS = 24 * HOUR

export function lockSecondsOf(rule: GuardRule, previousLocks: number): number {
  return Math.min(rule.maxLockSeconds, rule.lockSeconds * 2 ** Math.min(previousLocks, 20))
}
