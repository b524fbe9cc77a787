import { z } from 'zod'
import { issue } from '../issues.ts'
import { kabkotaCode } from '../primitives/region-code.ts'
import { lineSchema, noteSchema } from '../primitives/text.ts'
import {
  DECILE_MAX,
  REACTIVATION_ITEM_KINDS,
  REACTIVATION_ITEMS,
  REACTIVATION_OUTCOMES,
  REACTIVATION_REASONS,
  REACTIVATION_ROUTES,
} from '../reactivation-terms.ts'

const pathItemSchema = z.object({
  item: z.enum(REACTIVATION_ITEMS),
  kind: z.enum(REACTIVATION_ITEM_KINDS),
  required: z.boolean(),
})

/**
 * Whether a person of this path may be proposed to be paid by the region. `no`: another segment pays, or nobody is to be insured; `unless`:
 * so too, until one of these was recorded (a decile from `minDecile` on).
 */
const newProposalSchema = z.discriminatedUnion('allowed', [
  z.object({ allowed: z.literal('yes') }),
  z.object({ allowed: z.literal('no') }),
  z.object({
    allowed: z.literal('unless'),
    recorded: z.array(z.object({ item: z.enum(REACTIVATION_ITEMS), minDecile: z.int().optional() })).min(1),
  }),
])

/** What a path is made of besides its dated words and days. Kept as data. */
export const pathShapeSchema = z.object({
  route: z.enum(REACTIVATION_ROUTES),
  outcomes: z.array(z.enum(REACTIVATION_OUTCOMES)).min(1),
  items: z.array(pathItemSchema),
  newProposal: newProposalSchema,
})
export type PathShape = z.output<typeof pathShapeSchema>

const bothLanguages = z.object({ id: z.string(), en: z.string() })

export const reactivationPathSchema = pathShapeSchema.extend({
  reason: z.enum(REACTIVATION_REASONS),
  regionCode: kabkotaCode.nullable().describe('null: as it was shipped, where the kab/kota has set none'),
  validFrom: z.iso.date(),
  deadlineDays: z
    .int()
    .nullable()
    .describe('calendar days from the day on which the case began to wait; null: nobody has confirmed a number'),
  counterText: bothLanguages.describe('what the officer says at the counter; may name the reason'),
})
export type ReactivationPath = z.output<typeof reactivationPathSchema>

export const DEADLINE_DAYS_MAX = 730

export const reactivationPathsQuery = z.strictObject({ regionCode: kabkotaCode })
export const datedReactivationPathSchema = reactivationPathSchema.extend({
  countsToday: z.boolean().describe('on the day that it is in the kab/kota'),
})
export type DatedReactivationPath = z.output<typeof datedReactivationPathSchema>
export const reactivationPathsSchema = z.object({ items: z.array(datedReactivationPathSchema).max(500) })
export const reactivationPathParams = z.strictObject({
  code: kabkotaCode,
  reason: z.enum(REACTIVATION_REASONS),
  validFrom: z.iso.date(),
})
export const putReactivationPathSchema = z.strictObject({
  deadlineDays: z.int().min(1).max(DEADLINE_DAYS_MAX).nullable(),
  counterText: z.strictObject({ id: noteSchema(10, 1000), en: noteSchema(10, 1000) }),
})
export type PutReactivationPath = z.output<typeof putReactivationPathSchema>

const itemRecordSchema = z.object({
  letterNumber: z.string().nullable(),
  letterDate: z.iso.date().nullable(),
  decile: z.int().nullable().describe('1 to 10; null for an item of another kind, or when nobody knows it'),
  by: z.object({ id: z.string(), name: z.string() }),
  at: z.string(),
})

/** The way back of one person, to whoever may read the case. Nothing of it is told in a chat. */
export const reactivationViewSchema = z.object({
  reason: z.enum(REACTIVATION_REASONS),
  correctedReason: z
    .object({ note: z.string(), by: z.object({ id: z.string(), name: z.string() }), at: z.string() })
    .nullable()
    .describe('when a reviewer set the reason; null when it is read from the answer of BPJS'),
  route: z.enum(REACTIVATION_ROUTES),
  outcomes: z.array(z.enum(REACTIVATION_OUTCOMES)),
  checklist: z.array(pathItemSchema.extend({ record: itemRecordSchema.nullable() })),
  missing: z
    .array(z.enum(REACTIVATION_ITEMS))
    .describe('what has to be recorded before the case may go back to review'),
  mayBeProposed: z.boolean().describe('false: another segment pays, so that nobody can approve the person as new'),
  deadline: z.object({
    days: z.int().nullable().describe('as configured for the path today; null: not confirmed'),
    validFrom: z.iso.date(),
    dueOn: z.iso
      .date()
      .nullable()
      .describe('the day on which this case is closed unless its papers come; null unless it waits'),
  }),
  counterText: bothLanguages,
  mayRecord: z.boolean().describe('the caller may record items now'),
  mayCorrectReason: z.boolean().describe('the caller may set another reason now'),
})
export type ReactivationView = z.output<typeof reactivationViewSchema>

export const reactivationItemParams = z.strictObject({ id: z.guid(), item: z.enum(REACTIVATION_ITEMS) })

export const putReactivationItemSchema = z
  .strictObject({
    done: z.boolean().describe('false takes back what was recorded'),
    letterNumber: lineSchema(1, 60).optional(),
    letterDate: z.iso.date().optional(),
    decile: z
      .union([z.int().min(1).max(DECILE_MAX), z.literal('unknown')])
      .optional()
      .describe('of the DTSEN, as it was shown to the officer'),
  })
  .superRefine(({ done, ...told }, context) => {
    if (done) return
    for (const [path, value] of Object.entries(told)) {
      if (value !== undefined) context.addIssue({ code: 'custom', path: [path], ...issue('unknown_field') })
    }
  })
export type PutReactivationItem = z.output<typeof putReactivationItemSchema>

export const putReactivationReasonSchema = z.strictObject({
  reason: z.enum(REACTIVATION_REASONS),
  note: noteSchema(5, 500).describe('how the reviewer knows'),
})
export type PutReactivationReason = z.output<typeof putReactivationReasonSchema>
