import { z } from 'zod'
import { BULK_MAX } from '../bulk-limits.ts'
import { ERRORS, type ErrorCode } from '../errors.ts'
import { idSchema } from '../primitives/ids.ts'
import { limitSchema } from '../primitives/paging.ts'
import { noteSchema } from '../primitives/text.ts'
import { proposalListFilterSchema, reasonSchema } from './proposals.ts'

/** Acts that make sense on many cases. The first three are decisions; they and assignments can be undone. */
export const BULK_ACTIONS = [
  'eligible',
  'needs_correction',
  'rejected',
  'assign',
  'set_aside',
  'release',
  'recheck_membership',
] as const
export type BulkAction = (typeof BULK_ACTIONS)[number]
export const BULK_DECISIONS = ['eligible', 'needs_correction', 'rejected'] as const satisfies readonly BulkAction[]
export type BulkDecision = (typeof BULK_DECISIONS)[number]

/** Ids that fit into one request. */
export const BULK_IDS_MAX = 5_000

/** How a job stands. `checking`, `running` and `undoing` go on by themselves; `ready` waits for its owner. */
export const BULK_STATES = [
  'checking',
  'ready',
  'running',
  'done',
  'partly_done',
  'failed',
  'undoing',
  'undone',
  'partly_undone',
] as const
export type BulkState = (typeof BULK_STATES)[number]

/** What became of a row. `allowed`: the dry run found nothing against it. */
export const BULK_OUTCOMES = ['pending', 'allowed', 'refused', 'done', 'undone', 'not_undone'] as const
export type BulkOutcome = (typeof BULK_OUTCOMES)[number]

export const bulkJobInputSchema = z.strictObject({
  action: z.enum(BULK_ACTIONS),
  filter: proposalListFilterSchema.optional().describe(`everything that the list finds by it, up to ${BULK_MAX}`),
  proposalIds: z.array(idSchema).min(1).max(BULK_IDS_MAX).optional().describe('instead of a filter'),
  reasons: z.array(reasonSchema).max(10).default([]),
  note: noteSchema(5, 500).optional().describe('why; required for set_aside'),
  reviewerId: idSchema.optional().describe('to whom; required for assign, one of GET /api/v1/reviewers'),
  dryRun: z.boolean().default(true).describe('first only tell what would happen'),
})
export type BulkJobInput = z.output<typeof bulkJobInputSchema>

export const bulkJobSchema = z.object({
  id: idSchema,
  action: z.enum(BULK_ACTIONS),
  state: z.enum(BULK_STATES),
  reviewerName: z.string().nullable().describe('of assign: to whom'),
  counts: z.object({
    total: z.int(),
    pending: z.int(),
    allowed: z.int(),
    refused: z.int(),
    done: z.int(),
    undone: z.int(),
    notUndone: z.int(),
  }),
  createdAt: z.string(),
  startedAt: z.string().nullable(),
  finishedAt: z.string().nullable(),
  undoUntil: z.string().nullable().describe('until then it may be undone, each row for 15 minutes after its decision'),
})
export type BulkJob = z.output<typeof bulkJobSchema>
export const bulkJobListSchema = z.object({ items: z.array(bulkJobSchema) })

export const bulkRowQuerySchema = z.strictObject({
  outcome: z.enum(BULK_OUTCOMES).optional(),
  after: z.coerce.number().int().min(0).max(BULK_MAX).default(0).describe('position of the last row seen'),
  limit: limitSchema,
})
export type BulkRowQuery = z.output<typeof bulkRowQuerySchema>

const errorCodes = Object.keys(ERRORS) as [ErrorCode, ...ErrorCode[]]

export const bulkRowSchema = z.object({
  position: z.int(),
  proposalId: idSchema,
  receiptNumber: z.string(),
  version: z.int().describe('when the rows were fixed'),
  outcome: z.enum(BULK_OUTCOMES),
  code: z.enum(errorCodes).nullable().describe('why it was refused or not undone'),
})
export type BulkRow = z.output<typeof bulkRowSchema>
export const bulkRowPageSchema = z.object({ items: z.array(bulkRowSchema), nextAfter: z.int().nullable() })
