import { queryOptions } from '@tanstack/react-query'
import { listOffices, listRegions } from './calls.ts'

/** First part of the keys of everything an admin edits: none of it is told by the event stream. */
export const SETTINGS = 'settings'

/** A kab/kota has some dozens; a hundred is the server's page. */
export const officesQuery = queryOptions({
  queryKey: [SETTINGS, 'offices'],
  queryFn: ({ signal }) => listOffices({ query: { limit: 100 } }, { signal }),
})

export const regionsBelowQuery = (parent: string) =>
  queryOptions({
    queryKey: [SETTINGS, 'regions', parent],
    queryFn: ({ signal }) => listRegions({ query: { parent, limit: 100 } }, { signal }),
    staleTime: Infinity,
  })
