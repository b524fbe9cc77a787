import { Anchor, Badge, Button, Group, Skeleton, Stack, Table, Text, Title } from '@mantine/core'
import { useInfiniteQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { CASES, usePollInterval } from '../../lib/live.ts'
import { useTimes } from '../../lib/time.ts'
import { useNow } from '../../lib/use-now.ts'
import { ProblemNotice } from '../../ui/problem-notice.tsx'
import { Section } from '../../ui/section.tsx'
import { FlagBadge } from '../../ui/state-badge.tsx'
import { listProposals } from '../proposals/calls.ts'
import { useProposalText } from '../proposals/texts.ts'
import { useCorrectionText } from './texts.ts'

const PAGE_SIZE = 50
const MINUTE_MS = 60_000

/** Cases of one queue in the order in which they fall due. */
function Waiting({ queue }: { queue: 'to_correct' | 'reactivation' }) {
  const t = useCorrectionText()
  const list = useProposalText()
  const times = useTimes()
  const page = useInfiniteQuery({
    queryKey: [CASES, 'list', { queue }],
    queryFn: ({ pageParam, signal }) =>
      listProposals({ query: { queue, limit: PAGE_SIZE, ...(pageParam && { cursor: pageParam }) } }, { signal }),
    initialPageParam: '',
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
    refetchInterval: usePollInterval(),
  })
  const items = page.data?.pages.flatMap((one) => one.items) ?? []
  const now = useNow(MINUTE_MS)
  return (
    <Section title={t(`list.${queue}`)}>
      <ProblemNotice error={page.error} />
      {page.isPending && <Skeleton h={120} />}
      {page.isSuccess && items.length === 0 && <Text size="sm">{t('list.empty')}</Text>}
      {items.length > 0 && (
        <Table verticalSpacing="xs" aria-label={t(`list.${queue}`)}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{list('list.name')}</Table.Th>
              <Table.Th>{t('list.due')}</Table.Th>
              <Table.Th visibleFrom="sm">{list('list.receipt')}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {items.map((item) => (
              <Table.Tr key={item.id}>
                <Table.Td>
                  <Anchor component={Link} to={`/perbaikan/${item.id}`} fw={600}>
                    {item.fullName}
                  </Anchor>
                  <Group gap={4}>
                    {item.flags.map((flag) => (
                      <FlagBadge key={flag} flag={flag} />
                    ))}
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
        <Button variant="default" loading={page.isFetchingNextPage} onClick={() => void page.fetchNextPage()}>
          {list('list.more')}
        </Button>
      )}
    </Section>
  )
}

/** What came back to the office, due first. */
export function CorrectionsPage() {
  const t = useCorrectionText()
  return (
    <Stack maw={1100} mx="auto">
      <div>
        <Title order={1} size="h2">
          {t('list.title')}
        </Title>
        <Text>{t('list.lead')}</Text>
      </div>
      <Waiting queue="to_correct" />
      <Waiting queue="reactivation" />
    </Stack>
  )
}
