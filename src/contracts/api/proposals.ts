import { z } from 'zod'
import { MARITAL_STATUSES, RELATIONSHIPS, SEXES, WARNINGS } from '../household-terms.ts'
import { ACTION_NAMES, type Action, DECISIONS, type Decision } from '../lifecycle/actions.ts'
import { QUEUE_KEYS } from '../lifecycle/queues.ts'
import { REASON_CODES, REASONS } from '../lifecycle/reasons.ts'
import { CLOSED_AS, FLAGS, MEMBERSHIP_OUTCOMES, STATES } from '../lifecycle/states.ts'
import { birthDateSchema } from '../primitives/calendar-date.ts'
import { idSchema } from '../primitives/ids.ts'
import { familyCardNumberSchema, nikSchema } from '../primitives/nik.ts'
import { cursorSchema, limitSchema } from '../primitives/paging.ts'
import { personNameSchema } from '../primitives/person-name.ts'
import { indonesianMobileSchema } from '../primitives/phone.ts'
import { lineSchema, noteSchema } from '../primitives/text.ts'
import { sentToBpjsSchema } from './batches.ts'
import { correctionDocumentSchema } from './documents.ts'
import { addressSchema } from './intakes.ts'
import { filterQueryFields } from './proposal-filters.ts'
import { PROPOSAL_SORTS } from './proposal-sorts.ts'
import { seatStandingSchema } from './quota.ts'
import { reactivationViewSchema } from './reactivation.ts'

export const proposalListQuerySchema = z.strictObject({
  ...filterQueryFields,
  sort: z
    .enum(PROPOSAL_SORTS)
    .optional()
    .describe(
      'default: fullName when q is a part of a name; else likeness (most alike first) in the queue duplicates, dueAt in the others, -submittedAt elsewhere; state: as the lifecycle goes, then by submission',
    ),
  cursor: cursorSchema.optional(),
  limit: limitSchema,
})
export type ProposalListQuery = z.output<typeof proposalListQuerySchema>

/** What of a list is chosen by, without its order and place. */
export const proposalListFilterSchema = z.strictObject(filterQueryFields)
export type ProposalListFilter = z.output<typeof proposalListFilterSchema>

const leaseSchema = z.object({ holderId: z.string(), holderName: z.string(), until: z.string() })
const reservationSchema = z.object({ reviewerId: z.string(), reviewerName: z.string(), until: z.string() })

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
  likeness: z.number().nullable().describe('score of its most alike open duplicate'),
  leaseHolder: z.string().nullable(),
  leaseHolderName: z.string().nullable(),
  leaseUntil: z.string().nullable(),
  reservedFor: z.string().nullable().describe('the reviewer who may claim it first'),
  reservedForName: z.string().nullable(),
  quota: seatStandingSchema.nullable().describe('its seat of the local budget; null unless it is approved'),
})
export type ProposalListItem = z.output<typeof proposalListItemSchema>
export const proposalPageSchema = z.object({
  items: z.array(proposalListItemSchema),
  nextCursor: z.string().nullable(),
})

/** What comes next in a queue: enough to fetch it before it is claimed. */
export const nextCaseSchema = z.object({
  next: proposalListItemSchema
    .pick({
      id: true,
      intakeId: true,
      receiptNumber: true,
      fullName: true,
      nikMasked: true,
      state: true,
      version: true,
      flags: true,
      queue: true,
      submittedAt: true,
      dueAt: true,
    })
    .nullable(),
})
export type NextCase = z.output<typeof nextCaseSchema>

/** More is not counted: a list of thousands is as long as it looks. */
export const LIST_COUNT_MAX = 1_000
export const proposalCountSchema = z.object({
  total: z.int().max(LIST_COUNT_MAX),
  more: z.boolean().describe(`there are more than the ${LIST_COUNT_MAX} that were counted`),
})

export const queueCountsSchema = z.object({
  queues: z.array(z.object({ queue: z.enum(QUEUE_KEYS), total: z.int() })),
  states: z.array(z.object({ state: z.enum(STATES), total: z.int() })),
})

const actionNames = ACTION_NAMES as [Action, ...Action[]]

/** What a correction may change, of the person and of the household that all its members share. */
const correctableFields = {
  nik: nikSchema,
  fullName: personNameSchema,
  birthPlace: lineSchema(2, 60).transform((place) => place.toUpperCase()),
  birthDate: birthDateSchema,
  sex: z.enum(SEXES),
  relationship: z.enum(RELATIONSHIPS),
  maritalStatus: z.enum(MARITAL_STATUSES),
  familyCardNumber: familyCardNumberSchema,
  whatsappNumber: indonesianMobileSchema,
}
/** What a return may name: each field is changed or answered. Papers and consent are mended at the counter. */
const RETURNABLE_FIELDS = [
  ...Object.keys(correctableFields),
  'address',
  ...Object.keys(addressSchema.shape).map((field) => `address.${field}`),
  ...new Set(Object.values(REASONS).flatMap(({ field }) => (field?.startsWith('documents') ? [field] : []))),
  'consent',
]

export const reasonSchema = z.strictObject({
  code: z.enum(REASON_CODES),
  field: z
    .string()
    .min(1)
    .max(60)
    .regex(/^[a-zA-Z][\w.]*$/)
    .pipe(z.enum(RETURNABLE_FIELDS))
    .optional(),
  note: noteSchema(0, 500).optional(),
})
export type Reason = z.output<typeof reasonSchema>

const decisionNames = Object.keys(DECISIONS) as [Decision, ...Decision[]]

/** What a reviewer was about to decide. May be incomplete: it is checked when it is decided. */
export const draftInputSchema = z.strictObject({
  version: z.int().min(1).max(1_000_000),
  decision: z.enum(decisionNames).nullable().default(null),
  reasons: z.array(reasonSchema).max(10).default([]),
  note: noteSchema(0, 1000).default(''),
})
export type DraftInput = z.output<typeof draftInputSchema>

export const draftSavedSchema = z.object({
  kept: z
    .enum(['draft', 'suggestion', 'none'])
    .describe(
      'suggestion: somebody else has the case by now; none: it is not in review any more, or has other content',
    ),
})
export type DraftSaved = z.output<typeof draftSavedSchema>

export const suggestionSchema = z.object({
  by: z.object({ id: z.string(), name: z.string() }),
  at: z.string(),
  decision: z.enum(decisionNames).nullable(),
  reasons: z.array(z.object({ code: z.string(), field: z.string().optional(), note: z.string().optional() })),
  note: z.string(),
})
export type Suggestion = z.output<typeof suggestionSchema>

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

const comparedFieldSchema = z.object({
  field: z.string(),
  left: z.string().nullable(),
  right: z.string().nullable(),
  differs: z.boolean().describe('of the whole values, where they are shown masked'),
})
export type ComparedField = z.output<typeof comparedFieldSchema>

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
  correctionDueAt: z.string().nullable().describe('when a return or a reactivation that nobody answers is closed'),
  lease: leaseSchema.nullable(),
  reserved: reservationSchema.nullable().describe('who may claim it first, and until when'),
  undoUntil: z.string().nullable().describe('until then the caller may undo their decision'),
  suggestions: z
    .array(suggestionSchema)
    .describe('to the holder of the case: what others who held it were about to decide, the newest first'),
  draft: suggestionSchema.nullable().describe("the caller's own, not yet decided"),
  history: z.array(historyEntrySchema),
  quota: seatStandingSchema.nullable().describe('its seat of the local budget; null unless it is approved'),
  sent: sentToBpjsSchema
    .nullable()
    .describe('its row of the last batch that was sealed with it; null for a case that was never sent to BPJS'),
  reactivation: reactivationViewSchema
    .nullable()
    .describe('the way back of an inactive member; null for everybody else'),
  corrected: z
    .array(comparedFieldSchema)
    .describe('what the last correction made of each field: left as it was, right as it became; empty without one'),
  allowedActions: z.array(z.enum(actionNames)),
})
export type ProposalView = z.output<typeof proposalViewSchema>

export const claimedNextSchema = z.object({ proposal: proposalViewSchema.nullable() })

/** Why two fields count as so alike. Texts: `likeness.<code>` of the area verification. */
export const LIKENESS_CODES = [
  'nik_same',
  'nik_missing',
  'nik_differs',
  'name_same',
  'name_alike',
  'name_differs',
  'birth_date_same',
  'birth_date_swapped',
  'birth_date_neighbour_year',
  'birth_date_one_part_off',
  'birth_date_differs',
  'family_card_same',
  'family_card_differs',
  'sex_same',
  'sex_differs',
] as const
export type LikenessCode = (typeof LIKENESS_CODES)[number]

const comparedSideSchema = proposalListItemSchema.pick({
  id: true,
  receiptNumber: true,
  state: true,
  submittedAt: true,
})

/** Two proposals beside each other. `left` is the one that is being looked at. */
export const comparisonSchema = z.object({
  left: comparedSideSchema,
  right: comparedSideSchema,
  fields: z.array(comparedFieldSchema),
  score: z.number(),
  parts: z.array(z.object({ field: z.string(), score: z.number(), code: z.enum(LIKENESS_CODES) })),
  judgement: z
    .enum(['open', 'dismissed', 'confirmed'])
    .nullable()
    .describe('what a person made of the likeness; null when nobody has found these two alike'),
})
export type Comparison = z.output<typeof comparisonSchema>

const versionSchema = z.int().min(1).max(1_000_000)

export const claimSchema = z.strictObject({ takeOver: z.boolean().default(false) })
export const leaseViewSchema = z.object({ proposalId: idSchema, lease: leaseSchema.nullable() })

export const decisionSchema = z.strictObject({
  version: versionSchema,
  decision: z.enum(decisionNames),
  reasons: z.array(reasonSchema).max(10).default([]),
  duplicateOf: idSchema.optional().describe('the other proposal; required for duplicate_of'),
  undoable: z.boolean().default(false).describe('may be undone for 10 s; the resident is told after that'),
})
export type DecisionInput = z.output<typeof decisionSchema>

export const correctionSchema = z.strictObject({
  version: versionSchema,
  changes: z
    .strictObject({
      ...correctableFields,
      formerHeadRelationship: z
        .enum(RELATIONSHIPS)
        .exclude(['kepala_keluarga'])
        .describe('when this member takes the place of the head of the family: what the former head is'),
      address: addressSchema.partial(),
    })
    .partial()
    .default({}),
  answers: z
    .array(z.strictObject({ field: z.string().min(1).max(60), explanation: noteSchema(5, 500) }))
    .max(10)
    .default([])
    .describe('for every returned field that was already right: why'),
  confirmWarnings: z.array(z.enum(WARNINGS)).max(WARNINGS.length).default([]),
  documents: z
    .array(correctionDocumentSchema)
    .max(10)
    .default([])
    .describe('new photos; a returned `documents.<kind>` needs one of that kind, here or uploaded since, or an answer'),
})
export type CorrectionInput = z.output<typeof correctionSchema>

export const withdrawalSchema = z.strictObject({ version: versionSchema, note: noteSchema(5, 500) })
export const reactivationPapersSchema = z.strictObject({
  version: versionSchema,
  note: noteSchema(5, 500),
  facilityLetterSeen: z
    .boolean()
    .default(false)
    .describe(
      "the officer has seen the health facility's letter; required while the flag facility_letter_needed stands",
    ),
})
export const setAsideSchema = z.strictObject({ version: versionSchema, note: noteSchema(5, 500) })
export const undoSchema = z.strictObject({ version: versionSchema })
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
