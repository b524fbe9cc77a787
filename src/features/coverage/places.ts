import type { CoverageRegion } from '../../contracts/api/coverage.ts'
import { NATION } from '../../contracts/coverage-terms.ts'
import { isInSubtree } from '../../contracts/primitives/region-code.ts'
import { type Language, translate } from '../../contracts/text/index.ts'
import type { Region, Regions } from '../regions/index.ts'

/** What coverage asks of the regions. */
export type RegionSource = Pick<
  Regions,
  'findRegion' | 'listChildren' | 'listBelow' | 'listPopulationHistory' | 'recordPopulations' | 'getTimeZone'
>

/** The country's: the westernmost zone, where a month begins last. */
const NATION_TIME_ZONE = 'Asia/Jakarta'

/** The code above; null above the country. */
export function parentOf(code: string): string | null {
  if (code === NATION) return null
  return code.length === 2 ? NATION : code.slice(0, code.lastIndexOf('.'))
}

/** From the country down to right above `code`. */
export function ancestorsOf(code: string): string[] {
  const above: string[] = []
  for (let parent = parentOf(code); parent !== null; parent = parentOf(parent)) above.unshift(parent)
  return above
}

/** Whether `code` is `root` or lies below it; everything lies below the country. */
export const isWithin = (code: string, root: string): boolean => root === NATION || isInSubtree(code, root)

/** Regions as coverage knows them: the country above the provinces. All from memory. */
export function createPlaces(regions: RegionSource) {
  const childrenOf = (code: string): Region[] => regions.listChildren(code === NATION ? null : code)
  const toPlace = ({ code, name, kind, level }: Region): CoverageRegion => ({ code, name, kind, level })
  return {
    /** Undefined for an unknown code; the country's name is in the language asked for. */
    find(code: string, language: Language): CoverageRegion | undefined {
      if (code === NATION) {
        return { code, name: translate(language, 'coverage', 'region.nation'), kind: 'nation', level: 0 }
      }
      const region = regions.findRegion(code)
      return region && toPlace(region)
    },
    children: (code: string): CoverageRegion[] => childrenOf(code).map(toPlace),
    below: (code: string, level: Region['level']): CoverageRegion[] =>
      regions.listBelow(code === NATION ? null : code, level).map(toPlace),
    timeZoneOf: (code: string): string => (code === NATION ? NATION_TIME_ZONE : regions.getTimeZone(code)),
    countChildren: (code: string): number => childrenOf(code).length,
    ancestors(code: string, language: Language): CoverageRegion[] {
      return ancestorsOf(code).flatMap((above) => this.find(above, language) ?? [])
    },
  }
}
export type Places = ReturnType<typeof createPlaces>
