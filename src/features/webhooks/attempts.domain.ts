import type { AttemptOutcome, PauseReason } from '../../contracts/api/webhooks.ts'

const SECOND = 1_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** Between the attempts of one delivery: 11 attempts over about 28 hours, then it is a dead letter. */
export const WAITS_MS = [
  5 * SECOND,
  30 * SECOND,
  2 * MINUTE,
  10 * MINUTE,
  30 * MINUTE,
  HOUR,
  2 * HOUR,
  4 * HOUR,
  8 * HOUR,
  12 * HOUR,
] as const

/** As many refusals one after the other open the circuit: from then on one delivery at a time tries whether it is over. */
export const CIRCUIT_AFTER = 5
const CIRCUIT_MIN_MS = 5 * SECOND
const CIRCUIT_MAX_MS = 5 * MINUTE
/** An endpoint that has taken nothing for so long is paused; what it is owed is kept. */
export const PAUSE_AFTER_MS = 3 * DAY

/** How an attempt ended. Nothing of what the receiver answered but its status. */
export type Attempt = { outcome: AttemptOutcome; httpStatus: number | null; durationMs: number }

/**
 * When a delivery that was refused is tried again; null: never by itself. `attempts` counts the one that was just refused.
 * Waits are spread by a fifth either way, so that what failed together does not come back together.
 */
export function nextAttempt(attempts: number, now: Date, random: () => number): Date | null {
  const wait = WAITS_MS[attempts - 1]
  return wait === undefined ? null : new Date(now.getTime() + Math.round(wait * (0.8 + 0.4 * random())))
}

export type Health = { failures: number; failingSince: Date | null; openUntil: Date | null }
export const HEALTHY: Health = { failures: 0, failingSince: null, openUntil: null }

/** One delivery at a time while nobody knows whether the receiver is back. */
export const isOnTrial = ({ failures }: Pick<Health, 'failures'>): boolean => failures >= CIRCUIT_AFTER

/** The endpoint after a round of attempts. A single one that was taken shows that the receiver is there. */
export function healthAfter(
  health: Health,
  attempts: readonly Attempt[],
  now: Date,
): { health: Health; pause: Exclude<PauseReason, 'admin'> | null } {
  if (attempts.some(({ outcome }) => outcome === 'delivered')) return { health: HEALTHY, pause: null }
  const failures = health.failures + attempts.length
  const failingSince = health.failingSince ?? now
  const openMs = Math.min(CIRCUIT_MAX_MS, CIRCUIT_MIN_MS * 2 ** Math.min(failures - CIRCUIT_AFTER, 10))
  const openUntil = isOnTrial({ failures }) ? new Date(now.getTime() + openMs) : null
  const isGone = attempts.some(({ httpStatus }) => httpStatus === 410)
  const failsForDays = now.getTime() - failingSince.getTime() >= PAUSE_AFTER_MS
  return { health: { failures, failingSince, openUntil }, pause: isGone ? 'gone' : failsForDays ? 'failing' : null }
}
