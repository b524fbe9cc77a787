import { Button, Group, Skeleton, Stack, Text, Title } from '@mantine/core'
import { IconDownload } from '@tabler/icons-react'
import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { Link, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { useMay } from '../../app/session.ts'
import { CASES } from '../../lib/live.ts'
import { ProblemNotice } from '../../ui/problem-notice.tsx'
import { startBulk } from '../bulk/calls.ts'
import { exportProposals, listProposals, listViews } from './calls.ts'
import { ColumnChooser } from './column-chooser.tsx'
import { ExportDialog } from './export-dialog.tsx'
import { ListFilters } from './list-filters.tsx'
import { type ProposalSearch, toFilters } from './proposal-search.ts'
import { ProposalTable } from './proposal-table.tsx'
import { proposalCountQuery } from './queries.ts'
import { SavedViews } from './saved-views.tsx'
import { useProposalText } from './texts.ts'

const PAGE_SIZE = 50

/** How many there are, and what can be done with all of them. */
function ListTools({ search }: { search: ProposalSearch }) {
  const t = useProposalText()
  const may = useMay()
  const [isExporting, setExporting] = useState(false)
  const { data: count } = useQuery({ ...proposalCountQuery(toFilters(search)), placeholderData: keepPreviousData })
  return (
    <Group gap="xs">
      {may(listViews) && <SavedViews />}
      <ColumnChooser />
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
  // Other columns are no other question.
  const query = { ...toFilters(search), ...(search.sort && { sort: search.sort }) }
  const list = useInfiniteQuery({
    queryKey: [CASES, 'list', query],
    queryFn: ({ pageParam, signal }) =>
      listProposals({ query: { ...query, limit: PAGE_SIZE, ...(pageParam && { cursor: pageParam }) } }, { signal }),
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
      {items.length > 0 && <ProposalTable items={items} label={t('list.title')} />}
      {list.hasNextPage && (
        <Button variant="default" loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
          {t('list.more')}
        </Button>
      )}
    </Stack>
  )
}
