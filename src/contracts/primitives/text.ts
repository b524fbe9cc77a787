import { z } from 'zod'
import { issue } from '../issues.ts'

// Control, format (direction marks, zero-width), surrogate and private-use characters: nothing a person means to type.
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}]/u

/** One line of text: NFC, spaces collapsed, bounded after that, without invisible characters. */
export function lineSchema(minimum: number, maximum: number) {
  return z
    .string()
    .max(maximum * 2)
    .transform((value) =>
      value
        .normalize('NFC')
        .replace(/[ \u00A0]+/gu, ' ')
        .trim(),
    )
    .superRefine((value, context) => {
      if (INVISIBLE.test(value)) context.addIssue({ code: 'custom', ...issue('control_character') })
      else if (minimum > 0 && value.length === 0) context.addIssue({ code: 'custom', ...issue('required') })
      else if (value.length < minimum) context.addIssue({ code: 'custom', ...issue('too_short', { min: minimum }) })
      else if (value.length > maximum) context.addIssue({ code: 'custom', ...issue('too_long', { max: maximum }) })
    })
}

/** A note of several lines: as `lineSchema`, but keeps line breaks. */
export function noteSchema(minimum: number, maximum: number) {
  return z
    .string()
    .max(maximum * 2)
    .transform((value) => value.normalize('NFC').replace(/\r\n?/gu, '\n').trim())
    .superRefine((value, context) => {
      if (INVISIBLE.test(value.replaceAll('\n', '')))
        context.addIssue({ code: 'custom', ...issue('control_character') })
      else if (value.length < minimum) context.addIssue({ code: 'custom', ...issue('too_short', { min: minimum }) })
      else if (value.length > maximum) context.addIssue({ code: 'custom', ...issue('too_long', { max: maximum }) })
    })
}
