/** A real day of the calendar as "yyyy-MM-dd". */
export function isCalendarDate(value: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(value)) return false
  const date = new Date(`${value}T00:00:00Z`)
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(value)
}

const DAY_MS = 24 * 60 * 60 * 1000
const toMs = (day: string): number => Date.parse(`${day}T00:00:00Z`)

/** Calendar days from one day to another, as "yyyy-MM-dd"; negative when it is earlier. */
export const daysBetween = (from: string, to: string): number => Math.round((toMs(to) - toMs(from)) / DAY_MS)
