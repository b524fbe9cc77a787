import type { BreakerScope } from '../../../contracts/api/whatsapp-pacing.ts'

const MINUTE_MS = 60_000
/** The first wait for a probe, doubled with every opening in a row up to the longest. Nobody publishes how long WhatsApp restricts an account. */
const FIRST_PROBE_MS = 30 * MINUTE_MS
const LONGEST_PROBE_MS = 12 * 60 * MINUTE_MS
/** Openings so far apart are no row. */
const FORGIVEN_AFTER_MS = 24 * 60 * MINUTE_MS

/** Transports tell whole seconds. */
const TOLD_WITHIN_MS = 1_000

export type OpenBreaker = {
  scope: BreakerScope
  code: string
  openedAt: Date
  /** From then on one message may try; of scope `cold` none does. */
  probeAt: Date
  /** The message that tried last; null: none since it opened. */
  probeId: string | null
}
export type Breaker = {
  /** Null: closed. */
  open: OpenBreaker | null
  trips: number
  closedAt: Date | null
}

/** `at`: when it happened, which may be told late. */
export type Trouble = { scope: BreakerScope; code: string; at: Date; now: Date }

/**
 * After trouble of the account. The same again while nothing was tried changes nothing (answers null); after a probe it opens
 * anew, with a longer wait. Trouble of the whole account outweighs that of cold contacts. What was told too late, of the time before
 * the breaker was closed, is over.
 */
export function tripBreaker(breaker: Breaker, { scope, code, at, now }: Trouble): Breaker | null {
  const { open, closedAt } = breaker
  if (closedAt && at.getTime() + TOLD_WITHIN_MS <= closedAt.getTime()) return null
  if (open && open.probeId === null) {
    if (scope === 'cold' || open.scope === 'account') return null
    return { ...breaker, open: { ...open, scope, code, probeAt: probeTime(breaker.trips, now) } }
  }
  const inARow = open !== null || (closedAt && now.getTime() - closedAt.getTime() < FORGIVEN_AFTER_MS)
  const trips = inARow ? breaker.trips + 1 : 1
  const wider = open?.scope === 'account' ? 'account' : scope
  const opened = { scope: wider, code, openedAt: now, probeAt: probeTime(trips, now), probeId: null } as const
  return { ...breaker, trips, open: opened }
}

/** One message tries. Others wait as long again: what it meets is known late or never. */
export function beginProbe(breaker: Breaker, messageId: string, now: Date): Breaker {
  if (!breaker.open) return breaker
  return { ...breaker, open: { ...breaker.open, probeId: messageId, probeAt: probeTime(breaker.trips, now) } }
}

/** A person vouches for the account: the next trouble is the first. A probe only shows that one message left. */
export function closeBreaker(breaker: Breaker, by: 'person' | 'probe', now: Date): Breaker {
  return { open: null, trips: by === 'person' ? 0 : breaker.trips, closedAt: now }
}

function probeTime(trips: number, now: Date): Date {
  const wait = Math.min(LONGEST_PROBE_MS, FIRST_PROBE_MS * 2 ** Math.min(trips - 1, 10))
  return new Date(now.getTime() + wait)
}

// No code is as long as a phone number.
const CODE = /^(?!.*\d{9})[\w.:-]{1,60}$/

/** What may stand in a log and in the audit: a code, never a sentence of somebody else. */
export function troubleCode(code: string): string {
  return CODE.test(code) ? code : 'other'
}
