import {
  COVERAGE_SEGMENTS,
  COVERAGE_SOURCES,
  type CoverageSegment,
  type CoverageSource,
} from '../../../contracts/coverage-terms.ts'

/** What the address of the page holds: region, month, segment and source; what is left out the server chooses. */
export type CoverageSearch = {
  wilayah?: string
  bulan?: string
  segmen?: CoverageSegment
  sumber?: CoverageSource
}

const REGION = /^(?:nasional|\d{2}(?:\.\d{2}(?:\.\d{2}(?:\.\d{4})?)?)?)$/
const MONTH = /^20\d{2}-(?:0[1-9]|1[0-2])$/

const textOf = (raw: unknown): string => (typeof raw === 'string' || typeof raw === 'number' ? String(raw) : '')

/** Whatever the address says that is no view of ours is left out. */
export function readCoverageSearch(raw: Record<string, unknown>): CoverageSearch {
  const [region, month] = [textOf(raw['wilayah']), textOf(raw['bulan'])]
  const segment = COVERAGE_SEGMENTS.find((one) => one === raw['segmen'])
  const source = COVERAGE_SOURCES.find((one) => one === raw['sumber'])
  return {
    ...(REGION.test(region) && { wilayah: region }),
    ...(MONTH.test(month) && { bulan: month }),
    ...(segment && segment !== 'all' && { segmen: segment }),
    ...(source && { sumber: source }),
  }
}

/** The view as the API takes it. */
export const toView = ({ bulan, segmen, sumber }: CoverageSearch) => ({
  ...(bulan && { month: bulan }),
  ...(segmen && { segment: segmen }),
  ...(sumber && { source: sumber }),
})
