import type {
  CoverageCount,
  CoverageFigure,
  CoverageMeasure,
  CoverageRegion,
  CoverageSum,
} from '../../contracts/api/coverage.ts'
import type { CoverageFlag, CoverageOrigin } from '../../contracts/coverage-terms.ts'
import { comparePrinted, rateOf } from './rate.domain.ts'

/** A row of the summaries with the words of the figure behind it; null where nobody said anything. */
export type StoredRow = {
  ownRegistered: number | null
  ownActive: number | null
  ownAsOf: string | null
  origin: CoverageOrigin | null
  detail: string | null
  printedCoverage: string | null
  printedActive: string | null
  rolledRegistered: number | null
  rolledActive: number | null
  rolledActiveOf: number | null
  rolledAsOf: string | null
  rolledRegions: number | null
  rolledWhole: boolean | null
  population: StoredPopulation | null
}
export type StoredPopulation = {
  ownTotal: number | null
  ownSource: string | null
  ownAsOf: string | null
  rolledTotal: number | null
  rolledAsOf: string | null
  rolledRegions: number | null
  rolledWhole: boolean | null
}

export const NOTHING_STORED: StoredRow = {
  ownRegistered: null,
  ownActive: null,
  ownAsOf: null,
  origin: null,
  detail: null,
  printedCoverage: null,
  printedActive: null,
  rolledRegistered: null,
  rolledActive: null,
  rolledActiveOf: null,
  rolledAsOf: null,
  rolledRegions: null,
  rolledWhole: null,
  population: null,
}

type SumRow = { people: number | null; asOf: string | null; regions: number | null; whole: boolean | null }

function sumOf({ people, asOf, regions, whole }: SumRow, children: number): CoverageSum | null {
  if (people === null || asOf === null) return null
  const count = { people, origin: 'computed', source: null, asOf } as const
  return { ...count, regions: regions ?? 0, of: Math.max(children, regions ?? 0), isWhole: whole === true }
}

function measureOf(own: CoverageCount | null, computed: CoverageSum | null): CoverageMeasure | null {
  if (own) return { used: own, own, computed }
  if (!computed) return null
  const { people, origin, source, asOf } = computed
  return { used: { people, origin, source, asOf }, own: null, computed }
}

/** What was said of the region itself and what its children add up to are both true, or one of them is wrong. */
function contradicts(measure: CoverageMeasure | null): boolean {
  const { own = null, computed = null } = measure ?? {}
  return own !== null && computed?.isWhole === true && own.people !== computed.people
}

const isPartial = (measure: CoverageMeasure | null): boolean =>
  measure !== null && measure.own === null && measure.computed?.isWhole === false

function populationOf(stored: StoredPopulation | null, children: number): CoverageMeasure | null {
  if (!stored) return null
  const { ownTotal, ownSource, ownAsOf } = stored
  const own =
    ownTotal === null || ownAsOf === null
      ? null
      : ({ people: ownTotal, origin: 'entered', source: ownSource, asOf: ownAsOf } as const)
  const { rolledTotal: people, rolledAsOf: asOf, rolledRegions: regions, rolledWhole: whole } = stored
  return measureOf(own, sumOf({ people, asOf, regions, whole }, children))
}

/**
 * A figure as it is shown: every count with its origin, source and date, every rate with both of its counts, and whatever a
 * reader must know beside it. Nothing is corrected, capped or left out. `children`: how many regions there are right below.
 */
export function composeFigure(region: CoverageRegion, row: StoredRow, children: number): CoverageFigure {
  const population = populationOf(row.population, children)
  const said = row.ownAsOf === null ? null : { origin: row.origin ?? 'computed', source: row.detail, asOf: row.ownAsOf }
  const ofChildren = { asOf: row.rolledAsOf, regions: row.rolledRegions, whole: row.rolledWhole }
  const registered = measureOf(
    said && row.ownRegistered !== null ? { people: row.ownRegistered, ...said } : null,
    sumOf({ people: row.rolledRegistered, ...ofChildren }, children),
  )
  const isActiveWhole = row.rolledWhole === true && row.rolledActiveOf === row.rolledRegistered
  const active = measureOf(
    said && row.ownActive !== null ? { people: row.ownActive, ...said } : null,
    sumOf({ people: row.rolledActive, ...ofChildren, whole: isActiveWhole }, children),
  )
  // Of children that do not all know their active, only those who do are what it is a share of.
  const isOfChildren = active !== null && active.own === null
  const activeOf =
    isOfChildren && row.rolledActiveOf !== null && row.rolledAsOf !== null
      ? ({ people: row.rolledActiveOf, origin: 'computed', source: null, asOf: row.rolledAsOf } as const)
      : (registered?.used ?? null)
  const coverage = rateOf(registered?.used ?? null, population?.used ?? null)
  const activeRate = rateOf(active?.used ?? null, activeOf)
  const printedCoverage =
    row.printedCoverage === null
      ? null
      : comparePrinted(row.printedCoverage, row.ownRegistered, population?.used.people ?? null)
  const printedActive =
    row.printedActive === null ? null : comparePrinted(row.printedActive, row.ownActive, row.ownRegistered)

  const found: Partial<Record<CoverageFlag, boolean>> = {
    coverage_over_100: coverage !== null && coverage.numerator.people > coverage.denominator.people,
    active_over_registered: activeRate !== null && activeRate.numerator.people > activeRate.denominator.people,
    printed_coverage_differs: printedCoverage?.differs === true,
    printed_active_differs: printedActive?.differs === true,
    population_differs_from_children: contradicts(population),
    registered_differs_from_children: contradicts(registered),
    active_differs_from_children: contradicts(active),
    population_missing: population === null,
    population_children_missing: isPartial(population),
    registered_missing: registered === null,
    registered_children_missing: isPartial(registered),
    active_missing: registered !== null && active === null,
    active_partly_known: registered !== null && isPartial(active) && row.rolledActiveOf !== row.rolledRegistered,
  }
  const flags = (Object.keys(found) as CoverageFlag[]).filter((flag) => found[flag])
  return { region, population, registered, active, coverage, activeRate, printedCoverage, printedActive, flags }
}

/** What adds up to everybody: a region that tells all five and another total contradicts itself. */
export const WHOLE_SEGMENTS = ['pbi_apbn', 'pbpu_pemda', 'ppu', 'pbpu_mandiri', 'bp'] as const

/** Whether the named segments, all of them told, add up to something else than the total that was told. */
export function segmentsDiffer(total: StoredRow, bySegment: ReadonlyMap<string, StoredRow>): boolean {
  if (total.ownRegistered === null) return false
  let sum = bySegment.get('other')?.ownRegistered ?? 0
  for (const segment of WHOLE_SEGMENTS) {
    const people = bySegment.get(segment)?.ownRegistered ?? null
    if (people === null) return false
    sum += people
  }
  return sum !== total.ownRegistered
}
