import { expect, test } from 'vitest'
import { startOfDay } from './day.domain.ts'

test.each([
  ['2026-11-26T16:59:59Z', 'Asia/Jakarta', '2026-11-25T17:00:00Z'],
  ['2026-11-26T17:00:00Z', 'Asia/Jakarta', '2026-11-26T17:00:00Z'],
  ['2026-11-26T15:59:00Z', 'Asia/Makassar', '2026-11-25T16:00:00Z'],
  ['2026-11-26T16:00:00Z', 'Asia/Makassar', '2026-11-26T16:00:00Z'],
  ['2026-11-26T15:30:00Z', 'Asia/Jayapura', '2026-11-26T15:00:00Z'],
])('%s in %s is a day that began at %s', (at, zone, begin) => {
  expect(startOfDay(new Date(at), zone)).toEqual(new Date(begin))
})
