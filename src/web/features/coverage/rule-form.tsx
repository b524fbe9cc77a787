import { Button, Checkbox, Group, SimpleGrid, Text, TextInput } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { fieldError } from '../../lib/field-error.ts'
import { onSubmit } from '../../lib/on-submit.ts'
import { ProblemNotice } from '../../ui/problem-notice.tsx'
import { Section } from '../../ui/section.tsx'
import { createRule } from './calls.ts'
import { COVERAGE } from './queries.ts'
import { useCoverageText } from './texts.ts'

const FIELDS = ['nameId', 'nameEn', 'basis', 'validFrom', 'validTo', 'coverage', 'active', 'localShare'] as const
type Field = (typeof FIELDS)[number]
const EMPTY: Record<Field, string> = {
  nameId: '',
  nameEn: '',
  basis: '',
  validFrom: '',
  validTo: '',
  coverage: '',
  active: '',
  localShare: '',
}
const REQUIRED: readonly Field[] = ['nameId', 'nameEn', 'basis', 'validFrom']
const isDay = (field: Field): boolean => field.startsWith('valid')
const isShare = (field: Field): boolean => ['coverage', 'active', 'localShare'].includes(field)

/** "97,5" as hundredths of a percent; null when nothing is asked. What is no number is for the server to refuse. */
function toHundredths(text: string): number | null {
  const given = text.replace('%', '').replace(',', '.').trim()
  return given === '' ? null : Math.round(Number(given) * 100)
}

/** One more rule for the region: a target of its own, or a national one that is new. */
export function RuleForm({ code }: { code: string }) {
  const t = useCoverageText()
  const client = useQueryClient()
  const [typed, setTyped] = useState(EMPTY)
  const [noArrears, setNoArrears] = useState(false)
  const save = useMutation({
    mutationFn: () =>
      createRule({
        body: {
          regionCode: code,
          nameId: typed.nameId,
          nameEn: typed.nameEn,
          basis: typed.basis,
          validFrom: typed.validFrom,
          validTo: typed.validTo || null,
          noArrears,
          paidUntil: null,
          alternatives: [
            {
              coverage: toHundredths(typed.coverage),
              active: toHundredths(typed.active),
              localShare: toHundredths(typed.localShare),
            },
          ],
        },
      }),
    onSuccess: () => {
      setTyped(EMPTY)
      return client.invalidateQueries({ queryKey: [COVERAGE] })
    },
  })
  return (
    <Section title={t('rule.new')}>
      <Text size="sm">{t('rule.new.lead')}</Text>
      <form onSubmit={onSubmit(() => save.mutate())}>
        <SimpleGrid cols={{ base: 1, xs: 2, md: 4 }}>
          {FIELDS.map((field) => (
            <TextInput
              key={field}
              type={isDay(field) ? 'date' : 'text'}
              inputMode={isShare(field) ? 'decimal' : 'text'}
              label={t(`rule.${field}`)}
              value={typed[field]}
              onChange={({ currentTarget: { value } }) => setTyped((former) => ({ ...former, [field]: value }))}
              error={fieldError(save.error, isShare(field) ? `alternatives.0.${field}` : field)}
              required={REQUIRED.includes(field)}
              autoComplete="off"
            />
          ))}
        </SimpleGrid>
        <Checkbox
          mt="sm"
          label={t('rule.noArrears')}
          checked={noArrears}
          onChange={({ currentTarget }) => setNoArrears(currentTarget.checked)}
        />
        <ProblemNotice error={save.error} />
        <Group mt="sm">
          <Button type="submit" variant="default" loading={save.isPending}>
            {t('rule.save')}
          </Button>
          <Text role="status" size="sm">
            {save.isSuccess && t('rule.saved')}
          </Text>
        </Group>
      </form>
    </Section>
  )
}
