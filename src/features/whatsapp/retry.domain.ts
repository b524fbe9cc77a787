import type { RefusalCode } from './whatsapp.ports.ts'

/** What "failed", said by a transport after it took a text, means for the text: in each case it provably never reached the phone. */
export type Failure =
  | 'unreachable'
  | 'stopped'
  /** Of the whole account: the text waits with all others. */
  | 'trouble'
  | 'busy'
  /** It may go as its template. */
  | 'window_closed'
  /** It may go without its picture. */
  | 'picture'
  | 'final'

/** The codes of failed receipts that we act on; others are the transport's own. */
export type FailureCode = Exclude<RefusalCode, 'gateway_refused' | 'no_template'> | 'window_closed'

const FAILURES: Readonly<Record<FailureCode, Failure>> = {
  not_on_whatsapp: 'unreachable',
  recipient_opted_out: 'stopped',
  account_trouble: 'trouble',
  gateway_busy: 'busy',
  window_closed: 'window_closed',
  picture_failed: 'picture',
}
const isKnown = (code: string): code is FailureCode => Object.hasOwn(FAILURES, code)

export const failureOf = (code: string | null): Failure => (code !== null && isKnown(code) ? FAILURES[code] : 'final')

// A text that cannot be handed over waits a quarter of its age, so a short hiccup costs little and a long outage is not hammered.
const MIN_POSTPONE_MS = 1_000
const MAX_POSTPONE_MS = 5 * 60_000
const AGE_PER_POSTPONE = 4
/** A refusal "for now" that lasts this long is final. */
const GIVE_UP_AFTER_MS = 48 * 60 * 60_000

/** A number that WhatsApp hides is told with some later message, if ever: asked for at once, and then ever more seldom. */
const MIN_QUESTION_MS = 5_000
const MAX_QUESTION_MS = 60 * 60_000

/** When to ask for a hidden number again; null: not any more until the person writes again. */
export function nextQuestion(wroteAt: Date, now: Date): Date | null {
  const age = now.getTime() - wroteAt.getTime()
  if (age > GIVE_UP_AFTER_MS) return null
  return new Date(now.getTime() + Math.min(MAX_QUESTION_MS, Math.max(MIN_QUESTION_MS, age / AGE_PER_POSTPONE)))
}

export function nextTry(message: { triedAt: Date | null; queuedAt: Date }, now: Date): Date {
  const wait = (now.getTime() - (message.triedAt ?? message.queuedAt).getTime()) / AGE_PER_POSTPONE
  return new Date(now.getTime() + Math.min(MAX_POSTPONE_MS, Math.max(MIN_POSTPONE_MS, wait)))
}

export const isGivenUp = (message: { triedAt: Date | null }, now: Date): boolean =>
  now.getTime() - (message.triedAt ?? now).getTime() > GIVE_UP_AFTER_MS
