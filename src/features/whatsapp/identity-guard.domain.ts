// A NIK and a KK number have 16 digits, a JKN card 13. Nothing else we write to residents looks like that, apart from phone
// numbers of 13 digits and our receipt numbers, so the guard needs no list of known numbers and cannot be out of date.
const FAMILY_OR_ID_CARD_DIGITS = 16
const JKN_CARD_DIGITS = 13
const RECEIPT_NUMBER = /\bPDW-[\d.]{4,5}-\d{4}-\d{1,12}-[0-9A-Z]\b/gi
// People group long numbers with blanks, dots and dashes; `*` and `_` are WhatsApp's bold and italic.
const DIGIT_GROUPS = /\d+(?:[\p{Zs}\t\p{Pd}._*·•]{1,3}\d+)*/gu
const INDONESIAN_MOBILE = /^(?:62|0)8[1-35-9]\d+$/

/** Digits of every script become ASCII ones; characters that show nothing disappear. Other scripts write no phone number of ours: 9 is as good as any. */
function plainDigits(text: string): string {
  return text
    .normalize('NFKC')
    .replace(/\p{Cf}/gu, '')
    .replace(/\p{Nd}/gu, (digit) => (digit >= '0' && digit <= '9' ? digit : '9'))
    .replace(RECEIPT_NUMBER, '#')
}

function groupsHoldIdentityNumber(groups: readonly string[]): boolean {
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
 * have invisible characters between them. Digit groups are judged in every neighbouring combination, so a list number before a NIK does not hide it.
 */
export function holdsIdentityNumber(text: string): boolean {
  for (const [run] of plainDigits(text).matchAll(DIGIT_GROUPS)) {
    if (groupsHoldIdentityNumber(run.match(/\d+/g) ?? [])) return true
  }
  return false
}
