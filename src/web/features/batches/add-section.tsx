import { Alert, Anchor, Button, Checkbox, Group, List, SimpleGrid, Stack, Table, Text, TextInput } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import type { Batch, BatchRowsAdded } from '../../../contracts/api/batches.ts'
import type { ProposalFilters } from '../../../contracts/api/proposal-filters.ts'
import { onSubmit } from '../../lib/on-submit.ts'
import { useTimes } from '../../lib/time.ts'
import { ProblemNotice } from '../../ui/problem-notice.tsx'
import { Section } from '../../ui/section.tsx'
import { proposalCountQuery } from '../proposals/queries.ts'
import { RegionFilter } from '../proposals/region-filter.tsx'
import { SeatBadge } from '../proposals/seat-badge.tsx'
import { addBatchRows } from './calls.ts'
import { BATCHES, eligibleQuery, useShowBatch } from './queries.ts'
import { useBatchText, useEnrolmentText } from './texts.ts'

type Filters = Pick<ProposalFilters, 'regionCode' | 'submittedFrom' | 'submittedTo' | 'q'>

function FilterForm({ filters, onChange }: { filters: Filters; onChange: (to: Filters) => void }) {
  const t = useBatchText()
  const [q, setQ] = useState('')
  const change = (to: { [Key in keyof Filters]?: Filters[Key] | undefined }): void => {
    const given = Object.entries({ ...filters, ...to }).filter(([, value]) => value !== undefined && value !== '')
    onChange(Object.fromEntries(given))
  }
  return (
    <form role="search" onSubmit={onSubmit(() => change({ q: q.trim() }))}>
      <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="xs">
        <RegionFilter chosen={filters.regionCode ?? []} onChange={(regionCode) => change({ regionCode })} />
        <Group align="flex-end" gap="xs" wrap="nowrap">
          <TextInput
            flex={1}
            label={t('add.q')}
            value={q}
            onChange={({ currentTarget }) => setQ(currentTarget.value)}
            autoComplete="off"
          />
          <Button type="submit" variant="default">
            {t('add.search')}
          </Button>
        </Group>
        <TextInput
          type="date"
          label={t('add.from')}
          value={filters.submittedFrom ?? ''}
          onChange={({ currentTarget }) => change({ submittedFrom: currentTarget.value })}
        />
        <TextInput
          type="date"
          label={t('add.to')}
          value={filters.submittedTo ?? ''}
          onChange={({ currentTarget }) => change({ submittedTo: currentTarget.value })}
        />
      </SimpleGrid>
    </form>
  )
}

/** What was taken in, and what was not and why. */
function Added({ result }: { result: BatchRowsAdded }) {
  const t = useBatchText()
  const words = useEnrolmentText()
  const { added, already, notAdded, notAddedCount } = result
  return (
    <Alert color={notAddedCount > 0 ? 'yellow' : 'green'} role="status">
      <Stack gap={4}>
        <Text size="sm">{t('added', { added, already })}</Text>
        {notAddedCount > 0 && <Text size="sm">{t('added.not', { count: notAddedCount })}</Text>}
        {notAdded.length > 0 && (
          <List size="sm" aria-label={t('added.not', { count: notAddedCount })}>
            {notAdded.map(({ proposalId, receiptNumber, code }) => (
              <List.Item key={proposalId}>
                <Anchor component={Link} to={`/usulan/${proposalId}`} size="sm" underline="always">
                  {receiptNumber}
                </Anchor>
                {`: ${words(`not_added.${code}`)}`}
              </List.Item>
            ))}
          </List>
        )}
      </Stack>
    </Alert>
  )
}

/** Eligible proposals found by a filter, taken in all at once or one by one. */
export function AddSection({ batch }: { batch: Batch }) {
  const t = useBatchText()
  const times = useTimes()
  const client = useQueryClient()
  const show = useShowBatch()
  const [filters, setFilters] = useState<Filters>({})
  const [ticked, setTicked] = useState<readonly string[]>([])
  const wanted = { ...filters, regionCode: filters.regionCode ?? [batch.regionCode] }
  const { data: found, error } = useQuery(eligibleQuery(wanted))
  const { data: count } = useQuery(proposalCountQuery({ ...wanted, state: ['eligible'] }))
  const add = useMutation({
    mutationFn: (proposalIds: string[] | null) =>
      addBatchRows({ params: { id: batch.id }, body: proposalIds === null ? { filter: wanted } : { proposalIds } }),
    onSuccess: async (result) => {
      setTicked([])
      await show(result.batch)
      return client.invalidateQueries({ queryKey: BATCHES })
    },
    onError: () => client.invalidateQueries({ queryKey: BATCHES }),
  })
  const items = found?.items ?? []
  const total = count ? `${times.number(count.total)}${count.more ? '+' : ''}` : '…'
  return (
    <Section title={t('add')}>
      <Text size="sm">{t('add.lead')}</Text>
      <FilterForm filters={filters} onChange={setFilters} />
      <ProblemNotice error={error ?? add.error} />
      {add.data && <Added result={add.data} />}
      {items.length === 0 && found && <Text size="sm">{t('add.none')}</Text>}
      {items.length > 0 && (
        <Table verticalSpacing={4} aria-label={t('add.found')}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t('person')}</Table.Th>
              <Table.Th visibleFrom="sm">{t('submitted-at')}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {items.map(({ id, fullName, receiptNumber, nikMasked, submittedAt, quota }) => (
              <Table.Tr key={id}>
                <Table.Td>
                  <Checkbox
                    label={`${fullName} · ${receiptNumber}`}
                    description={nikMasked}
                    checked={ticked.includes(id)}
                    onChange={({ currentTarget }) =>
                      setTicked(currentTarget.checked ? [...ticked, id] : ticked.filter((one) => one !== id))
                    }
                  />
                  <SeatBadge quota={quota} />
                </Table.Td>
                <Table.Td visibleFrom="sm">{times.day(submittedAt)}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
      {items.length > 0 && (
        <Group gap="xs">
          <Button loading={add.isPending} onClick={() => add.mutate(null)}>
            {t('add.all', { total })}
          </Button>
          <Button
            variant="default"
            loading={add.isPending}
            disabled={ticked.length === 0}
            onClick={() => add.mutate([...ticked])}
          >
            {t('add.ticked', { count: ticked.length })}
          </Button>
        </Group>
      )}
    </Section>
  )
}
