import { z } from 'zod'
import { ERRORS, type ErrorCode } from '../errors.ts'
import { idSchema } from '../primitives/ids.ts'
import { cursorSchema, limitSchema } from '../primitives/paging.ts'
import { kabkotaCode } from '../primitives/region-code.ts'
import { lineSchema } from '../primitives/text.ts'
import { enrolmentRuleSchema } from './enrolment-rules.ts'
import { EXPORT_FORMATS } from './exports.ts'
import { proposalFiltersSchema } from './proposal-filters.ts'

/** What one batch may hold: it is sealed in one transaction. */
export const BATCH_ROWS_MAX = 10_000
/** Ids that fit into one request. */
export const BATCH_IDS_MAX = 5_000

/** `checking`: asked to be sealed, and every row is being asked about at BPJS. */
export const BATCH_STATES = ['open', 'checking', 'sealed', 'discarded'] as const
export type BatchState = (typeof BATCH_STATES)[number]

/**
 * `in` goes with the batch, `set_aside` was found unfit and waits for a person, `sealed` was sent. What BPJS makes of it:
 * `accepted` (not active yet), `refused` (back in review), `active`. `released`: its batch was discarded.
 */
export const BATCH_ROW_STATES = ['in', 'set_aside', 'sealed', 'accepted', 'refused', 'active', 'released'] as const
export type BatchRowState = (typeof BATCH_ROW_STATES)[number]

/** Why a row does not go with a batch. Texts: `set_aside.<code>` of the area enrolment. */
export const SET_ASIDE_CODES = [
  'member_active',
  'member_inactive',
  'membership_unknown',
  'membership_doubtful',
  'membership_stale',
  'not_eligible',
  'version_conflict',
  'open_duplicate',
  'awaiting_nik',
  'own_intake',
  'second_person_required',
  'waiting_for_seat',
  'other_segment_pays',
] as const
export type SetAsideCode = (typeof SET_ASIDE_CODES)[number]

/** Why a proposal was not taken into a batch. */
export const NOT_ADDED_CODES = [
  'not_eligible',
  'other_region',
  'in_other_batch',
  'own_intake',
  'second_person_required',
  'waiting_for_seat',
  'batch_full',
] as const
export type NotAddedCode = (typeof NOT_ADDED_CODES)[number]

/** PISAT: what a person is to the family in BPJS's files. */
export const FAMILY_ROLES = ['peserta', 'suami', 'istri', 'anak', 'tambahan'] as const
export type FamilyRole = (typeof FAMILY_ROLES)[number]

const errorCodes = Object.keys(ERRORS) as [ErrorCode, ...ErrorCode[]]

export const batchTotalsSchema = z.object({
  people: z.int(),
  families: z.int(),
  male: z.int(),
  female: z.int(),
  districts: z.array(z.object({ code: z.string(), name: z.string(), people: z.int() })),
})
export type BatchTotals = z.output<typeof batchTotalsSchema>

export const batchSchema = z.object({
  id: idSchema,
  regionCode: kabkotaCode,
  name: z.string(),
  state: z.enum(BATCH_STATES),
  createdAt: z.string(),
  counts: z.object({
    in: z.int(),
    setAside: z.int(),
    checked: z.int().describe('of those in it: BPJS has answered for this sealing'),
    sealed: z.int(),
    accepted: z.int(),
    refused: z.int(),
    active: z.int(),
  }),
  askedAt: z.string().nullable().describe('when sealing was asked for last'),
  problem: z.enum(errorCodes).nullable().describe('why the last sealing did not come about'),
  seal: z
    .object({
      number: z.string(),
      letterNumber: z.string().nullable(),
      sealedAt: z.string(),
      sealedBy: z.object({ id: z.string(), name: z.string() }),
      rows: z.int(),
      sha256: z.string().describe('over the frozen rows, a line of JSON each: docs/enrolment.md'),
      totals: batchTotalsSchema,
      rule: enrolmentRuleSchema.nullable(),
      expectedActiveOn: z.string().nullable().describe('by the rule of the region, if BPJS accepts it that day'),
      profile: z.object({ id: idSchema, version: z.int() }).nullable().describe('the layout of its first export'),
    })
    .nullable(),
})
export type Batch = z.output<typeof batchSchema>

export const batchListQuery = z.strictObject({
  state: z.enum(BATCH_STATES).optional(),
  cursor: cursorSchema.optional(),
  limit: limitSchema,
})
export type BatchListQuery = z.output<typeof batchListQuery>
export const batchListSchema = z.object({ items: z.array(batchSchema), nextCursor: z.string().nullable() })

export const batchInputSchema = z.strictObject({
  name: lineSchema(3, 100),
  regionCode: kabkotaCode.optional().describe("default: the caller's own kab/kota"),
})
export type BatchInput = z.output<typeof batchInputSchema>

export const batchRowsInputSchema = z.strictObject({
  filter: proposalFiltersSchema
    .omit({ state: true, queue: true, lease: true, dueBefore: true })
    .optional()
    .describe(`everything eligible that the list finds by it, up to ${BATCH_ROWS_MAX}`),
  proposalIds: z.array(idSchema).min(1).max(BATCH_IDS_MAX).optional().describe('instead of a filter'),
  acceptInactive: z
    .boolean()
    .default(false)
    .describe('take them in although BPJS knows inactive members; rows that were set aside for it come back'),
})
export type BatchRowsInput = z.output<typeof batchRowsInputSchema>

export const batchRowsAddedSchema = z.object({
  added: z.int(),
  already: z.int().describe('stood in it before'),
  notAdded: z
    .array(z.object({ proposalId: idSchema, receiptNumber: z.string(), code: z.enum(NOT_ADDED_CODES) }))
    .max(100)
    .describe('the first hundred'),
  notAddedCount: z.int(),
  batch: batchSchema,
})
export type BatchRowsAdded = z.output<typeof batchRowsAddedSchema>

export const batchRowsRemovalSchema = z.strictObject({
  proposalIds: z.array(idSchema).min(1).max(BATCH_IDS_MAX).optional(),
  setAside: z.boolean().default(false).describe('instead: all that were set aside'),
})
export type BatchRowsRemoval = z.output<typeof batchRowsRemovalSchema>

export const batchRowInputSchema = z.strictObject({
  familyRole: z.enum(FAMILY_ROLES).nullable().describe('null: as it follows from the KK'),
})

export const batchSealInputSchema = z.strictObject({
  rows: z.int().min(1).max(BATCH_ROWS_MAX).describe('how many rows are in it, as the caller has read it'),
  sealRest: z.boolean().default(false).describe('seal the others when some rows have to be set aside'),
  letterNumber: lineSchema(3, 60).optional().describe("the office's own number of the letter"),
})
export type BatchSealInput = z.output<typeof batchSealInputSchema>

export const batchRowQuery = z.strictObject({
  state: z.enum(BATCH_ROW_STATES).optional(),
  after: idSchema.optional().describe('proposal of the last row seen'),
  limit: limitSchema,
})
export type BatchRowQuery = z.output<typeof batchRowQuery>

const rowAnswerSchema = z
  .object({ code: z.string().nullable(), text: z.string().nullable(), at: z.string() })
  .nullable()
  .describe('what BPJS wrote about it, as it came, numbers masked')

export const batchRowSchema = z.object({
  proposalId: idSchema,
  receiptNumber: z.string(),
  fullName: z.string(),
  nikMasked: z.string().nullable(),
  relationship: z.string(),
  familyRole: z.enum(FAMILY_ROLES),
  familyRoleClear: z.boolean().describe('false: it does not follow from the KK, and nobody has chosen it'),
  state: z.enum(BATCH_ROW_STATES),
  code: z.enum(SET_ASIDE_CODES).nullable().describe('why it was set aside'),
  checkedAt: z.string().nullable(),
  position: z.int().nullable().describe('in the sealed batch'),
  effectiveOn: z.string().nullable().describe('from when BPJS counts the person as a member'),
  answer: rowAnswerSchema,
})
export type BatchRow = z.output<typeof batchRowSchema>
/** How a case stands with BPJS: its row of the last batch that was sealed with it. */
export const sentToBpjsSchema = z.object({
  batchId: idSchema,
  batchNumber: z.string(),
  letterNumber: z.string().nullable().describe("the office's own number of the letter"),
  sealedAt: z.string(),
  state: z.enum(['sealed', 'accepted', 'refused', 'active']),
  effectiveOn: z.string().nullable().describe('from when BPJS counts the person as a member'),
  answer: rowAnswerSchema,
  askedAgainAt: z.string().nullable().describe('when BPJS is asked next whether the person is active'),
})
export type SentToBpjs = z.output<typeof sentToBpjsSchema>
export const batchRowPageSchema = z.object({ items: z.array(batchRowSchema), nextAfter: idSchema.nullable() })

export const batchExportInputSchema = z.strictObject({
  format: z.enum(EXPORT_FORMATS),
  profileId: idSchema.optional().describe('default: the layout of its first export; required for the first'),
  profileVersion: z.int().min(1).max(1_000_000).optional().describe('default: the one it keeps, else the newest'),
})
export type BatchExportInput = z.output<typeof batchExportInputSchema>
