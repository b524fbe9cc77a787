/** Offices are open Monday to Friday from this hour to that one, on the region's clock. */
export const WORK_DAY_STARTS = 8
export const WORK_DAY_ENDS = 16
export const WORK_DAY_HOURS = WORK_DAY_ENDS - WORK_DAY_STARTS
/** A registrar has five working days to answer a return. */
export const CORRECTION_WORKING_HOURS = 5 * WORK_DAY_HOURS

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

function isWorkingDay(midnight: number): boolean {
  const weekday = new Date(midnight).getUTCDay()
  return weekday !== 0 && weekday !== 6
}

/**
 * The first instant by which `hours` of office time (Monday to Friday, 08:00 to 16:00 in `timeZone`) have passed since `start`.
 * Eight hours from Monday 08:00 end on Monday 16:00; the same from Friday 16:00 end on the next Monday 16:00. Fractions of
 * an hour count; zero hours have passed at once. Public holidays are not known here.
 */
export function addWorkingHours(start: Date, hours: number, timeZone: string): Date {
  if (!(hours >= 0) || !Number.isFinite(hours)) throw new RangeError('working hours are counted forward')
  let left = hours * HOUR_MS
  if (left === 0) return new Date(start)
  const offset = offsetAt(start.getTime(), timeZone)
  let wall = start.getTime() + offset
  for (;;) {
    const midnight = Math.floor(wall / DAY_MS) * DAY_MS
    if (isWorkingDay(midnight)) {
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
