import { Anchor, Badge, Button, Group, Skeleton, Stack, Table, Text } from '@mantine/core'
import { useInfiniteQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { QueueKey } from '../../../contracts/lifecycle/queues.ts'
import { CASES, usePollInterval } from '../../lib/live.ts'
import { useTimes } from '../../lib/time.ts'
import { useNow } from '../../lib/use-now.ts'
import { ProblemNotice } from '../../ui/problem-notice.tsx'
import { FlagBadge } from '../../ui/state-badge.tsx'
import { listProposals } from './calls.ts'
import { Holder } from './holder.tsx'
import { SeatBadge } from './seat-badge.tsx'
import { useProposalText } from './texts.ts'

const PAGE_SIZE = 50
const NOW_MS = 30_000

type Props = {
  queue: QueueKey
  /** What the table is called for those who hear it. */
  label: string
  empty: string
  /** What the time is that a case has to be done by. */
  due: string
  toOf(id: string): string
}

/** The cases of one queue in the order in which they fall due, each with who is at work on it. */
export function QueueTable({ queue, label, empty, due, toOf }: Props) {
  const t = useProposalText()
  const times = useTimes()
  const now = useNow(NOW_MS)
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
    <Stack gap="sm">
      <ProblemNotice error={page.error} />
      {page.isPending && <Skeleton h={160} />}
      {page.isSuccess && items.length === 0 && <Text>{empty}</Text>}
      {items.length > 0 && (
        <Table verticalSpacing="xs" aria-label={label}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t('list.name')}</Table.Th>
              <Table.Th>{due}</Table.Th>
              <Table.Th visibleFrom="sm">{t('list.receipt')}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {items.map((item) => (
              <Table.Tr key={item.id}>
                <Table.Td>
                  <Anchor component={Link} to={toOf(item.id)} fw={600}>
                    {item.fullName}
                  </Anchor>
                  <Group gap={4}>
                    {item.flags.map((flag) => (
                      <FlagBadge key={flag} flag={flag} />
                    ))}
                    <SeatBadge quota={item.quota} />
                    <Holder item={item} />
                  </Group>
                </Table.Td>
                <Table.Td>
                  {item.dueAt && times.moment(item.dueAt)}
                  {item.dueAt && Date.parse(item.dueAt) < now.getTime() && (
                    <Badge ml={6} color="red" tt="none">
                      {t('list.late')}
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
        <Button
          variant="default"
          loading={page.isFetchingNextPage}
          onClick={() => void page.fetchNextPage()}
          style={{ alignSelf: 'flex-start' }}
        >
          {t('list.more')}
        </Button>
      )}
    </Stack>
  )
}
