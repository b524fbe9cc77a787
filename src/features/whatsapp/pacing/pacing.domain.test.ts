import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { HOLD_REASONS } from '../../../contracts/api/whatsapp-pacing.ts'
import {
  decide,
  drawDistance,
  NO_PACING,
  PACING_CLASSES,
  type PacingFacts,
  type PacingRules,
  quietUntil,
  warmUpLimit,
} from './pacing.domain.ts'

const NIGHT = { from: 20 * 60, to: 8 * 60 }
const NOW = new Date('2026-11-23T03:00:00.000Z')
const RULES: PacingRules = { ...NO_PACING, quietHours: NIGHT, jitter: { minMs: 8_000, maxMs: 25_000 } }
const FACTS: PacingFacts = {
  now: NOW,
  kind: 'notice',
  timeZone: 'Asia/Jakarta',
  wroteAt: null,
  breaker: null,
  lastHandOverAt: null,
  notBefore: null,
  ahead: 0,
  roomAt: { contactHour: null, contactDay: null, daily: null, cold: null },
}
const GO = { kind: 'go', probe: false }
const after = (ms: number): Date => new Date(NOW.getTime() + ms)
const at = (iso: string): Date => new Date(iso)

describe('quiet hours', () => {
  test.each([
    ['Asia/Jakarta', '2026-11-23T00:59:59.999Z', '2026-11-23T01:00:00.000Z'],
    ['Asia/Jakarta', '2026-11-23T01:00:00.000Z', null],
    ['Asia/Jakarta', '2026-11-23T12:59:59.999Z', null],
    ['Asia/Jakarta', '2026-11-23T13:00:00.000Z', '2026-11-24T01:00:00.000Z'],
    ['Asia/Makassar', '2026-11-23T00:00:00.000Z', null],
    ['Asia/Makassar', '2026-11-23T12:00:30.500Z', '2026-11-24T00:00:00.000Z'],
    ['Asia/Jayapura', '2026-11-23T11:00:00.000Z', '2026-11-23T23:00:00.000Z'],
    ['Asia/Jayapura', '2026-11-22T23:00:00.000Z', null],
  ])('in %s at %s end at %s', (zone, now, end) => {
    expect(quietUntil(at(now), zone, NIGHT)).toEqual(end && at(end))
  })

  test('need not cross midnight', () => {
    const noon = { from: 12 * 60, to: 13 * 60 }
    expect(quietUntil(at('2026-11-23T05:10:00.000Z'), 'Asia/Jakarta', noon)).toEqual(at('2026-11-23T06:00:00.000Z'))
    expect(quietUntil(at('2026-11-23T06:00:00.000Z'), 'Asia/Jakarta', noon)).toBeNull()
  })
})

describe('by its kind', () => {
  const night = at('2026-11-23T14:00:00.000Z')
  const justNow = new Date(night.getTime() - 60_000)
  const longAgo = new Date(night.getTime() - 61 * 60_000)

  test.each([
    { kind: 'notice', wroteAt: justNow, passes: false },
    { kind: 'reply', wroteAt: justNow, passes: true },
    { kind: 'reply', wroteAt: longAgo, passes: false },
    { kind: 'preference', wroteAt: justNow, passes: true },
    { kind: 'answer', wroteAt: longAgo, passes: true },
  ] as const)('a $kind to somebody who wrote at $wroteAt passes quiet hours: $passes', ({ kind, wroteAt, passes }) => {
    const verdict = decide(RULES, { ...FACTS, now: night, kind, wroteAt })
    expect(verdict.kind).toBe(passes ? 'go' : 'hold')
  })

  test('only notices wait for limits, and for the distance drawn', () => {
    const full = { contactHour: after(1), contactDay: after(2), daily: after(3), cold: after(4) }
    for (const kind of ['reply', 'preference', 'answer'] as const) {
      expect(decide(RULES, { ...FACTS, kind, wroteAt: NOW, roomAt: full, notBefore: after(20_000) })).toEqual(GO)
    }
    expect(decide(RULES, { ...FACTS, roomAt: full })).toEqual({ kind: 'hold', reason: 'cold_limit', until: after(4) })
    expect(decide(RULES, { ...FACTS, wroteAt: NOW, roomAt: { ...full, cold: null } })).toEqual({
      kind: 'hold',
      reason: 'daily_limit',
      until: after(3),
    })
  })

  test('everything keeps the shortest distance', () => {
    const facts = { ...FACTS, wroteAt: NOW, lastHandOverAt: after(-5_000), notBefore: after(12_000) }
    expect(decide(RULES, { ...facts, kind: 'reply' })).toEqual({ kind: 'hold', reason: 'pace', until: after(3_000) })
    expect(decide(RULES, facts)).toEqual({ kind: 'hold', reason: 'pace', until: after(12_000) })
    expect(decide(RULES, { ...facts, ahead: 2 })).toEqual({ kind: 'hold', reason: 'pace', until: after(28_000) })
  })
})

test('cold notices that are switched off wait for the resident, others do not', () => {
  const rules = { ...NO_PACING, coldNotices: false }
  expect(decide(rules, FACTS)).toMatchObject({ kind: 'hold', reason: 'cold_notices_off' })
  expect(decide(rules, { ...FACTS, wroteAt: after(-1) })).toEqual(GO)
})

describe('an open breaker', () => {
  const due = { probeAt: NOW }
  const later = { probeAt: after(60_000) }

  test.each([
    { scope: 'cold', wrote: false, probe: later, expected: 'hold' },
    { scope: 'cold', wrote: false, probe: due, expected: 'hold' },
    { scope: 'cold', wrote: true, probe: later, expected: 'go' },
    { scope: 'cold', wrote: true, probe: due, expected: 'go' },
    { scope: 'account', wrote: false, probe: due, expected: 'hold' },
    { scope: 'account', wrote: true, probe: later, expected: 'hold' },
    { scope: 'account', wrote: true, probe: due, expected: 'probe' },
  ] as const)('of scope $scope, written before: $wrote, gives $expected', ({ scope, wrote, probe, expected }) => {
    for (const kind of ['notice', 'reply', 'preference', 'answer'] as const) {
      const verdict = decide(NO_PACING, { ...FACTS, kind, wroteAt: wrote ? NOW : null, breaker: { scope, ...probe } })
      expect(verdict.kind === 'go' && verdict.probe ? 'probe' : verdict.kind).toBe(expected)
      if (verdict.kind === 'hold') expect(verdict.reason).toBe('breaker')
    }
  })
})

test('the warm-up grows with the age of the account', () => {
  const steps = [
    { day: 1, limit: 10 },
    { day: 3, limit: 25 },
  ]
  const limitAfter = (hours: number) => warmUpLimit(steps, NOW, after(hours * 3_600_000))
  expect([0, 47.99, 48, 10_000].map(limitAfter)).toEqual([10, 10, 25, 25])
})

const moment = fc.integer({ min: -40 * 3_600_000, max: 40 * 3_600_000 }).map(after)
const orNull = <Value>(arbitrary: fc.Arbitrary<Value>) => fc.option(arbitrary, { nil: null })
const minute = fc.integer({ min: 0, max: 1_439 })
const facts: fc.Arbitrary<PacingFacts> = fc.record({
  now: moment,
  kind: fc.constantFrom('notice', 'reply', 'preference', 'answer'),
  timeZone: orNull(fc.constantFrom('Asia/Jakarta', 'Asia/Makassar', 'Asia/Jayapura')),
  wroteAt: orNull(moment),
  breaker: orNull(fc.record({ scope: fc.constantFrom('cold', 'account'), probeAt: moment })),
  lastHandOverAt: orNull(moment),
  notBefore: orNull(moment),
  ahead: fc.nat(50),
  roomAt: fc.record({
    contactHour: orNull(moment),
    contactDay: orNull(moment),
    daily: orNull(moment),
    cold: orNull(moment),
  }),
})
const rules: fc.Arbitrary<PacingRules> = fc.record({
  quietHours: orNull(fc.record({ from: minute, to: minute }).filter(({ from, to }) => from !== to)),
  jitter: orNull(fc.constant({ minMs: 8_000, maxMs: 25_000 })),
  contactHourLimit: fc.constant(null),
  contactDayLimit: fc.constant(null),
  warmUp: fc.constant(null),
  coldDayLimit: fc.constant(null),
  coldNotices: fc.boolean(),
  timeZone: fc.constant('Asia/Jakarta'),
})

describe('whatever the rules and facts', () => {
  test('a message that is held is looked at again later, for a reason that people can read', () => {
    fc.assert(
      fc.property(rules, facts, (given, seen) => {
        const verdict = decide(given, seen)
        if (verdict.kind === 'go') return
        expect(verdict.until.getTime()).toBeGreaterThan(seen.now.getTime())
        expect(HOLD_REASONS).toContain(verdict.reason)
      }),
    )
  })

  test('a message that goes breaks none of its rules', () => {
    let went = 0
    fc.assert(
      fc.property(rules, facts, (given, seen) => {
        const verdict = decide(given, seen)
        if (verdict.kind === 'hold') return
        went++
        const { now, wroteAt, lastHandOverAt, notBefore, breaker, roomAt } = seen
        const obeys = PACING_CLASSES[seen.kind]
        if (given.quietHours && obeys.quietHours === 'obeys') {
          expect(quietUntil(now, seen.timeZone ?? given.timeZone, given.quietHours)).toBeNull()
        }
        if (given.jitter && lastHandOverAt && obeys.distance === 'shortest') {
          expect(now.getTime() - lastHandOverAt.getTime()).toBeGreaterThanOrEqual(given.jitter.minMs)
        }
        if (given.jitter && notBefore && obeys.distance === 'drawn') expect(now >= notBefore).toBe(true)
        if (obeys.obeysLimits) {
          for (const room of [roomAt.contactHour, roomAt.contactDay, roomAt.daily])
            expect(!room || room <= now).toBe(true)
          if (wroteAt === null) expect(given.coldNotices && (!roomAt.cold || roomAt.cold <= now)).toBe(true)
        }
        if (breaker && wroteAt === null) expect(verdict.kind).toBe('hold')
        if (breaker?.scope === 'account') expect(verdict.probe).toBe(true)
        if (verdict.probe) expect(breaker?.scope === 'account' && breaker.probeAt <= now).toBe(true)
      }),
      { numRuns: 2_000 },
    )
    expect(went).toBeGreaterThan(200)
  })

  test('whoever comes back when told to, with nothing else happening, gets through in a few steps unless a person must act', () => {
    fc.assert(
      fc.property(rules, facts, (given, seen) => {
        const needsSomebody = seen.wroteAt === null && (seen.breaker !== null || !given.coldNotices)
        fc.pre(!needsSomebody)
        let current = { ...seen, ahead: 0 }
        for (let step = 0; step < 4; step++) {
          const verdict = decide(given, current)
          if (verdict.kind === 'go') return
          current = { ...current, now: verdict.until }
        }
        expect(decide(given, current).kind).toBe('go')
      }),
    )
  })

  test('quiet hours end where they say, and not before', () => {
    fc.assert(
      fc.property(moment, minute, minute, (now, from, to) => {
        fc.pre(from !== to)
        const end = quietUntil(now, 'Asia/Makassar', { from, to })
        if (end === null) return
        expect(quietUntil(new Date(end.getTime() - 1), 'Asia/Makassar', { from, to })).not.toBeNull()
        expect(quietUntil(end, 'Asia/Makassar', { from, to })).toBeNull()
      }),
    )
  })

  test('a distance lies between the least and the most, both reached', () => {
    const jitter = { minMs: 8_000, maxMs: 25_000 }
    expect(drawDistance(jitter, 0)).toBe(8_000)
    expect(drawDistance(jitter, 1 - 2 ** -53)).toBe(25_000)
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (random) => {
        const distance = drawDistance(jitter, random)
        expect(distance >= 8_000 && distance <= 25_000).toBe(true)
      }),
    )
  })
})
