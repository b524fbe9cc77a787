import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import { getCoverage, getStanding, getTrend } from './calls.ts'
import { type CoverageSearch, toView } from './coverage-search.ts'

/** First part of the keys: figures change when somebody enters some, which no event tells. */
export const COVERAGE = 'coverage'

export const coverageQuery = (code: string, search: CoverageSearch) =>
  queryOptions({
    queryKey: [COVERAGE, 'region', code, toView(search)],
    queryFn: ({ signal }) => getCoverage({ params: { code }, query: toView(search) }, { signal }),
    placeholderData: keepPreviousData,
  })

export const trendQuery = (code: string, search: CoverageSearch) =>
  queryOptions({
    queryKey: [COVERAGE, 'trend', code, toView(search)],
    queryFn: ({ signal }) => getTrend({ params: { code }, query: toView(search) }, { signal }),
  })

export const standingQuery = (code: string, { bulan, sumber }: CoverageSearch) =>
  queryOptions({
    queryKey: [COVERAGE, 'standing', code, bulan, sumber],
    queryFn: ({ signal }) =>
      getStanding(
        { params: { code }, query: { ...(bulan && { month: bulan }), ...(sumber && { source: sumber }) } },
        { signal },
      ),
  })
