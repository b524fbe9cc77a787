import type { Clock } from '../../../platform/clock.ts'

/** `neutral`: the call says nothing about the service (its caller gave up early). */
export type CallOutcome = 'success' | 'failure' | 'neutral'
export type BreakerState = 'closed' | 'open' | 'half_open'

export type Permit = {
  /** Exactly once per permit. With `openForMs` a failure opens at once for that long: the service asked for quiet. */
  settle(outcome: CallOutcome, openForMs?: number): void
}

export type CircuitBreaker = {
  /** A permit to call, or how long to stay away. */
  enter(): { permit: Permit } | { refusedForMs: number }
  state(): BreakerState
  retryAt(): Date | null
}

export type BreakerOptions = { clock: Clock; failuresToOpen: number; openMs: number; maxOpenMs: number }

/**
 * Opens after consecutive failures, lets a single probe through when its pause is over, closes on the probe's success, and
 * doubles the pause when the probe fails too. Written here because cockatiel's breaker reads the system clock and
 * cannot open for a duration that the service names (Retry-After).
 */
export function createCircuitBreaker(options: BreakerOptions): CircuitBreaker {
  let consecutiveFailures = 0
  let consecutiveOpenings = 0
  let openUntil: number | null = null
  let isProbing = false
  // Calls that started before the last opening or closing have no say any more.
  let generation = 0

  const now = (): number => options.clock.now().getTime()

  const open = (openForMs: number | undefined): void => {
    const pause = openForMs ?? Math.min(options.openMs * 2 ** consecutiveOpenings, options.maxOpenMs)
    openUntil = now() + pause
    consecutiveOpenings += 1
    consecutiveFailures = 0
    isProbing = false
    generation += 1
  }

  const close = (): void => {
    openUntil = null
    consecutiveOpenings = 0
    consecutiveFailures = 0
    isProbing = false
    generation += 1
  }

  const settleNormal = (outcome: CallOutcome, openForMs: number | undefined): void => {
    if (outcome === 'success') consecutiveFailures = 0
    if (outcome !== 'failure') return
    consecutiveFailures += 1
    if (openForMs !== undefined || consecutiveFailures >= options.failuresToOpen) open(openForMs)
  }

  const settleProbe = (outcome: CallOutcome, openForMs: number | undefined): void => {
    if (outcome === 'success') close()
    else if (outcome === 'failure') open(openForMs)
    else isProbing = false
  }

  return {
    enter() {
      if (openUntil === null) return { permit: permitFor(settleNormal) }
      const wait = openUntil - now()
      if (wait > 0) return { refusedForMs: wait }
      if (isProbing) return { refusedForMs: options.openMs }
      isProbing = true
      return { permit: permitFor(settleProbe) }
    },
    state() {
      if (openUntil === null) return 'closed'
      return openUntil > now() ? 'open' : 'half_open'
    },
    retryAt: () => (openUntil === null ? null : new Date(openUntil)),
  }

  function permitFor(settle: (outcome: CallOutcome, openForMs: number | undefined) => void): Permit {
    const bornIn = generation
    return {
      settle(outcome, openForMs) {
        if (bornIn === generation) settle(outcome, openForMs)
      },
    }
  }
}
