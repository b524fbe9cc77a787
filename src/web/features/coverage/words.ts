import type { CoverageCount } from '../../../contracts/api/coverage.ts'
import { LOCALES } from '../../../contracts/text/message-format.ts'
import { useLanguage } from '../../lib/language.ts'
import { useTimes } from '../../lib/time.ts'
import { useCoverageTerms } from './texts.ts'

const NOON = 'T12:00:00Z'

/** Figures as people of the office write them. */
export function useFigureWords() {
  const locale = LOCALES[useLanguage()]
  const times = useTimes()
  const term = useCoverageTerms()
  const percent = new Intl.NumberFormat(locale, { minimumFractionDigits: 2 })
  return {
    number: times.number,
    date: times.date,
    percent: (hundredths: number): string => `${percent.format(hundredths / 100)} %`,
    /** "Oktober 2026" */
    month: (month: string): string =>
      new Intl.DateTimeFormat(locale, { month: 'long', year: 'numeric', timeZone: 'UTC' }).format(
        new Date(`${month}-01${NOON}`),
      ),
    /** "Okt 26" */
    shortMonth: (month: string): string =>
      new Intl.DateTimeFormat(locale, { month: 'short', year: '2-digit', timeZone: 'UTC' }).format(
        new Date(`${month}-01${NOON}`),
      ),
    /** Who counted, and when. */
    source: ({ source, origin, asOf }: CoverageCount): string =>
      `${source ?? term(`origin.${origin}`)}, ${times.date(asOf)}`,
  }
}
