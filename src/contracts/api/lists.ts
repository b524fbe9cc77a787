import { z } from 'zod'
import { DRIFT_KINDS, LIST_FILE_MEGABYTES, LIST_PART_MEGABYTES, TELLING_KINDS } from '../list-terms.ts'
import { idSchema } from '../primitives/ids.ts'
import { cursorSchema, limitSchema } from '../primitives/paging.ts'
import { regionCode, villageCode } from '../primitives/region-code.ts'
import { LIST_ISSUE_CODES } from './bpjs.ts'

/** Lists of a month. `membership`: members of JKN with their standing; `poor`: an extract of DTKS or DTSEN, which decides nothing. */
export const LIST_KINDS = ['membership', 'poor'] as const
export type ListKind = (typeof LIST_KINDS)[number]

/** How a list stands. `parsing` and `applying` go on by themselves; `uploading` and `dry_run_ready` wait for a person. */
export const LIST_STATES = [
  'uploading',
  'uploaded',
  'parsing',
  'dry_run_ready',
  'approved',
  'applying',
  'applied',
  'aborted',
] as const
export type ListState = (typeof LIST_STATES)[number]

export const LIST_PARTS_MAX = LIST_FILE_MEGABYTES / LIST_PART_MEGABYTES
/** More refused rows than this share: somebody has to say that the list is to be used all the same. */
export const LIST_REFUSED_SHARE_MAX = 0.2

const monthSchema = z
  .string()
  .regex(/^\d{4}-(0[1-9]|1[0-2])$/)
  .describe('the month that the list describes')

export const listInputSchema = z.strictObject({
  kind: z.enum(LIST_KINDS),
  month: monthSchema,
  isPartial: z.boolean().default(false).describe('covers only some: absence from it proves nothing'),
  isAllActive: z.boolean().default(false).describe('has no status column, because it names active members only'),
})
export type ListInput = z.output<typeof listInputSchema>

export const listPartParamsSchema = z.strictObject({
  id: idSchema,
  position: z.coerce
    .number()
    .int()
    .min(0)
    .max(LIST_PARTS_MAX - 1),
})

export const LIST_COLUMNS = [
  'nik',
  'cardNumber',
  'fullName',
  'birthDate',
  'sex',
  'status',
  'segment',
  'kecamatan',
  'village',
  'month',
  'year',
  'decile',
] as const
export type ListColumnName = (typeof LIST_COLUMNS)[number]

/** How a file was read: what its senders did not say and the product found. */
const LIST_ENCODINGS = ['utf-8', 'utf-16le', 'utf-16be', 'windows-1252'] as const
export const listFactsSchema = z.object({
  kind: z.enum(['csv', 'xlsx']),
  encoding: z.enum(LIST_ENCODINGS).nullable().describe('of a CSV'),
  delimiter: z.enum([',', ';', '\t', '|']).nullable().describe('of a CSV'),
  sheet: z.string().nullable().describe('of a spreadsheet'),
})

const count = z.int().min(0)
const labelled = z.object({ label: z.string(), rows: count })

export const listSchema = z.object({
  id: idSchema,
  kind: z.enum(LIST_KINDS),
  month: z.string(),
  regionCode,
  regionName: z.string(),
  state: z.enum(LIST_STATES),
  isPartial: z.boolean(),
  isAllActive: z.boolean(),
  isComplete: z.boolean().describe('applied, and absence from it proves "not on it"'),
  isCurrent: z.boolean().describe('applied, and no later list of the month replaces it'),
  hasPeople: z.boolean().describe('false when nothing is applied yet, or its people were purged'),
  file: z.object({ bytes: count, parts: count, sha256: z.string().nullable(), read: listFactsSchema.nullable() }),
  fault: z
    .object({ code: z.string(), line: z.int().nullable(), message: z.string() })
    .nullable()
    .describe('why the product itself aborted it'),
  progress: z.number().min(0).max(1).describe('how much of the file is read'),
  counts: z.object({
    read: count,
    usable: count,
    repeated: count,
    refused: count,
    matched: count.describe('people who are registered with us'),
  }),
  needsAcceptance: z.boolean().describe('so many rows were refused that the approval has to say so'),
  segments: z.array(labelled),
  unknownStatuses: z.array(labelled).describe('words of the status column that nobody knows, the most frequent'),
  faults: z.array(z.object({ column: z.enum(LIST_COLUMNS), code: z.enum(LIST_ISSUE_CODES), rows: count })),
  firstFaults: z
    .array(z.object({ line: z.int(), column: z.enum(LIST_COLUMNS), code: z.enum(LIST_ISSUE_CODES) }))
    .describe('the first 100'),
  createdBy: z.string(),
  createdAt: z.string(),
  readyAt: z.string().nullable(),
  approvedAt: z.string().nullable(),
  appliedAt: z.string().nullable(),
})
export type ListView = z.output<typeof listSchema>
export const listPageSchema = z.object({ items: z.array(listSchema) })

export const listQuerySchema = z.strictObject({ kind: z.enum(LIST_KINDS).optional() })
export const listApprovalSchema = z.strictObject({
  acceptRefused: z.boolean().default(false).describe('the list is used as complete although rows were refused'),
})

const driftCounts = z.record(z.enum(DRIFT_KINDS), count)

export const driftSchema = z.object({
  id: idSchema,
  regionCode,
  regionName: z.string(),
  fromMonth: z.string(),
  toMonth: z.string(),
  computedAt: z.string(),
  hasPeople: z.boolean().describe('false once the work lists were purged'),
  counts: driftCounts,
})
export type DriftView = z.output<typeof driftSchema>
export const driftListSchema = z.object({ items: z.array(driftSchema) })
export const driftDetailSchema = driftSchema.extend({
  villages: z
    .array(z.object({ villageCode: villageCode.nullable(), villageName: z.string().nullable(), counts: driftCounts }))
    .describe('null: nobody knows where they live'),
})
export type DriftDetail = z.output<typeof driftDetailSchema>

export const driftPeopleQuerySchema = z.strictObject({
  kind: z.enum(DRIFT_KINDS),
  village: villageCode.optional(),
  cursor: cursorSchema.optional(),
  limit: limitSchema,
})
export type DriftPeopleQuery = z.output<typeof driftPeopleQuerySchema>

const standing = z.enum(['active', 'inactive', 'unknown']).nullable()
export const driftPersonSchema = z.object({
  fullName: z.string(),
  nikMasked: z.string(),
  villageCode: villageCode.nullable(),
  villageName: z.string().nullable(),
  from: z.object({ standing, segment: z.string().nullable() }),
  to: z.object({ standing, segment: z.string().nullable(), statusText: z.string().nullable() }),
  proposalId: idSchema.nullable().describe('the newest registration of the person with us that the caller may see'),
})
export type DriftPerson = z.output<typeof driftPersonSchema>
export const driftPeoplePageSchema = z.object({ items: z.array(driftPersonSchema), nextCursor: z.string().nullable() })

export const tellingInputSchema = z.strictObject({
  kind: z.enum(TELLING_KINDS),
  villageCode: villageCode.optional(),
  dryRun: z.boolean().default(true),
})
export type TellingInput = z.output<typeof tellingInputSchema>
export const tellingSchema = z.object({
  id: idSchema.nullable().describe('null: a dry run'),
  people: count.describe('on the work list'),
  registered: count.describe('with us'),
  withConsent: count.describe('whose household agreed to messages'),
  alreadyChosen: count.describe('were chosen before, and are not told again'),
  chosen: count.describe('are told now, or would be'),
})
export type Telling = z.output<typeof tellingSchema>

/** What lists say of the person of a case. Evidence for people: it decides nothing. */
export const evidenceSchema = z.object({
  poor: z.array(z.object({ month: z.string(), decile: z.int().min(1).max(10).nullable(), appliedAt: z.string() })),
  membership: z.array(
    z.object({ month: z.string(), standing: standing.unwrap(), segment: z.string().nullable(), appliedAt: z.string() }),
  ),
})
export type Evidence = z.output<typeof evidenceSchema>
