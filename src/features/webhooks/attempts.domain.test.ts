import { describe, expect, test } from 'vitest'
import {
  type Attempt,
  HEALTHY,
  healthAfter,
  isOnTrial,
  nextAttempt,
  PAUSE_AFTER_MS,
  WAITS_MS,
} from './attempts.domain.ts'

const NOW = new Date('2026-11-23T03:00:00.000Z')
const later = (ms: number): Date => new Date(NOW.getTime() + ms)
const REFUSED: Attempt = { outcome: 'refused', httpStatus: 500, durationMs: 3 }
const TAKEN: Attempt = { outcome: 'delivered', httpStatus: 204, durationMs: 3 }

describe('the next attempt', () => {
  test.each(WAITS_MS.map((wait, index) => [index + 1, wait] as const))(
    'after %i waits %i ms, a fifth more or less',
    (attempts, wait) => {
      expect(nextAttempt(attempts, NOW, () => 0.5)).toEqual(later(wait))
      expect(nextAttempt(attempts, NOW, () => 0)).toEqual(later(wait * 0.8))
      expect(nextAttempt(attempts, NOW, () => 1)).toEqual(later(wait * 1.2))
    },
  )

  test('does not come after the last', () => {
    expect(nextAttempt(WAITS_MS.length + 1, NOW, () => 0.5)).toBeNull()
  })
})

describe('an endpoint', () => {
  test('that takes one of several is well', () => {
    const ill = { failures: 9, failingSince: NOW, openUntil: NOW }
    expect(healthAfter(ill, [REFUSED, TAKEN, REFUSED], NOW)).toEqual({ health: HEALTHY, pause: null })
  })

  test('is left alone for longer and longer, at most five minutes, once five were refused', () => {
    let { health } = healthAfter(HEALTHY, [REFUSED, REFUSED, REFUSED, REFUSED], NOW)
    expect(health).toEqual({ failures: 4, failingSince: NOW, openUntil: null })
    expect(isOnTrial(health)).toBe(false)
    const waits = Array.from({ length: 9 }, () => {
      ;({ health } = healthAfter(health, [REFUSED], NOW))
      return (health.openUntil?.getTime() ?? 0) - NOW.getTime()
    })
    expect(waits).toEqual([5, 10, 20, 40, 80, 160, 300, 300, 300].map((seconds) => seconds * 1000))
    expect(isOnTrial(health)).toBe(true)
  })

  test('that takes nothing for three days is paused, and not a moment before', () => {
    const { health } = healthAfter(HEALTHY, [REFUSED], NOW)
    expect(healthAfter(health, [REFUSED], later(PAUSE_AFTER_MS - 1)).pause).toBeNull()
    expect(healthAfter(health, [REFUSED], later(PAUSE_AFTER_MS)).pause).toBe('failing')
  })

  test('that says it is gone is paused at once', () => {
    expect(healthAfter(HEALTHY, [{ ...REFUSED, httpStatus: 410 }], NOW).pause).toBe('gone')
  })
})
