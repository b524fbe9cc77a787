import { mod37_36 } from 'cdigit'
import { z } from 'zod'
import { issue } from '../issues.ts'
import { rawText } from './text.ts'

/**
 * `PDW-<kab/kota>-<yymm>-<serial>-<check>`, for example PDW-3274-2611-000123-K. No personal data in it.
 * The check character is ISO/IEC 7064 MOD 37,36 over the letters and digits before it: it finds every single wrong
 * character and nearly every swap, so that a mistyped number is told apart from an unknown one.
 */
export function composeReceiptNumber(regionCode: string, yearMonth: string, serial: number): string {
  const parts = ['PDW', regionCode.replaceAll('.', ''), yearMonth, String(serial).padStart(6, '0')]
  return [...parts, mod37_36.compute(parts.join(''))].join('-')
}

/** Upper case, any spaces and missing hyphens mended; null when the shape or the check character is wrong. */
export function readReceiptNumber(written: string): string | null {
  const compact = written.toUpperCase().replace(/[^0-9A-Z]/gu, '')
  const match = /^(PDW)(\d{4})(\d{4})(\d{6,12})([0-9A-Z])$/u.exec(compact)
  if (!match || !mod37_36.validate(compact)) return null
  return match.slice(1).join('-')
}

/** The kab/kota that a well-formed receipt number names: "PDW-3274-..." is 32.74. */
export const regionOfReceipt = (receiptNumber: string): string => {
  const digits = receiptNumber.split('-')[1] ?? ''
  return `${digits.slice(0, 2)}.${digits.slice(2)}`
}

export const receiptNumberSchema = rawText(40, issue('receipt_number_invalid'))
  .min(1)
  .transform((written, context) => {
    const number = readReceiptNumber(written)
    if (number) return number
    context.addIssue({ code: 'custom', ...issue('receipt_number_invalid') })
    return z.NEVER
  })
