import { issue } from '../issues.ts'
import { findNikFault, type NikFault, onlyDigits } from './nik-digits.ts'
import { rawText } from './text.ts'

/** The last four digits, for lists and receipts. */
export function maskNik(nik: string): string {
  return `•••• •••• •••• ${nik.slice(-4)}`
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
