import { queryOptions } from '@tanstack/react-query'
import { CASES } from '../../lib/live.ts'
import { getForecast, getQuota, listLine, listQuotas } from './calls.ts'

/** A kab/kota and a year. */
export type Place = { regionCode: string; year: number }

/** Seats follow cases: what changes those makes this old, too. */
export const QUOTA = [CASES, 'quota'] as const

export const paramsOf = ({ regionCode, year }: Place) => ({ regionCode, year: String(year) })

export const quotasQuery = (year: number) =>
  queryOptions({
    queryKey: [...QUOTA, 'all', year],
    queryFn: ({ signal }) => listQuotas({ query: { year } }, { signal }),
  })
export const quotaQuery = (place: Place) =>
  queryOptions({
    queryKey: [...QUOTA, 'one', place],
    queryFn: ({ signal }) => getQuota({ params: paramsOf(place) }, { signal }),
  })
export const lineQuery = (place: Place, limit: number) =>
  queryOptions({
    queryKey: [...QUOTA, 'line', place, limit],
    queryFn: ({ signal }) => listLine({ params: paramsOf(place), query: { limit } }, { signal }),
  })
export const forecastQuery = (place: Place, registered: number | undefined) =>
  queryOptions({
    queryKey: [...QUOTA, 'forecast', place, registered],
    queryFn: ({ signal }) => getForecast({ params: paramsOf(place), query: { registered } }, { signal }),
    // Figures of coverage change without any case: who asks to count again wants the newest.
    staleTime: 0,
  })
