import { Button, Group, Radio, SimpleGrid, Text, TextInput } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { fieldError } from '../../lib/field-error.ts'
import { localDay } from '../../lib/local-day.ts'
import { onSubmit } from '../../lib/on-submit.ts'
import { ProblemNotice } from '../../ui/problem-notice.tsx'
import { Section } from '../../ui/section.tsx'
import { putContribution } from './calls.ts'
import { COVERAGE } from './queries.ts'
import { useCoverageText } from './texts.ts'

/** Whether the local government owes contributions, which some rules ask. */
export function ContributionForm({ code }: { code: string }) {
  const t = useCoverageText()
  const client = useQueryClient()
  const [inArrears, setInArrears] = useState('no')
  const [paidUntil, setPaidUntil] = useState('')
  const [asOf, setAsOf] = useState(() => localDay(new Date()))
  const [source, setSource] = useState('')
  const save = useMutation({
    mutationFn: () =>
      putContribution({
        params: { code },
        body: { asOf, inArrears: inArrears === 'yes', paidUntil: paidUntil === '' ? null : paidUntil, source },
      }),
    onSuccess: () => client.invalidateQueries({ queryKey: [COVERAGE] }),
  })
  return (
    <Section title={t('contribution')}>
      <form onSubmit={onSubmit(() => save.mutate())}>
        <Radio.Group label={t('contribution.question')} value={inArrears} onChange={setInArrears}>
          <Group mt={6}>
            <Radio value="no" label={t('contribution.no')} />
            <Radio value="yes" label={t('contribution.yes')} />
          </Group>
        </Radio.Group>
        <SimpleGrid cols={{ base: 1, xs: 3 }} mt="sm">
          <TextInput
            type="month"
            label={t('contribution.until')}
            value={paidUntil}
            onChange={({ currentTarget }) => setPaidUntil(currentTarget.value)}
            error={fieldError(save.error, 'paidUntil')}
          />
          <TextInput
            type="date"
            label={t('contribution.as-of')}
            value={asOf}
            onChange={({ currentTarget }) => setAsOf(currentTarget.value)}
            error={fieldError(save.error, 'asOf')}
            required
          />
          <TextInput
            label={t('contribution.source')}
            value={source}
            onChange={({ currentTarget }) => setSource(currentTarget.value)}
            error={fieldError(save.error, 'source')}
            required
          />
        </SimpleGrid>
        <ProblemNotice error={save.error} />
        <Group mt="sm">
          <Button type="submit" variant="default" loading={save.isPending}>
            {t('contribution.save')}
          </Button>
          <Text role="status" size="sm">
            {save.isSuccess && t('contribution.saved')}
          </Text>
        </Group>
      </form>
    </Section>
  )
}
