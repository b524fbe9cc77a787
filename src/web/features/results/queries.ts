import { infiniteQueryOptions, queryOptions, useQueryClient } from '@tanstack/react-query'
import type { BatchResult, ResultState } from '../../../contracts/api/batch-results.ts'
import type { Language } from '../../../contracts/text/message-format.ts'
import { useShowAnswer } from '../../lib/show-answer.ts'
import { getResult, getResultProfile, listResultRows, listResults } from './calls.ts'
import type { ShownRows } from './result-search.ts'

/** Apart from cases: rows are not read, and audited, anew with each case that moves. */
const RESULTS = 'results'
/** Someone watches the bar. */
const WATCH_MS = 1_000
const PAGE_SIZE = 50

/** The product is at work on it by itself. */
export const isWorking = (state: ResultState): boolean =>
  state === 'uploaded' || state === 'parsing' || state === 'approved' || state === 'applying'

/** Of a batch, the newest first. */
export const resultsQuery = (batchId: string) =>
  queryOptions({
    queryKey: [RESULTS, 'all', batchId],
    queryFn: ({ signal }) => listResults({ params: { id: batchId } }, { signal }),
    staleTime: 0,
    refetchInterval: ({ state: { data } }) => (data?.items.some(({ state }) => isWorking(state)) ? WATCH_MS : false),
  })

export const resultQuery = (id: string) =>
  queryOptions({
    queryKey: [RESULTS, 'one', id],
    queryFn: ({ signal }) => getResult({ params: { id } }, { signal }),
    staleTime: 0,
    refetchInterval: ({ state: { data } }) => (data && isWorking(data.state) ? WATCH_MS : false),
  })

/** Shows an import as an act has left it. */
export function useShowResult(): (result: BatchResult) => Promise<void> {
  const client = useQueryClient()
  const show = useShowAnswer()
  return async (result) => {
    await show(resultQuery(result.id), result)
    await client.invalidateQueries({ queryKey: resultsQuery(result.batchId).queryKey })
  }
}

/** In the order of the file; asked anew when the import has come to another end, and in another language: the reasons are the server's words. */
export const resultRowsQuery = ({ id, state }: BatchResult, shown: ShownRows | undefined, language: Language) =>
  infiniteQueryOptions({
    queryKey: [RESULTS, 'rows', id, state, shown, language],
    queryFn: ({ pageParam, signal }) =>
      listResultRows(
        {
          params: { id },
          query: {
            limit: PAGE_SIZE,
            ...(shown === 'left_out' ? { leftOut: true } : shown !== undefined && { verdict: shown }),
            ...(pageParam > 0 && { after: pageParam }),
          },
        },
        { signal },
      ),
    initialPageParam: 0,
    getNextPageParam: ({ nextAfter }) => nextAfter ?? undefined,
  })

export const resultProfileQuery = (regionCode: string) =>
  queryOptions({
    queryKey: [RESULTS, 'profile', regionCode],
    queryFn: ({ signal }) => getResultProfile({ params: { code: regionCode } }, { signal }),
    staleTime: 0,
    // A form begins with it: a newer one, come unasked, would begin it anew over what is typed.
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
  })
