import type { HoldReason } from '../../../contracts/api/whatsapp-pacing.ts'
import type { MessageKind } from '../whatsapp.domain.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
export const DAY_MS = 24 * HOUR_MS
const MINUTES_PER_DAY = 1_440

/** How messages are spread over time; null: not limited. Windows slide: no hour and no day, whenever begun, holds more. */
export type PacingRules = {
  /** Minutes after midnight on the household's clock. From `from` on nothing leaves, until `to`; `from` may be the later one. */
  quietHours: { from: number; to: number } | null
  /** Distance between two hand-overs of the account, drawn anew for each. */
  jitter: { minMs: number; maxMs: number } | null
  contactHourLimit: number | null
  contactDayLimit: number | null
  /** Messages a day by the age of the account: from `day` (1 is the first) on `limit`. Ascending; starts with day 1. */
  warmUp: readonly { day: number; limit: number }[] | null
  /** Messages a day to people who never wrote to us. */
  coldDayLimit: number | null
  /** False: nothing goes to them before they write. */
  coldNotices: boolean
  /** Whose clock counts where nobody knows the household's. */
  timeZone: string
}

export const NO_PACING: PacingRules = {
  quietHours: null,
  jitter: null,
  contactHourLimit: null,
  contactDayLimit: null,
  warmUp: null,
  coldDayLimit: null,
  coldNotices: true,
  timeZone: 'Asia/Jakarta',
}

type PacingClass = {
  /** Limits, warm-up, the cold switch; and is counted by them. A limit counts only what must obey it. */
  obeysLimits: boolean
  quietHours: 'obeys' | 'passes_when_just_written' | 'passes'
  /** `shortest`: only the smallest distance to the hand-over before. */
  distance: 'drawn' | 'shortest'
  /** Which earlier messages to the same contact must have left before. What is being handed over is waited for always, save by `nothing`. */
  waitsFor: 'every_earlier' | 'earlier_urgent' | 'nothing'
}

/** The whole difference between kinds of messages. Nobody waits until morning for the answer to what they have just written. */
export const PACING_CLASSES: Record<MessageKind, PacingClass> = {
  notice: { obeysLimits: true, quietHours: 'obeys', distance: 'drawn', waitsFor: 'every_earlier' },
  reply: {
    obeysLimits: false,
    quietHours: 'passes_when_just_written',
    distance: 'shortest',
    waitsFor: 'earlier_urgent',
  },
  preference: {
    obeysLimits: false,
    quietHours: 'passes_when_just_written',
    distance: 'shortest',
    waitsFor: 'nothing',
  },
  // An officer who writes in the evening means it.
  answer: { obeysLimits: false, quietHours: 'passes', distance: 'shortest', waitsFor: 'earlier_urgent' },
}

/** A reply that was held up longer than this is no answer any more, but a text in the night. */
const JUST_WRITTEN_MS = HOUR_MS
/** Where nothing tells when a reason ends: a net under the wake-up that comes when it does. */
const LOOK_AGAIN_MS = HOUR_MS
const COLD_LOOK_AGAIN_MS = DAY_MS

/** `probeAt`: only trouble of the whole account is tried. That cold contacts can be written to again, only another cold text would show. */
export type BreakerView = { scope: 'cold' | 'account'; probeAt: Date }

/** All that the decision about one message depends on. */
export type PacingFacts = {
  now: Date
  kind: MessageKind
  timeZone: string | null
  /** When the contact last wrote; null: never, it is cold. */
  wroteAt: Date | null
  /** Null: closed. */
  breaker: BreakerView | null
  lastHandOverAt: Date | null
  notBefore: Date | null
  /** Older messages that wait for their turn. */
  ahead: number
  /** When each limit has room again for this message; null: it has. */
  roomAt: { contactHour: Date | null; contactDay: Date | null; daily: Date | null; cold: Date | null }
}

export type Hold = { reason: HoldReason; until: Date }
export type Verdict = { kind: 'go'; probe: boolean } | ({ kind: 'hold' } & Hold)

/** Whether a message may leave now; else what keeps it longest, and when to look again (always later than now). */
export function decide(rules: PacingRules, facts: PacingFacts): Verdict {
  const { now } = facts
  const obeys = PACING_CLASSES[facts.kind]
  const holds: Hold[] = []
  const holdUntil = (reason: HoldReason, until: Date | null): void => {
    if (until !== null && until > now) holds.push({ reason, until })
  }
  const probe = isProbeDue(facts)
  if (!probe) holdUntil('breaker', breakerEnd(facts))
  if (obeys.obeysLimits) {
    if (facts.wroteAt === null) {
      if (!rules.coldNotices) holdUntil('cold_notices_off', later(now, COLD_LOOK_AGAIN_MS))
      holdUntil('cold_limit', facts.roomAt.cold)
    }
    holdUntil('contact_limit', facts.roomAt.contactHour)
    holdUntil('contact_limit', facts.roomAt.contactDay)
    holdUntil('daily_limit', facts.roomAt.daily)
  }
  if (rules.quietHours && !passesQuietHours(facts)) {
    holdUntil('quiet_hours', quietUntil(now, facts.timeZone ?? rules.timeZone, rules.quietHours))
  }
  if (rules.jitter) holdUntil('pace', turnAt(rules.jitter, facts))
  const longest = holds.toSorted((a, b) => b.until.getTime() - a.until.getTime())[0]
  return longest ? { kind: 'hold', ...longest } : { kind: 'go', probe }
}

/** The distance to the hand-over after this one. `random`: from 0 up to 1. */
export function drawDistance({ minMs, maxMs }: { minMs: number; maxMs: number }, random: number): number {
  return minMs + Math.floor(random * (maxMs - minMs + 1))
}

/** Of the account's warm-up; the first is 1. */
export function accountDay(since: Date, now: Date): number {
  return Math.floor((now.getTime() - since.getTime()) / DAY_MS) + 1
}

/** How many messages may leave on a day of the account's age. */
export function warmUpLimit(warmUp: NonNullable<PacingRules['warmUp']>, since: Date, now: Date): number | null {
  const day = accountDay(since, now)
  return warmUp.findLast((step) => step.day <= day)?.limit ?? null
}

/** Whether these rules ever keep a message back. */
export function isPaced(rules: PacingRules): boolean {
  return !rules.coldNotices || rules.quietHours !== null || needsAccount(rules)
}

/** Whether hand-overs must take turns, and be remembered. */
export function needsAccount(rules: PacingRules): boolean {
  return rules.jitter !== null || countsHandOvers(rules)
}

export function countsHandOvers(rules: PacingRules): boolean {
  const { contactHourLimit, contactDayLimit, warmUp, coldDayLimit } = rules
  return contactHourLimit !== null || contactDayLimit !== null || warmUp !== null || coldDayLimit !== null
}

/** When the quiet hours around a moment end; null: it is none of them. Exact in zones without summer time, such as Indonesia's. */
export function quietUntil(now: Date, timeZone: string, quiet: { from: number; to: number }): Date | null {
  const offset = zoneOffset(now, timeZone)
  const wall = now.getTime() + offset
  const minute = Math.floor(wall / MINUTE_MS) % MINUTES_PER_DAY
  const isQuiet =
    quiet.from < quiet.to ? minute >= quiet.from && minute < quiet.to : minute >= quiet.from || minute < quiet.to
  if (!isQuiet) return null
  const minutesLeft = (quiet.to - minute + MINUTES_PER_DAY) % MINUTES_PER_DAY
  return new Date(Math.floor(wall / MINUTE_MS) * MINUTE_MS + minutesLeft * MINUTE_MS - offset)
}

function passesQuietHours({ kind, wroteAt, now }: PacingFacts): boolean {
  const { quietHours } = PACING_CLASSES[kind]
  if (quietHours !== 'passes_when_just_written') return quietHours === 'passes'
  return wroteAt !== null && now.getTime() - wroteAt.getTime() <= JUST_WRITTEN_MS
}

function isProbeDue({ breaker, wroteAt, now }: PacingFacts): boolean {
  return breaker?.scope === 'account' && wroteAt !== null && breaker.probeAt <= now
}

function breakerEnd({ breaker, wroteAt, now }: PacingFacts): Date | null {
  if (breaker === null || (breaker.scope === 'cold' && wroteAt !== null)) return null
  // Somebody who never wrote is no probe: waits until the breaker closes, which wakes everybody.
  return wroteAt === null ? later(now, LOOK_AGAIN_MS) : breaker.probeAt
}

/** The first moment at which it can be this message's turn. An estimate that is never too late: whoever comes early waits again. */
function turnAt(jitter: { minMs: number }, { kind, now, lastHandOverAt, notBefore, ahead }: PacingFacts): Date | null {
  if (PACING_CLASSES[kind].distance === 'shortest') return lastHandOverAt && later(lastHandOverAt, jitter.minMs)
  if (notBefore === null || notBefore <= now) return null
  return later(notBefore, ahead * jitter.minMs)
}

const later = (at: Date, ms: number): Date => new Date(at.getTime() + ms)

// Making a formatter costs about fifty times as much as using one.
const formatters = new Map<string, Intl.DateTimeFormat>()

/** What to add to an instant to read the zone's wall clock as if it were UTC. */
function zoneOffset(at: Date, timeZone: string): number {
  let format = formatters.get(timeZone)
  if (!format) {
    const part = '2-digit'
    const fields = { year: 'numeric', month: part, day: part, hour: part, minute: part, hourCycle: 'h23' } as const
    format = new Intl.DateTimeFormat('sv-SE', { timeZone, ...fields })
    formatters.set(timeZone, format)
  }
  const wholeMinute = Math.floor(at.getTime() / MINUTE_MS) * MINUTE_MS
  return Date.parse(`${format.format(wholeMinute).replace(' ', 'T')}Z`) - wholeMinute
}
