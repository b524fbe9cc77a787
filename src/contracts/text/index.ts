import enAccounts from './en/accounts.json' with { type: 'json' }
import enAudit from './en/audit.json' with { type: 'json' }
import enBot from './en/bot.json' with { type: 'json' }
import enBpjs from './en/bpjs.json' with { type: 'json' }
import enCommon from './en/common.json' with { type: 'json' }
import enConsent from './en/consent.json' with { type: 'json' }
import enCoverage from './en/coverage.json' with { type: 'json' }
import enDemo from './en/demo.json' with { type: 'json' }
import enEnrolment from './en/enrolment.json' with { type: 'json' }
import enErrors from './en/errors.json' with { type: 'json' }
import enExports from './en/exports.json' with { type: 'json' }
import enFields from './en/fields.json' with { type: 'json' }
import enInbox from './en/inbox.json' with { type: 'json' }
import enIntake from './en/intake.json' with { type: 'json' }
import enLabels from './en/labels.json' with { type: 'json' }
import enNotices from './en/notices.json' with { type: 'json' }
import enRegions from './en/regions.json' with { type: 'json' }
import enStatus from './en/status.json' with { type: 'json' }
import enTemplates from './en/templates.json' with { type: 'json' }
import enVerification from './en/verification.json' with { type: 'json' }
import enWhatsapp from './en/whatsapp.json' with { type: 'json' }
import idAccounts from './id/accounts.json' with { type: 'json' }
import idAudit from './id/audit.json' with { type: 'json' }
import idBot from './id/bot.json' with { type: 'json' }
import idBpjs from './id/bpjs.json' with { type: 'json' }
import idCommon from './id/common.json' with { type: 'json' }
import idConsent from './id/consent.json' with { type: 'json' }
import idCoverage from './id/coverage.json' with { type: 'json' }
import idDemo from './id/demo.json' with { type: 'json' }
import idEnrolment from './id/enrolment.json' with { type: 'json' }
import idErrors from './id/errors.json' with { type: 'json' }
import idExports from './id/exports.json' with { type: 'json' }
import idFields from './id/fields.json' with { type: 'json' }
import idInbox from './id/inbox.json' with { type: 'json' }
import idIntake from './id/intake.json' with { type: 'json' }
import idLabels from './id/labels.json' with { type: 'json' }
import idNotices from './id/notices.json' with { type: 'json' }
import idRegions from './id/regions.json' with { type: 'json' }
import idStatus from './id/status.json' with { type: 'json' }
import idTemplates from './id/templates.json' with { type: 'json' }
import idVerification from './id/verification.json' with { type: 'json' }
import idWhatsapp from './id/whatsapp.json' with { type: 'json' }
import { formatMessage, type Language, type TextParams } from './message-format.ts'

export { LANGUAGES, type Language, type TextParams } from './message-format.ts'

// Indonesian is the source: its keys are the type, and an English file that lacks one does not compile.
const INDONESIAN = {
  accounts: idAccounts,
  audit: idAudit,
  regions: idRegions,
  bot: idBot,
  bpjs: idBpjs,
  common: idCommon,
  consent: idConsent,
  coverage: idCoverage,
  demo: idDemo,
  enrolment: idEnrolment,
  errors: idErrors,
  exports: idExports,
  fields: idFields,
  inbox: idInbox,
  intake: idIntake,
  labels: idLabels,
  notices: idNotices,
  status: idStatus,
  templates: idTemplates,
  verification: idVerification,
  whatsapp: idWhatsapp,
}

export type TextArea = keyof typeof INDONESIAN
export type TextKey<A extends TextArea> = keyof (typeof INDONESIAN)[A] & string

type Texts = { [A in TextArea]: Record<TextKey<A>, string> }
export const TEXTS: Record<Language, Texts> = {
  id: INDONESIAN,
  en: {
    accounts: enAccounts,
    audit: enAudit,
    regions: enRegions,
    bot: enBot,
    bpjs: enBpjs,
    common: enCommon,
    consent: enConsent,
    coverage: enCoverage,
    demo: enDemo,
    enrolment: enEnrolment,
    errors: enErrors,
    exports: enExports,
    fields: enFields,
    inbox: enInbox,
    intake: enIntake,
    labels: enLabels,
    notices: enNotices,
    status: enStatus,
    templates: enTemplates,
    verification: enVerification,
    whatsapp: enWhatsapp,
  },
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
  return formatMessage(language, TEXTS[language][area][key], params)
}

/** Like `translate`, for keys that are only known at run time (`issue.${code}`): undefined when there is no such text. */
export function findText(language: Language, area: TextArea, key: string, params: TextParams = {}): string | undefined {
  const texts: Record<string, string> = TEXTS[language][area]
  const message = Object.hasOwn(texts, key) ? texts[key] : undefined
  return message === undefined ? undefined : formatMessage(language, message, params)
}
