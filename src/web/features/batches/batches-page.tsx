import { Anchor, Button, Group, Select, Skeleton, Stack, Table, Text, TextInput, Title } from '@mantine/core'
import { useInfiniteQuery, useMutation } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import type { Batch, BatchState } from '../../../contracts/api/batches.ts'
import { useMay } from '../../app/session.ts'
import { fieldError } from '../../lib/field-error.ts'
import { onSubmit } from '../../lib/on-submit.ts'
import { useTimes } from '../../lib/time.ts'
import { ProblemNotice } from '../../ui/problem-notice.tsx'
import { Section } from '../../ui/section.tsx'
import { listProfiles } from '../layouts/calls.ts'
import { createBatch, listRules } from './calls.ts'
import { batchesQuery } from './queries.ts'
import { RegencySelect, useOwnRegency } from './regency-select.tsx'
import { useBatchText } from './texts.ts'

const STATES = ['open', 'checking', 'sealed', 'discarded'] as const satisfies BatchState[]

function OpenBatch() {
  const t = useBatchText()
  const navigate = useNavigate()
  const own = useOwnRegency()
  const [name, setName] = useState('')
  const [chosen, setChosen] = useState<string>()
  const regionCode = own ?? chosen
  const open = useMutation({
    mutationFn: () => createBatch({ body: { name, ...(regionCode !== undefined && { regionCode }) } }),
    onSuccess: ({ id }) => navigate({ to: '/berkas-bpjs/$id', params: { id } }),
  })
  return (
    <Section title={t('open')}>
      <form onSubmit={onSubmit(() => open.mutate())}>
        <Group align="flex-start" gap="xs">
          <TextInput
            flex={1}
            miw={200}
            label={t('name')}
            placeholder={t('name.example')}
            value={name}
            onChange={({ currentTarget }) => setName(currentTarget.value)}
            error={fieldError(open.error, 'name')}
            autoComplete="off"
            required
          />
          {own === undefined && <RegencySelect onChange={setChosen} />}
          <Button type="submit" loading={open.isPending} mt={25}>
            {t('open.submit')}
          </Button>
        </Group>
      </form>
      <ProblemNotice error={open.error} />
    </Section>
  )
}

const rowsOf = ({ seal, counts }: Batch): number => seal?.rows ?? counts.in + counts.setAside

/** Batches to BPJS of the own kab/kota, the newest first. */
export function BatchesPage() {
  const t = useBatchText()
  const may = useMay()
  const times = useTimes()
  const [state, setState] = useState<BatchState | null>(null)
  const list = useInfiniteQuery(batchesQuery(state))
  const batches = list.data?.pages.flatMap(({ items }) => items) ?? []
  return (
    <Stack maw={1000} mx="auto">
      <Title order={1} size="h2">
        {t('title')}
      </Title>
      <Text>{t('lead')}</Text>
      <Group gap="md">
        {may(listProfiles) && (
          <Anchor component={Link} to="/pengaturan/tata-letak" size="sm">
            {t('to-layouts')}
          </Anchor>
        )}
        {may(listRules) && (
          <Anchor component={Link} to="/pengaturan/ketentuan" size="sm">
            {t('to-rules')}
          </Anchor>
        )}
      </Group>
      {may(createBatch) && <OpenBatch />}
      <Select
        label={t('state')}
        placeholder={t('all')}
        data={STATES.map((value) => ({ value, label: t(`state.${value}`) }))}
        value={state}
        onChange={(value) => setState(STATES.find((one) => one === value) ?? null)}
        clearable
        maw={280}
      />
      <ProblemNotice error={list.error} />
      {list.isPending && <Skeleton h={200} />}
      {list.isSuccess && batches.length === 0 && <Text>{t('none')}</Text>}
      {batches.length > 0 && (
        <Table verticalSpacing="xs" aria-label={t('title')}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t('name')}</Table.Th>
              <Table.Th>{t('state')}</Table.Th>
              <Table.Th ta="right">{t('rows')}</Table.Th>
              <Table.Th visibleFrom="sm">{t('opened-at')}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {batches.map((batch) => (
              <Table.Tr key={batch.id}>
                <Table.Td>
                  <Anchor component={Link} to={`/berkas-bpjs/${batch.id}`}>
                    {batch.name}
                  </Anchor>
                  {batch.seal && (
                    <Text size="sm" c="dimmed">
                      {batch.seal.number}
                    </Text>
                  )}
                </Table.Td>
                <Table.Td>{t(`state.${batch.state}`)}</Table.Td>
                <Table.Td ta="right">{times.number(rowsOf(batch))}</Table.Td>
                <Table.Td visibleFrom="sm">{times.moment(batch.createdAt)}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
      {list.hasNextPage && (
        <Button variant="default" loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
          {t('more')}
        </Button>
      )}
    </Stack>
  )
}
