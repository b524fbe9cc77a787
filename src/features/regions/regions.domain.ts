import type { RegionKind, RegionTimeZone } from '../../contracts/api/regions.ts'

export type RegionLevel = 1 | 2 | 3 | 4

/** One row of the table: province, kab/kota, kecamatan or village. */
export type Region = {
  code: string
  level: RegionLevel
  kind: RegionKind
  name: string
  /** Of provinces and kab/kota; lower levels have their kab/kota's. */
  timeZone: RegionTimeZone | null
  postalCode: string | null
  /** Once a valid code; old NIKs still carry it. */
  retired: boolean
}

/** A code's length says its level: 2, 5, 8 and 13 characters. */
const CODE_LENGTH = { 1: 2, 2: 5, 3: 8, 4: 13 } as const

export const levelOfCode = (code: string): RegionLevel | undefined => {
  if (code.length === CODE_LENGTH[1]) return 1
  if (code.length === CODE_LENGTH[2]) return 2
  if (code.length === CODE_LENGTH[3]) return 3
  return code.length === CODE_LENGTH[4] ? 4 : undefined
}

export const ancestorCode = (code: string, level: RegionLevel): string => code.slice(0, CODE_LENGTH[level])

export const parentCodeOf = (code: string): string | null => {
  const level = levelOfCode(code)
  if (level === 2) return ancestorCode(code, 1)
  if (level === 3) return ancestorCode(code, 2)
  return level === 4 ? ancestorCode(code, 3) : null
}

/** Kemendagri's own digits say the kind: kab/kota from 71 on are kota; villages start with 1 kelurahan, 2 desa, 3 desa adat. */
export function kindOfCode(code: string): RegionKind {
  switch (levelOfCode(code)) {
    case 1:
      return 'province'
    case 2:
      return Number(code.slice(3)) >= 71 ? 'kota' : 'kabupaten'
    case 3:
      return 'kecamatan'
    case 4:
      if (code[9] === '1') return 'kelurahan'
      return code[9] === '3' ? 'desa_adat' : 'desa'
    default:
      throw new Error(`not a region code: ${code}`)
  }
}

const MAKASSAR_PROVINCES = new Set(['51', '52', '53', '63', '64', '65', '71', '72', '73', '74', '75', '76'])

/** The three zones follow province borders (Keppres 41/1987); provinces split off since then kept theirs. */
export function timeZoneOfCode(code: string): RegionTimeZone {
  const province = ancestorCode(code, 1)
  if (MAKASSAR_PROVINCES.has(province)) return 'Asia/Makassar'
  return province.startsWith('8') || province.startsWith('9') ? 'Asia/Jayapura' : 'Asia/Jakarta'
}

/** A village with everything an address needs. */
export type Village = {
  code: string
  name: string
  kind: RegionKind
  postalCode: string | null
  retired: boolean
  kecamatan: { code: string; name: string }
  kabkota: { code: string; name: string; timeZone: RegionTimeZone }
  province: { code: string; name: string }
}

/** What the first six digits of a NIK say: where it was first issued, for life. `known` is false for codes we do not have and retired ones. */
export type NikRegion = {
  known: boolean
  province: Region | undefined
  kabkota: Region | undefined
  kecamatan: Region | undefined
}
