import { z } from 'zod'
import { ACTION_NAMES, type Action, DECISIONS, type Decision } from '../lifecycle/actions.ts'
import { QUEUE_KEYS } from '../lifecycle/queues.ts'
import { REASON_CODES } from '../lifecycle/reasons.ts'
import { CLOSED_AS, FLAGS, MEMBERSHIP_OUTCOMES, STATES } from '../lifecycle/states.ts'
import { birthDateSchema } from '../primitives/calendar-date.ts'
import { idSchema } from '../primitives/ids.ts'
import { familyCardNumberSchema, nikSchema } from '../primitives/nik.ts'
import { cursorSchema, limitSchema } from '../primitives/paging.ts'
import { personNameSchema } from '../primitives/person-name.ts'
import { indonesianMobileSchema } from '../primitives/phone.ts'
import { lineSchema, noteSchema } from '../primitives/text.ts'
import { MARITAL_STATUSES, RELATIONSHIPS, SEXES, WARNINGS } from './intakes.ts'

export const PROPOSAL_SORTS = ['submittedAt', '-submittedAt', 'dueAt', '-dueAt', 'fullName', '-fullName'] as const
export type ProposalSort = (typeof PROPOSAL_SORTS)[number]

export const proposalListQuerySchema = z.strictObject({
  queue: z.enum(QUEUE_KEYS).optional(),
  state: z.enum(STATES).optional(),
  q: lineSchema(3, 100).optional().describe('NIK, KK, phone, receipt number (exact) or a part of a name'),
  sort: z.enum(PROPOSAL_SORTS).optional().describe('default: dueAt in a queue, -submittedAt elsewhere'),
  cursor: cursorSchema.optional(),
  limit: limitSchema,
})
export type ProposalListQuery = z.output<typeof proposalListQuerySchema>

const leaseSchema = z.object({ holderId: z.string(), holderName: z.string(), until: z.string() })

export const proposalListItemSchema = z.object({
  id: idSchema,
  intakeId: idSchema,
  receiptNumber: z.string(),
  fullName: z.string(),
  nikMasked: z.string().nullable(),
  state: z.enum(STATES),
  version: z.int(),
  flags: z.array(z.enum(FLAGS)),
  queue: z.string().nullable(),
  submittedAt: z.string(),
  dueAt: z.string().nullable(),
  leaseHolder: z.string().nullable(),
})
export type ProposalListItem = z.output<typeof proposalListItemSchema>
export const proposalPageSchema = z.object({
  items: z.array(proposalListItemSchema),
  nextCursor: z.string().nullable(),
})

export const queueCountsSchema = z.object({
  queues: z.array(z.object({ queue: z.enum(QUEUE_KEYS), total: z.int() })),
  states: z.array(z.object({ state: z.enum(STATES), total: z.int() })),
})

const actionNames = ACTION_NAMES as [Action, ...Action[]]

export const reasonSchema = z.strictObject({
  code: z.enum(REASON_CODES),
  field: z
    .string()
    .min(1)
    .max(60)
    .regex(/^[a-zA-Z][\w.]*$/)
    .optional(),
  note: noteSchema(0, 500).optional(),
})
export type Reason = z.output<typeof reasonSchema>

const historyEntrySchema = z.object({
  sequence: z.int(),
  action: z.enum(actionNames),
  actorId: z.string().nullable(),
  actorRole: z.string(),
  at: z.string(),
  version: z.int(),
  reasons: z.array(z.object({ code: z.string(), field: z.string().optional(), note: z.string().optional() })),
  changedFields: z.array(z.string()),
})

export const checkViewSchema = z.object({
  kind: z.string(),
  outcome: z.enum(['ok', 'warn', 'fail', 'unknown']),
  codes: z.array(z.string()),
  checkedAt: z.string(),
})

export const membershipViewSchema = z.object({
  outcome: z.enum(MEMBERSHIP_OUTCOMES),
  statusCode: z.string().nullable(),
  statusText: z.string().nullable(),
  segmentCode: z.string().nullable(),
  segmentText: z.string().nullable(),
  differences: z.array(z.string()),
  source: z.string(),
  checkedAt: z.string(),
})

/** Another proposal that may be the same person; only those the caller may see. */
export const duplicateViewSchema = z.object({
  proposalId: idSchema,
  score: z.number(),
  parts: z.array(z.object({ field: z.string(), score: z.number() })),
  state: z.enum(STATES),
  receiptNumber: z.string(),
  judgement: z.enum(['open', 'dismissed', 'confirmed']).describe('what a person made of the likeness'),
})

export const proposalViewSchema = z.object({
  id: idSchema,
  intakeId: idSchema,
  receiptNumber: z.string(),
  officeId: idSchema,
  fullName: z.string(),
  nikMasked: z.string().nullable(),
  birthPlace: z.string(),
  birthDate: z.string(),
  sex: z.enum(SEXES),
  relationship: z.enum(RELATIONSHIPS),
  maritalStatus: z.enum(MARITAL_STATUSES),
  state: z.enum(STATES),
  publicLabel: z.string(),
  version: z.int(),
  flags: z.array(z.enum(FLAGS)),
  warnings: z.array(z.string()),
  closedAs: z.enum(CLOSED_AS).nullable(),
  duplicateOf: idSchema.nullable(),
  membership: membershipViewSchema.nullable(),
  checks: z.array(checkViewSchema),
  duplicates: z.array(duplicateViewSchema),
  hiddenDuplicates: z.int().describe("open likenesses to proposals outside the caller's scope"),
  submittedAt: z.string(),
  dueAt: z.string().nullable(),
  correctionDueAt: z.string().nullable(),
  lease: leaseSchema.nullable(),
  history: z.array(historyEntrySchema),
  allowedActions: z.array(z.enum(actionNames)),
})
export type ProposalView = z.output<typeof proposalViewSchema>

const versionSchema = z.int().min(1).max(1_000_000)

export const claimSchema = z.strictObject({ takeOver: z.boolean().default(false) })
export const leaseViewSchema = z.object({ proposalId: idSchema, lease: leaseSchema.nullable() })

export const decisionSchema = z.strictObject({
  version: versionSchema,
  decision: z.enum(Object.keys(DECISIONS) as [Decision, ...Decision[]]),
  reasons: z.array(reasonSchema).max(10).default([]),
  duplicateOf: idSchema.optional().describe('the other proposal; required for duplicate_of'),
})
export type DecisionInput = z.output<typeof decisionSchema>

export const correctionSchema = z.strictObject({
  version: versionSchema,
  changes: z
    .strictObject({
      nik: nikSchema,
      fullName: personNameSchema,
      birthPlace: lineSchema(2, 60).transform((place) => place.toUpperCase()),
      birthDate: birthDateSchema,
      sex: z.enum(SEXES),
      relationship: z.enum(RELATIONSHIPS),
      maritalStatus: z.enum(MARITAL_STATUSES),
      familyCardNumber: familyCardNumberSchema,
      whatsappNumber: indonesianMobileSchema,
    })
    .partial()
    .default({}),
  answers: z
    .array(z.strictObject({ field: z.string().min(1).max(60), explanation: noteSchema(5, 500) }))
    .max(10)
    .default([])
    .describe('for every returned field that was already right: why'),
  confirmWarnings: z.array(z.enum(WARNINGS)).max(WARNINGS.length).default([]),
})
export type CorrectionInput = z.output<typeof correctionSchema>

export const withdrawalSchema = z.strictObject({ version: versionSchema, note: noteSchema(5, 500) })
export const setAsideSchema = z.strictObject({ version: versionSchema, note: noteSchema(5, 500) })
export const recallSchema = z.strictObject({ version: versionSchema, note: noteSchema(5, 500) })
export const noteInputSchema = z.strictObject({ note: noteSchema(1, 1000) })
export const revealSchema = z.object({
  nik: z.string().nullable(),
  familyCardNumber: z.string(),
  whatsappNumber: z.string(),
})
export const duplicateDismissalSchema = z.strictObject({
  note: noteSchema(5, 500).describe('why these are two people'),
})
