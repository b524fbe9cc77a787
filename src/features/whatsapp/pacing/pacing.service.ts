import type { Clock } from '../../../platform/clock.ts'
import type { Outbox } from '../../../platform/outbox/outbox.ts'
import type { Db, Tx } from '../../database.ts'
import type { MessageKind } from '../message.repository.ts'
import { beginProbe } from './breaker.domain.ts'
import {
  countsHandOvers,
  DAY_MS,
  decide,
  drawDistance,
  isPaced,
  needsAccount,
  PACING_CLASSES,
  type PacingRules,
  type Verdict,
  warmUpLimit,
} from './pacing.domain.ts'
import {
  type Account,
  countAhead,
  deleteHandOver,
  deleteHandOversBefore,
  findAccount,
  findRoom,
  insertHandOver,
  type Limit,
  type LimitName,
  lockAccount,
  recordBreaker,
  recordSince,
  recordTurn,
} from './pacing.repository.ts'
import { wakeHeld, wakeHeldOf } from './wake.ts'

const HOUR_MS = 60 * 60_000
const NO_LIMITS: Record<LimitName, null> = { contactHour: null, contactDay: null, daily: null, cold: null }
/** Longer than the longest window. */
const KEEP_MS = 2 * DAY_MS

/** What is asked about one message. `attempts`: hand-overs before this one. */
export type PacedMessage = {
  id: string
  kind: MessageKind
  contactId: string
  timeZone: string | null
  wroteAt: Date | null
  attempts: number
}

/** What was decided, and on what: `take` uses it in the same transaction. */
export type Admission = { verdict: Verdict; account: Account | null }

export type Pacing = {
  /** Whether a message might be kept back at all: saves looking when nothing is paced and the account has no trouble. */
  mightHold(executor: Db): Promise<boolean>
  /**
   * Whether a queued message may leave now. When it depends on other messages, holds the account's lock until the transaction ends, so
   * that what is decided stays true. The caller holds the contact's lock.
   */
  admit(tx: Tx, message: PacedMessage): Promise<Admission>
  /** Counts the hand-over that was admitted, in the same transaction. */
  take(tx: Tx, message: PacedMessage, admission: Admission): Promise<void>
  /** A hand-over that provably never left does not count. */
  giveBack(tx: Tx, messageId: string, attempt: number): Promise<void>
  /** Settings may have changed since the last start: everybody who waits asks again. */
  wakeAll(): Promise<void>
  /** The contact has written: whatever waits for it asks again. In the caller's transaction, which holds the contact's lock; call it last. */
  wakeContact(tx: Tx, contactId: string): Promise<void>
  /** Another account is in use from now on: its warm-up begins. */
  beginAccount(executor: Db): Promise<void>
  /** Forgets what no limit looks at any more. */
  forget(): Promise<void>
}

export function createPacing(deps: {
  db: Db
  clock: Clock
  outbox: Pick<Outbox, 'add'>
  random: () => number
  gateway: string
  rules: PacingRules
}): Pacing {
  const { db, clock, outbox, random, gateway, rules } = deps
  const takesTurns = needsAccount(rules)
  const counts = countsHandOvers(rules)

  const limitsOf = (
    message: PacedMessage,
    { since }: Account,
    now: Date,
    ahead: { daily: number; cold: number },
  ): Partial<Record<LimitName, Limit>> => {
    const daily = rules.warmUp && warmUpLimit(rules.warmUp, since, now)
    const limit = (value: number | null, windowMs: number, before = 0): Limit | undefined =>
      value === null ? undefined : { limit: value, windowMs, ahead: before }
    const limits = {
      contactHour: limit(rules.contactHourLimit, HOUR_MS),
      contactDay: limit(rules.contactDayLimit, DAY_MS),
      daily: limit(daily, DAY_MS, ahead.daily),
      cold: message.wroteAt === null ? limit(rules.coldDayLimit, DAY_MS, ahead.cold) : undefined,
    }
    return Object.fromEntries(Object.entries(limits).filter(([, given]) => given !== undefined))
  }

  const mightHold = async (executor: Db): Promise<boolean> =>
    isPaced(rules) || ((await findAccount(executor, gateway))?.breaker.open ?? null) !== null

  return {
    mightHold,

    async admit(tx, message) {
      const now = clock.now()
      const isLocked = takesTurns || ((await findAccount(tx, gateway))?.breaker.open ?? null) !== null
      const account = isLocked ? await lockAccount(tx, gateway, now) : null
      const { obeysLimits } = PACING_CLASSES[message.kind]
      const ahead = account && obeysLimits && takesTurns ? await countAhead(tx, message.id) : {}
      const others = { daily: ahead.daily_limit ?? 0, cold: ahead.cold_limit ?? 0 }
      const limits = account && obeysLimits && counts ? limitsOf(message, account, now, others) : {}
      const roomAt =
        Object.keys(limits).length > 0
          ? await findRoom(tx, { gateway, contactId: message.contactId, now }, limits)
          : NO_LIMITS
      const verdict = decide(rules, {
        now,
        kind: message.kind,
        timeZone: message.timeZone,
        wroteAt: message.wroteAt,
        breaker: account?.breaker.open ?? null,
        lastHandOverAt: account?.lastHandOverAt ?? null,
        notBefore: account?.notBefore ?? null,
        ahead: ahead.pace ?? 0,
        roomAt,
      })
      return { verdict, account }
    },

    async take(tx, message, { verdict, account }) {
      const now = clock.now()
      if (rules.jitter) {
        const notBefore = new Date(now.getTime() + drawDistance(rules.jitter, random()))
        await recordTurn(tx, gateway, { lastHandOverAt: now, notBefore })
      }
      if (counts && PACING_CLASSES[message.kind].obeysLimits) {
        const { id: messageId, contactId } = message
        const cold = message.wroteAt === null
        await insertHandOver(tx, { messageId, attempt: message.attempts + 1, gateway, contactId, cold, at: now })
      }
      if (verdict.kind === 'go' && verdict.probe && account) {
        await recordBreaker(tx, gateway, beginProbe(account.breaker, message.id, now))
      }
    },

    async giveBack(tx, messageId, attempt) {
      if (counts) await deleteHandOver(tx, messageId, attempt)
    },

    wakeAll: () => wakeHeld({ db, outbox }),
    wakeContact: (tx, contactId) => wakeHeldOf(outbox, tx, contactId),
    beginAccount: (executor) => recordSince(executor, gateway, clock.now()),
    async forget() {
      if (counts) await deleteHandOversBefore(db, new Date(clock.now().getTime() - KEEP_MS))
    },
  }
}
