import { z } from 'zod'
import { MARITAL_STATUSES, RELATIONSHIPS, SEXES } from '../household-terms.ts'
import { issue } from '../issues.ts'
import { idSchema } from '../primitives/ids.ts'
import { kabkotaCode } from '../primitives/region-code.ts'
import { lineSchema, rawText } from '../primitives/text.ts'
import { FAMILY_ROLES } from './batches.ts'
import { EXPORT_SEPARATORS } from './exports.ts'

/** What a column of a file for BPJS can show. `constant` shows its own text, `empty` nothing. */
export const PROFILE_SOURCES = [
  'rowNumber',
  'familyCardNumber',
  'nik',
  'fullName',
  'familyRole',
  'relationship',
  'birthPlace',
  'birthDate',
  'sex',
  'maritalStatus',
  'phone',
  'street',
  'rt',
  'rw',
  'postalCode',
  'districtCode',
  'districtName',
  'villageCode',
  'villageName',
  'facilityCode',
  'facilityName',
  'receiptNumber',
  'proposedOn',
  'constant',
  'empty',
] as const
export type ProfileSource = (typeof PROFILE_SOURCES)[number]

/** Columns whose values are words of ours: what a branch writes for each is a code map. */
export const CODED_SOURCES = {
  familyRole: FAMILY_ROLES,
  relationship: RELATIONSHIPS,
  sex: SEXES,
  maritalStatus: MARITAL_STATUSES,
} as const satisfies Partial<Record<ProfileSource, readonly string[]>>
export type CodedSource = keyof typeof CODED_SOURCES
export const isCodedSource = (source: ProfileSource): source is CodedSource => Object.hasOwn(CODED_SOURCES, source)

/** How a day is written. */
export const DATE_FORMATS = ['dd/mm/yyyy', 'dd-mm-yyyy', 'yyyy-mm-dd', 'ddmmyyyy'] as const
export type DateFormat = (typeof DATE_FORMATS)[number]

export const PROFILE_COLUMNS_MAX = 80
export const PROFILE_TITLES_MAX = 20
/** Header rows that a file may have. */
export const PROFILE_HEADERS_MAX = 3

/** A cell that may be empty. */
const cellText = (maximum: number) => rawText(maximum, issue('too_long', { max: maximum })).regex(/^[^\p{Cc}\p{Cf}]*$/u)

const codesSchema = z.record(z.string().max(40), cellText(40)).refine((codes) => Object.keys(codes).length <= 40)

export const profileColumnSchema = z.strictObject({
  source: z.enum(PROFILE_SOURCES),
  headers: z.array(cellText(120)).min(1).max(PROFILE_HEADERS_MAX).describe('from above; missing ones are empty'),
  text: cellText(200).optional().describe('of a constant'),
  codes: codesSchema
    .optional()
    .describe('our word to the code of the branch; words that are left out make an empty cell'),
  upperCase: z.boolean().optional().describe('default: as the profile says'),
  plainCode: z.boolean().optional().describe('region codes without dots'),
  width: z.int().min(4).max(80).optional(),
})
export type ProfileColumn = z.output<typeof profileColumnSchema>

export const profileDefinitionSchema = z.strictObject({
  sheet: cellText(31).regex(/^[^\\/?*[\]:\s](?:[^\\/?*[\]:]*[^\\/?*[\]:\s])?$/),
  titles: z
    .array(cellText(300))
    .max(PROFILE_TITLES_MAX)
    .describe('rows above the header; may say {region}, {number}, {letter}, {date} and {rows}'),
  columns: z.array(profileColumnSchema).min(1).max(PROFILE_COLUMNS_MAX),
  dateFormat: z.enum(DATE_FORMATS),
  upperCase: z.boolean().describe('names and addresses in capitals'),
  csv: z.strictObject({
    separator: z.enum(EXPORT_SEPARATORS),
    apostrophe: z.boolean().describe('before numbers, so that a spreadsheet keeps their zeros and digits'),
  }),
})
export type ProfileDefinition = z.output<typeof profileDefinitionSchema>

export const profileInputSchema = z.strictObject({
  name: lineSchema(3, 100),
  definition: profileDefinitionSchema,
})
export type ProfileInput = z.output<typeof profileInputSchema>

export const profileCreateSchema = z.strictObject({
  name: lineSchema(3, 100),
  regionCode: kabkotaCode.optional().describe("default: the caller's own kab/kota"),
  copyOf: idSchema.optional().describe('a profile whose newest version it begins with, instead of a definition'),
  definition: profileDefinitionSchema.optional(),
})
export type ProfileCreate = z.output<typeof profileCreateSchema>

export const profileChangeSchema = profileInputSchema.extend({
  version: z.int().min(1).max(1_000_000).describe('the version that was edited'),
})
export type ProfileChange = z.output<typeof profileChangeSchema>

export const profileItemSchema = z.object({
  id: idSchema,
  regionCode: kabkotaCode.nullable().describe('null: shipped with the product, to be copied'),
  name: z.string(),
  version: z.int(),
  columns: z.int(),
  changedAt: z.string(),
})
export type ProfileItem = z.output<typeof profileItemSchema>
export const profileListSchema = z.object({ items: z.array(profileItemSchema).max(500) })

export const profileSchema = profileItemSchema.extend({ definition: profileDefinitionSchema })
export type Profile = z.output<typeof profileSchema>

export const profileQuery = z.strictObject({ version: z.coerce.number().int().min(1).max(1_000_000).optional() })

/** What is odd about a layout, or about a cell that it makes. Texts: `profile_issue.<code>` of the area enrolment. */
export const PROFILE_ISSUES = [
  'no_nik',
  'no_name',
  'no_birth_date',
  'code_missing',
  'code_unknown_word',
  'codes_not_used',
  'codes_same',
  'value_missing',
  'role_unclear',
  'codes_absent',
] as const
export type ProfileIssueCode = (typeof PROFILE_ISSUES)[number]

export const profileIssueSchema = z.object({
  code: z.enum(PROFILE_ISSUES),
  column: z.int().nullable().describe('from 1; null: the layout as a whole'),
  row: z.int().nullable().describe('of the sample, from 1; null: every row'),
  word: z.string().nullable().describe('the word of ours that it is about'),
})
export type ProfileIssue = z.output<typeof profileIssueSchema>

export const PREVIEW_ROWS_MAX = 20

export const profilePreviewInputSchema = z.strictObject({
  definition: profileDefinitionSchema,
  batchId: idSchema.optional().describe('rows of this sealed batch, numbers masked; default: invented people'),
  rows: z.int().min(1).max(PREVIEW_ROWS_MAX).default(5),
})
export type ProfilePreviewInput = z.output<typeof profilePreviewInputSchema>

export const profilePreviewSchema = z.object({
  lead: z.array(z.array(z.string())).describe('titles and headers'),
  rows: z.array(z.array(z.string())),
  issues: z.array(profileIssueSchema).max(500),
})
export type ProfilePreview = z.output<typeof profilePreviewSchema>
