// A NIK and a KK number have 16 digits, a JKN card 13. Nothing else we write to residents looks like that, apart from phone
// numbers of 13 digits and our receipt numbers, so the guard needs no list of known numbers and cannot be out of date.
const FAMILY_OR_ID_CARD_DIGITS = 16
const JKN_CARD_DIGITS = 13
export const RECEIPT_NUMBER = /\bPDW-[\d.]{4,5}-\d{4}-\d{1,12}-[0-9A-Z]\b/gi
// People group long numbers with blanks, dots, dashes, slashes, commas and line breaks; `*` and `_` are WhatsApp's bold and italic.
export const DIGIT_GROUPS = /\d+(?:[\p{Z}\t\n\v\f\r\p{Pd}.,/_*·•]{1,3}\d+)*/gu
const INDONESIAN_MOBILE = /^(?:62|0)8[1-35-9]\d+$/

const EITHER = (...patterns: string[]): string => `(?:${patterns.join('|')})`
const DAY = '(?:0?[1-9]|[12]\\d|3[01])'
const MONTH = '(?:0?[1-9]|1[0-2])'
const YEAR = '(?:19|20)\\d{2}'
const DATE = EITHER(
  ...['/', '[.]', '-'].flatMap((mark) => [[DAY, MONTH, YEAR].join(mark), [YEAR, MONTH, DAY].join(mark)]),
)
const TIME = '(?:[01]\\d|2[0-4]|[1-9])[.][0-5]\\d'
const MOBILE = '(?:62[ -]?|0)8[1-35-9]\\d[ -]?(?:\\d{4}[ -]?\\d{2,5}|\\d{3}[ -]?\\d{3,4})'
const BETWEEN = '[\\p{Z}\\t\\n\\v\\f\\r\\p{Pd},/_*·•]{1,3}'
const listOf = (item: string): string => `${item}(?:${BETWEEN}${item})*`
/** Dates and hours, with the year of a written month or the number of a list before them, or a day after them. */
const WHEN = new RegExp(
  `^(?:${YEAR}${BETWEEN}|\\d{1,2}[.]?${BETWEEN})?${listOf(EITHER(DATE, TIME))}(?:${BETWEEN}\\d{1,2})?$`,
  'u',
)
/** Mobile numbers, and when they are answered. */
const WHOM_TO_CALL = new RegExp(`^${listOf(EITHER(MOBILE, DATE, TIME))}$`, 'u')

/** No NIK, KK or card number is grouped like this from end to end; with one of them beside it a run is not let pass. */
const isAppointment = (run: string): boolean => WHEN.test(run) || WHOM_TO_CALL.test(run)

/** Digits of every script become ASCII ones; characters that show nothing disappear. Other scripts write no phone number of ours: 9 is as good as any. */
export function plainDigits(text: string): string {
  return text
    .normalize('NFKC')
    .replace(/\p{Cf}/gu, '')
    .replace(/\p{Nd}/gu, (digit) => (digit >= '0' && digit <= '9' ? digit : '9'))
}

/** Whether digits that follow each other (a match of `DIGIT_GROUPS`) make a number that could be somebody's. */
export function runHoldsIdentityNumber(run: string): boolean {
  if (isAppointment(run)) return false
  const groups = run.match(/\d+/g) ?? []
  for (let first = 0; first < groups.length; first++) {
    let joined = ''
    for (let last = first; last < groups.length && joined.length < FAMILY_OR_ID_CARD_DIGITS; last++) {
      joined += groups[last]
      if (last === first && joined.length > FAMILY_OR_ID_CARD_DIGITS) return true
      if (joined.length === FAMILY_OR_ID_CARD_DIGITS) return true
      if (joined.length === JKN_CARD_DIGITS && !INDONESIAN_MOBILE.test(joined)) return true
    }
  }
  return false
}

/**
 * Whether a text holds an unmasked NIK, KK or JKN card number, also when its digits are grouped, come from another script or
 * have invisible characters between them. Digit groups are judged in every neighbouring combination, so a list number before a NIK does not hide it;
 * dates and times are none.
 */
export function holdsIdentityNumber(text: string): boolean {
  for (const [run] of plainDigits(text).replace(RECEIPT_NUMBER, '#').matchAll(DIGIT_GROUPS)) {
    if (runHoldsIdentityNumber(run)) return true
  }
  return false
}
