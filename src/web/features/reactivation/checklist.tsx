import { Badge, Button, Checkbox, Group, NativeSelect, SimpleGrid, Stack, Text, TextInput } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { z } from 'zod'
import type { ProposalView } from '../../../contracts/api/proposals.ts'
import type { putReactivationItemSchema, ReactivationView } from '../../../contracts/api/reactivation.ts'
import { DECILE_MAX } from '../../../contracts/reactivation-terms.ts'
import { CASES } from '../../lib/live.ts'
import { onSubmit } from '../../lib/on-submit.ts'
import { useTimes } from '../../lib/time.ts'
import { DateField } from '../../ui/date-field.tsx'
import { readDate, writeDate } from '../../ui/date-text.ts'
import { ProblemNotice } from '../../ui/problem-notice.tsx'
import { recordItem } from './calls.ts'
import { useReactivationText } from './texts.ts'

type Entry = ReactivationView['checklist'][number]
type Body = z.input<typeof putReactivationItemSchema>
type Fill = { entry: Entry; save: (body: Body) => void; isSaving: boolean }

const DECILES = Array.from({ length: DECILE_MAX }, (_, index) => String(index + 1))

/** The number and day of a letter, saved together. */
function LetterFields({ entry, save, isSaving }: Fill) {
  const t = useReactivationText()
  const { record } = entry
  const [number, setNumber] = useState(record?.letterNumber ?? '')
  const [date, setDate] = useState(record?.letterDate ? writeDate(record.letterDate) : '')
  const letterDate = readDate(date) ?? date
  const name = t(`item.${entry.item}`)
  return (
    <form
      aria-label={name}
      onSubmit={onSubmit(() =>
        save({ done: true, ...(number && { letterNumber: number }), ...(date && { letterDate }) }),
      )}
    >
      <SimpleGrid cols={{ base: 1, xs: 2 }}>
        <TextInput
          label={t('letter.number', { item: name })}
          value={number}
          onChange={({ currentTarget }) => setNumber(currentTarget.value)}
        />
        <DateField label={t('letter.date', { item: name })} value={date} onChange={setDate} />
      </SimpleGrid>
      <Group mt="xs">
        <Button type="submit" size="compact-md" variant="default" loading={isSaving}>
          {t('letter.save', { item: name })}
        </Button>
        {record && (
          <Button size="compact-md" variant="subtle" onClick={() => save({ done: false })}>
            {t('take-back', { item: name })}
          </Button>
        )}
      </Group>
    </form>
  )
}

function Decile({ entry, save, isSaving }: Fill) {
  const t = useReactivationText()
  const { record } = entry
  const value = record ? String(record.decile ?? 'unknown') : ''
  return (
    <NativeSelect
      label={t(`item.${entry.item}`)}
      value={value}
      disabled={isSaving}
      data={[
        { value: '', label: t('decile.none') },
        ...DECILES.map((one) => ({ value: one, label: one })),
        { value: 'unknown', label: t('decile.unknown') },
      ]}
      onChange={({ currentTarget: { value: chosen } }) => {
        if (chosen === '') save({ done: false })
        else save({ done: true, decile: chosen === 'unknown' ? 'unknown' : Number(chosen) })
      }}
    />
  )
}

function Seen({ entry, save, isSaving }: Fill) {
  const t = useReactivationText()
  return (
    <Checkbox
      label={t(`item.${entry.item}`)}
      checked={entry.record !== null}
      disabled={isSaving}
      onChange={({ currentTarget }) => save({ done: currentTarget.checked })}
    />
  )
}

const FIELDS = { seen: Seen, letter: LetterFields, decile: Decile }

function Item({ proposal, entry, mayRecord }: { proposal: ProposalView; entry: Entry; mayRecord: boolean }) {
  const t = useReactivationText()
  const times = useTimes()
  const client = useQueryClient()
  const write = useMutation({
    mutationFn: (body: Body) => recordItem({ params: { id: proposal.id, item: entry.item }, body }),
    onSettled: () => client.invalidateQueries({ queryKey: [CASES] }),
  })
  const { record, kind, required } = entry
  const Fields = FIELDS[kind]
  const told = [
    record?.letterNumber,
    record?.letterDate && times.date(record.letterDate),
    kind === 'decile' && record && (record.decile === null ? t('decile.unknown') : String(record.decile)),
  ].filter(Boolean)
  return (
    <Stack gap={4} component="li">
      {mayRecord ? (
        <Fields entry={entry} save={write.mutate} isSaving={write.isPending} />
      ) : (
        <Text fw={600}>{[t(`item.${entry.item}`), ...told].join(' · ')}</Text>
      )}
      <Group gap="xs">
        <Badge variant="light" color={record ? 'green' : required ? 'orange' : 'gray'} tt="none">
          {t(record ? 'done' : required ? 'required' : 'optional')}
        </Badge>
        {record && (
          <Text size="sm" c="dimmed">
            {t('done.by', { name: record.by.name, at: times.moment(record.at) })}
          </Text>
        )}
      </Group>
      <ProblemNotice error={write.error} />
    </Stack>
  )
}

/** What the path asks for, each with who recorded it; to be filled by whoever may send the papers. */
export function Checklist({ proposal, way }: { proposal: ProposalView; way: ReactivationView }) {
  const t = useReactivationText()
  if (way.checklist.length === 0) return <Text size="sm">{t('no-items')}</Text>
  return (
    <Stack component="ul" gap="md" p={0} m={0} style={{ listStyle: 'none' }}>
      {way.checklist.map((entry) => (
        <Item
          // What was typed about another record is not about this one.
          key={`${entry.item} ${entry.record?.at ?? ''}`}
          proposal={proposal}
          entry={entry}
          mayRecord={way.mayRecord}
        />
      ))}
    </Stack>
  )
}
