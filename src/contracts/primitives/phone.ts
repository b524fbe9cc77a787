import { parsePhoneNumberFromString } from 'libphonenumber-js/max'
import { z } from 'zod'
import { issue } from '../issues.ts'
import { rawText } from './text.ts'

export type PhoneFault = 'phone_not_a_number' | 'phone_not_indonesian' | 'phone_not_mobile'

// The library takes a tenth of a registration's time. This is its own pattern for Indonesian mobiles, with at most one
// separator between digits; phone.test.ts compares the two over every prefix and length.
const PLAIN_MOBILE = /^(?:\+?62|0)[ .-]?8[1-35-9](?:[ .-]?\d){7,10}$/

/** Reads what a resident dictates ("0812-3456-7890", "+62 812...", "62812...") as E.164 digits 628..., or says why not. */
export function readIndonesianMobile(written: string): { number: string } | { fault: PhoneFault } {
  // A number copied from a phone's contacts often comes between direction marks.
  const text = written.replace(/\p{Cf}/gu, '').trim()
  if (PLAIN_MOBILE.test(text)) return { number: `62${text.replaceAll(/\D/g, '').replace(/^(?:62|0)/, '')}` }
  const trimmed = text.replace(/^62/, '+62').replace(/^\+\s*62[\s.-]*\(?0\)?/, '+62')
  const phone = parsePhoneNumberFromString(trimmed, 'ID')
  if (!phone?.isValid()) return { fault: 'phone_not_a_number' }
  if (phone.country !== 'ID') return { fault: 'phone_not_indonesian' }
  if (phone.getType() !== 'MOBILE') return { fault: 'phone_not_mobile' }
  return { number: phone.number.slice(1) }
}

export const indonesianMobileSchema = rawText(40, issue('phone_not_a_number'))
  .min(1)
  .transform((written, context) => {
    const phone = readIndonesianMobile(written)
    if ('number' in phone) return phone.number
    context.addIssue({ code: 'custom', ...issue(phone.fault) })
    return z.NEVER
  })
