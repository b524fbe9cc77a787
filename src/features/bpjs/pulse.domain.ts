import type { BpjsHealth, UnavailableReason } from '../../contracts/api/bpjs.ts'

/** How the source is doing, in one word. `not_asked`: nothing was looked up yet, so nobody knows. */
export type BpjsPulse =
  | { state: 'ok'; code: 'answering' | 'by_hand' }
  | { state: 'unknown'; code: 'not_asked' }
  | { state: 'degraded' | 'down'; code: UnavailableReason }

/** The last news counts: a source that answered since its last failure is well, unless the breaker still holds calls back. */
export function pulseOf({ source, breaker, lastSuccessAt, lastFailure }: BpjsHealth): BpjsPulse {
  if (source === 'list' || source === 'manual') return { state: 'ok', code: 'by_hand' }
  if (breaker === 'open') return { state: 'down', code: lastFailure?.reason ?? 'breaker_open' }
  if (lastFailure && (lastSuccessAt === null || lastFailure.at > lastSuccessAt)) {
    return { state: lastSuccessAt === null ? 'down' : 'degraded', code: lastFailure.reason }
  }
  return lastSuccessAt === null ? { state: 'unknown', code: 'not_asked' } : { state: 'ok', code: 'answering' }
}

/** When the source last answered or failed, as an ISO time; null: it was not asked. */
export function newsAtOf({ lastSuccessAt, lastFailure }: BpjsHealth): string | null {
  const times = [lastSuccessAt, lastFailure?.at ?? null].filter((at) => at !== null)
  return times.length === 0 ? null : times.reduce((a, b) => (a > b ? a : b))
}
