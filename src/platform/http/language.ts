import type { Language } from '../../contracts/text/index.ts'

type Preference = { language: string; weight: number }

function readPreference(item: string): Preference {
  const [range = '', ...parameters] = item.split(';')
  const quality = parameters.map((parameter) => parameter.trim()).find((parameter) => parameter.startsWith('q='))
  const weight = quality === undefined ? 1 : Number(quality.slice(2))
  return {
    language: range.trim().toLowerCase().split('-')[0] ?? '',
    weight: Number.isFinite(weight) ? weight : 0,
  }
}

/** The language of the texts a caller gets. Indonesian unless Accept-Language ranks English higher. */
export function negotiateLanguage(acceptLanguage: string | undefined): Language {
  if (!acceptLanguage || acceptLanguage.length > 200) return 'id'
  let english = 0
  let indonesian = 0
  for (const { language, weight } of acceptLanguage.split(',').map(readPreference)) {
    if (language === 'en') english = Math.max(english, weight)
    // "in" is the old code of Indonesian that some Android phones still send.
    if (language === 'id' || language === 'in') indonesian = Math.max(indonesian, weight)
  }
  return english > indonesian ? 'en' : 'id'
}
