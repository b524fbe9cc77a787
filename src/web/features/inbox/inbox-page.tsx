import { Box, Flex, Stack, Text, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Outlet, useParams, useSearch } from '@tanstack/react-router'
import { useEffect, useRef, useState } from 'react'
import { Announcement } from './announcement.tsx'
import { ConversationList } from './conversation-list.tsx'
import { conversationCountsQuery } from './queries.ts'
import { useInboxText } from './texts.ts'

/** All below the header of the console; each side scrolls by itself. */
const PANES_HEIGHT = 'calc(100dvh - 52px - 2 * var(--mantine-spacing-lg))'

/** Tells that somebody new waits, to those who do not look at the list. */
function WaitingAnnouncement() {
  const t = useInboxText()
  const { data } = useQuery(conversationCountsQuery)
  const before = useRef<number | undefined>(undefined)
  const [text, setText] = useState('')
  const waiting = data?.waiting
  useEffect(() => {
    if (waiting === undefined) return
    if (before.current !== undefined && waiting !== before.current) {
      setText(waiting > before.current ? t('announce.waiting', { count: waiting }) : '')
    }
    before.current = waiting
  }, [waiting, t])
  return <Announcement text={text} />
}

/** Beside the list while no conversation is open. */
export function NoConversation() {
  const t = useInboxText()
  return <Text c="dimmed">{t('open.none')}</Text>
}

/** Conversations with residents. On a desk list and conversation stand side by side, on a phone they are two screens. */
export function InboxPage() {
  const t = useInboxText()
  const { view = 'waiting' } = useSearch({ from: '/signed-in/kotak-masuk' })
  const { id } = useParams({ strict: false })
  const isOpen = id !== undefined
  return (
    <Flex gap="lg" h={{ md: PANES_HEIGHT }} mih={{ md: 520 }}>
      <Stack
        gap="xs"
        w={{ base: '100%', md: 340 }}
        mih={0}
        style={{ flexShrink: 0 }}
        {...(isOpen && { visibleFrom: 'md' })}
      >
        <Title order={1} size="h2">
          {t('title')}
        </Title>
        <ConversationList view={view} openId={id} />
      </Stack>
      <Box flex={1} miw={0} {...(!isOpen && { visibleFrom: 'md' })}>
        <Outlet />
      </Box>
      <WaitingAnnouncement />
    </Flex>
  )
}
