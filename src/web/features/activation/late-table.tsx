import { Anchor, Button, Stack, Table, Text } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { NotYetActiveItem } from '../../../contracts/api/batch-results.ts'
import { useMay } from '../../app/session.ts'
import { CASES } from '../../lib/live.ts'
import { useTimes } from '../../lib/time.ts'
import { useNow } from '../../lib/use-now.ts'
import { ProblemNotice } from '../../ui/problem-notice.tsx'
import { useTerms } from '../../ui/terms/terms.ts'
import { getBatch } from '../batches/calls.ts'
import { askWhetherActive } from './calls.ts'
import { useActivationText } from './texts.ts'

const NOW_MS = 60_000

type Of = { item: NotYetActiveItem }
type Asking = {
  now: Date
  ask: () => void
  isAsking: boolean
  isAsked: boolean
  error: unknown
}

/** What a branch finds the person by. */
function InBatch({ item }: Of) {
  const t = useActivationText()
  const may = useMay()
  const { batchId, batchNumber, letterNumber, branchName } = item
  return (
    <Stack gap={2} align="flex-start">
      {may(getBatch) ? (
        <Anchor component={Link} to={`/berkas-bpjs/${batchId}`} size="sm" underline="always">
          {t('batch.number', { number: batchNumber })}
        </Anchor>
      ) : (
        <Text size="sm">{t('batch.number', { number: batchNumber })}</Text>
      )}
      {letterNumber !== null && <Text size="sm">{t('letter', { number: letterNumber })}</Text>}
      {branchName !== null && <Text size="sm">{branchName}</Text>}
    </Stack>
  )
}

function Answer({ item, now, ask, isAsking, isAsked, error }: Of & Asking) {
  const t = useActivationText()
  const may = useMay()
  const terms = useTerms()
  const times = useTimes()
  const { membership, membershipAt, askedAgainAt } = item
  return (
    <Stack gap={2} align="flex-start">
      <Text size="sm" fw={600}>
        {membership === null ? t('answer.none') : terms(`membership.${membership}`)}
      </Text>
      {membershipAt !== null && <Text size="sm">{t('answer.at', { at: times.moment(membershipAt) })}</Text>}
      {membership !== null && <Text size="sm">{t(`todo.${membership}`)}</Text>}
      {askedAgainAt !== null && (
        <Text size="sm" c="dimmed">
          {/* What is due is asked about within minutes. */}
          {Date.parse(askedAgainAt) <= now.getTime()
            ? t('asked-again.soon')
            : t('asked-again', { at: times.moment(askedAgainAt) })}
        </Text>
      )}
      {may(askWhetherActive) && (
        <Button
          variant="default"
          size="compact-md"
          mt={4}
          loading={isAsking}
          onClick={ask}
          aria-label={t('ask.about', { name: item.fullName })}
        >
          {t('ask')}
        </Button>
      )}
      <Text size="sm" role="status">
        {isAsked && t('ask.done')}
      </Text>
      <ProblemNotice error={error} />
    </Stack>
  )
}

type RowProps = Of & { now: Date; onActive: (name: string) => void }

function Row({ item, now, onActive }: RowProps) {
  const t = useActivationText()
  const times = useTimes()
  const client = useQueryClient()
  const asking = useMutation({
    mutationFn: () => askWhetherActive({ params: { id: item.proposalId } }),
    onSuccess: ({ item: left }) => {
      if (left === null) onActive(item.fullName)
      return client.invalidateQueries({ queryKey: [CASES] })
    },
  })
  const answer = {
    now,
    ask: () => asking.mutate(),
    isAsking: asking.isPending,
    // Whoever left the list is told of above it, also while it cannot be had anew.
    isAsked: asking.data !== undefined && asking.data.item !== null,
    error: asking.error,
  }
  const { proposalId, fullName, receiptNumber, nikMasked, effectiveOn, daysLate } = item
  return (
    <Table.Tr>
      <Table.Td style={{ verticalAlign: 'top' }}>
        <Stack gap={2} align="flex-start">
          <Anchor component={Link} to={`/usulan/${proposalId}`} fw={600} underline="always">
            {fullName}
          </Anchor>
          <Text size="sm">{receiptNumber}</Text>
          <Text size="sm" c="dimmed">
            {nikMasked ?? t('no-nik')}
          </Text>
        </Stack>
        {/* A phone has room for two columns: the others stand under the name. */}
        <Stack gap="xs" mt="xs" hiddenFrom="sm">
          <InBatch item={item} />
          <Answer item={item} {...answer} />
        </Stack>
      </Table.Td>
      <Table.Td style={{ verticalAlign: 'top' }}>
        <Text size="sm" fw={600}>
          {t('days', { count: daysLate })}
        </Text>
        {effectiveOn !== null && <Text size="sm">{t('since', { day: times.date(effectiveOn) })}</Text>}
      </Table.Td>
      <Table.Td visibleFrom="sm" style={{ verticalAlign: 'top' }}>
        <InBatch item={item} />
      </Table.Td>
      <Table.Td visibleFrom="sm" style={{ verticalAlign: 'top' }}>
        <Answer item={item} {...answer} />
      </Table.Td>
    </Table.Tr>
  )
}

/** Who should be active by now, the longest late first, as the server has them. */
export function LateTable({ items, onActive }: Pick<RowProps, 'onActive'> & { items: readonly NotYetActiveItem[] }) {
  const t = useActivationText()
  const now = useNow(NOW_MS)
  return (
    <Table verticalSpacing="xs" aria-label={t('title')}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{t('person')}</Table.Th>
          <Table.Th>{t('late')}</Table.Th>
          <Table.Th visibleFrom="sm">{t('batch')}</Table.Th>
          <Table.Th visibleFrom="sm">{t('answer')}</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {items.map((item) => (
          <Row key={item.proposalId} item={item} now={now} onActive={onActive} />
        ))}
      </Table.Tbody>
    </Table>
  )
}
