import { infiniteQueryOptions } from '@tanstack/react-query'
import type { NotYetActiveQuery } from '../../../contracts/api/batch-results.ts'
import { CASES } from '../../lib/live.ts'
import { listNotYetActive } from './calls.ts'

const PAGE_SIZE = 50

/** Under the cases: whoever becomes active leaves it. */
export const notYetActiveQuery = (filters: Pick<NotYetActiveQuery, 'batchId' | 'regionCode'>) =>
  infiniteQueryOptions({
    queryKey: [CASES, 'not-yet-active', filters],
    queryFn: ({ pageParam, signal }) =>
      listNotYetActive(
        { query: { ...filters, limit: PAGE_SIZE, ...(pageParam !== '' && { cursor: pageParam }) } },
        { signal },
      ),
    initialPageParam: '',
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
  })
