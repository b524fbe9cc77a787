import { IntlMessageFormat } from 'intl-messageformat'

export const LANGUAGES = ['id', 'en'] as const
export type Language = (typeof LANGUAGES)[number]

export type TextParams = Record<string, string | number | boolean | Date>

export const LOCALES: Record<Language, string> = { id: 'id-ID', en: 'en-GB' }

/** As it stands in the texts, or parsed already: the build of the console parses them, so that no parser is sent to browsers. */
export type Message = ConstructorParameters<typeof IntlMessageFormat>[0]

// Parsing an ICU message costs about 100 times more than formatting it. The texts never change, so this only remembers.
const parsed: Record<Language, Map<Message, IntlMessageFormat>> = { id: new Map(), en: new Map() }

/** An ICU message with its variables filled in. Pure. Throws when a variable of the message is not given. */
export function formatMessage(language: Language, message: Message, params: TextParams): string {
  if (typeof message === 'string' && !message.includes('{')) return message
  let formatter = parsed[language].get(message)
  if (!formatter) {
    formatter = new IntlMessageFormat(message, LOCALES[language])
    parsed[language].set(message, formatter)
  }
  return String(formatter.format(params))
}
