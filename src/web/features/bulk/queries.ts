import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import type { BulkJob, BulkOutcome, BulkState } from '../../../contracts/api/bulk-jobs.ts'
import { getBulk, listBulk, listBulkRows } from './calls.ts'

const BULK = 'bulk'
/** Someone watches the bar. */
const WATCH_MS = 1_000
const PAGE_SIZE = 50

export const isWorking = (state: BulkState): boolean =>
  state === 'checking' || state === 'running' || state === 'undoing'

export const bulkQuery = (id: string) =>
  queryOptions({
    queryKey: [BULK, 'job', id],
    queryFn: ({ signal }) => getBulk({ params: { id } }, { signal }),
    staleTime: 0,
    refetchInterval: ({ state: { data } }) => (data && isWorking(data.state) ? WATCH_MS : false),
  })

export const bulkListQuery = queryOptions({
  queryKey: [BULK, 'list'],
  queryFn: ({ signal }) => listBulk({}, { signal }),
  staleTime: 0,
})

/** Asked anew whenever the job has got on. */
export const bulkRowsQuery = ({ id, state, counts }: BulkJob, outcome: BulkOutcome | null) =>
  infiniteQueryOptions({
    queryKey: [BULK, 'rows', id, outcome, state, counts],
    queryFn: ({ pageParam, signal }) =>
      listBulkRows(
        { params: { id }, query: { after: pageParam, limit: PAGE_SIZE, ...(outcome !== null && { outcome }) } },
        { signal },
      ),
    initialPageParam: 0,
    getNextPageParam: ({ nextAfter }) => nextAfter ?? undefined,
    placeholderData: (former) => former,
  })
