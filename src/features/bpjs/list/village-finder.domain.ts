import { ownText } from './remembering.ts'

/** A village as lists may name it. */
export type NamedVillage = { code: string; name: string; kecamatan: string }

/** The code of a village by its name and its kecamatan's, or by its code; null when it is none, or one of several. */
export type VillageFinder = (kecamatan: string, village: string) => string | null

const REMEMBERED_MAX = 20_000

const squeeze = (name: string): string => name.toUpperCase().replaceAll(/[^A-Z0-9]/g, '')
const withoutKind = (squeezed: string): string => squeezed.replace(/^(?:KELURAHAN|KEL|DESA|DS)/, '')

/** Finds villages of a region. Lists write "KEBON BARU" and "Kel. Kebonbaru"; without a kecamatan a name must be the only one. */
export function createVillageFinder(villages: readonly NamedVillage[]): VillageFinder {
  const byPlace = new Map<string, string>()
  const byName = new Map<string, string | null>()
  const byDigits = new Map<string, string>()
  for (const { code, name, kecamatan } of villages) {
    const squeezed = squeeze(name)
    byPlace.set(`${squeeze(kecamatan)}/${squeezed}`, code)
    byName.set(squeezed, byName.has(squeezed) ? null : code)
    byDigits.set(squeeze(code), code)
  }
  const known = new Map<string, Map<string, string | null>>()
  let size = 0
  const find: VillageFinder = (kecamatan, village) => {
    const name = squeeze(village)
    const place = squeeze(kecamatan).replace(/^(?:KECAMATAN|KEC)/, '')
    const bare = withoutKind(name)
    if (place !== '')
      return byPlace.get(`${place}/${name}`) ?? byPlace.get(`${place}/${bare}`) ?? byDigits.get(name) ?? null
    return byDigits.get(name) ?? byName.get(name) ?? byName.get(bare) ?? null
  }
  return (kecamatan, village) => {
    const before = known.get(kecamatan)?.get(village)
    if (before !== undefined) return before
    const found = find(kecamatan, village)
    // A column of free text must not fill the memory.
    if (size >= REMEMBERED_MAX) return found
    size += 1
    const there = known.get(kecamatan) ?? new Map<string, string | null>()
    known.set(ownText(kecamatan), there)
    there.set(ownText(village), found)
    return found
  }
}
