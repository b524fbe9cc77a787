import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import type { Batch, BatchRowState, BatchState } from '../../../contracts/api/batches.ts'
import type { ProposalFilters } from '../../../contracts/api/proposal-filters.ts'
import { CASES } from '../../lib/live.ts'
import { useShowAnswer } from '../../lib/show-answer.ts'
import { listProposals } from '../proposals/calls.ts'
import { getBatch, listBatches, listBatchRows, listRules } from './calls.ts'

/** Rows follow cases: what changes those makes this old, too. */
export const BATCHES = [CASES, 'batches'] as const
/** Someone watches the bar. */
const WATCH_MS = 1_000
/** A colleague may fill or seal it, too; the event stream tells of cases alone. */
const OPEN_MS = 10_000
const PAGE_SIZE = 50

export const batchesQuery = (state: BatchState | null) =>
  infiniteQueryOptions({
    queryKey: [...BATCHES, 'list', state],
    queryFn: ({ pageParam, signal }) =>
      listBatches(
        {
          query: { limit: PAGE_SIZE, ...(state !== null && { state }), ...(pageParam !== '' && { cursor: pageParam }) },
        },
        { signal },
      ),
    initialPageParam: '',
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
  })

export const batchQuery = (id: string) =>
  queryOptions({
    queryKey: [...BATCHES, 'one', id],
    queryFn: ({ signal }) => getBatch({ params: { id } }, { signal }),
    staleTime: 0,
    refetchInterval: ({ state: { data } }) => {
      if (data?.state === 'checking') return WATCH_MS
      return data?.state === 'open' ? OPEN_MS : false
    },
  })

/** Shows a batch as an act has left it. */
export function useShowBatch(): (batch: Batch) => Promise<void> {
  const show = useShowAnswer()
  return (batch) => show(batchQuery(batch.id), batch)
}

/** Asked anew whenever the batch has got on. */
export const batchRowsQuery = ({ id, state, counts }: Batch, wanted: BatchRowState | null) =>
  infiniteQueryOptions({
    queryKey: [...BATCHES, 'rows', id, wanted, state, counts],
    queryFn: ({ pageParam, signal }) =>
      listBatchRows(
        {
          params: { id },
          query: {
            limit: PAGE_SIZE,
            ...(wanted !== null && { state: wanted }),
            ...(pageParam !== '' && { after: pageParam }),
          },
        },
        { signal },
      ),
    initialPageParam: '',
    getNextPageParam: ({ nextAfter }) => nextAfter ?? undefined,
    placeholderData: (former) => former,
  })

export const eligibleQuery = (filters: Omit<ProposalFilters, 'state'>) =>
  queryOptions({
    queryKey: [CASES, 'to-batch', filters],
    queryFn: ({ signal }) =>
      listProposals({ query: { ...filters, state: ['eligible'], limit: PAGE_SIZE } }, { signal }),
    placeholderData: (former) => former,
  })

export const rulesQuery = (regionCode: string) =>
  queryOptions({
    queryKey: ['rules', regionCode],
    queryFn: ({ signal }) => listRules({ query: { regionCode } }, { signal }),
  })
