import { useQueries } from '@tanstack/react-query'
import type { ProposalSearch } from './proposal-search.ts'
import { officeQuery, regionQuery } from './queries.ts'

/** What regions and offices of the filters are called; their codes until that is known. */
export function useFilterNames({ regionCode = [], office = [] }: ProposalSearch): (code: string) => string {
  const regions = useQueries({ queries: regionCode.map(regionQuery) })
  const offices = useQueries({ queries: office.map(officeQuery) })
  const names = new Map([
    ...regionCode.map((code, index) => [code, regions[index]?.data?.name ?? code] as const),
    ...office.map((id, index) => [id, offices[index]?.data?.name ?? id] as const),
  ])
  return (code) => names.get(code) ?? code
}
