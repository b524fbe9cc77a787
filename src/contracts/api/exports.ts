import { z } from 'zod'
import { proposalFiltersSchema } from './proposal-filters.ts'

export const EXPORT_FORMATS = ['csv', 'xlsx'] as const
export type ExportFormat = (typeof EXPORT_FORMATS)[number]
export const EXPORT_SEPARATORS = [';', ','] as const

/** The columns of an export, in order. Headers: `column.<name>` of the texts `exports`. */
export const EXPORT_COLUMNS = [
  'receiptNumber',
  'submittedAt',
  'office',
  'channel',
  'fullName',
  'nik',
  'familyCardNumber',
  'whatsappNumber',
  'birthDate',
  'sex',
  'relationship',
  'villageCode',
  'village',
  'state',
  'flags',
  'membership',
  'dueAt',
] as const
export type ExportColumn = (typeof EXPORT_COLUMNS)[number]

export const exportInputSchema = z.strictObject({
  filters: proposalFiltersSchema,
  format: z.enum(EXPORT_FORMATS),
  separator: z.enum(EXPORT_SEPARATORS).default(';').describe('of CSV; Excel in Indonesian opens ";"'),
  numbers: z
    .enum(['masked', 'full'])
    .default('masked')
    .describe('NIK, KK and phone; full ones for roles that may reveal them, audited as such'),
})
export type ExportInput = z.output<typeof exportInputSchema>

export const CONTENT_TYPES = {
  csv: 'text/csv; charset=utf-8',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
} as const satisfies Record<ExportFormat, string>
