import { queryOptions } from '@tanstack/react-query'
import { listPaths } from './calls.ts'

export const pathsQuery = (regionCode: string) =>
  queryOptions({
    queryKey: ['reactivation-paths', regionCode],
    queryFn: ({ signal }) => listPaths({ query: { regionCode } }, { signal }),
    // A form begins with it: newer ones, come unasked, would begin it anew over what is typed.
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
  })
