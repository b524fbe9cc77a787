import { Button, Group, SimpleGrid, Stack, Text, Textarea, TextInput } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { ReactivationPath } from '../../../contracts/api/reactivation.ts'
import { fieldError } from '../../lib/field-error.ts'
import { localDay } from '../../lib/local-day.ts'
import { onSubmit } from '../../lib/on-submit.ts'
import { ProblemNotice } from '../../ui/problem-notice.tsx'
import { Section } from '../../ui/section.tsx'
import { putPath } from './calls.ts'
import { OfficerPreview } from './path-preview.tsx'
import { pathsQuery } from './queries.ts'
import { usePathText } from './texts.ts'

type Props = {
  regionCode: string
  /** What the form begins with; its day too, while that has not passed. */
  from: ReactivationPath
  onSaved: (validFrom: string) => void
}

/** Days and words of a path from a day on. What counted before that day stays, and cases keep the day they were given. */
export function PathForm({ regionCode, from, onSaved }: Props) {
  const t = usePathText()
  const client = useQueryClient()
  const [today] = useState(() => localDay(new Date()))
  const [validFrom, setValidFrom] = useState(
    from.regionCode !== null && from.validFrom > today ? from.validFrom : today,
  )
  const [days, setDays] = useState(from.deadlineDays === null ? '' : String(from.deadlineDays))
  const [counterText, setCounterText] = useState(from.counterText)
  const typedDays = days.trim()
  const deadlineDays = /^\d+$/.test(typedDays) ? Number(typedDays) : null
  const save = useMutation({
    mutationFn: () =>
      putPath({
        params: { code: regionCode, reason: from.reason, validFrom },
        body: { deadlineDays: typedDays === '' ? null : (deadlineDays ?? typedDays), counterText },
      }),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: pathsQuery(regionCode).queryKey })
      onSaved(validFrom)
    },
  })
  return (
    <Section title={t('form')}>
      <form aria-label={t('form')} onSubmit={onSubmit(() => save.mutate())}>
        <Stack gap="xs">
          <Text size="sm">{t('form.lead')}</Text>
          <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="xs">
            <TextInput
              type="date"
              label={t('valid-from')}
              description={t('valid-from.hint')}
              value={validFrom}
              onChange={({ currentTarget }) => setValidFrom(currentTarget.value)}
              error={fieldError(save.error, 'validFrom')}
              required
            />
            <TextInput
              label={t('days')}
              description={t('days.hint')}
              inputMode="numeric"
              value={days}
              onChange={({ currentTarget }) => setDays(currentTarget.value)}
              error={fieldError(save.error, 'deadlineDays')}
              autoComplete="off"
            />
          </SimpleGrid>
          {(['id', 'en'] as const).map((language) => (
            <Textarea
              key={language}
              label={t(`text.${language}`)}
              lang={language}
              value={counterText[language]}
              onChange={({ currentTarget: { value } }) =>
                setCounterText((former) => ({ ...former, [language]: value }))
              }
              error={fieldError(save.error, `counterText.${language}`)}
              autosize
              minRows={3}
              maxRows={12}
              required
            />
          ))}
          <ProblemNotice error={save.error} />
          <Group>
            <Button type="submit" loading={save.isPending}>
              {t('save')}
            </Button>
          </Group>
        </Stack>
      </form>
      <Section title={t('preview')}>
        <OfficerPreview path={{ ...from, deadlineDays, counterText }} />
      </Section>
    </Section>
  )
}
