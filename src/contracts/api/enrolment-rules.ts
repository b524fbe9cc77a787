import { z } from 'zod'
import { issue } from '../issues.ts'
import { kabkotaCode } from '../primitives/region-code.ts'
import { lineSchema } from '../primitives/text.ts'

/** prioritas: a new member is active the same day; cut_off: from the first of a month, counted from a day of the month. */
export const ENROLMENT_MODES = ['prioritas', 'cut_off'] as const
export type EnrolmentMode = (typeof ENROLMENT_MODES)[number]

/** Every month has it. */
export const CUT_OFF_DAY_MAX = 28
export const EFFECTIVE_MONTHS_MAX = 3

export const enrolmentRuleSchema = z.object({
  regionCode: kabkotaCode,
  validFrom: z.iso.date(),
  mode: z.enum(ENROLMENT_MODES),
  cutOffDay: z.int().nullable(),
  effectiveMonths: z.int(),
  branchName: z.string().nullable(),
})
export type EnrolmentRule = z.output<typeof enrolmentRuleSchema>

export const enrolmentRuleParams = z.strictObject({ code: kabkotaCode, validFrom: z.iso.date() })
export const enrolmentRulesQuery = z.strictObject({ regionCode: kabkotaCode })
export const enrolmentRulesSchema = z.object({ items: z.array(enrolmentRuleSchema).max(200) })

export const putEnrolmentRuleSchema = z
  .strictObject({
    mode: z.enum(ENROLMENT_MODES),
    cutOffDay: z
      .int()
      .min(1)
      .max(CUT_OFF_DAY_MAX)
      .optional()
      .describe('what BPJS accepts up to this day of a month counts for that month; only with cut_off'),
    effectiveMonths: z
      .int()
      .min(1)
      .max(EFFECTIVE_MONTHS_MAX)
      .default(1)
      .describe('active from the first of the month so many months later; only with cut_off'),
    branchName: lineSchema(3, 120).optional().describe('the BPJS branch that the letter goes to'),
  })
  .superRefine(({ mode, cutOffDay }, context) => {
    if (mode === 'cut_off' && cutOffDay === undefined) {
      context.addIssue({ code: 'custom', path: ['cutOffDay'], ...issue('required') })
    }
    if (mode === 'prioritas' && cutOffDay !== undefined) {
      context.addIssue({ code: 'custom', path: ['cutOffDay'], ...issue('unknown_field') })
    }
  })
export type PutEnrolmentRule = z.output<typeof putEnrolmentRuleSchema>
