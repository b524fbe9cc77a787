import { z } from 'zod'

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
      if (INVISIBLE.test(value)) context.addIssue({ code: 'custom', params: { code: 'invisible_characters' } })
      else if (minimum > 0 && value.length === 0) context.addIssue({ code: 'custom', params: { code: 'required' } })
      else if (value.length < minimum) context.addIssue({ code: 'custom', params: { code: 'too_short', minimum } })
      else if (value.length > maximum) context.addIssue({ code: 'custom', params: { code: 'too_long', maximum } })
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
        context.addIssue({ code: 'custom', params: { code: 'invisible_characters' } })
      else if (value.length < minimum) context.addIssue({ code: 'custom', params: { code: 'too_short', minimum } })
      else if (value.length > maximum) context.addIssue({ code: 'custom', params: { code: 'too_long', maximum } })
    })
}
