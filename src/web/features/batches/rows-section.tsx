import { Anchor, Button, Checkbox, Group, Select, Stack, Table, Text } from '@mantine/core'
import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import type { Batch, BatchRow, BatchRowState, FamilyRole } from '../../../contracts/api/batches.ts'
import { useMay } from '../../app/session.ts'
import { useTimes } from '../../lib/time.ts'
import { ConfirmButton } from '../../ui/confirm-button.tsx'
import { ProblemNotice } from '../../ui/problem-notice.tsx'
import { Section } from '../../ui/section.tsx'
import { useTerms } from '../../ui/terms/terms.ts'
import { addBatchRows, putFamilyRole, removeBatchRows } from './calls.ts'
import { BATCHES, batchRowsQuery } from './queries.ts'
import { useBatchText, useEnrolmentText } from './texts.ts'

const STATES = [
  'in',
  'set_aside',
  'sealed',
  'accepted',
  'refused',
  'active',
  'released',
] as const satisfies BatchRowState[]
const ROLES = ['peserta', 'suami', 'istri', 'anak', 'tambahan'] as const satisfies FamilyRole[]
/** What these are to the family follows from the KK. */
const CLEAR = ['kepala_keluarga', 'suami', 'istri', 'anak']

type RowProps = {
  batch: Batch
  row: BatchRow
  isTicked: boolean
  onTick: (isTicked: boolean) => void
  onChanged: () => Promise<unknown>
}

function RoleSelect({ batch, row, onChanged }: Pick<RowProps, 'batch' | 'row' | 'onChanged'>) {
  const t = useBatchText()
  const put = useMutation({
    mutationFn: (familyRole: FamilyRole) =>
      putFamilyRole({ params: { id: batch.id, proposalId: row.proposalId }, body: { familyRole } }),
    onSettled: onChanged,
  })
  return (
    <>
      <Select
        size="xs"
        maw={220}
        label={t('role')}
        aria-label={`${t('role')}: ${row.fullName}`}
        data={ROLES.map((value) => ({ value, label: t(`role.${value}`) }))}
        value={row.familyRoleClear ? row.familyRole : null}
        placeholder={t('role.unclear', { role: t(`role.${row.familyRole}`) })}
        onChange={(value) => {
          const role = ROLES.find((one) => one === value)
          if (role) put.mutate(role)
        }}
        allowDeselect={false}
        disabled={put.isPending}
      />
      <ProblemNotice error={put.error} />
    </>
  )
}

/** Takes a row in again that was set aside. An inactive member only by somebody who has read that it is one. */
function TakeInAgain({ batch, row, onChanged }: Pick<RowProps, 'batch' | 'row' | 'onChanged'>) {
  const t = useBatchText()
  const words = useEnrolmentText()
  const [refused, setRefused] = useState<string | null>(null)
  const isInactive = row.code === 'member_inactive'
  const act = async (): Promise<void> => {
    const { notAdded } = await addBatchRows({
      params: { id: batch.id },
      body: { proposalIds: [row.proposalId], acceptInactive: isInactive },
    })
    const [first] = notAdded
    setRefused(first ? words(`not_added.${first.code}`) : null)
    await onChanged()
  }
  return (
    <>
      <ConfirmButton
        label={t('again')}
        about={row.fullName}
        question={t(isInactive ? 'again.inactive' : 'again.sure', { name: row.fullName })}
        act={act}
        size="compact-sm"
      />
      {refused !== null && (
        <Text size="sm" role="status">
          {refused}
        </Text>
      )}
    </>
  )
}

function Row({ batch, row, isTicked, onTick, onChanged }: RowProps) {
  const t = useBatchText()
  const terms = useTerms()
  const words = useEnrolmentText()
  const times = useTimes()
  const may = useMay()
  const isOpen = batch.state === 'open'
  return (
    <Table.Tr>
      {isOpen && may(removeBatchRows) && (
        <Table.Td>
          <Checkbox
            aria-label={t('tick', { name: row.fullName })}
            checked={isTicked}
            onChange={({ currentTarget }) => onTick(currentTarget.checked)}
          />
        </Table.Td>
      )}
      <Table.Td>
        <Stack gap={2}>
          <Text size="sm" fw={600}>
            {row.position !== null && `${row.position}. `}
            {row.fullName}
          </Text>
          <Text size="sm">
            <Anchor component={Link} to={`/usulan/${row.proposalId}`} size="sm" underline="always">
              {row.receiptNumber}
            </Anchor>
            {` · ${terms(`relationship.${row.relationship}` as 'relationship.anak')}`}
          </Text>
          {row.nikMasked !== null && (
            <Text size="sm" c="dimmed">
              {row.nikMasked}
            </Text>
          )}
          {isOpen && may(putFamilyRole) && !CLEAR.includes(row.relationship) && (
            <RoleSelect batch={batch} row={row} onChanged={onChanged} />
          )}
        </Stack>
      </Table.Td>
      <Table.Td>
        <Stack gap={4} align="flex-start">
          <Text size="sm" fw={600}>
            {t(`row.${row.state}`)}
          </Text>
          {row.code !== null && <Text size="sm">{words(`set_aside.${row.code}`)}</Text>}
          {row.effectiveOn !== null && <Text size="sm">{t('row.from', { day: times.date(row.effectiveOn) })}</Text>}
          {isOpen && row.state === 'set_aside' && may(addBatchRows) && (
            <TakeInAgain batch={batch} row={row} onChanged={onChanged} />
          )}
        </Stack>
      </Table.Td>
    </Table.Tr>
  )
}

/** What is in a batch, those first that wait for a person. */
export function RowsSection({ batch }: { batch: Batch }) {
  const t = useBatchText()
  const may = useMay()
  const client = useQueryClient()
  const [chosen, setChosen] = useState<BatchRowState | 'all' | null>(null)
  const [ticked, setTicked] = useState<readonly string[]>([])
  const shown = chosen ?? (batch.state === 'open' && batch.counts.setAside > 0 ? 'set_aside' : 'all')
  const page = useInfiniteQuery(batchRowsQuery(batch, shown === 'all' ? null : shown))
  const rows = page.data?.pages.flatMap(({ items }) => items) ?? []
  const reload = () => client.invalidateQueries({ queryKey: BATCHES })
  const remove = useMutation({
    mutationFn: (what: 'ticked' | 'set-aside') =>
      removeBatchRows({
        params: { id: batch.id },
        body: what === 'ticked' ? { proposalIds: [...ticked] } : { setAside: true },
      }),
    onSuccess: () => setTicked([]),
    onSettled: reload,
  })
  const mayRemove = batch.state === 'open' && may(removeBatchRows)
  return (
    <Section title={t('content')}>
      <Select
        label={t('content.shown')}
        data={(['all', ...STATES] as const).map((value) => ({
          value,
          label: value === 'all' ? t('all') : t(`row.${value}`),
        }))}
        value={shown}
        onChange={(value) => setChosen(STATES.find((one) => one === value) ?? 'all')}
        allowDeselect={false}
        maw={320}
      />
      <ProblemNotice error={page.error ?? remove.error} />
      {page.isSuccess && rows.length === 0 && <Text size="sm">{t('content.none')}</Text>}
      {mayRemove && rows.length > 0 && (
        <Group gap="xs">
          <Button
            variant="default"
            size="compact-md"
            loading={remove.isPending}
            disabled={ticked.length === 0}
            onClick={() => remove.mutate('ticked')}
          >
            {t('remove.ticked', { count: ticked.length })}
          </Button>
          {batch.counts.setAside > 0 && (
            <Button
              variant="default"
              size="compact-md"
              loading={remove.isPending}
              onClick={() => remove.mutate('set-aside')}
            >
              {t('remove.set-aside', { count: batch.counts.setAside })}
            </Button>
          )}
        </Group>
      )}
      {rows.length > 0 && (
        <Table aria-label={t('content')} verticalSpacing={6}>
          <Table.Thead>
            <Table.Tr>
              {mayRemove && <Table.Th w={44}>{t('ticked')}</Table.Th>}
              <Table.Th>{t('person')}</Table.Th>
              <Table.Th>{t('state')}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {rows.map((row) => (
              <Row
                key={row.proposalId}
                batch={batch}
                row={row}
                isTicked={ticked.includes(row.proposalId)}
                onTick={(isTicked) =>
                  setTicked(isTicked ? [...ticked, row.proposalId] : ticked.filter((one) => one !== row.proposalId))
                }
                onChanged={reload}
              />
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
