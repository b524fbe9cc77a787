import { Anchor, Box, Group, Skeleton, Stack, Text, Title, VisuallyHidden } from '@mantine/core'
import { Link, useParams } from '@tanstack/react-router'
import { useEffect, useRef } from 'react'
import type { ConversationItem, ConversationMessage } from '../../../contracts/api/whatsapp-inbox.ts'
import { useMay } from '../../app/session.ts'
import { useTimes } from '../../lib/time.ts'
import { useNow } from '../../lib/use-now.ts'
import { ProblemNotice } from '../../ui/problem-notice.tsx'
import { AnswerForm } from './answer-form.tsx'
import { markRead } from './calls.ts'
import { ConversationActs } from './conversation-acts.tsx'
import { LinkedProposals } from './linked-proposals.tsx'
import { StatusBadges } from './status-badges.tsx'
import { isFromResident, Talk } from './talk.tsx'
import { useInboxText } from './texts.ts'
import { useAct, useConversation } from './use-conversation.ts'

const MINUTE_MS = 60_000

/** On a phone all below the header of the console; with its keyboard open the page scrolls. */
const SCREEN_HEIGHT = 'calc(100dvh - 52px - 2 * var(--mantine-spacing-sm))'

function Heading({ conversation, isMine }: { conversation: ConversationItem; isMine: boolean }) {
  const t = useInboxText()
  const times = useTimes()
  const now = useNow(MINUTE_MS)
  const { claimedBy, botPausedUntil, freeUntil, verified } = conversation
  const phone = conversation.phoneMasked ?? t('phone.hidden')
  return (
    <Stack gap={2}>
      <Group gap="xs">
        <Title order={2} size="h3">
          {phone}
        </Title>
        <StatusBadges conversation={conversation} />
      </Group>
      <Text size="sm">
        {[
          claimedBy &&
            t(isMine ? 'held.me.until' : 'held.other.until', {
              name: claimedBy.name,
              until: times.clock(claimedBy.until),
            }),
          botPausedUntil && t('bot.paused', { until: times.moment(botPausedUntil) }),
          freeUntil && Date.parse(freeUntil) > now.getTime() && t('free-until', { at: times.moment(freeUntil) }),
          verified && t('verified'),
        ]
          .filter(Boolean)
          .join(' · ')}
      </Text>
    </Stack>
  )
}

/** What the holder has before the eyes has been read; whoever else looks in leaves it unread for the office. */
function useReadByHolder(
  conversation: ConversationItem | undefined,
  isMine: boolean,
  latest?: ConversationMessage,
): void {
  const may = useMay()
  const read = useAct(({ id, upTo }: { id: string; upTo: string }) => markRead({ params: { id }, body: { upTo } }))
  const told = useRef<string | undefined>(undefined)
  const id = conversation?.id
  const isDue = isMine && (conversation?.unread ?? 0) > 0 && may(markRead)
  const upTo = latest?.id
  const { mutate } = read
  useEffect(() => {
    if (!isDue || id === undefined || upTo === undefined || told.current === upTo) return
    if (document.visibilityState !== 'visible') return
    told.current = upTo
    mutate({ id, upTo })
  })
}

function Conversation({ id }: { id: string }) {
  const t = useInboxText()
  const { query, first, messages, isMine } = useConversation(id)
  const latest = messages.find(isFromResident)
  useReadByHolder(first?.conversation, isMine, latest)
  return (
    <Stack gap="xs" h={{ base: SCREEN_HEIGHT, md: '100%' }} mih={{ base: 620, md: 0 }}>
      <Box hiddenFrom="md">
        <VisuallyHidden>
          <h1>{t('title')}</h1>
        </VisuallyHidden>
        <Anchor component={Link} to="/kotak-masuk" search={true} size="sm">
          {t('back')}
        </Anchor>
      </Box>
      <ProblemNotice error={query.error} />
      {!first && !query.error && <Skeleton h={320} />}
      {first && (
        <>
          <Heading conversation={first.conversation} isMine={isMine} />
          <LinkedProposals proposals={first.proposals} />
          <ConversationActs conversation={first.conversation} latest={latest} isMine={isMine} />
          <Talk
            messages={messages}
            older={{
              isThere: query.hasNextPage,
              isComing: query.isFetchingNextPage,
              ask: () => void query.fetchNextPage(),
            }}
          />
          <AnswerForm conversation={first.conversation} isMine={isMine} />
        </>
      )}
    </Stack>
  )
}

/** One conversation with a resident: both sides, who holds it, the cases it is about, and the answer. */
export function ConversationPage() {
  const { id } = useParams({ from: '/signed-in/kotak-masuk/$id' })
  // Nothing of one conversation may linger in the next.
  return <Conversation key={id} id={id} />
}
