import { issue } from '../issues.ts'
import { rawText } from './text.ts'

/**
 * What the sixteen digits of a NIK say: region of first issue, birth date (day + 40 for women), serial number.
 * The number is for life and follows neither removals nor corrections, so everything here is evidence, never proof.
 */
export type NikParts = {
  /** Six digits: province, kab/kota, kecamatan of first issue. */
  regionDigits: string
  day: number
  month: number
  /** Two digits; the century is not in the number. */
  year: number
  sex: 'male' | 'female'
}

export type NikFault =
  | 'nik_not_16_digits'
  | 'nik_all_zero'
  | 'nik_serial_zero'
  | 'nik_day_invalid'
  | 'nik_month_invalid'

const WOMAN_DAY_OFFSET = 40

/** Sixteen digits that cannot be a NIK, or null. Day and month 00 occur in practice and are left to the officer. */
export function findNikFault(nik: string): NikFault | null {
  if (!/^[0-9]{16}$/.test(nik)) return 'nik_not_16_digits'
  if (/^0+$/.test(nik)) return 'nik_all_zero'
  if (nik.endsWith('0000')) return 'nik_serial_zero'
  const day = Number(nik.slice(6, 8))
  if (day > 71 || (day > 31 && day < 41)) return 'nik_day_invalid'
  if (Number(nik.slice(8, 10)) > 12) return 'nik_month_invalid'
  return null
}

/** Reads a NIK that has no fault. */
export function readNik(nik: string): NikParts {
  const day = Number(nik.slice(6, 8))
  const isWoman = day > WOMAN_DAY_OFFSET
  return {
    regionDigits: nik.slice(0, 6),
    day: isWoman ? day - WOMAN_DAY_OFFSET : day,
    month: Number(nik.slice(8, 10)),
    year: Number(nik.slice(10, 12)),
    sex: isWoman ? 'female' : 'male',
  }
}

/** The last four digits, for lists and receipts. */
export function maskNik(nik: string): string {
  return `•••• •••• •••• ${nik.slice(-4)}`
}

/** Written with spaces, dots or dashes as on a copy, or pasted with invisible marks; only digits are kept. */
function onlyDigits(value: string): string {
  return value.replace(/[\s.\p{Cf}-]/gu, '')
}

const WRITTEN_MAX_LENGTH = 40

export const nikSchema = rawText(WRITTEN_MAX_LENGTH, issue('nik_not_16_digits'))
  .min(1)
  .transform(onlyDigits)
  .superRefine((nik, context) => {
    const fault = findNikFault(nik)
    if (fault) context.addIssue({ code: 'custom', ...issue(fault) })
  })

const FAMILY_CARD_FAULTS = {
  nik_not_16_digits: 'family_card_not_16_digits',
  nik_all_zero: 'family_card_all_zero',
  nik_serial_zero: 'family_card_serial_zero',
  nik_day_invalid: 'family_card_day_invalid',
  nik_month_invalid: 'family_card_month_invalid',
} as const satisfies Record<NikFault, string>

/** A KK number has the shape of a NIK with its date of issue in it; no woman's offset, which is only a warning. */
export const familyCardNumberSchema = rawText(WRITTEN_MAX_LENGTH, issue('family_card_not_16_digits'))
  .min(1)
  .transform(onlyDigits)
  .superRefine((number, context) => {
    const fault = findNikFault(number)
    if (fault) context.addIssue({ code: 'custom', ...issue(FAMILY_CARD_FAULTS[fault]) })
  })
