import { Anchor, Button, Select, Table, Text } from '@mantine/core'
import { useInfiniteQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import type { BulkJob, BulkOutcome } from '../../../contracts/api/bulk-jobs.ts'
import { useErrorText } from '../../ui/error-text.ts'
import { ProblemNotice } from '../../ui/problem-notice.tsx'
import { Section } from '../../ui/section.tsx'
import { bulkRowsQuery } from './queries.ts'
import { useBulkText } from './texts.ts'

const OUTCOMES = ['refused', 'not_undone', 'allowed', 'done', 'undone', 'pending'] as const satisfies BulkOutcome[]

/** What became of each row, those with a cause first. */
export function RowsSection({ job }: { job: BulkJob }) {
  const t = useBulkText()
  const errors = useErrorText()
  const [chosen, setChosen] = useState<BulkOutcome | 'all' | null>(null)
  const shown = chosen ?? (job.counts.notUndone > 0 ? 'not_undone' : job.counts.refused > 0 ? 'refused' : 'all')
  const page = useInfiniteQuery(bulkRowsQuery(job, shown === 'all' ? null : shown))
  const rows = page.data?.pages.flatMap(({ items }) => items) ?? []
  return (
    <Section title={t('rows')}>
      <Select
        label={t('rows.outcome')}
        data={(['all', ...OUTCOMES] as const).map((value) => ({ value, label: t(`outcome.${value}`) }))}
        value={shown}
        onChange={(value) => setChosen(OUTCOMES.find((one) => one === value) ?? 'all')}
        allowDeselect={false}
        maw={320}
      />
      <ProblemNotice error={page.error} />
      {page.isSuccess && rows.length === 0 && <Text size="sm">{t('rows.none')}</Text>}
      {rows.length > 0 && (
        <Table aria-label={t('rows')} verticalSpacing={4}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t('row.receipt')}</Table.Th>
              <Table.Th>{t('row.outcome')}</Table.Th>
              <Table.Th>{t('row.cause')}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {rows.map(({ position, proposalId, receiptNumber, outcome, code }) => (
              <Table.Tr key={position}>
                <Table.Td>
                  <Anchor component={Link} to={`/usulan/${proposalId}`} size="sm">
                    {receiptNumber}
                  </Anchor>
                </Table.Td>
                <Table.Td>{t(`outcome.${outcome}`)}</Table.Td>
                <Table.Td>{code && errors(`${code}.title`)}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
      {page.hasNextPage && (
        <Button variant="default" loading={page.isFetchingNextPage} onClick={() => void page.fetchNextPage()}>
          {t('more')}
        </Button>
      )}
    </Section>
  )
}
