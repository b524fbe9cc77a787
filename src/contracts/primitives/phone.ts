import { parsePhoneNumberFromString } from 'libphonenumber-js/max'
import { z } from 'zod'
import { issue } from '../issues.ts'
import { readPlainMobile } from './plain-mobile.ts'
import { rawText } from './text.ts'

export type PhoneFault = 'phone_not_a_number' | 'phone_not_indonesian' | 'phone_not_mobile'

/** Reads what a resident dictates ("0812-3456-7890", "+62 812...", "62812...") as E.164 digits 628..., or says why not. */
export function readIndonesianMobile(written: string): { number: string } | { fault: PhoneFault } {
  // A number copied from a phone's contacts often comes between direction marks.
  const text = written.replace(/\p{Cf}/gu, '').trim()
  // The library takes a tenth of a registration's time.
  const plain = readPlainMobile(text)
  if (plain) return { number: plain }
  const trimmed = text.replace(/^62/, '+62').replace(/^\+\s*62[\s.-]*\(?0\)?/, '+62')
  const phone = parsePhoneNumberFromString(trimmed, 'ID')
  if (!phone?.isValid()) return { fault: 'phone_not_a_number' }
  if (phone.country !== 'ID') return { fault: 'phone_not_indonesian' }
  if (phone.getType() !== 'MOBILE') return { fault: 'phone_not_mobile' }
  return { number: phone.number.slice(1) }
}

/** Any valid Indonesian number, mobile or landline (WhatsApp takes both for an office), as E.164 digits 62...; null for all else. */
export function readIndonesianPhone(written: string): string | null {
  const phone = parsePhoneNumberFromString(written.trim().replace(/^62/, '+62'), 'ID')
  return phone?.isValid() && phone.country === 'ID' ? phone.number.slice(1) : null
}

export const indonesianMobileSchema = rawText(40, issue('phone_not_a_number'))
  .min(1)
  .transform((written, context) => {
    const phone = readIndonesianMobile(written)
    if ('number' in phone) return phone.number
    context.addIssue({ code: 'custom', ...issue(phone.fault) })
    return z.NEVER
  })
