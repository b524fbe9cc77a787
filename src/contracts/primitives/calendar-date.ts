import { z } from 'zod'
import { issue } from '../issues.ts'
import { isCalendarDate } from './calendar-day.ts'

const EARLIEST_BIRTH_DATE = '1900-01-01'

export const birthDateSchema = z
  .string()
  .max(10)
  .superRefine((value, context) => {
    if (!isCalendarDate(value)) context.addIssue({ code: 'custom', ...issue('not_a_date') })
    else if (value < EARLIEST_BIRTH_DATE) context.addIssue({ code: 'custom', ...issue('date_too_early') })
  })

const MINUTE_MS = 60_000

type ZoneDay = { format: Intl.DateTimeFormat; minute: number; day: string }

// Making a formatter takes 50 microseconds and using one 1; every registration asks twice for the same minute's day.
const zones = new Map<string, ZoneDay>()

/** The calendar day at an instant in a zone, as "yyyy-MM-dd". */
export function dayInZone(at: Date, timeZone: string): string {
  let zone = zones.get(timeZone)
  if (!zone) {
    zone = { format: new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short' }), minute: Number.NaN, day: '' }
    zones.set(timeZone, zone)
  }
  // No zone of today changes its day within a minute.
  const minute = Math.floor(at.getTime() / MINUTE_MS)
  if (zone.minute !== minute) {
    zone.minute = minute
    zone.day = zone.format.format(at)
  }
  return zone.day
}
