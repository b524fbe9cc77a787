import { useIdle } from '@mantine/hooks'
import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useMe } from '../../app/session.ts'
import { CONVERSATIONS, usePollInterval } from '../../lib/live.ts'
import { conversationQuery } from './queries.ts'

/** A page that nobody touches for so long stops looking: each look of the holder renews the claim, and who went home must not keep a resident waiting. */
const IDLE_MS = 10 * 60_000

/** One conversation, kept fresh. */
export function useConversation(id: string) {
  const me = useMe()
  const poll = usePollInterval()
  const isIdle = useIdle(IDLE_MS, { initialState: false })
  const [isHolder, setHolder] = useState(false)
  const query = useInfiniteQuery({ ...conversationQuery(id), refetchInterval: poll, enabled: !(isIdle && isHolder) })
  const first = query.data?.pages[0]
  const isMine = first?.conversation.claimedBy?.id === me.userId
  if (isMine !== isHolder) setHolder(isMine)
  const messages = query.data?.pages.flatMap((page) => page.messages) ?? []
  return { query, first, messages, isMine }
}

/** What an officer does in a conversation; afterwards list and conversation are asked for again, whatever came of it. */
export function useAct<Input = void>(act: (input: Input) => Promise<unknown>) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: act,
    onSettled: () => client.invalidateQueries({ queryKey: [CONVERSATIONS] }),
  })
}
