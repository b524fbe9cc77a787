import { queryOptions } from '@tanstack/react-query'
import { getProfile, listProfiles } from './calls.ts'

export const LAYOUTS = 'layouts'

export const profilesQuery = queryOptions({
  queryKey: [LAYOUTS, 'all'],
  queryFn: ({ signal }) => listProfiles({}, { signal }),
})

export const profileQuery = (id: string) =>
  queryOptions({
    queryKey: [LAYOUTS, 'one', id],
    queryFn: ({ signal }) => getProfile({ params: { id } }, { signal }),
    staleTime: 0,
  })
