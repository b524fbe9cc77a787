import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import type { ListState } from '../../../contracts/api/lists.ts'
import type { DriftKind } from '../../../contracts/list-terms.ts'
import { getDrift, getList, listDriftPeople, listDrifts, listLists } from './calls.ts'

export const LISTS = 'lists'
/** Someone watches the bar. */
const WATCH_MS = 1_000
const PAGE_SIZE = 50

/** The product is at work on it by itself. */
export const isWorking = (state: ListState): boolean =>
  state === 'uploaded' || state === 'parsing' || state === 'approved' || state === 'applying'

export const listsQuery = queryOptions({
  queryKey: [LISTS, 'all'],
  queryFn: ({ signal }) => listLists({ query: {} }, { signal }),
  staleTime: 0,
})

export const listQuery = (id: string) =>
  queryOptions({
    queryKey: [LISTS, 'one', id],
    queryFn: ({ signal }) => getList({ params: { id } }, { signal }),
    staleTime: 0,
    refetchInterval: ({ state: { data } }) => (data && isWorking(data.state) ? WATCH_MS : false),
  })

export const driftsQuery = queryOptions({
  queryKey: [LISTS, 'drifts'],
  queryFn: ({ signal }) => listDrifts({}, { signal }),
  staleTime: 0,
})

export const driftQuery = (id: string) =>
  queryOptions({
    queryKey: [LISTS, 'drift', id],
    queryFn: ({ signal }) => getDrift({ params: { id } }, { signal }),
  })

export const driftPeopleQuery = (id: string, kind: DriftKind, village: string | undefined) =>
  infiniteQueryOptions({
    queryKey: [LISTS, 'people', id, kind, village],
    queryFn: ({ pageParam, signal }) =>
      listDriftPeople(
        {
          params: { id },
          query: {
            kind,
            limit: PAGE_SIZE,
            ...(village !== undefined && { village }),
            ...(pageParam !== '' && { cursor: pageParam }),
          },
        },
        { signal },
      ),
    initialPageParam: '',
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
  })
