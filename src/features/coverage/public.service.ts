import type { CoverageFigure, CoverageRegion, PublicCoverage } from '../../contracts/api/coverage.ts'
import type { Language } from '../../contracts/text/index.ts'
import { AppError } from '../../platform/errors.ts'
import type { Db } from '../database.ts'
import type { FiguresService, View } from './figures.service.ts'
import { ancestorsOf, type Places } from './places.ts'
import { type HiddenMeasures, hideInTable, toPublicFigure } from './suppression.domain.ts'

/** Kecamatan: of villages nothing is told in public. */
const LOWEST_LEVEL = 3

type PublicDeps = { db: Db; places: Places; figures: Pick<FiguresService, 'placeOf' | 'resolve' | 'compose'> }

export function createPublicCoverage({ db, places, figures }: PublicDeps) {
  const childrenOf = (region: CoverageRegion): CoverageRegion[] =>
    region.level < LOWEST_LEVEL ? places.children(region.code) : []

  const tableOf = async (view: View, region: CoverageRegion, above: HiddenMeasures) => {
    const rows = await figures.compose(db, view, childrenOf(region))
    return { rows, hidden: hideInTable(rows, above) }
  }

  return {
    /**
     * Totals of a region and of those right below it, for everybody. What a region hides it hides in every table: whether it does is
     * found from the country down. Villages and unknown codes are not found.
     */
    async get(code: string, month: string | undefined, language: Language): Promise<PublicCoverage> {
      const region = figures.placeOf(code, language)
      if (region.level > LOWEST_LEVEL) throw new AppError('not_found')
      const view = await figures.resolve(db, code, { month, segment: 'all' })
      let hidden: HiddenMeasures = {}
      let figure: CoverageFigure | undefined
      for (const above of ancestorsOf(code)) {
        const table = await tableOf(view, figures.placeOf(above, language), hidden)
        const next = table.rows.findIndex((row) => code === row.region.code || code.startsWith(`${row.region.code}.`))
        figure = table.rows[next]
        hidden = table.hidden[next] ?? hidden
      }
      const [own] = figure ? [figure] : await figures.compose(db, view, [region])
      if (!own) throw new AppError('not_found')
      // The country stands in no table: only its own smallness hides it.
      if (!figure) hidden = hideInTable([own], {})[0] ?? {}
      const { rows, hidden: ofRows } = await tableOf(view, region, hidden)
      return {
        month: view.month,
        months: view.months,
        source: view.source,
        ancestors: places.ancestors(code, language),
        figure: toPublicFigure(own, hidden),
        children: rows.map((row, index) => toPublicFigure(row, ofRows[index] ?? {})),
      }
    },
  }
}
export type PublicCoverageService = ReturnType<typeof createPublicCoverage>
