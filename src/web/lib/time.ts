import type { Language } from '../../contracts/text/message-format.ts'
import { LOCALES } from '../../contracts/text/message-format.ts'
import { useLanguage } from './language.ts'

/** Abbreviations that people in Indonesia know; their browsers may write "GMT+7". */
const ZONES: Record<number, string> = { 420: 'WIB', 480: 'WITA', 540: 'WIT' }

function zoneOf(timeZone: string, at: Date): string {
  const part = new Intl.DateTimeFormat('en', { timeZone, timeZoneName: 'longOffset' })
    .formatToParts(at)
    .find(({ type }) => type === 'timeZoneName')
  const [, hours, minutes] = /GMT\+(\d{2}):(\d{2})/.exec(part?.value ?? '') ?? []
  return ZONES[Number(hours) * 60 + Number(minutes)] ?? part?.value ?? ''
}

function createTimes(language: Language, timeZone: string) {
  const locale = LOCALES[language]
  const of = (options: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat(locale, { timeZone, ...options })
  return {
    /** "26 Nov 2026" */
    day: (at: string) => of({ dateStyle: 'medium' }).format(new Date(at)),
    /** "26 Nov 2026, 14.05 WIB" */
    moment: (at: string) =>
      `${of({ dateStyle: 'medium', timeStyle: 'short' }).format(new Date(at))} ${zoneOf(timeZone, new Date(at))}`,
    /** "14.05" */
    clock: (at: string) => of({ timeStyle: 'short' }).format(new Date(at)),
    /** A calendar date without a zone, as of birth: "5 Mei 1990". */
    date: (date: string) =>
      new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeZone: 'UTC' }).format(new Date(`${date}T00:00:00Z`)),
    number: (value: number) => new Intl.NumberFormat(locale).format(value),
    /** "3 jam lagi", "2 hari yang lalu" */
    relative: (at: string, now: Date) => {
      const minutes = Math.round((Date.parse(at) - now.getTime()) / 60_000)
      const format = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' })
      if (Math.abs(minutes) < 60) return format.format(minutes, 'minute')
      if (Math.abs(minutes) < 48 * 60) return format.format(Math.round(minutes / 60), 'hour')
      return format.format(Math.round(minutes / 1440), 'day')
    },
  }
}

/** Times as the people of the office write them. The zone is the browser's: its officers sit where the residents live. */
export function useTimes() {
  return createTimes(useLanguage(), Intl.DateTimeFormat().resolvedOptions().timeZone)
}
