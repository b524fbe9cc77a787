import type { Actor } from '../../contracts/access.ts'

/**
 * What part of the proposals a caller may see, as a column and the values it may take. Every list walks an index by it,
 * every single read adds it to its WHERE: a record outside is "not found". Roles: docs/architecture.md.
 */
export type Scope = { column: 'office_id' | 'region_code' | 'created_by'; values: string[] }

/** `kabKotaIn` lists the kab/kota of a province (or the kab/kota itself). */
export function scopeOf(actor: Actor, kabKotaIn: (regionCode: string) => string[]): Scope {
  switch (actor.role) {
    case 'petugas':
      return { column: 'office_id', values: actor.officeIds }
    case 'kader':
      return { column: 'created_by', values: [actor.userId] }
    case 'verifikator':
    case 'supervisor':
    case 'penyetuju':
    case 'auditor':
      return { column: 'region_code', values: kabKotaIn(actor.regionCode) }
    case 'admin':
      return { column: 'region_code', values: [] }
  }
}
