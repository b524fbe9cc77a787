import { IntlMessageFormat } from 'intl-messageformat'
import enAccounts from './en/accounts.json' with { type: 'json' }
import enAudit from './en/audit.json' with { type: 'json' }
import enBpjs from './en/bpjs.json' with { type: 'json' }
import enCommon from './en/common.json' with { type: 'json' }
import enDemo from './en/demo.json' with { type: 'json' }
import enErrors from './en/errors.json' with { type: 'json' }
import enFields from './en/fields.json' with { type: 'json' }
import enLabels from './en/labels.json' with { type: 'json' }
import enNotices from './en/notices.json' with { type: 'json' }
import enRegions from './en/regions.json' with { type: 'json' }
import enStatus from './en/status.json' with { type: 'json' }
import enVerification from './en/verification.json' with { type: 'json' }
import enWhatsapp from './en/whatsapp.json' with { type: 'json' }
import idAccounts from './id/accounts.json' with { type: 'json' }
import idAudit from './id/audit.json' with { type: 'json' }
import idBpjs from './id/bpjs.json' with { type: 'json' }
import idCommon from './id/common.json' with { type: 'json' }
import idDemo from './id/demo.json' with { type: 'json' }
import idErrors from './id/errors.json' with { type: 'json' }
import idFields from './id/fields.json' with { type: 'json' }
import idLabels from './id/labels.json' with { type: 'json' }
import idNotices from './id/notices.json' with { type: 'json' }
import idRegions from './id/regions.json' with { type: 'json' }
import idStatus from './id/status.json' with { type: 'json' }
import idVerification from './id/verification.json' with { type: 'json' }
import idWhatsapp from './id/whatsapp.json' with { type: 'json' }

export const LANGUAGES = ['id', 'en'] as const
export type Language = (typeof LANGUAGES)[number]

// Indonesian is the source: its keys are the type, and an English file that lacks one does not compile.
const INDONESIAN = {
  accounts: idAccounts,
  audit: idAudit,
  regions: idRegions,
  bpjs: idBpjs,
  common: idCommon,
  demo: idDemo,
  errors: idErrors,
  fields: idFields,
  labels: idLabels,
  notices: idNotices,
  status: idStatus,
  verification: idVerification,
  whatsapp: idWhatsapp,
}

export type TextArea = keyof typeof INDONESIAN
export type TextKey<A extends TextArea> = keyof (typeof INDONESIAN)[A] & string
export type TextParams = Record<string, string | number | boolean | Date>

type Texts = { [A in TextArea]: Record<TextKey<A>, string> }
export const TEXTS: Record<Language, Texts> = {
  id: INDONESIAN,
  en: {
    accounts: enAccounts,
    audit: enAudit,
    regions: enRegions,
    bpjs: enBpjs,
    common: enCommon,
    demo: enDemo,
    errors: enErrors,
    fields: enFields,
    labels: enLabels,
    notices: enNotices,
    status: enStatus,
    verification: enVerification,
    whatsapp: enWhatsapp,
  },
}

const LOCALES: Record<Language, string> = { id: 'id-ID', en: 'en-GB' }

// Parsing an ICU message costs about 100 times more than formatting it. The texts never change, so this only remembers.
const parsed: Record<Language, Map<string, IntlMessageFormat>> = { id: new Map(), en: new Map() }

function format(language: Language, message: string, params: TextParams): string {
  if (!message.includes('{')) return message
  let formatter = parsed[language].get(message)
  if (!formatter) {
    formatter = new IntlMessageFormat(message, LOCALES[language])
    parsed[language].set(message, formatter)
  }
  return String(formatter.format(params))
}

/**
 * The text of a key in the caller's language, with its ICU variables filled in. Pure; may be called any number of times.
 * Throws when a variable of the message is not given.
 */
export function translate<A extends TextArea>(
  language: Language,
  area: A,
  key: TextKey<A>,
  params: TextParams = {},
): string {
  return format(language, TEXTS[language][area][key], params)
}

/** Like `translate`, for keys that are only known at run time (`issue.${code}`): undefined when there is no such text. */
export function findText(language: Language, area: TextArea, key: string, params: TextParams = {}): string | undefined {
  const texts: Record<string, string> = TEXTS[language][area]
  const message = Object.hasOwn(texts, key) ? texts[key] : undefined
  return message === undefined ? undefined : format(language, message, params)
}
