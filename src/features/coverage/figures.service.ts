import type { Actor } from '../../contracts/access.ts'
import type {
  CoverageFigure,
  CoverageQuery,
  CoverageRegion,
  CoverageResponse,
  TrendQuery,
  TrendResponse,
} from '../../contracts/api/coverage.ts'
import {
  COVERAGE_SEGMENTS,
  COVERAGE_SOURCES,
  type CoverageSegment,
  type CoverageSource,
} from '../../contracts/coverage-terms.ts'
import { dayInZone } from '../../contracts/primitives/calendar-date.ts'
import { addMonths } from '../../contracts/primitives/calendar-month.ts'
import type { Language } from '../../contracts/text/index.ts'
import type { Clock } from '../../platform/clock.ts'
import { AppError } from '../../platform/errors.ts'
import type { Db } from '../database.ts'
import { composeFigure, NOTHING_STORED, type StoredRow, segmentsDiffer } from './figure.domain.ts'
import { listAvailable, listRows, type RowKey } from './figure.repository.ts'
import { isWithin, type Places } from './places.ts'

export type Reader = { actor: Actor; language: Language }
type Wish = { month?: string | undefined; source?: CoverageSource | undefined; segment: CoverageSegment }
/** What is shown: `month` is null when nobody has said anything yet, `at` is then the month of today. */
export type View = {
  month: string | null
  at: string
  source: CoverageSource | null
  segment: CoverageSegment
  months: string[]
  sources: CoverageSource[]
  available: { month: string; source: CoverageSource }[]
}

export type FiguresDeps = { db: Db; clock: Clock; places: Places }

export function createFiguresService({ db, clock, places }: FiguresDeps) {
  const placeOf = (code: string, language: Language): CoverageRegion => {
    const place = places.find(code, language)
    if (!place) throw new AppError('not_found')
    return place
  }

  /** The own region with all that is below it; what lies above it as a whole, without its other parts. All else is not found. */
  const reach = ({ actor }: Reader, code: string): 'whole' | 'alone' => {
    if (isWithin(code, actor.regionCode)) return 'whole'
    if (isWithin(actor.regionCode, code)) return 'alone'
    throw new AppError('not_found')
  }

  const resolve = async (executor: Db, code: string, { month, source, segment }: Wish): Promise<View> => {
    const available = await listAvailable(executor, code, segment)
    const of = source === undefined ? available : available.filter((one) => one.source === source)
    const newest = month ?? of[0]?.month ?? null
    const at = newest ?? dayInZone(clock.now(), places.timeZoneOf(code)).slice(0, 7)
    const inMonth = new Set(available.filter((one) => one.month === newest).map((one) => one.source))
    const sources = COVERAGE_SOURCES.filter((one) => inMonth.has(one))
    const months = [...new Set(available.map((one) => one.month))]
    return { month: newest, at, source: source ?? sources[0] ?? null, segment, months, sources, available }
  }

  /** Figures of regions at one month, in their order. */
  const compose = async (
    executor: Db,
    { at, source, segment }: Pick<View, 'at' | 'source' | 'segment'>,
    regions: readonly CoverageRegion[],
  ): Promise<CoverageFigure[]> => {
    if (regions.length === 0) return []
    const keys = regions.map(({ code }): RowKey => ({ regionCode: code, segment, month: at }))
    const rows = await listRows(executor, source, keys)
    return regions.map((region, index) =>
      composeFigure(region, rows[index] ?? NOTHING_STORED, places.countChildren(region.code)),
    )
  }

  const composeSegments = async (executor: Db, { at, source }: View, region: CoverageRegion) => {
    const keys = COVERAGE_SEGMENTS.map((segment): RowKey => ({ regionCode: region.code, segment, month: at }))
    const rows = await listRows(executor, source, keys)
    const bySegment = new Map<CoverageSegment, StoredRow>()
    for (const [index, segment] of COVERAGE_SEGMENTS.entries()) bySegment.set(segment, rows[index] ?? NOTHING_STORED)
    const children = places.countChildren(region.code)
    const figures = COVERAGE_SEGMENTS.map((segment) => {
      const row = bySegment.get(segment) ?? NOTHING_STORED
      return { segment, figure: composeFigure(region, row, children) }
    })
    return { figures, differ: segmentsDiffer(bySegment.get('all') ?? NOTHING_STORED, bySegment) }
  }

  return {
    placeOf,
    reach,
    resolve,
    compose,

    /** A region at a month with its segments and its children. */
    async getCoverage(reader: Reader, code: string, query: CoverageQuery): Promise<CoverageResponse> {
      const region = placeOf(code, reader.language)
      const isWhole = reach(reader, code) === 'whole'
      const view = await resolve(db, code, query)
      const [{ figures, differ }, children] = await Promise.all([
        composeSegments(db, view, region),
        compose(db, view, isWhole ? places.children(code) : []),
      ])
      const shown = figures.find(({ segment }) => segment === view.segment)
      if (!shown) throw new Error('a segment without a figure')
      const flags = differ ? [...shown.figure.flags, 'segments_differ' as const] : shown.figure.flags
      return {
        month: view.month,
        source: view.source,
        segment: view.segment,
        months: view.months,
        sources: view.sources,
        ancestors: places.ancestors(code, reader.language),
        figure: { ...shown.figure, flags },
        segments: figures.filter(({ segment, figure }) => segment !== 'all' && figure.registered !== null),
        children,
      }
    },

    /** The months up to the one asked for that have a figure of the source, oldest first. */
    async getTrend(reader: Reader, code: string, query: TrendQuery): Promise<TrendResponse> {
      const region = placeOf(code, reader.language)
      reach(reader, code)
      const { month, source, segment, available } = await resolve(db, code, query)
      const first = month === null ? '' : addMonths(month, 1 - query.months)
      const months = available
        .filter((one) => one.source === source && month !== null && one.month >= first && one.month <= month)
        .map((one) => one.month)
        .reverse()
      const keys = months.map((one): RowKey => ({ regionCode: code, segment, month: one }))
      const rows = keys.length === 0 ? [] : await listRows(db, source, keys)
      const children = places.countChildren(code)
      const points = rows.map((row, index) => {
        const { region: _, ...figure } = composeFigure(region, row, children)
        return { month: months[index] ?? '', ...figure }
      })
      return { month, source, segment, region, points }
    },

    /** All regions of a level below one, or its children, at a month: what a file is made of. */
    async listFigures(reader: Reader, code: string, query: CoverageQuery & { level?: number | undefined }) {
      const region = placeOf(code, reader.language)
      if (reach(reader, code) !== 'whole') throw new AppError('not_found')
      const view = await resolve(db, code, query)
      const level = query.level as 1 | 2 | 3 | 4 | undefined
      const below = level === undefined ? places.children(code) : places.below(code, level)
      return { region, view, figures: await compose(db, view, [region, ...below]) }
    },
  }
}
export type FiguresService = ReturnType<typeof createFiguresService>
