import { Anchor, Box, Button, Group, Skeleton, Stack, Table, Text, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import type { QuotaItem } from '../../../contracts/api/quota.ts'
import { useMay } from '../../app/session.ts'
import { useTimes } from '../../lib/time.ts'
import { ProblemNotice } from '../../ui/problem-notice.tsx'
import { Section } from '../../ui/section.tsx'
import { BalanceSection } from './balance-section.tsx'
import { listLine } from './calls.ts'
import { ForecastSection } from './forecast-section.tsx'
import { LineSection } from './line-section.tsx'
import { OpeningsSection } from './openings-section.tsx'
import { type Place, quotaQuery, quotasQuery } from './queries.ts'
import { TariffsSection } from './tariffs-section.tsx'
import { useQuotaText } from './texts.ts'

function YearChoice({ year }: { year: number }) {
  const t = useQuotaText()
  const navigate = useNavigate({ from: '/kuota' })
  const go = (wanted: number): void => void navigate({ search: (former) => ({ ...former, year: wanted }) })
  return (
    <Group gap="xs" role="group" aria-label={t('year')}>
      <Button variant="default" size="compact-md" onClick={() => go(year - 1)}>
        {String(year - 1)}
      </Button>
      <Text fw={700} aria-live="polite">
        {String(year)}
      </Text>
      <Button variant="default" size="compact-md" onClick={() => go(year + 1)}>
        {String(year + 1)}
      </Button>
    </Group>
  )
}

/** For whoever sees several kab/kota: which of them has seats left. */
function Regions({ items, chosen }: { items: QuotaItem[]; chosen: string | undefined }) {
  const t = useQuotaText()
  const navigate = useNavigate({ from: '/kuota' })
  const { number } = useTimes()
  return (
    <Section title={t('regions')}>
      <Table verticalSpacing="xs" aria-label={t('regions')}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('region')}</Table.Th>
            <Table.Th ta="right" visibleFrom="sm">
              {t('seats')}
            </Table.Th>
            <Table.Th ta="right">{t('free')}</Table.Th>
            <Table.Th ta="right">{t('waiting')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {items.map(({ regionCode, regionName, seats, free, waiting }) => (
            <Table.Tr key={regionCode}>
              <Table.Td>
                <Anchor
                  component="button"
                  type="button"
                  fw={regionCode === chosen ? 700 : 400}
                  aria-current={regionCode === chosen}
                  onClick={() => void navigate({ search: (former) => ({ ...former, region: regionCode }) })}
                >
                  {regionName}
                </Anchor>
              </Table.Td>
              <Table.Td ta="right" visibleFrom="sm">
                {seats === null ? t('unlimited') : number(seats)}
              </Table.Td>
              <Table.Td ta="right">{free === null ? '–' : number(free)}</Table.Td>
              <Table.Td ta="right">{number(waiting)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Section>
  )
}

function OneRegion({ place }: { place: Place }) {
  const may = useMay()
  const { data, error } = useQuery(quotaQuery(place))
  return (
    <>
      <ProblemNotice error={error} />
      {!data && !error && <Skeleton h={240} />}
      {data && (
        <>
          <BalanceSection key={data.version} quota={data} />
          {may(listLine) && <LineSection place={place} />}
          <ForecastSection place={place} />
          <OpeningsSection quota={data} />
          <TariffsSection quota={data} />
        </>
      )}
    </>
  )
}

/** The seats that the local budget pays: balance, line, forecast, and the figures they go by. */
export function QuotaPage() {
  const t = useQuotaText()
  const search = useSearch({ from: '/signed-in/kuota' })
  const [thisYear] = useState(() => new Date().getFullYear())
  const year = search.year ?? thisYear
  const { data, error } = useQuery(quotasQuery(year))
  const only = data?.items.length === 1 ? data.items[0]?.regionCode : undefined
  const chosen = search.region ?? only
  return (
    <Stack maw={1000} mx="auto">
      <Group justify="space-between">
        <Title order={1} size="h2">
          {t('title')}
        </Title>
        <YearChoice year={year} />
      </Group>
      <Text>{t('lead')}</Text>
      <ProblemNotice error={error} />
      {!data && !error && <Skeleton h={120} />}
      {data && data.items.length > 1 && <Regions items={data.items} chosen={chosen} />}
      {chosen !== undefined && <OneRegion key={`${chosen} ${year}`} place={{ regionCode: chosen, year }} />}
      <Box h={24} />
    </Stack>
  )
}
