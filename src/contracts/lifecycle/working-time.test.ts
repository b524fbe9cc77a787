import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { addWorkingHours, CORRECTION_WORKING_HOURS } from './working-time.ts'

const JAKARTA = 'Asia/Jakarta'
const at = (local: string) => new Date(`${local}+07:00`)
const plus = (local: string, hours: number) => addWorkingHours(at(local), hours, JAKARTA).toISOString()

describe('addWorkingHours', () => {
  // 2026-11-23 is a Monday.
  it.each([
    ['inside one day', '2026-11-23T09:00:00', 4, '2026-11-23T13:00:00'],
    ['a whole day ends when the office closes', '2026-11-23T08:00:00', 8, '2026-11-23T16:00:00'],
    ['over the night', '2026-11-23T15:00:00', 4, '2026-11-24T11:00:00'],
    ['from before opening', '2026-11-23T05:30:00', 1, '2026-11-23T09:00:00'],
    ['from after closing', '2026-11-23T19:00:00', 1, '2026-11-24T09:00:00'],
    ['over the weekend', '2026-11-27T15:30:00', 1, '2026-11-30T08:30:00'],
    ['from a Saturday', '2026-11-28T10:00:00', 8, '2026-11-30T16:00:00'],
    ['from a Sunday just before midnight', '2026-11-29T23:59:59', 0.5, '2026-11-30T08:30:00'],
    ['ten days', '2026-11-23T10:00:00', 80, '2026-12-07T10:00:00'],
    ['no time at all, even at night', '2026-11-23T22:00:00', 0, '2026-11-23T22:00:00'],
  ])('counts %s', (_name, start, hours, end) => {
    expect(plus(start, hours)).toBe(at(end).toISOString())
  })

  it('gives a return five working days', () => {
    expect(plus('2026-11-23T10:00:00', CORRECTION_WORKING_HOURS)).toBe(at('2026-11-30T10:00:00').toISOString())
  })

  it('follows the clock of the region', () => {
    const start = new Date('2026-11-23T00:30:00Z')
    expect(addWorkingHours(start, 1, 'Asia/Jakarta').toISOString()).toBe('2026-11-23T02:00:00.000Z')
    expect(addWorkingHours(start, 1, 'Asia/Makassar').toISOString()).toBe('2026-11-23T01:30:00.000Z')
    expect(addWorkingHours(start, 1, 'Asia/Jayapura').toISOString()).toBe('2026-11-23T01:30:00.000Z')
  })

  it('ends at the right wall time when the zone changes its clock on the way', () => {
    // Amsterdam leaves summer time on 2026-10-25: Friday 15:00 is +02:00, Monday 09:00 is +01:00.
    const end = addWorkingHours(new Date('2026-10-23T15:00:00+02:00'), 2, 'Europe/Amsterdam')
    expect(end.toISOString()).toBe('2026-10-26T08:00:00.000Z')
  })

  it('keeps fractions of a second', () => {
    expect(plus('2026-11-23T09:00:00.250', 1)).toBe(at('2026-11-23T10:00:00.250').toISOString())
  })

  it.each([-1, Number.NaN, Number.POSITIVE_INFINITY])('refuses %s hours', (hours) => {
    expect(() => addWorkingHours(new Date(), hours, JAKARTA)).toThrow(RangeError)
  })

  it('may be split anywhere: a + b hours are a hours and then b hours', () => {
    const minutes = fc.integer({ min: 0, max: 80 * 60 })
    const start = fc.date({ min: new Date('2026-01-01'), max: new Date('2027-12-31'), noInvalidDate: true })
    fc.assert(
      fc.property(start, minutes, minutes, (from, a, b) => {
        const whole = addWorkingHours(from, (a + b) / 60, JAKARTA)
        const inTwo = addWorkingHours(addWorkingHours(from, a / 60, JAKARTA), b / 60, JAKARTA)
        // Fractions of an hour are rounded to the millisecond.
        return Math.abs(whole.getTime() - inTwo.getTime()) <= 1
      }),
    )
  })

  it('passes over public holidays of the own zone, alone, in a row and beside a weekend', () => {
    const holidays = new Set(['2026-12-24', '2026-12-25', '2027-01-01'])
    const end = (start: string, hours: number, zone: string) =>
      addWorkingHours(new Date(start), hours, zone, holidays).toISOString()
    // Wednesday 23 December, 15:00 WIB: an hour then, the other three on Monday the 28th.
    expect(end('2026-12-23T08:00:00Z', 4, JAKARTA)).toBe('2026-12-28T04:00:00.000Z')
    expect(end('2026-12-24T02:00:00Z', 0.5, JAKARTA)).toBe('2026-12-28T01:30:00.000Z')
    expect(end('2026-12-31T08:00:00Z', 2, JAKARTA)).toBe('2027-01-04T02:00:00.000Z')
    // 23 December 23:30 WIB is the 24th in Jayapura.
    expect(end('2026-12-23T16:30:00Z', 1, 'Asia/Jayapura')).toBe('2026-12-28T00:00:00.000Z')
  })
})
