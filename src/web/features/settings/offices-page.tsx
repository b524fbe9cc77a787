import { Badge, Button, Skeleton, Table, Text, VisuallyHidden } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { WEEKDAYS } from '../../../contracts/api/office-kinds.ts'
import type { OfficeItem, OpeningHours } from '../../../contracts/api/regions.ts'
import { ProblemNotice } from '../../ui/problem-notice.tsx'
import { OfficeForm } from './office-form.tsx'
import { officesQuery } from './queries.ts'
import { SettingsPage } from './settings-page.tsx'
import { useSettingsText } from './texts.ts'

/** "Senin–Kamis 08:00–14:00; Jumat 08:00–11:00": days with the same hours are told together. */
function useHoursInWords(): (hours: OpeningHours) => string {
  const t = useSettingsText()
  return (hours) => {
    const runs: { from: string; to: string; times: string }[] = []
    let isRunning = false
    for (const day of WEEKDAYS) {
      const times = (hours[day] ?? []).map(({ opens, closes }) => `${opens}–${closes}`).join(', ')
      const last = runs.at(-1)
      const name = t(`weekday.${day}`)
      if (times !== '') {
        if (isRunning && last?.times === times) last.to = name
        else runs.push({ from: name, to: name, times })
      }
      isRunning = times !== ''
    }
    const told = runs.map(({ from, to, times }) => `${from === to ? from : `${from}–${to}`} ${times}`)
    return told.length > 0 ? told.join('; ') : t('office.always-closed')
  }
}

function Row({ office, onEdit }: { office: OfficeItem; onEdit: () => void }) {
  const t = useSettingsText()
  const hoursInWords = useHoursInWords()
  return (
    <Table.Tr>
      <Table.Td>
        <Text fw={600}>{office.name}</Text>
        <Text size="sm" c="dimmed">
          {t(`office.kind.${office.kind}`)} · {office.code}
        </Text>
        {!office.active && (
          <Badge color="red" variant="light" tt="none">
            {t('office.inactive')}
          </Badge>
        )}
        <Text size="sm" hiddenFrom="sm">
          {hoursInWords(office.openingHours)}
        </Text>
      </Table.Td>
      <Table.Td visibleFrom="sm">{office.address}</Table.Td>
      <Table.Td visibleFrom="sm">{hoursInWords(office.openingHours)}</Table.Td>
      <Table.Td>
        <Button size="compact-md" variant="default" onClick={onEdit} aria-label={t('edit.of', { name: office.name })}>
          {t('edit')}
        </Button>
      </Table.Td>
    </Table.Tr>
  )
}

/** The desks of a region and when they are open. */
export function OfficesPage() {
  const t = useSettingsText()
  const { data, error } = useQuery(officesQuery)
  /** An id, or "new". */
  const [edited, setEdited] = useState<string | null>(null)
  const office = data?.items.find(({ id }) => id === edited)
  return (
    <SettingsPage
      title={t('part.offices')}
      lead={t('office.lead')}
      aside={<Button onClick={() => setEdited('new')}>{t('office.new')}</Button>}
    >
      <ProblemNotice error={error} />
      {!data && !error && <Skeleton h={280} />}
      {data && (
        <Table verticalSpacing="xs" aria-label={t('part.offices')}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t('office.name')}</Table.Th>
              <Table.Th visibleFrom="sm">{t('office.address')}</Table.Th>
              <Table.Th visibleFrom="sm">{t('office.hours')}</Table.Th>
              <Table.Th>
                <VisuallyHidden>{t('edit')}</VisuallyHidden>
              </Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {data.items.map((one) => (
              <Row key={one.id} office={one} onEdit={() => setEdited(one.id)} />
            ))}
          </Table.Tbody>
        </Table>
      )}
      {(edited === 'new' || office) && (
        <OfficeForm
          key={office ? `${office.id} ${office.version}` : 'new'}
          office={office}
          onClose={() => setEdited(null)}
        />
      )}
    </SettingsPage>
  )
}
