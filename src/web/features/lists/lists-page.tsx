import { Anchor, Box, Skeleton, Stack, Table, Text, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { DriftView, ListView } from '../../../contracts/api/lists.ts'
import { useMay, useMe } from '../../app/session.ts'
import { useTimes } from '../../lib/time.ts'
import { ProblemNotice } from '../../ui/problem-notice.tsx'
import { Section } from '../../ui/section.tsx'
import { createList } from './calls.ts'
import { NewList } from './new-list.tsx'
import { driftsQuery, listsQuery } from './queries.ts'
import { useListText, useMonth } from './texts.ts'

/** A list is of a whole kab/kota or province: whoever has less than that brings none in. */
const KAB_KOTA_LENGTH = 5

function History({ lists }: { lists: ListView[] }) {
  const t = useListText()
  const toMonth = useMonth()
  const { number } = useTimes()
  return (
    <Table verticalSpacing="xs" aria-label={t('history')}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{t('history.month')}</Table.Th>
          <Table.Th visibleFrom="sm">{t('history.region')}</Table.Th>
          <Table.Th>{t('history.state')}</Table.Th>
          <Table.Th ta="right">{t('history.people')}</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {lists.map((list) => (
          <Table.Tr key={list.id}>
            <Table.Td>
              <Anchor component={Link} to={`/daftar-peserta/${list.id}`}>
                {t('history.open', { month: toMonth(list.month), kind: t(`kind.${list.kind}`) })}
              </Anchor>
              <Text size="sm" hiddenFrom="sm">
                {list.regionName}
              </Text>
            </Table.Td>
            <Table.Td visibleFrom="sm">{list.regionName}</Table.Td>
            <Table.Td>
              {t(`state.${list.state}`)}
              {list.state === 'applied' && !list.isCurrent && (
                <Text size="sm" c="dimmed">
                  {t('history.replaced')}
                </Text>
              )}
            </Table.Td>
            <Table.Td ta="right">{number(list.counts.usable)}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  )
}

function Drifts({ drifts }: { drifts: DriftView[] }) {
  const t = useListText()
  const toMonth = useMonth()
  const { number } = useTimes()
  return (
    <Table verticalSpacing="xs" aria-label={t('drifts')}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{t('history.month')}</Table.Th>
          <Table.Th visibleFrom="sm">{t('history.region')}</Table.Th>
          <Table.Th ta="right">{t('drift.newly_inactive')}</Table.Th>
          <Table.Th ta="right" visibleFrom="sm">
            {t('drift.newly_active')}
          </Table.Th>
          <Table.Th ta="right" visibleFrom="sm">
            {t('drift.vanished')}
          </Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {drifts.map(({ id, fromMonth, toMonth: to, regionName, counts }) => (
          <Table.Tr key={id}>
            <Table.Td>
              <Anchor component={Link} to={`/daftar-peserta/perubahan/${id}`}>
                {t('drifts.months', { from: toMonth(fromMonth), to: toMonth(to) })}
              </Anchor>
              <Text size="sm" hiddenFrom="sm">
                {regionName}
              </Text>
            </Table.Td>
            <Table.Td visibleFrom="sm">{regionName}</Table.Td>
            <Table.Td ta="right">{number(counts.newly_inactive)}</Table.Td>
            <Table.Td ta="right" visibleFrom="sm">
              {number(counts.newly_active)}
            </Table.Td>
            <Table.Td ta="right" visibleFrom="sm">
              {number(counts.vanished)}
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  )
}

/** Lists of members and of the poor by month, and what changed between two months. */
export function ListsPage() {
  const t = useListText()
  const may = useMay()
  const me = useMe()
  const lists = useQuery(listsQuery)
  const drifts = useQuery(driftsQuery)
  return (
    <Stack maw={1000} mx="auto">
      <Title order={1} size="h2">
        {t('title')}
      </Title>
      <Text>{t('lead')}</Text>
      {may(createList) && me.regionCode.length <= KAB_KOTA_LENGTH && <NewList />}
      <Section title={t('history')}>
        <ProblemNotice error={lists.error} />
        {lists.isPending && <Skeleton h={120} />}
        {lists.data?.items.length === 0 && <Text>{t('history.none')}</Text>}
        {lists.data && lists.data.items.length > 0 && <History lists={lists.data.items} />}
      </Section>
      <Section title={t('drifts')}>
        <ProblemNotice error={drifts.error} />
        {drifts.isPending && <Skeleton h={80} />}
        {drifts.data?.items.length === 0 && <Text>{t('drifts.none')}</Text>}
        {drifts.data && drifts.data.items.length > 0 && <Drifts drifts={drifts.data.items} />}
      </Section>
      <Box h={24} />
    </Stack>
  )
}
