import { dayInZone } from '../../../contracts/primitives/calendar-date.ts'

const HOUR_MS = 60 * 60 * 1000

/** When the calendar day at `at` began in the zone. Zones here are whole hours from UTC, and none changes its clock. */
export function startOfDay(at: Date, timeZone: string): Date {
  const day = dayInZone(at, timeZone)
  let hour = Math.floor(at.getTime() / HOUR_MS) * HOUR_MS
  while (dayInZone(new Date(hour - HOUR_MS), timeZone) === day) hour -= HOUR_MS
  return new Date(hour)
}
