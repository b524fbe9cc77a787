import type { FamilyRole } from '../../../contracts/api/batches.ts'
import type { Relationship } from '../../../contracts/household-terms.ts'

/** What the printed KK says without a doubt. Everybody else is "tambahan" until a person says otherwise. */
const CLEAR: Partial<Record<string, FamilyRole>> = {
  kepala_keluarga: 'peserta',
  suami: 'suami',
  istri: 'istri',
  anak: 'anak',
} satisfies Partial<Record<Relationship, FamilyRole>>

/** The PISAT of a member; `isClear` is false while it neither follows from the KK nor was chosen. */
export function familyRoleOf(relationship: string, chosen: FamilyRole | null): { role: FamilyRole; isClear: boolean } {
  if (chosen) return { role: chosen, isClear: true }
  const role = CLEAR[relationship]
  return { role: role ?? 'tambahan', isClear: role !== undefined }
}
