import { WEEKDAYS } from '../../../contracts/api/office-kinds.ts'
import type { OpeningHours } from '../../../contracts/api/regions.ts'
import { type Language, translate } from '../../../contracts/text/index.ts'

/** "Senin–Kamis 07.30–14.30; Jumat 07.30–11.30 dan 13.00–14.30": days in a row with the same hours together. Empty when there are none. */
export function writeOpeningHours(language: Language, hours: OpeningHours): string {
  const time = (written: string): string => (language === 'id' ? written.replace(':', '.') : written)
  const runs: { first: number; last: number; periods: string }[] = []
  for (const [index, day] of WEEKDAYS.entries()) {
    const periods = (hours[day] ?? [])
      .map(({ opens, closes }) => translate(language, 'bot', 'hours.range', { from: time(opens), to: time(closes) }))
      .join(translate(language, 'bot', 'hours.and'))
    const run = runs.at(-1)
    if (periods === '') continue
    if (run?.last === index - 1 && run.periods === periods) run.last = index
    else runs.push({ first: index, last: index, periods })
  }
  const nameOf = (index: number): string => translate(language, 'regions', `weekday.${WEEKDAYS[index] ?? 'monday'}`)
  return runs
    .map(({ first, last, periods }) => {
      const days =
        first === last
          ? nameOf(first)
          : translate(language, 'bot', 'hours.range', { from: nameOf(first), to: nameOf(last) })
      return translate(language, 'bot', 'hours.day', { days, periods })
    })
    .join('; ')
}
