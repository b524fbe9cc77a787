import { expect, test } from 'vitest'
import { createCircuitBreaker, type Permit } from './circuit-breaker.ts'
import { parseRetryAfter } from './retry-after.ts'

function setUp() {
  let time = 1_000_000
  const breaker = createCircuitBreaker({
    clock: { now: () => new Date(time) },
    failuresToOpen: 3,
    openMs: 1_000,
    maxOpenMs: 4_000,
  })
  const enter = (): Permit => {
    const entry = breaker.enter()
    if (!('permit' in entry)) throw new Error('refused')
    return entry.permit
  }
  const fail = (times: number): void => {
    for (let count = 0; count < times; count += 1) enter().settle('failure')
  }
  return { breaker, enter, fail, advance: (ms: number) => (time += ms) }
}

test('it opens after three failures in a row, not before', () => {
  const { breaker, enter, fail } = setUp()
  fail(2)
  enter().settle('success')
  fail(2)
  expect(breaker.state()).toBe('closed')
  fail(1)
  expect(breaker.state()).toBe('open')
  expect(breaker.enter()).toEqual({ refusedForMs: 1_000 })
})

test('a neutral outcome counts neither way', () => {
  const { breaker, enter, fail } = setUp()
  fail(2)
  enter().settle('neutral')
  fail(1)
  expect(breaker.state()).toBe('open')
})

test('after its pause a single probe passes; its success closes', () => {
  const { breaker, enter, fail, advance } = setUp()
  fail(3)
  advance(1_000)
  expect(breaker.state()).toBe('half_open')
  const probe = enter()
  expect(breaker.enter()).toHaveProperty('refusedForMs')
  probe.settle('success')
  expect(breaker.state()).toBe('closed')
  expect(breaker.retryAt()).toBeNull()
})

test('a failed probe doubles the pause up to its limit, and success starts over', () => {
  const { breaker, enter, fail, advance } = setUp()
  fail(3)
  for (const pause of [1_000, 2_000, 4_000, 4_000]) {
    advance(pause - 1)
    expect(breaker.state()).toBe('open')
    advance(1)
    expect(breaker.state()).toBe('half_open')
    enter().settle('failure')
  }
  advance(4_000)
  enter().settle('success')
  fail(3)
  expect(breaker.enter()).toEqual({ refusedForMs: 1_000 })
})

test('a neutral probe lets the next one try', () => {
  const { breaker, enter, fail, advance } = setUp()
  fail(3)
  advance(1_000)
  enter().settle('neutral')
  expect(breaker.state()).toBe('half_open')
  enter().settle('success')
  expect(breaker.state()).toBe('closed')
})

test('the service may name the pause', () => {
  const { breaker, enter } = setUp()
  enter().settle('failure', 30_000)
  expect(breaker.enter()).toEqual({ refusedForMs: 30_000 })
})

test('calls from before the opening have no say', () => {
  const { breaker, enter, fail, advance } = setUp()
  const early = enter()
  fail(3)
  early.settle('success')
  expect(breaker.state()).toBe('open')
  advance(1_000)
  const probe = enter()
  probe.settle('success')
  probe.settle('failure', 1_000)
  expect(breaker.state()).toBe('closed')
})

test.each([
  ['5', 5_000],
  ['0', 1_000],
  ['86400', 600_000],
  ['Sun, 22 Nov 2026 00:00:30 GMT', 30_000],
  ['Sun, 22 Nov 2020 00:00:30 GMT', 1_000],
  ['soon', 10_000],
  [null, 10_000],
])('Retry-After %j waits %i ms', (header, expected) => {
  expect(parseRetryAfter(header, new Date('2026-11-22T00:00:00Z'))).toBe(expected)
})
