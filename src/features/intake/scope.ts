import type { Actor } from '../../contracts/access.ts'

/**
 * What part of the proposals a caller may see, as a column and the values it may take. Every list walks an index by it,
 * every single read adds it to its WHERE: a record outside is "not found". Roles: docs/architecture.md.
 */
export type Scope = {
  column: 'office_id' | 'region_code' | 'created_by'
  values: string[]
  /** A kecamatan or village: of those proposals only the households that live there. Null: all of them. */
  villagesIn: string | null
}

const KAB_KOTA_LENGTH = 5

/** The codes of a region and of everything below it, as a half-open range in the order of bytes: "/" follows ".". */
export const codeRange = (code: string): { from: string; before: string } => ({ from: code, before: `${code}/` })

/** `kabKotaIn` lists the kab/kota of a province (or the one that a smaller code lies in). */
export function scopeOf(actor: Actor, kabKotaIn: (regionCode: string) => string[]): Scope {
  switch (actor.role) {
    case 'petugas':
      return { column: 'office_id', values: actor.officeIds, villagesIn: null }
    case 'kader':
      return { column: 'created_by', values: [actor.userId], villagesIn: null }
    case 'verifikator':
    case 'supervisor':
    case 'penyetuju':
    case 'auditor':
      return {
        column: 'region_code',
        values: kabKotaIn(actor.regionCode),
        villagesIn: actor.regionCode.length > KAB_KOTA_LENGTH ? actor.regionCode : null,
      }
    case 'admin':
      return { column: 'region_code', values: [], villagesIn: null }
  }
}
