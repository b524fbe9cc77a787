import { z } from 'zod'
import { issue } from '../issues.ts'

// Control, format (direction marks, zero-width), surrogate and private-use characters: nothing a person means to type.
export const INVISIBLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}]/u

/** Text before it is normalised. Who writes more than `maximum` is told `fault`, the rule that counts, not this bound. */
export const rawText = (maximum: number, fault: ReturnType<typeof issue>) =>
  z
    .string()
    // Before `max`: of two findings about a length the first is told.
    .refine((value) => value.length <= maximum, fault)
    .max(maximum)

/** One line of text: NFC, spaces collapsed, bounded after that, without invisible characters. */
export function lineSchema(minimum: number, maximum: number) {
  return rawText(maximum * 2, issue('too_long', { max: maximum }))
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
  return rawText(maximum * 2, issue('too_long', { max: maximum }))
    .transform((value) => value.normalize('NFC').replace(/\r\n?/gu, '\n').trim())
    .superRefine((value, context) => {
      if (INVISIBLE.test(value.replaceAll('\n', '')))
        context.addIssue({ code: 'custom', ...issue('control_character') })
      else if (minimum > 0 && value.length === 0) context.addIssue({ code: 'custom', ...issue('required') })
      else if (value.length < minimum) context.addIssue({ code: 'custom', ...issue('too_short', { min: minimum }) })
      else if (value.length > maximum) context.addIssue({ code: 'custom', ...issue('too_long', { max: maximum }) })
    })
}
