import { z } from 'zod'
import { issue } from '../issues.ts'
import { idSchema } from '../primitives/ids.ts'
import { regionCode } from '../primitives/region-code.ts'
import { lineSchema } from '../primitives/text.ts'
import { DEFAULT_COLUMNS, PROPOSAL_COLUMNS } from './proposal-columns.ts'
import { savedFiltersSchema } from './proposal-filters.ts'
import { PROPOSAL_SORTS } from './proposal-sorts.ts'

/** Views of one person; a menu of more helps nobody. */
export const VIEWS_MAX = 100

/** Roles that have a list to look at. */
const LISTING_ROLES = ['petugas', 'kader', 'verifikator', 'supervisor', 'penyetuju', 'auditor'] as const

/** Who else sees a view: the people of an office, of a region and all below it, or of one role in such a region. */
export const viewShareSchema = z.discriminatedUnion('with', [
  z.strictObject({ with: z.literal('office'), officeId: idSchema }),
  z.strictObject({ with: z.literal('region'), regionCode }),
  z.strictObject({ with: z.literal('role'), role: z.enum(LISTING_ROLES), regionCode }),
])
export type ViewShare = z.output<typeof viewShareSchema>

const columnsSchema = z
  .array(z.enum(PROPOSAL_COLUMNS))
  .min(1)
  .max(PROPOSAL_COLUMNS.length)
  .superRefine((columns, context) => {
    if (new Set(columns).size < columns.length) context.addIssue({ code: 'custom', ...issue('duplicate') })
  })

export const viewInputSchema = z.strictObject({
  name: lineSchema(1, 60),
  filters: savedFiltersSchema,
  sort: z.enum(PROPOSAL_SORTS).nullable().default(null).describe('null: as the list would without one'),
  columns: columnsSchema.default([...DEFAULT_COLUMNS]).describe('what the list shows of a row; the name always'),
  share: viewShareSchema.nullable().default(null),
})
export type ViewInput = z.output<typeof viewInputSchema>

export const viewChangeSchema = viewInputSchema.extend({ version: z.int().min(1).max(1_000_000) })
export type ViewChange = z.output<typeof viewChangeSchema>

/** As `viewShareSchema`, in the one shape that the writer of answers knows. */
const shownShareSchema = z.object({
  with: z.enum(['office', 'region', 'role']),
  officeId: idSchema.optional(),
  role: z.enum(LISTING_ROLES).optional(),
  regionCode: regionCode.optional(),
})

export const viewSchema = z.object({
  id: idSchema,
  name: z.string(),
  filters: savedFiltersSchema,
  sort: z.enum(PROPOSAL_SORTS).nullable(),
  columns: z.array(z.enum(PROPOSAL_COLUMNS)),
  share: shownShareSchema.nullable(),
  owner: z.object({ id: z.string(), displayName: z.string().nullable() }),
  isOwn: z.boolean().describe('only the owner may change or delete it'),
  version: z.int(),
  updatedAt: z.string(),
})
export type View = z.output<typeof viewSchema>
export const viewListSchema = z.object({ items: z.array(viewSchema) })
