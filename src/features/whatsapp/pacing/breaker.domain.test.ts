import { describe, expect, test } from 'vitest'
import { type Breaker, beginProbe, closeBreaker, tripBreaker, troubleCode } from './breaker.domain.ts'

const NOW = new Date('2026-11-23T03:00:00.000Z')
const minutes = (count: number): Date => new Date(NOW.getTime() + count * 60_000)
const CLOSED: Breaker = { open: null, trips: 0, closedAt: null }
const cold = (now = NOW) => ({ scope: 'cold', code: '463', at: now, now }) as const
const account = (now = NOW) => ({ scope: 'account', code: 'TOS_BLOCK', at: now, now }) as const

function trip(breaker: Breaker, trouble: Parameters<typeof tripBreaker>[1]): Breaker {
  const tripped = tripBreaker(breaker, trouble)
  if (!tripped) throw new Error('it did not trip')
  return tripped
}

describe('the breaker', () => {
  test('opens once for the same trouble, and wider for a worse one', () => {
    const opened = trip(CLOSED, cold())
    expect(opened.open).toEqual({ scope: 'cold', code: '463', openedAt: NOW, probeAt: minutes(30), probeId: null })
    expect(tripBreaker(opened, cold(minutes(1)))).toBeNull()
    const wider = trip(opened, account(minutes(1)))
    expect(wider.open).toMatchObject({ scope: 'account', code: 'TOS_BLOCK', openedAt: NOW, probeAt: minutes(31) })
    expect(tripBreaker(wider, cold(minutes(2)))).toBeNull()
  })

  test('waits twice as long after each probe that met trouble, half a day at most', () => {
    let breaker = trip(CLOSED, account())
    const waits: number[] = []
    for (let round = 0; round < 7; round++) {
      const now = breaker.open?.probeAt ?? NOW
      breaker = trip(beginProbe(breaker, 'probe', now), cold(now))
      waits.push(((breaker.open?.probeAt.getTime() ?? 0) - now.getTime()) / 60_000)
      // Trouble of a probe never narrows what is closed to.
      expect(breaker.open).toMatchObject({ scope: 'account', probeId: null })
    }
    expect(waits).toEqual([60, 120, 240, 480, 720, 720, 720])
  })

  test('lets one message try, and the next one only as long afterwards', () => {
    const probing = beginProbe(trip(CLOSED, account()), 'probe', minutes(31))
    expect(probing.open).toMatchObject({ probeId: 'probe', probeAt: minutes(61) })
    expect(beginProbe(CLOSED, 'probe', NOW)).toBe(CLOSED)
  })

  test('does not open for what happened before it was closed, to the second that transports tell', () => {
    const closed = closeBreaker(trip(CLOSED, cold()), 'person', minutes(5))
    expect(tripBreaker(closed, { ...cold(minutes(6)), at: minutes(4) })).toBeNull()
    expect(tripBreaker(closed, { ...cold(minutes(6)), at: new Date(minutes(5).getTime() - 999) })).not.toBeNull()
  })

  test('remembers for a day that a probe closed it, and forgets at once when a person did', () => {
    const open = trip(CLOSED, cold())
    const byProbe = closeBreaker(open, 'probe', minutes(30))
    expect(byProbe.open).toBeNull()
    expect(trip(byProbe, cold(minutes(40))).trips).toBe(2)
    expect(trip(byProbe, cold(minutes(30 + 24 * 60))).trips).toBe(1)
    expect(trip(closeBreaker(open, 'person', minutes(30)), cold(minutes(40))).trips).toBe(1)
  })
})

test('what a transport calls its trouble is kept only when it is a code', () => {
  expect(troubleCode('SMB_TOS_BLOCK')).toBe('SMB_TOS_BLOCK')
  expect(troubleCode('131048')).toBe('131048')
  expect(troubleCode('blocked: +62 812 3456 7890')).toBe('other')
  expect(troubleCode('6281234567890')).toBe('other')
  expect(troubleCode('')).toBe('other')
})
