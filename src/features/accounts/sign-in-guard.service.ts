import { createHmac, hkdfSync } from 'node:crypto'
import type { Clock } from '../../platform/clock.ts'
import { AppError } from '../../platform/errors.ts'
import type { Db } from '../database.ts'
import { GUARD_FORGET_SECONDS, GUARD_RULES, type GuardKind, lockSecondsOf } from './sign-in-guard.domain.ts'
import {
  clearGuard,
  countAttempt,
  deleteStaleGuards,
  forgiveAttempt,
  type GuardState,
  lock,
} from './sign-in-guard.repository.ts'

export type SignInGuard = ReturnType<typeof createSignInGuard>

export type Attempt = {
  /** The attempt failed: stays counted. True when this failure locked the account. */
  fail(): Promise<boolean>
  /** Right password, code of the app still to come: the address is innocent, the account's count stays until the code is right. */
  passFirstStep(): Promise<void>
  /** Nothing was wrong with the password, and no session came of it either: as if it had not been made. */
  withdraw(): Promise<void>
  /** A session began: the account starts from nothing again. */
  succeed(): Promise<void>
}

const addSeconds = (date: Date, seconds: number): Date => new Date(date.getTime() + seconds * 1000)

/** Lock-out per account name and per address, kept in the database and so the same for all processes. */
export function createSignInGuard({ db, clock, secret }: { db: Db; clock: Clock; secret: string }) {
  const key = Buffer.from(hkdfSync('sha256', secret, 'puntadewa', 'sign-in-guard', 32))
  const keyOf = (kind: GuardKind, subject: string) => ({
    kind,
    subject: createHmac('sha256', key).update(`${kind}\0${subject}`).digest(),
  })
  const accountKey = (username: string) => keyOf('account', username.toLowerCase())

  /** Locked, or as many attempts under way as may fail: then until the window is over at most. */
  function secondsToWait(state: GuardState, kind: GuardKind, now: Date): number {
    const { limit, windowSeconds } = GUARD_RULES[kind]
    const isOverrun = state.failures > limit
    const until = state.lockedUntil ?? (isOverrun ? addSeconds(state.windowStartedAt, windowSeconds) : now)
    return Math.max(0, Math.ceil((until.getTime() - now.getTime()) / 1000))
  }

  async function lockIfDue(kind: GuardKind, subject: ReturnType<typeof keyOf>, state: GuardState): Promise<boolean> {
    const rule = GUARD_RULES[kind]
    if (state.failures < rule.limit) return false
    const until = addSeconds(clock.now(), lockSecondsOf(rule, state.lockCount))
    return lock(db, subject, { limit: rule.limit, until, previousLocks: state.lockCount })
  }

  async function count(kind: GuardKind, subject: ReturnType<typeof keyOf>, now: Date): Promise<GuardState> {
    return countAttempt(db, subject, now, {
      windowStart: addSeconds(now, -GUARD_RULES[kind].windowSeconds),
      forgetBefore: addSeconds(now, -GUARD_FORGET_SECONDS),
    })
  }

  return {
    /**
     * Counts an attempt before the password is looked at. Throws `account_locked` (or `rate_limited` for the address)
     * with the seconds to wait; a name that does not exist is treated alike.
     */
    async begin(username: string, address: string): Promise<Attempt> {
      const now = clock.now()
      const byAddress = keyOf('address', address)
      const byAccount = accountKey(username)
      const addressState = await count('address', byAddress, now)
      const addressWait = secondsToWait(addressState, 'address', now)
      if (addressWait > 0) throw new AppError('rate_limited', { details: { retryAfterSeconds: addressWait } })
      const accountState = await count('account', byAccount, now)
      const accountWait = secondsToWait(accountState, 'account', now)
      if (accountWait > 0) {
        // No password was tried, and colleagues at the same address have done nothing wrong.
        await forgiveAttempt(db, byAddress)
        throw new AppError('account_locked', { details: { retryAfterSeconds: accountWait } })
      }
      return {
        async fail() {
          await lockIfDue('address', byAddress, addressState)
          return lockIfDue('account', byAccount, accountState)
        },
        passFirstStep: () => forgiveAttempt(db, byAddress),
        async withdraw() {
          await forgiveAttempt(db, byAddress)
          await forgiveAttempt(db, byAccount)
        },
        async succeed() {
          await forgiveAttempt(db, byAddress)
          await clearGuard(db, byAccount)
        },
      }
    },

    /** Forgets the failures of an account: a session began, or an admin unlocked it. May be repeated. */
    clear: (executor: Db, username: string): Promise<void> => clearGuard(executor, accountKey(username)),

    /** Removes counters nobody has touched for a day; for a schedule. */
    deleteStale: (): Promise<number> => deleteStaleGuards(db, addSeconds(clock.now(), -GUARD_FORGET_SECONDS)),
  }
}
