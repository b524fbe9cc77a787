import { Anchor, Box, Button, Group, Skeleton, Stack, Table, Text, Title, UnstyledButton } from '@mantine/core'
import { IconDownload } from '@tabler/icons-react'
import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import type { ProposalSort } from '../../../contracts/api/proposal-sorts.ts'
import type { ProposalListItem } from '../../../contracts/api/proposals.ts'
import { useMay, useMe } from '../../app/session.ts'
import { CASES } from '../../lib/live.ts'
import { useTimes } from '../../lib/time.ts'
import { ProblemNotice } from '../../ui/problem-notice.tsx'
import { FlagBadge, StateBadge } from '../../ui/state-badge.tsx'
import { startBulk } from '../bulk/calls.ts'
import { exportProposals, listProposals, listViews } from './calls.ts'
import { ExportDialog } from './export-dialog.tsx'
import { ListFilters } from './list-filters.tsx'
import { type ProposalSearch, toFilters } from './proposal-search.ts'
import { proposalCountQuery } from './queries.ts'
import { SavedViews } from './saved-views.tsx'
import { useProposalText } from './texts.ts'

const PAGE_SIZE = 50

type SortHeaderProps = {
  column: 'fullName' | 'state' | 'submittedAt' | 'dueAt'
  text: string
  visibleFrom?: 'sm' | 'md'
}

function SortHeader({ column, text, ...rest }: SortHeaderProps) {
  const t = useProposalText()
  const { sort } = useSearch({ from: '/signed-in/usulan' })
  const navigate = useNavigate({ from: '/usulan' })
  const next: ProposalSort = sort === column ? `-${column}` : column
  const direction = sort === column ? 'ascending' : sort === `-${column}` ? 'descending' : 'none'
  return (
    <Table.Th aria-sort={direction} {...rest}>
      <UnstyledButton
        fw={600}
        fz="sm"
        title={t('list.sorted', { column: text })}
        onClick={() => void navigate({ search: (former) => ({ ...former, sort: next }) })}
      >
        {text} {direction === 'ascending' ? '↑' : direction === 'descending' ? '↓' : ''}
      </UnstyledButton>
    </Table.Th>
  )
}

function Row({ item }: { item: ProposalListItem }) {
  const t = useProposalText()
  const me = useMe()
  const times = useTimes()
  return (
    <Table.Tr>
      <Table.Td>
        <Anchor component={Link} to={`/usulan/${item.id}`} fw={600}>
          {item.fullName}
        </Anchor>
        <Text size="sm" c="dimmed">
          {item.nikMasked}
        </Text>
      </Table.Td>
      <Table.Td>
        <StateBadge state={item.state} />
        <Group gap={4} mt={4}>
          {item.flags.map((flag) => (
            <FlagBadge key={flag} flag={flag} />
          ))}
        </Group>
      </Table.Td>
      <Table.Td visibleFrom="sm">{item.receiptNumber}</Table.Td>
      <Table.Td visibleFrom="sm">{times.moment(item.submittedAt)}</Table.Td>
      <Table.Td visibleFrom="md">{item.dueAt && times.moment(item.dueAt)}</Table.Td>
      <Table.Td visibleFrom="md">
        {item.leaseHolder && t(item.leaseHolder === me.userId ? 'filter.lease.mine' : 'list.held')}
      </Table.Td>
    </Table.Tr>
  )
}

/** How many there are, and what can be done with all of them. */
function ListTools({ search }: { search: ProposalSearch }) {
  const t = useProposalText()
  const may = useMay()
  const [isExporting, setExporting] = useState(false)
  const { data: count } = useQuery({ ...proposalCountQuery(toFilters(search)), placeholderData: keepPreviousData })
  return (
    <Group gap="xs">
      {may(listViews) && <SavedViews />}
      {may(exportProposals) && (
        <Button variant="default" leftSection={<IconDownload size={18} />} onClick={() => setExporting(true)}>
          {t('export')}
        </Button>
      )}
      {may(startBulk) && (
        <Button variant="default" renderRoot={(props) => <Link to="/usulan/massal" search={search} {...props} />}>
          {t('list.bulk')}
        </Button>
      )}
      <Text size="sm" role="status">
        {count && t(count.more ? 'list.count.more' : 'list.count', { total: count.total })}
      </Text>
      {isExporting && <ExportDialog onClose={() => setExporting(false)} />}
    </Group>
  )
}

/** All proposals that the caller may see: found, sorted and paged by the server; the address holds the view. */
export function ProposalsPage() {
  const t = useProposalText()
  const search = useSearch({ from: '/signed-in/usulan' })
  const list = useInfiniteQuery({
    queryKey: [CASES, 'list', search],
    queryFn: ({ pageParam, signal }) =>
      listProposals({ query: { ...search, limit: PAGE_SIZE, ...(pageParam && { cursor: pageParam }) } }, { signal }),
    initialPageParam: '',
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
  })
  const items = list.data?.pages.flatMap((page) => page.items) ?? []
  return (
    <Stack>
      <Title order={1} size="h2">
        {t('list.title')}
      </Title>
      <ListFilters key={search.q} />
      <ListTools search={search} />
      <ProblemNotice error={list.error} />
      {list.isPending && <Skeleton h={320} />}
      {list.isSuccess && items.length === 0 && <Text>{t('list.empty')}</Text>}
      {items.length > 0 && (
        <Box style={{ overflowX: 'auto' }}>
          <Table verticalSpacing="xs" aria-label={t('list.title')}>
            <Table.Thead>
              <Table.Tr>
                <SortHeader column="fullName" text={t('list.name')} />
                <SortHeader column="state" text={t('list.state')} />
                <Table.Th visibleFrom="sm">{t('list.receipt')}</Table.Th>
                <SortHeader column="submittedAt" text={t('list.submitted')} visibleFrom="sm" />
                <SortHeader column="dueAt" text={t('list.due')} visibleFrom="md" />
                <Table.Th visibleFrom="md">{t('list.holder')}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {items.map((item) => (
                <Row key={item.id} item={item} />
              ))}
            </Table.Tbody>
          </Table>
        </Box>
      )}
      {list.hasNextPage && (
        <Button variant="default" loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
          {t('list.more')}
        </Button>
      )}
    </Stack>
  )
}
