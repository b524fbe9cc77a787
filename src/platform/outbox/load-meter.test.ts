import { expect, test } from 'vitest'
import { createLoadMeter } from './load-meter.ts'

/** Notes the same number of rows every `everyMs`, and returns what the last look made of it. */
function trickle(
  meter: ReturnType<typeof createLoadMeter>,
  rows: number,
  everyMs: number,
  from: number,
  until: number,
) {
  let busy = false
  for (let at = from; at < until; at += everyMs) busy = meter.note(rows, at)
  return busy
}

test('a registration every few milliseconds does not make a relay busy', () => {
  expect(trickle(createLoadMeter(), 5, 8, 0, 2_000)).toBe(false)
})

test('a thousand rows a second do, and so does one large find', () => {
  expect(trickle(createLoadMeter(), 5, 4, 0, 2_000)).toBe(true)
  expect(createLoadMeter().note(50, 0)).toBe(true)
})

test('it stays busy while the rate falls a little, and is idle again soon after most of it is gone', () => {
  const meter = createLoadMeter()
  meter.note(50, 0)
  expect(trickle(meter, 3, 5, 5, 1_000)).toBe(true)
  expect(trickle(meter, 1, 5, 1_000, 1_120)).toBe(false)
})

test('what was found before a long wait does not count', () => {
  const meter = createLoadMeter()
  expect(meter.note(49, 0)).toBe(false)
  expect(meter.note(49, 1_500)).toBe(false)
})
