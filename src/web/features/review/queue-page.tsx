import { Anchor, Badge, Button, Group, Skeleton, Stack, Table, Text, Title } from '@mantine/core'
import { useInfiniteQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { QUEUE_KEYS } from '../../../contracts/lifecycle/queues.ts'
import { useMay, useMe } from '../../app/session.ts'
import { useKeys } from '../../lib/keys.ts'
import { CASES, usePollInterval } from '../../lib/live.ts'
import { useTimes } from '../../lib/time.ts'
import { useNow } from '../../lib/use-now.ts'
import { KeyHint } from '../../ui/key-hint.tsx'
import { ProblemNotice } from '../../ui/problem-notice.tsx'
import { FlagBadge } from '../../ui/state-badge.tsx'
import { useTerms } from '../../ui/terms/terms.ts'
import { listProposals } from '../proposals/calls.ts'
import { useProposalText } from '../proposals/texts.ts'
import { claimNext } from './calls.ts'
import { useReviewText } from './texts.ts'
import { UndoBar } from './undo-bar.tsx'
import { useClaimNext } from './use-decide.ts'

const PAGE_SIZE = 50

/** One queue in the order in which its cases fall due. */
export function QueuePage() {
  const t = useReviewText()
  const list = useProposalText()
  const terms = useTerms()
  const times = useTimes()
  const now = useNow(30_000)
  const may = useMay()
  const me = useMe()
  const { queue: given } = useParams({ from: '/signed-in/antrean/$queue' })
  const queue = QUEUE_KEYS.find((one) => one === given) ?? 'new_review'
  const next = useClaimNext(queue)
  const isClaimable = may(claimNext) && queue !== 'mine' && queue !== 'late'
  useKeys({ n: isClaimable ? () => next.mutate() : undefined })
  const page = useInfiniteQuery({
    queryKey: [CASES, 'list', { queue }],
    queryFn: ({ pageParam, signal }) =>
      listProposals({ query: { queue, limit: PAGE_SIZE, ...(pageParam && { cursor: pageParam }) } }, { signal }),
    initialPageParam: '',
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
    refetchInterval: usePollInterval(),
  })
  const items = page.data?.pages.flatMap((one) => one.items) ?? []
  return (
    <Stack maw={1100} mx="auto">
      <Anchor component={Link} to="/antrean" size="sm">
        {t('queues.title')}
      </Anchor>
      <Group justify="space-between">
        <Title order={1} size="h2">
          {terms(`queue.${queue}`)}
        </Title>
        {isClaimable && (
          <Button
            loading={next.isPending}
            rightSection={<KeyHint keys="n" />}
            aria-keyshortcuts="n"
            onClick={() => next.mutate()}
          >
            {t('queues.next')}
          </Button>
        )}
      </Group>
      <ProblemNotice error={page.error ?? next.error} />
      {page.isPending && <Skeleton h={240} />}
      {page.isSuccess && items.length === 0 && <Text>{t('queue.empty')}</Text>}
      {items.length > 0 && (
        <Table verticalSpacing="xs" aria-label={terms(`queue.${queue}`)}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{list('list.name')}</Table.Th>
              <Table.Th>{t('queue.due')}</Table.Th>
              <Table.Th visibleFrom="sm">{list('list.receipt')}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {items.map((item) => (
              <Table.Tr key={item.id}>
                <Table.Td>
                  <Anchor component={Link} to={`/antrean/${queue}/${item.id}`} fw={600}>
                    {item.fullName}
                  </Anchor>
                  <Group gap={4}>
                    {item.flags.map((flag) => (
                      <FlagBadge key={flag} flag={flag} />
                    ))}
                    {item.leaseHolder && (
                      <Text size="sm">
                        {t(item.leaseHolder === me.userId ? 'queue.held.mine' : 'queue.held.other')}
                      </Text>
                    )}
                  </Group>
                </Table.Td>
                <Table.Td>
                  {item.dueAt && times.moment(item.dueAt)}
                  {item.dueAt && Date.parse(item.dueAt) < now.getTime() && (
                    <Badge ml={6} color="red" tt="none">
                      {t('queue.late')}
                    </Badge>
                  )}
                </Table.Td>
                <Table.Td visibleFrom="sm">{item.receiptNumber}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
      {page.hasNextPage && (
        <Button variant="default" loading={page.isFetchingNextPage} onClick={() => void page.fetchNextPage()}>
          {list('list.more')}
        </Button>
      )}
      <UndoBar queue={queue} />
    </Stack>
  )
}
