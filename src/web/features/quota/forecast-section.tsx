import { Alert, Button, Group, List, Skeleton, Stack, Table, Text, TextInput } from '@mantine/core'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { Forecast } from '../../../contracts/api/quota.ts'
import { onSubmit } from '../../lib/on-submit.ts'
import { useTimes } from '../../lib/time.ts'
import { Facts } from '../../ui/facts.tsx'
import { ProblemNotice } from '../../ui/problem-notice.tsx'
import { Section } from '../../ui/section.tsx'
import { forecastQuery, type Place } from './queries.ts'
import { toNumber, useQuotaText, useRupiah } from './texts.ts'

function Months({ months }: Pick<Forecast, 'months'>) {
  const t = useQuotaText()
  const { number } = useTimes()
  const toRupiah = useRupiah()
  return (
    <Table verticalSpacing={4} aria-label={t('forecast.months')}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{t('forecast.month')}</Table.Th>
          <Table.Th ta="right">{t('forecast.people')}</Table.Th>
          <Table.Th ta="right" visibleFrom="sm">
            {t('forecast.tariff')}
          </Table.Th>
          <Table.Th ta="right">{t('forecast.cost')}</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {months.map(({ month, isForecast, people, tariff, rupiah }) => (
          <Table.Tr key={month}>
            <Table.Td>
              {month}
              {isForecast && (
                <Text span size="sm" c="dimmed">
                  {` (${t('forecast.is-forecast')})`}
                </Text>
              )}
            </Table.Td>
            <Table.Td ta="right">{number(people)}</Table.Td>
            <Table.Td ta="right" visibleFrom="sm">
              {toRupiah(tariff)}
            </Table.Td>
            <Table.Td ta="right">{toRupiah(rupiah)}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  )
}

/** What the goals are counted from: both figures with whose they are and of which day. */
function Basis({ population, registered }: Pick<Forecast, 'population' | 'registered'>) {
  const t = useQuotaText()
  const { number, date } = useTimes()
  const registeredWords = () => {
    if (registered === null) return null
    const { people, kind, source, asOf } = registered
    if (kind === 'typed' || asOf === null) return t('goals.typed', { people: number(people) })
    return t('goals.counted', { people: number(people), source: source ?? t(`kind.${kind}`), asOf: date(asOf) })
  }
  return (
    <>
      {population && (
        <Text size="sm">
          {t('goals.population', {
            people: number(population.people),
            source: population.source,
            asOf: date(population.asOf),
          })}
        </Text>
      )}
      {registered && <Text size="sm">{registeredWords()}</Text>}
    </>
  )
}

function Goals({ forecast }: { forecast: Forecast }) {
  const t = useQuotaText()
  const times = useTimes()
  const toRupiah = useRupiah()
  const toCount = (value: number | null): string => (value === null ? '–' : times.number(value))
  const { population, registered, goals } = forecast
  return (
    <>
      <Basis population={population} registered={registered} />
      <Table verticalSpacing={4} aria-label={t('goals')}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('goal')}</Table.Th>
            <Table.Th ta="right">{t('goal.missing')}</Table.Th>
            <Table.Th ta="right" visibleFrom="sm">
              {t('goal.lacking')}
            </Table.Th>
            <Table.Th ta="right" visibleFrom="sm">
              {t('goal.to-year-end')}
            </Table.Th>
            <Table.Th ta="right">{t('goal.full-year')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {goals.map(({ percent, missing, seatsLacking, rupiahToYearEnd, rupiahFullYear }) => (
            <Table.Tr key={percent}>
              <Table.Td>{t('goal.percent', { percent: String(percent) })}</Table.Td>
              <Table.Td ta="right">{toCount(missing)}</Table.Td>
              <Table.Td ta="right" visibleFrom="sm">
                {toCount(seatsLacking)}
              </Table.Td>
              <Table.Td ta="right" visibleFrom="sm">
                {toRupiah(rupiahToYearEnd)}
              </Table.Td>
              <Table.Td ta="right">{toRupiah(rupiahFullYear)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </>
  )
}

function Outlook({ forecast }: { forecast: Forecast }) {
  const t = useQuotaText()
  const times = useTimes()
  const toRupiah = useRupiah()
  const { pace, yearEnd, runsOutOn, months } = forecast
  return (
    <>
      {runsOutOn !== null && (
        <Alert color="orange" variant="light">
          {t('forecast.alert', { day: times.date(runsOutOn) })}
        </Alert>
      )}
      <Text size="sm">{t('forecast.pace', { people: times.number(pace.people), days: times.number(pace.days) })}</Text>
      <Facts
        rows={[
          [t('forecast.wanted'), times.number(yearEnd.wanted)],
          [t('forecast.short'), times.number(yearEnd.short)],
          [t('forecast.rupiah'), toRupiah(yearEnd.rupiah)],
          [t('forecast.runs-out'), runsOutOn === null ? t('forecast.runs-out.never') : times.date(runsOutOn)],
        ]}
      />
      <Months months={months} />
    </>
  )
}

/** How far the seats and the money go, and what full coverage would cost. */
export function ForecastSection({ place }: { place: Place }) {
  const t = useQuotaText()
  const [typed, setTyped] = useState('')
  const [registered, setRegistered] = useState<number>()
  const { data, error } = useQuery({ ...forecastQuery(place, registered), placeholderData: keepPreviousData })
  return (
    <>
      <Section title={t('forecast')}>
        {!data && !error && <Skeleton h={160} />}
        {data && <Outlook forecast={data} />}
      </Section>
      <Section title={t('goals')}>
        {data && data.unknown.length > 0 && (
          <List size="sm">
            {data.unknown.map((what) => (
              <List.Item key={what}>{t(`unknown.${what}`)}</List.Item>
            ))}
          </List>
        )}
        <form onSubmit={onSubmit(() => setRegistered(typed === '' ? undefined : toNumber(typed)))}>
          <Stack gap="xs">
            <Group align="flex-end" gap="xs">
              <TextInput
                label={t('goals.registered')}
                inputMode="numeric"
                value={typed}
                onChange={({ currentTarget }) => setTyped(currentTarget.value)}
                autoComplete="off"
              />
              <Button type="submit" variant="default">
                {t('goals.count')}
              </Button>
            </Group>
          </Stack>
        </form>
        <ProblemNotice error={error} />
        {data && <Goals forecast={data} />}
      </Section>
    </>
  )
}
