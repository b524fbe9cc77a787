import type { AccountTrouble, RefusalCode } from '../whatsapp.ports.ts'

/** What an error code of the official interface means for one text, and for the account. */
export type CodeMeaning = {
  /**
   * `window_closed`: the text may only go as a template. `unknown`: the service says itself that it does not know. A refusal proves
   * that nothing was handed over.
   */
  text: { code: RefusalCode; retryable: boolean } | 'window_closed' | 'unknown'
  trouble: AccountTrouble['scope'] | null
  /** The template has to be mended by whoever owns it. */
  template: boolean
}

const refused = (code: RefusalCode, retryable: boolean): CodeMeaning => ({
  text: { code, retryable },
  trouble: null,
  template: false,
})
/** Nothing of it is the text's fault: it waits until the account may send again. */
const ACCOUNT: CodeMeaning = { text: { code: 'account_trouble', retryable: true }, trouble: 'account', template: false }
const BUSY = refused('gateway_busy', true)
/** Meta did not get, or could not keep, the picture. Never of a text alone. */
const PICTURE = refused('picture_failed', true)
const FINAL = refused('gateway_refused', false)
const UNKNOWN: CodeMeaning = { text: 'unknown', trouble: null, template: false }
const TEMPLATE_FINAL: CodeMeaning = { ...FINAL, template: true }
/** Approval or the end of a pause may come: the text waits for it. */
const TEMPLATE_WAITS: CodeMeaning = { ...BUSY, template: true }

/** Meta's code -> what follows. Titles and messages are never looked at: Meta changes them. */
export const CLOUD_CODES: Readonly<Record<number, CodeMeaning>> = {
  // The token, a permission, or the number itself.
  0: ACCOUNT,
  3: ACCOUNT,
  10: ACCOUNT,
  33: ACCOUNT,
  190: ACCOUNT,
  131005: ACCOUNT,
  131045: ACCOUNT,
  133010: ACCOUNT,
  // Policy, locked, unpaid, display name not approved.
  368: ACCOUNT,
  131031: ACCOUNT,
  131037: ACCOUNT,
  131042: ACCOUNT,
  // Limits of the app, of the business account, of registering, and of a number that was reported as spam.
  4: ACCOUNT,
  80007: ACCOUNT,
  131048: ACCOUNT,
  133016: ACCOUNT,
  // Too fast for now: this number's throughput, this pair of numbers, maintenance.
  130429: BUSY,
  131056: BUSY,
  131057: BUSY,
  // The service does not say whether it has taken the text.
  1: UNKNOWN,
  2: UNKNOWN,
  131000: UNKNOWN,
  131016: UNKNOWN,
  // The recipient.
  131026: refused('not_on_whatsapp', false),
  131047: { text: 'window_closed', trouble: null, template: false },
  131050: refused('recipient_opted_out', false),
  131021: FINAL,
  131030: FINAL,
  130472: FINAL,
  130497: FINAL,
  // "Do not try again for 24 hours": later news will have overtaken it.
  131049: FINAL,
  // The request.
  100: FINAL,
  131008: FINAL,
  131009: FINAL,
  131051: FINAL,
  131052: PICTURE,
  131053: PICTURE,
  135000: FINAL,
  // The template: number of variables, not there, too long, format, paused, disabled.
  132000: TEMPLATE_FINAL,
  132001: TEMPLATE_WAITS,
  132005: TEMPLATE_FINAL,
  132007: TEMPLATE_FINAL,
  132012: TEMPLATE_FINAL,
  132015: TEMPLATE_WAITS,
  132016: TEMPLATE_FINAL,
}

const FIRST_PERMISSION_CODE = 200
const LAST_PERMISSION_CODE = 299
const REQUEST_TIMEOUT = 408
const SERVER_ERROR = 500

/** What an answer other than 2xx means. `code`: null when it was no error of the interface (a proxy, an outage). Pure. */
export function meaningOf(code: number | null, httpStatus: number): CodeMeaning {
  const known = code === null ? undefined : CLOUD_CODES[code]
  if (known) return known
  if (code !== null && code >= FIRST_PERMISSION_CODE && code <= LAST_PERMISSION_CODE) return ACCOUNT
  if (httpStatus >= SERVER_ERROR || httpStatus === REQUEST_TIMEOUT) return UNKNOWN
  // Somebody on the way refused it, or the interface did for a reason of its own.
  return code === null ? BUSY : FINAL
}

/** The code of a failed status as a receipt carries it: in our words (`FailureCode`) where we act on it. A status that failed is a proof, whatever it says. */
export function receiptCodeOf(code: number | null): string | null {
  if (code === null) return null
  const { text } = CLOUD_CODES[code] ?? FINAL
  if (text === 'window_closed') return text
  return text === 'unknown' || text.code === 'gateway_refused' ? String(code) : text.code
}
