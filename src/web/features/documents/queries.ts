import { queryOptions } from '@tanstack/react-query'
import { CASES } from '../../lib/live.ts'
import { listDocuments } from './calls.ts'

// Links live five minutes; asked for again well before.
const LINKS_MS = 4 * 60_000

export const documentsQuery = (id: string) =>
  queryOptions({
    queryKey: [CASES, 'documents', id],
    queryFn: ({ signal }) => listDocuments({ params: { id } }, { signal }),
    staleTime: LINKS_MS,
    refetchInterval: LINKS_MS,
  })
