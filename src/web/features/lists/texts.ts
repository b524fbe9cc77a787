import enBpjs from '../../../contracts/text/en/bpjs.json' with { type: 'json' }
import idBpjs from '../../../contracts/text/id/bpjs.json' with { type: 'json' }
import { useLanguage } from '../../lib/language.ts'
import { createTexts } from '../../lib/text.ts'
import en from './en.json' with { type: 'json' }
import id from './id.json' with { type: 'json' }

export const useListText = createTexts(id, en)
/** The words of the server for columns and faults of a list. */
export const useListWords = createTexts(idBpjs, enBpjs)

/** "2026-10" as people say it: "Oktober 2026". */
export function useMonth(): (month: string) => string {
  const format = new Intl.DateTimeFormat(useLanguage() === 'id' ? 'id-ID' : 'en-GB', {
    month: 'long',
    year: 'numeric',
    timeZone: 'UTC',
  })
  return (month) => format.format(new Date(`${month}-01T00:00:00Z`))
}
