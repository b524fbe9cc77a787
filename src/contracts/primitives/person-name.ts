import { issue } from '../issues.ts'
import { INVISIBLE, rawText } from './text.ts'

const NAME_MAX_LENGTH = 100
// Marks that NFC cannot join to their letter: two are in use (Vietnamese), more are meant to hide the text around them.
// A name may begin with one apostrophe, as 'Aisyah does: the hamzah of an Arabic name.
const NAME_PATTERN = /^'?\p{Script=Latin}\p{Mn}{0,2}(?:\p{Script=Latin}\p{Mn}{0,2}|['. -])*$/u
// Ligatures, full-width and other letters that stand for plain ones: kept, they would make two people of one.
const LETTER_VARIANT = /[\u00AA\u00BA\u2100-\u218F\uFB00-\uFB06\uFF21-\uFF5A]/gu

/** As the KTP prints it: NFC, upper case, plain letters, one space between words, one kind of apostrophe. */
export function normalisePersonName(written: string): string {
  return written
    .normalize('NFC')
    .replace(/[\u2018\u2019\u02BC\u0060\u00B4]/gu, "'")
    .replace(/[\u2010-\u2015]/gu, '-')
    .replace(LETTER_VARIANT, (letter) => letter.normalize('NFKC'))
    .replace(/[ \u00A0]+/gu, ' ')
    .trim()
    .toLocaleUpperCase('id')
}

export const personNameSchema = rawText(NAME_MAX_LENGTH * 2, issue('too_long', { max: NAME_MAX_LENGTH }))
  .transform(normalisePersonName)
  .superRefine((name, context) => {
    if (name.length === 0) context.addIssue({ code: 'custom', ...issue('required') })
    else if (name.length > NAME_MAX_LENGTH) {
      context.addIssue({ code: 'custom', ...issue('too_long', { max: NAME_MAX_LENGTH }) })
    } else if (INVISIBLE.test(name)) context.addIssue({ code: 'custom', ...issue('control_character') })
    else if (!NAME_PATTERN.test(name)) context.addIssue({ code: 'custom', ...issue('name_has_other_characters') })
  })
