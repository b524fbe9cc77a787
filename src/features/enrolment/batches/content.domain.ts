import { createHash } from 'node:crypto'
import { z } from 'zod'
import { type BatchTotals, FAMILY_ROLES } from '../../../contracts/api/batches.ts'
import { SEXES } from '../../../contracts/household-terms.ts'

/** What was sent about one person: everything a layout can show. Null: we do not hold it. */
export const contentSchema = z.object({
  proposalId: z.string(),
  receiptNumber: z.string(),
  familyCardNumber: z.string(),
  nik: z.string(),
  fullName: z.string(),
  relationship: z.string(),
  familyRole: z.enum(FAMILY_ROLES),
  familyRoleClear: z.boolean(),
  birthPlace: z.string(),
  birthDate: z.string(),
  sex: z.enum(SEXES),
  maritalStatus: z.string(),
  phone: z.string(),
  street: z.string(),
  rt: z.string(),
  rw: z.string(),
  postalCode: z.string().nullable(),
  villageCode: z.string(),
  villageName: z.string().nullable(),
  districtCode: z.string(),
  districtName: z.string().nullable(),
  facilityCode: z.string().nullable(),
  facilityName: z.string().nullable(),
  /** Day on which the family was registered, on the region's clock. */
  proposedOn: z.string(),
})
export type RowContent = z.output<typeof contentSchema>

const FIELDS = Object.keys(contentSchema.shape) as (keyof RowContent)[]

/** One row as the hash sees it: its values in the order of the schema. A field more makes another hash, so it needs a new schema. */
const canonicalLine = (content: RowContent): string => `${JSON.stringify(FIELDS.map((name) => content[name]))}\n`

/** SHA-256 over rows in their order, one at a time: a long batch is never held as a whole. */
export function createContentHash() {
  const hash = createHash('sha256')
  return {
    add: (content: RowContent): void => void hash.update(canonicalLine(content)),
    digest: (): Buffer => hash.digest(),
  }
}

const compare = (left: string, right: string): number => (left < right ? -1 : left > right ? 1 : 0)

/** The order of a sealed batch: villages, their families, the head first. */
export function inBatchOrder(contents: readonly RowContent[]): RowContent[] {
  return contents.toSorted(
    (left, right) =>
      compare(left.villageCode, right.villageCode) ||
      compare(left.familyCardNumber, right.familyCardNumber) ||
      FAMILY_ROLES.indexOf(left.familyRole) - FAMILY_ROLES.indexOf(right.familyRole) ||
      compare(left.fullName, right.fullName) ||
      compare(left.proposalId, right.proposalId),
  )
}

export function totalsOf(contents: readonly RowContent[]): BatchTotals {
  const districts = new Map<string, { code: string; name: string; people: number }>()
  for (const { districtCode, districtName } of contents) {
    const known = districts.get(districtCode)
    if (known) known.people += 1
    else districts.set(districtCode, { code: districtCode, name: districtName ?? districtCode, people: 1 })
  }
  const male = contents.filter(({ sex }) => sex === 'male').length
  return {
    people: contents.length,
    families: new Set(contents.map(({ familyCardNumber }) => familyCardNumber)).size,
    male,
    female: contents.length - male,
    districts: [...districts.values()].sort((left, right) => compare(left.code, right.code)),
  }
}
