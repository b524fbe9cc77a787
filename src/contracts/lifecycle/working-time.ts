/** Offices are open Monday to Friday from this hour to that one, on the region's clock. */
export const WORK_DAY_STARTS = 8
export const WORK_DAY_ENDS = 16
export const WORK_DAY_HOURS = WORK_DAY_ENDS - WORK_DAY_STARTS
/** A registrar has five working days to answer a return. */
export const CORRECTION_WORKING_HOURS = 5 * WORK_DAY_HOURS
/** A household has 13 weeks for the papers of a reactivation, as long as for a newborn's NIK: the way leads through other offices. */
export const REACTIVATION_WORKING_HOURS = 13 * 5 * WORK_DAY_HOURS
/** The reminder goes out this long before the end: after three working days of a return. */
export const REMINDER_LEAD_HOURS = 2 * WORK_DAY_HOURS
/** A reminder that goes out late moves the end, so that there is a working day left to act on it. */
export const REMINDER_NOTICE_HOURS = REMINDER_LEAD_HOURS / 2

/** Days (yyyy-MM-dd, on the region's clock) on which offices are closed. */
export type Holidays = ReadonlySet<string>
const NO_HOLIDAYS: Holidays = new Set()

const HOUR_MS = 60 * 60 * 1000
const DAY_MS = 24 * HOUR_MS

// Making a formatter takes about 50 microseconds, using one about 1; clocks are set for every proposal that moves.
const formatters = new Map<string, Intl.DateTimeFormat>()

function formatterOf(timeZone: string): Intl.DateTimeFormat {
  let formatter = formatters.get(timeZone)
  if (!formatter) {
    const part = '2-digit'
    const day = { year: 'numeric', month: part, day: part } as const
    const time = { hour: part, minute: part, second: part, hourCycle: 'h23' } as const
    formatter = new Intl.DateTimeFormat('sv-SE', { timeZone, ...day, ...time })
    formatters.set(timeZone, formatter)
  }
  return formatter
}

/** What to add to an instant to read the zone's wall clock as if it were UTC. */
function offsetAt(instant: number, timeZone: string): number {
  const wholeSecond = Math.floor(instant / 1000) * 1000
  return Date.parse(`${formatterOf(timeZone).format(wholeSecond).replace(' ', 'T')}Z`) - wholeSecond
}

function isWorkingDay(midnight: number, holidays: Holidays): boolean {
  const day = new Date(midnight)
  const isWeekend = day.getUTCDay() === 0 || day.getUTCDay() === 6
  return !isWeekend && !(holidays.size > 0 && holidays.has(day.toISOString().slice(0, 10)))
}

/**
 * The first instant by which `hours` of office time (Monday to Friday without `holidays`, 08:00 to 16:00 in `timeZone`) have passed since `start`.
 * Eight hours from Monday 08:00 end on Monday 16:00; the same from Friday 16:00 end on the next Monday 16:00. Fractions of
 * an hour count; zero hours have passed at once.
 */
export function addWorkingHours(start: Date, hours: number, timeZone: string, holidays: Holidays = NO_HOLIDAYS): Date {
  if (!(hours >= 0) || !Number.isFinite(hours)) throw new RangeError('working hours are counted forward')
  let left = hours * HOUR_MS
  if (left === 0) return new Date(start)
  const offset = offsetAt(start.getTime(), timeZone)
  let wall = start.getTime() + offset
  for (;;) {
    const midnight = Math.floor(wall / DAY_MS) * DAY_MS
    if (isWorkingDay(midnight, holidays)) {
      const from = Math.max(wall, midnight + WORK_DAY_STARTS * HOUR_MS)
      const open = Math.max(0, midnight + WORK_DAY_ENDS * HOUR_MS - from)
      if (left <= open) {
        wall = from + left
        break
      }
      left -= open
    }
    wall = midnight + DAY_MS
  }
  // The zone may have changed its clock in between.
  return new Date(wall - offsetAt(wall - offset, timeZone))
}
