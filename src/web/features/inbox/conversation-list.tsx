import { Badge, Box, Button, Group, Paper, Skeleton, Stack, Text } from '@mantine/core'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { type ReactNode, useRef } from 'react'
import type { ConversationCounts, ConversationItem } from '../../../contracts/api/whatsapp-inbox.ts'
import { useMay, useMe } from '../../app/session.ts'
import { useKeys } from '../../lib/keys.ts'
import { usePollInterval } from '../../lib/live.ts'
import { useTimes } from '../../lib/time.ts'
import { useNow } from '../../lib/use-now.ts'
import { ProblemNotice } from '../../ui/problem-notice.tsx'
import { readConversation } from './calls.ts'
import { INBOX_VIEWS, type InboxView } from './inbox-search.ts'
import { conversationCountsQuery, conversationsQuery } from './queries.ts'
import { StatusBadges } from './status-badges.tsx'
import { useInboxText } from './texts.ts'

const MINUTE_MS = 60_000

function Views({ view, counts }: { view: InboxView; counts: ConversationCounts | undefined }) {
  const t = useInboxText()
  const times = useTimes()
  const navigate = useNavigate()
  const numbers: Partial<Record<InboxView, number>> = counts ?? {}
  return (
    <Group gap={4} role="group" aria-label={t('views')}>
      {INBOX_VIEWS.map((one) => (
        <Button
          key={one}
          size="compact-md"
          variant={one === view ? 'filled' : 'default'}
          aria-pressed={one === view}
          onClick={() => void navigate({ to: '.', search: one === 'waiting' ? {} : { view: one } })}
        >
          {numbers[one]
            ? t('view.counted', { view: t(`view.${one}`), count: times.number(numbers[one]) })
            : t(`view.${one}`)}
        </Button>
      ))}
    </Group>
  )
}

function Line({ item, now }: { item: ConversationItem; now: Date }) {
  const t = useInboxText()
  const times = useTimes()
  const me = useMe()
  const { claimedBy, preview, unread, waitingSince, status } = item
  return (
    <Stack gap={4}>
      <Group justify="space-between" wrap="nowrap" gap="xs">
        <Text fw={unread > 0 ? 700 : 600}>{item.phoneMasked ?? t('phone.hidden')}</Text>
        <Text size="sm" c="dimmed">
          {times.relative(item.lastMessageAt, now)}
        </Text>
      </Group>
      {preview !== null && (
        <Group justify="space-between" wrap="nowrap" gap="xs">
          <Text size="sm" truncate fw={unread > 0 ? 600 : 400}>
            {preview === '' ? t('message.attachment') : preview}
          </Text>
        </Group>
      )}
      <Group gap={4}>
        <StatusBadges conversation={item} />
        {unread > 0 && (
          <Badge color="red" tt="none">
            {t('unread', { count: unread })}
          </Badge>
        )}
      </Group>
      {status === 'waiting' && waitingSince && (
        <Text size="sm">{t('waiting-since', { since: times.relative(waitingSince, now) })}</Text>
      )}
      {claimedBy && (
        <Text size="sm">{claimedBy.id === me.userId ? t('held.me') : t('held.other', { name: claimedBy.name })}</Text>
      )}
    </Stack>
  )
}

type ListProps = { view: InboxView; openId: string | undefined }

/** Conversations in the caller's scope, the latest first. `j` and `k` go through them, Enter opens. */
export function ConversationList({ view, openId }: ListProps) {
  const t = useInboxText()
  const may = useMay()
  const isReader = may(readConversation)
  const poll = usePollInterval()
  const counts = useQuery({ ...conversationCountsQuery, refetchInterval: poll })
  const list = useInfiniteQuery({ ...conversationsQuery(view), refetchInterval: poll })
  const items = list.data?.pages.flatMap((page) => page.items) ?? []
  const now = useNow(MINUTE_MS)
  const box = useRef<HTMLDivElement>(null)
  const step = (by: 1 | -1): void => {
    const links = [...(box.current?.querySelectorAll<HTMLElement>('a') ?? [])]
    const focused = links.findIndex((link) => link === document.activeElement)
    const here = focused >= 0 ? focused : links.findIndex((link) => link.dataset['id'] === openId)
    links[Math.min(Math.max(here + by, 0), links.length - 1)]?.focus()
  }
  useKeys({ j: () => step(1), k: () => step(-1) })

  const card = (item: ConversationItem): ReactNode =>
    isReader ? (
      <Paper
        component={Link}
        to={`/kotak-masuk/${item.id}`}
        search={true}
        data-id={item.id}
        display="block"
        withBorder
        p="sm"
        c="var(--mantine-color-text)"
        td="none"
        {...(item.id === openId && { 'aria-current': 'true' as const, bg: 'var(--mantine-color-green-light)' })}
      >
        <Line item={item} now={now} />
      </Paper>
    ) : (
      <Paper withBorder p="sm">
        <Line item={item} now={now} />
      </Paper>
    )
  return (
    <Stack gap="xs" mih={0} h="100%">
      <Views view={view} counts={counts.data} />
      {isReader ? (
        <Text size="sm" c="dimmed" visibleFrom="md">
          {t('list.keys')}
        </Text>
      ) : (
        <Text size="sm">{t('list.closed-to-you')}</Text>
      )}
      <ProblemNotice error={list.error} />
      {list.isPending && !list.error && <Skeleton h={240} />}
      {list.isSuccess && items.length === 0 && <Text>{t(`none.${view}`)}</Text>}
      <Box style={{ overflowY: 'auto' }} p={4} m={-4} mih={0}>
        <Stack component="ul" gap="xs" ref={box} m={0} p={0} style={{ listStyle: 'none' }} aria-label={t('list')}>
          {items.map((item) => (
            <li key={item.id}>{card(item)}</li>
          ))}
        </Stack>
        {list.hasNextPage && (
          <Button
            mt="xs"
            fullWidth
            variant="default"
            loading={list.isFetchingNextPage}
            onClick={() => void list.fetchNextPage()}
          >
            {t('list.more')}
          </Button>
        )}
      </Box>
    </Stack>
  )
}
