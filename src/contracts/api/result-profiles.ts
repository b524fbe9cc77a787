import { z } from 'zod'
import { issue } from '../issues.ts'
import { REASON_CODES } from '../lifecycle/reasons.ts'
import { kabkotaCode } from '../primitives/region-code.ts'
import { rawText } from '../primitives/text.ts'
import { RESULT_COLUMNS, type ResultColumn } from '../result-terms.ts'

/** `No. KK`, `NO_KK` and `no kk` are one word. As the table reader compares headers. */
export const plainWord = (text: string): string =>
  text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, '')

// As it stands, without spaces around it: it is compared with what a file holds.
const word = rawText(60, issue('too_long', { max: 60 })).regex(
  /^[^\s\p{Cc}\p{Cf}](?:[^\p{Cc}\p{Cf}]*[^\s\p{Cc}\p{Cf}])?$/u,
)
const words = z.array(word).max(50)
const synonyms = z.array(word).max(30).describe('headers as branches write them; case, signs and spaces do not count')

/** Each header leads to one column, each word to one outcome, each code to one reason. */
export const resultProfileDefinitionSchema = z
  .strictObject({
    columns: z.strictObject({
      nik: synonyms,
      fullName: synonyms,
      status: synonyms,
      code: synonyms,
      message: synonyms,
      effectiveOn: synonyms,
      answeredOn: synonyms,
    }),
    accepted: words.min(1).describe('words of the status column that mean accepted'),
    refused: words.min(1),
    reasons: z
      .array(z.strictObject({ answer: word, reason: z.enum(REASON_CODES) }))
      .max(300)
      .describe("BPJS's codes or texts, and our reason for each"),
  })
  .superRefine(({ columns, accepted, refused, reasons }, context) => {
    const reject = (path: (string | number)[]): void => {
      context.addIssue({ code: 'custom', path, ...issue('meaning_taken') })
    }
    // A column is found by its own name, too.
    const leadsTo = new Map<string, ResultColumn>(RESULT_COLUMNS.map((name) => [plainWord(name), name]))
    for (const name of RESULT_COLUMNS) {
      for (const [index, header] of columns[name].entries()) {
        const known = leadsTo.get(plainWord(header)) ?? name
        if (known !== name) reject(['columns', name, index])
        else leadsTo.set(plainWord(header), name)
      }
    }
    const taken = new Set(accepted.map(plainWord))
    for (const [index, one] of refused.entries()) if (taken.has(plainWord(one))) reject(['refused', index])
    const answers = reasons.map(({ answer }) => plainWord(answer))
    for (const [index, one] of answers.entries()) {
      if (answers.indexOf(one) < index) reject(['reasons', index, 'answer'])
    }
  })
export type ResultProfileDefinition = z.output<typeof resultProfileDefinitionSchema>

export const resultProfileParams = z.strictObject({ code: kabkotaCode })

export const resultProfileSchema = z.object({
  regionCode: kabkotaCode,
  isOwn: z.boolean().describe('false: the one that is shipped with the product'),
  version: z.int().describe('0 while it is the shipped one'),
  definition: resultProfileDefinitionSchema,
})
export type ResultProfile = z.output<typeof resultProfileSchema>

export const resultProfileChangeSchema = z.strictObject({
  version: z.int().min(0).max(1_000_000).describe('the one that was read'),
  definition: resultProfileDefinitionSchema,
})
export type ResultProfileChange = z.output<typeof resultProfileChangeSchema>
