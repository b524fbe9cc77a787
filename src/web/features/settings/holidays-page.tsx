import { Badge, Button, Group, Skeleton, Table, Text, TextInput, VisuallyHidden } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useMe } from '../../app/session.ts'
import { fieldError } from '../../lib/field-error.ts'
import { onSubmit } from '../../lib/on-submit.ts'
import { useTimes } from '../../lib/time.ts'
import { ConfirmButton } from '../../ui/confirm-button.tsx'
import { ProblemNotice } from '../../ui/problem-notice.tsx'
import { Section } from '../../ui/section.tsx'
import { deleteHoliday, listHolidays, putHoliday } from './calls.ts'
import { SETTINGS } from './queries.ts'
import { SettingsPage } from './settings-page.tsx'
import { useSettingsText } from './texts.ts'

function AddHoliday({ year, onAdded }: { year: number; onAdded: (day: string) => Promise<unknown> }) {
  const t = useSettingsText()
  const [day, setDay] = useState(`${year}-01-01`)
  const [name, setName] = useState('')
  const add = useMutation({
    mutationFn: () => putHoliday({ params: { day }, body: { name } }),
    onSuccess: async () => {
      setName('')
      await onAdded(day)
    },
  })
  return (
    <Section title={t('holiday.new')}>
      <form onSubmit={onSubmit(() => add.mutate())}>
        <Group align="flex-start" gap="xs">
          <TextInput
            type="date"
            label={t('holiday.day')}
            value={day}
            onChange={({ currentTarget }) => setDay(currentTarget.value)}
            error={fieldError(add.error, 'day')}
            required
          />
          <TextInput
            flex={1}
            miw={180}
            label={t('holiday.name')}
            value={name}
            onChange={({ currentTarget }) => setName(currentTarget.value)}
            error={fieldError(add.error, 'name')}
            autoComplete="off"
            required
          />
          <Button type="submit" loading={add.isPending} mt={25}>
            {t('holiday.add')}
          </Button>
        </Group>
      </form>
      <ProblemNotice error={add.error} />
      <Text size="sm" c="dimmed">
        {t('holiday.effect')}
      </Text>
    </Section>
  )
}

/** Days on which no clock of a case runs. */
export function HolidaysPage() {
  const t = useSettingsText()
  const times = useTimes()
  const me = useMe()
  const client = useQueryClient()
  const [year, setYear] = useState(() => new Date().getFullYear())
  const { data, error } = useQuery({
    queryKey: [SETTINGS, 'holidays', year],
    queryFn: ({ signal }) => listHolidays({ query: { year } }, { signal }),
  })
  const reload = () => client.invalidateQueries({ queryKey: [SETTINGS, 'holidays'] })
  const added = (day: string) => {
    setYear(Number(day.slice(0, 4)))
    return reload()
  }
  const own = me.regionCode.slice(0, 5)
  return (
    <SettingsPage title={t('part.holidays')} lead={t('holiday.lead')}>
      <AddHoliday key={year} year={year} onAdded={added} />
      <Group gap="xs" justify="center">
        <Button variant="default" size="compact-md" onClick={() => setYear(year - 1)}>
          {String(year - 1)}
        </Button>
        <Text fw={700} aria-live="polite">
          {String(year)}
        </Text>
        <Button variant="default" size="compact-md" onClick={() => setYear(year + 1)}>
          {String(year + 1)}
        </Button>
      </Group>
      <ProblemNotice error={error} />
      {!data && !error && <Skeleton h={160} />}
      {data?.items.length === 0 && <Text>{t('holiday.none', { year: String(year) })}</Text>}
      {data && data.items.length > 0 && (
        <Table verticalSpacing="xs" aria-label={t('part.holidays')}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t('holiday.day')}</Table.Th>
              <Table.Th>{t('holiday.name')}</Table.Th>
              <Table.Th>
                <VisuallyHidden>{t('holiday.delete')}</VisuallyHidden>
              </Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {data.items.map(({ day, name, regionCode }) => (
              <Table.Tr key={`${day} ${regionCode}`}>
                <Table.Td>{times.date(day)}</Table.Td>
                <Table.Td>{name ?? t('holiday.of-setting')}</Table.Td>
                <Table.Td>
                  {regionCode === own ? (
                    <ConfirmButton
                      label={t('holiday.delete')}
                      about={times.date(day)}
                      question={t('holiday.delete.sure', { day: times.date(day) })}
                      act={() => deleteHoliday({ params: { day } }).then(reload)}
                    />
                  ) : (
                    <Badge variant="outline" color="gray" tt="none">
                      {t(regionCode === null ? 'holiday.installation' : 'holiday.province')}
                    </Badge>
                  )}
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
    </SettingsPage>
  )
}
