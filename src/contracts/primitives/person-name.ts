import { z } from 'zod'
import { issue } from '../issues.ts'

const NAME_MAX_LENGTH = 100
const NAME_PATTERN = /^\p{Script=Latin}[\p{Script=Latin}\p{Mn}'. -]*$/u

/** As the KTP prints it: NFC, upper case, one space between words, one kind of apostrophe. */
export function normalisePersonName(written: string): string {
  return written
    .normalize('NFC')
    .replace(/[\u2018\u2019\u02BC\u0060\u00B4]/gu, "'")
    .replace(/[\u2010-\u2015]/gu, '-')
    .replace(/[ \u00A0]+/gu, ' ')
    .trim()
    .toLocaleUpperCase('id')
}

export const personNameSchema = z
  .string()
  .min(1)
  .max(NAME_MAX_LENGTH * 2)
  .transform(normalisePersonName)
  .superRefine((name, context) => {
    if (name.length === 0) context.addIssue({ code: 'custom', ...issue('required') })
    else if (name.length > NAME_MAX_LENGTH) {
      context.addIssue({ code: 'custom', ...issue('too_long', { max: NAME_MAX_LENGTH }) })
    } else if (!NAME_PATTERN.test(name)) context.addIssue({ code: 'custom', ...issue('name_has_other_characters') })
  })
