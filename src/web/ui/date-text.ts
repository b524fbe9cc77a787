import { isCalendarDate } from '../../contracts/primitives/calendar-day.ts'

/** "5/5/1990", "05-05-1990" or "05051990" as "1990-05-05"; null while it is no day of the calendar. */
export function readDate(text: string): string | null {
  const [, day = '', month = '', year = ''] =
    /^\s*(\d{1,2})\s*[-/. ]\s*(\d{1,2})\s*[-/. ]\s*(\d{4})\s*$/.exec(text) ??
    /^\s*(\d{2})(\d{2})(\d{4})\s*$/.exec(text) ??
    []
  const date = `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`
  return isCalendarDate(date) ? date : null
}

/** "1990-05-05" as people write it here: "05-05-1990". */
export const writeDate = (date: string): string => date.split('-').reverse().join('-')
