import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { CONVERSATIONS } from '../../lib/live.ts'
import { countConversations, listConversations, listQuickReplies, readConversation } from './calls.ts'
import type { InboxView } from './inbox-search.ts'

const LIST_SIZE = 50
const TALK_SIZE = 50

const QUERIES = {
  waiting: { status: 'waiting' },
  mine: { mine: 'true' },
  unread: { unread: 'true' },
  all: {},
  closed: { status: 'closed' },
} as const satisfies Record<InboxView, object>

export const conversationsQuery = (view: InboxView) =>
  infiniteQueryOptions({
    queryKey: [CONVERSATIONS, 'list', view],
    queryFn: ({ pageParam, signal }) =>
      listConversations(
        { query: { ...QUERIES[view], limit: LIST_SIZE, ...(pageParam && { cursor: pageParam }) } },
        { signal },
      ),
    initialPageParam: '',
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
  })

export const conversationCountsQuery = queryOptions({
  queryKey: [CONVERSATIONS, 'counts'],
  queryFn: ({ signal }) => countConversations({}, { signal }),
})

export const conversationQuery = (id: string) =>
  infiniteQueryOptions({
    queryKey: [CONVERSATIONS, 'one', id],
    queryFn: ({ pageParam, signal }) =>
      readConversation(
        { params: { id }, query: { limit: TALK_SIZE, ...(pageParam && { cursor: pageParam }) } },
        { signal },
      ),
    initialPageParam: '',
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
  })

export const quickRepliesQuery = queryOptions({
  queryKey: ['quick-replies'],
  queryFn: ({ signal }) => listQuickReplies({}, { signal }),
  staleTime: Number.POSITIVE_INFINITY,
})
