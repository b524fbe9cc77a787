import { expect, test } from 'vitest'
import { createUuidIds, leastIdAt } from './ids.ts'

const UUID_V7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/

test('ids are UUIDs of version 7 that tell the millisecond they were made in', () => {
  const ids = createUuidIds(() => 0x0123456789ab)
  const id = ids.next()
  expect(id).toMatch(UUID_V7)
  expect(id.slice(0, 13)).toBe('01234567-89ab')
})

test('100,000 ids of one millisecond are all different and keep their order', () => {
  const ids = createUuidIds(() => 1_700_000_000_000)
  const made = Array.from({ length: 100_000 }, () => ids.next())
  expect(new Set(made).size).toBe(made.length)
  expect(made.toSorted()).toEqual(made)
})

test('a clock that steps back does not put new ids before old ones', () => {
  let now = 1_700_000_000_000
  const ids = createUuidIds(() => now)
  const before = ids.next()
  now -= 60_000
  expect(ids.next() > before).toBe(true)
})

test('the least id of a moment parts what was made before it from what was made then or later', () => {
  let now = 1_795_000_000_000
  const ids = createUuidIds(() => now)
  const before = ids.next()
  now += 1
  const least = leastIdAt(new Date(now))
  const then = ids.next()
  expect([then, least, before].toSorted()).toEqual([before, least, then])
})
