import { Button, Group, Progress, Stack, Text, TextInput } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { Quota } from '../../../contracts/api/quota.ts'
import { useMay } from '../../app/session.ts'
import { fieldError } from '../../lib/field-error.ts'
import { onSubmit } from '../../lib/on-submit.ts'
import { useTimes } from '../../lib/time.ts'
import { Facts } from '../../ui/facts.tsx'
import { ProblemNotice } from '../../ui/problem-notice.tsx'
import { Section } from '../../ui/section.tsx'
import { putQuota } from './calls.ts'
import { paramsOf, QUOTA } from './queries.ts'
import { toNumber, useQuotaText } from './texts.ts'

function SeatsForm({ quota }: { quota: Quota }) {
  const t = useQuotaText()
  const client = useQueryClient()
  const [seats, setSeats] = useState(quota.seats === null ? '' : String(quota.seats))
  const [note, setNote] = useState(quota.note)
  const save = useMutation({
    mutationFn: () =>
      putQuota({ params: paramsOf(quota), body: { version: quota.version, seats: toNumber(seats), note } }),
    onSuccess: () => client.invalidateQueries({ queryKey: QUOTA }),
  })
  return (
    <form aria-label={t('seats.edit')} onSubmit={onSubmit(() => save.mutate())}>
      <Stack gap="xs">
        <Group align="flex-start" gap="xs">
          <TextInput
            label={t('seats.new')}
            inputMode="numeric"
            value={seats}
            onChange={({ currentTarget }) => setSeats(currentTarget.value)}
            error={fieldError(save.error, 'seats')}
            autoComplete="off"
            required
          />
          <TextInput
            flex={1}
            miw={180}
            label={t('seats.note')}
            value={note}
            onChange={({ currentTarget }) => setNote(currentTarget.value)}
            error={fieldError(save.error, 'note')}
            autoComplete="off"
          />
          <Button type="submit" loading={save.isPending} mt={25}>
            {t('save')}
          </Button>
        </Group>
        <ProblemNotice error={save.error} />
        <Text size="sm" c="dimmed">
          {t('seats.effect')}
        </Text>
      </Stack>
    </form>
  )
}

/** Numerator and denominator, and who makes them up. */
export function BalanceSection({ quota }: { quota: Quota }) {
  const t = useQuotaText()
  const may = useMay()
  const times = useTimes()
  const { number } = times
  const { seats, opening, reserved, committed, waiting, free, note, updatedBy, updatedAt } = quota
  const taken = opening + reserved + committed
  return (
    <Section title={t('balance', { region: quota.regionName, year: String(quota.year) })}>
      {seats === null ? (
        <Text>{t('balance.none')}</Text>
      ) : (
        <Stack gap={4}>
          <Text fw={600}>{t('balance.taken', { taken: number(taken), seats: number(seats) })}</Text>
          <Progress
            value={seats === 0 ? 100 : (100 * taken) / seats}
            color={free === 0 ? 'red' : 'green'}
            size="lg"
            aria-label={t('balance.bar')}
          />
        </Stack>
      )}
      <Facts
        rows={[
          [t('opening'), number(opening)],
          [t('reserved'), number(reserved)],
          [t('committed'), number(committed)],
          [t('free'), free === null ? '–' : number(free)],
          [t('waiting'), number(waiting)],
        ]}
      />
      {note !== '' && <Text size="sm">{note}</Text>}
      {updatedAt !== null && (
        <Text size="sm" c="dimmed">
          {t('balance.changed', { name: updatedBy ?? '', at: times.moment(updatedAt) })}
        </Text>
      )}
      {may(putQuota) && <SeatsForm quota={quota} />}
    </Section>
  )
}
