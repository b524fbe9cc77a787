import { z } from 'zod'
import { REASON_CODES } from '../lifecycle/reasons.ts'
import { MEMBERSHIP_OUTCOMES } from '../lifecycle/states.ts'
import { idSchema } from '../primitives/ids.ts'
import { cursorSchema, limitSchema } from '../primitives/paging.ts'
import { kabkotaCode } from '../primitives/region-code.ts'
import { RESULT_COLUMNS, RESULT_VERDICTS } from '../result-terms.ts'

/** A batch has at most 10,000 rows; a branch may answer several batches in one file. */
export const RESULT_ROWS_MAX = 50_000
/** From this share of rows with a fault on, the product ends the import itself: the file is not what it should be. */
export const RESULT_FAULT_SHARE_MAX = 0.5

/** `parsing` and `applying` go on by themselves; `dry_run_ready` waits for a person. */
export const RESULT_STATES = [
  'uploaded',
  'parsing',
  'dry_run_ready',
  'aborted',
  'approved',
  'applying',
  'applied',
  'partly_applied',
  'undone',
] as const
export type ResultState = (typeof RESULT_STATES)[number]

/** Why the product itself ended an import, or gave it back. Texts: `result_problem.<code>` of the area enrolment. */
export const RESULT_PROBLEMS = ['too_many_faults', 'forbidden'] as const
export type ResultProblem = (typeof RESULT_PROBLEMS)[number]

export const RESULT_OUTCOMES = ['accepted', 'refused'] as const
export type ResultOutcome = (typeof RESULT_OUTCOMES)[number]

/** Why a row is not applied. Texts: `result_code.<code>` of the area enrolment, those of cells: `issue.<code>` of fields. */
export const RESULT_CODES = [
  'not_in_batch',
  'already_known',
  'name_differs',
  'status_contradicts',
  'outcomes_differ',
  'repeated',
  'status_unclear',
  'date_implausible',
  'moved_on',
] as const
export type ResultCode = (typeof RESULT_CODES)[number]

const count = z.int().min(0)
const person = z.object({ id: z.string(), name: z.string() })

export const batchResultSchema = z.object({
  id: idSchema,
  batchId: idSchema,
  state: z.enum(RESULT_STATES),
  problem: z.enum(RESULT_PROBLEMS).nullable(),
  file: z.object({
    kind: z.enum(['csv', 'xlsx']),
    sheet: z.string().nullable().describe('that was read; null: a CSV, or from before it was kept'),
    bytes: count,
    sha256: z.string(),
  }),
  createdAt: z.string(),
  createdBy: person,
  approvedAt: z.string().nullable(),
  approvedBy: person.nullable(),
  finishedAt: z.string().nullable(),
  undoneAt: z.string().nullable(),
  undoneBy: person.nullable(),
  progress: z.number().min(0).max(1).describe('of the reading or the applying that is under way; 1 when none is'),
  counts: z.object({
    rows: count,
    toApply: count.describe('this number is sent with the approval'),
    accepted: count.describe('of those to be applied'),
    refused: count.describe('of those to be applied'),
    known: count,
    unmatched: count,
    contradictory: count,
    repeated: count,
    faulty: count,
    applied: count,
    leftOut: count.describe('were to be applied, and had moved on by then'),
  }),
  unanswered: count.describe('rows of the batch that no file has answered yet'),
})
export type BatchResult = z.output<typeof batchResultSchema>
export const batchResultListSchema = z.object({ items: z.array(batchResultSchema) })

export const batchResultApprovalSchema = z.strictObject({
  rows: z.int().min(1).max(RESULT_ROWS_MAX).describe('how many rows are to be applied, as the caller has read it'),
})
export type BatchResultApproval = z.output<typeof batchResultApprovalSchema>

export const batchResultRowQuery = z.strictObject({
  verdict: z.enum(RESULT_VERDICTS).optional(),
  leftOut: z
    .enum(['true', 'false'])
    .transform((text) => text === 'true')
    .optional()
    .describe('only those that had moved on'),
  after: z.coerce.number().int().min(0).max(2_000_000).optional().describe('the last row seen'),
  limit: limitSchema,
})
export type BatchResultRowQuery = z.output<typeof batchResultRowQuery>

export const batchResultRowSchema = z.object({
  row: z.int().describe('its number in the file'),
  verdict: z.enum(RESULT_VERDICTS).nullable().describe('null until it was looked at'),
  outcome: z.enum(RESULT_OUTCOMES).nullable(),
  code: z.string().nullable().describe('why it is not applied'),
  message: z.string().nullable().describe("the same in the caller's language, with the column and the remedy"),
  field: z.enum(RESULT_COLUMNS).nullable(),
  column: z.string().nullable().describe('as a spreadsheet program names it'),
  proposal: z
    .object({ id: idSchema, receiptNumber: z.string(), fullName: z.string(), nikMasked: z.string().nullable() })
    .nullable(),
  answerCode: z.string().nullable().describe('of BPJS, as it came'),
  answerText: z.string().nullable().describe('of BPJS, as it came, numbers masked'),
  reason: z.enum(REASON_CODES).nullable().describe('what it means to us, when the profile says so'),
  effectiveOn: z.string().nullable(),
  applied: z.boolean().nullable().describe('false: left out, it had moved on'),
})
export type BatchResultRow = z.output<typeof batchResultRowSchema>
export const batchResultRowPageSchema = z.object({
  items: z.array(batchResultRowSchema),
  nextAfter: z.int().nullable(),
})

/** Nobody knows the day of who was accepted without one: so long after the answer a person looks. */
export const LATE_WITHOUT_DAY_DAYS = 7

/** Accepted by BPJS, the day has passed, and no answer says "active" yet. */
export const notYetActiveQuery = z.strictObject({
  regionCode: kabkotaCode.optional(),
  batchId: idSchema.optional(),
  cursor: cursorSchema.optional(),
  limit: limitSchema,
})
export type NotYetActiveQuery = z.output<typeof notYetActiveQuery>
export const notYetActiveItemSchema = z.object({
  proposalId: idSchema,
  batchId: idSchema,
  batchNumber: z.string(),
  letterNumber: z.string().nullable().describe("the office's own number of the letter"),
  branchName: z.string().nullable().describe('the BPJS branch that it was sent to'),
  regionCode: kabkotaCode,
  receiptNumber: z.string(),
  fullName: z.string(),
  nikMasked: z.string().nullable(),
  effectiveOn: z.string().nullable().describe('null: neither the file nor a rule says from which day'),
  daysLate: z.int().min(1).describe(`without a day: since ${LATE_WITHOUT_DAY_DAYS} days after BPJS has answered`),
  membership: z.enum(MEMBERSHIP_OUTCOMES).nullable().describe('the last answer of BPJS'),
  membershipAt: z.string().nullable(),
  askedAgainAt: z.string().nullable(),
})
export type NotYetActiveItem = z.output<typeof notYetActiveItemSchema>
export const notYetActiveAskedSchema = z.object({
  item: notYetActiveItemSchema
    .nullable()
    .describe('as it is after the answer; null: active now, and no more in the list'),
})
export const notYetActivePageSchema = z.object({
  items: z.array(notYetActiveItemSchema),
  nextCursor: z.string().nullable(),
})
