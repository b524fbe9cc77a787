import type { CoverageFigure, CoverageMeasure, PublicCount, PublicFigure } from '../../contracts/api/coverage.ts'
import { hundredthsOf } from './rate.domain.ts'

/** Fewer people than this are not told in public: who knows the place may know them. */
export const PUBLIC_MINIMUM = 5

const MEASURES = ['population', 'registered', 'active'] as const
type Measure = (typeof MEASURES)[number]
type Hidden = 'under_five' | 'protects_another'
/** Which measures of a region are not told, and why. */
export type HiddenMeasures = Partial<Record<Measure, Hidden>>

const peopleOf = (figure: CoverageFigure, measure: Measure): number | null => figure[measure]?.used.people ?? null

/** Those of two counts that leave out one to four people tell exactly those: the inactive, the not registered. */
const tellsFew = (whole: number | null, part: number | null): boolean =>
  whole !== null && part !== null && whole - part > 0 && whole - part < PUBLIC_MINIMUM

function hiddenAlone(figure: CoverageFigure): HiddenMeasures {
  const hidden: HiddenMeasures = {}
  for (const measure of MEASURES) {
    const people = peopleOf(figure, measure)
    if (people !== null && people < PUBLIC_MINIMUM) hidden[measure] = 'under_five'
  }
  const [population, registered, active] = MEASURES.map((measure) => peopleOf(figure, measure))
  if (tellsFew(registered ?? null, active ?? null)) hidden.active ??= 'protects_another'
  if (tellsFew(population ?? null, registered ?? null)) hidden.registered ??= 'protects_another'
  return hidden
}

/**
 * Which measures of regions that stand in one table, below their total, are not told. A hidden one must not follow from the total
 * and the others: at least two are hidden, and together they are five people or more; the smallest others are taken for
 * that. `above`: what is hidden of the region they are parts of; that is hidden of all parts, because they add up to it.
 */
export function hideInTable(figures: readonly CoverageFigure[], above: HiddenMeasures): HiddenMeasures[] {
  const hidden = figures.map(hiddenAlone)
  for (const measure of MEASURES) {
    const told = figures
      .map((figure, index) => ({ index, people: peopleOf(figure, measure) }))
      .filter((one): one is { index: number; people: number } => one.people !== null)
    const hide = (index: number) => {
      const of = hidden[index]
      if (of) of[measure] ??= 'protects_another'
    }
    if (above[measure]) {
      for (const { index } of told) hide(index)
      continue
    }
    const isHidden = ({ index }: { index: number }): boolean => hidden[index]?.[measure] !== undefined
    const open = told.filter((one) => !isHidden(one)).sort((a, b) => a.people - b.people)
    let count = told.filter(isHidden).length
    let sum = told.filter(isHidden).reduce((people, one) => people + one.people, 0)
    if (count === 0) continue
    while (open.length > 0 && (count < 2 || sum < PUBLIC_MINIMUM)) {
      const next = open.shift()
      if (!next) break
      hide(next.index)
      count += 1
      sum += next.people
    }
  }
  return hidden
}

const toCount = ({ used, own, computed }: CoverageMeasure, hidden: Hidden | undefined): PublicCount => ({
  people: hidden ? null : used.people,
  hidden: hidden ?? null,
  isPartial: own === null && computed?.isWhole === false,
  source: used.source,
  asOf: used.asOf,
})

/** A figure as everybody may see it: rates only where both of their counts are told, and no part of either is missing. */
export function toPublicFigure(figure: CoverageFigure, hidden: HiddenMeasures): PublicFigure {
  const countOf = (measure: Measure): PublicCount | null => {
    const of = figure[measure]
    return of ? toCount(of, hidden[measure]) : null
  }
  const [population, registered, active] = [countOf('population'), countOf('registered'), countOf('active')]
  const rateOf = (numerator: PublicCount | null, denominator: PublicCount | null) => {
    if (!numerator || !denominator || numerator.isPartial || denominator.isPartial) return null
    if (numerator.people === null || denominator.people === null) return null
    const hundredths = hundredthsOf(numerator.people, denominator.people)
    return hundredths === null ? null : { hundredths, numerator, denominator }
  }
  // Active of children is a share of those who know theirs, which has no place in this table: no rate then.
  const isOfAll = figure.activeRate?.denominator.people === figure.registered?.used.people
  return {
    region: figure.region,
    population,
    registered,
    active,
    coverage: rateOf(registered, population),
    activeRate: isOfAll ? rateOf(active, registered) : null,
  }
}
