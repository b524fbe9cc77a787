import { Button, Group, Radio, SimpleGrid, Skeleton, Stack, Table, Text, TextInput } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { EnrolmentMode } from '../../../contracts/api/enrolment-rules.ts'
import { useMay } from '../../app/session.ts'
import { fieldError } from '../../lib/field-error.ts'
import { localDay } from '../../lib/local-day.ts'
import { onSubmit } from '../../lib/on-submit.ts'
import { useTimes } from '../../lib/time.ts'
import { ConfirmButton } from '../../ui/confirm-button.tsx'
import { ProblemNotice } from '../../ui/problem-notice.tsx'
import { Section } from '../../ui/section.tsx'
import { rulesQuery } from '../batches/queries.ts'
import { RegencySelect, useOwnRegency } from '../batches/regency-select.tsx'
import { useRuleWords } from '../batches/rule-words.ts'
import { SettingsPage } from '../settings/settings-page.tsx'
import { deleteRule, putRule } from './calls.ts'
import { useLayoutText } from './texts.ts'

function AddRule({ regionCode, onAdded }: { regionCode: string; onAdded: () => Promise<unknown> }) {
  const t = useLayoutText()
  const [validFrom, setFrom] = useState(() => localDay(new Date()))
  const [mode, setMode] = useState<EnrolmentMode>('prioritas')
  const [cutOffDay, setDay] = useState('')
  const [months, setMonths] = useState('1')
  const [branchName, setBranch] = useState('')
  const add = useMutation({
    mutationFn: () =>
      putRule({
        params: { code: regionCode, validFrom },
        body: {
          mode,
          ...(mode === 'cut_off' && { cutOffDay: Number(cutOffDay), effectiveMonths: Number(months) }),
          ...(branchName.trim() !== '' && { branchName: branchName.trim() }),
        },
      }),
    onSuccess: onAdded,
  })
  return (
    <Section title={t('rule.new')}>
      <form aria-label={t('rule.new')} onSubmit={onSubmit(() => add.mutate())}>
        <Stack gap="xs">
          <Radio.Group
            label={t('rule.mode')}
            value={mode}
            onChange={(value) => setMode(value === 'cut_off' ? 'cut_off' : 'prioritas')}
          >
            <Stack gap={4} mt={6}>
              <Radio value="prioritas" label={t('rule.mode.prioritas')} />
              <Radio value="cut_off" label={t('rule.mode.cut_off')} />
            </Stack>
          </Radio.Group>
          <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="xs">
            <TextInput
              type="date"
              label={t('rule.from')}
              value={validFrom}
              onChange={({ currentTarget }) => setFrom(currentTarget.value)}
              error={fieldError(add.error, 'validFrom')}
              required
            />
            <TextInput
              label={t('rule.branch')}
              value={branchName}
              onChange={({ currentTarget }) => setBranch(currentTarget.value)}
              error={fieldError(add.error, 'branchName')}
              autoComplete="off"
            />
            {mode === 'cut_off' && (
              <>
                <TextInput
                  label={t('rule.day')}
                  inputMode="numeric"
                  value={cutOffDay}
                  onChange={({ currentTarget }) => setDay(currentTarget.value)}
                  error={fieldError(add.error, 'cutOffDay')}
                  autoComplete="off"
                  required
                />
                <TextInput
                  label={t('rule.months')}
                  inputMode="numeric"
                  value={months}
                  onChange={({ currentTarget }) => setMonths(currentTarget.value)}
                  error={fieldError(add.error, 'effectiveMonths')}
                  autoComplete="off"
                  required
                />
              </>
            )}
          </SimpleGrid>
          <ProblemNotice error={add.error} />
          <Group>
            <Button type="submit" loading={add.isPending}>
              {t('rule.add')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Section>
  )
}

function Rules({ regionCode }: { regionCode: string }) {
  const t = useLayoutText()
  const may = useMay()
  const times = useTimes()
  const wordsOf = useRuleWords()
  const client = useQueryClient()
  const { data, error } = useQuery(rulesQuery(regionCode))
  const reload = () => client.invalidateQueries({ queryKey: rulesQuery(regionCode).queryKey })
  const [today] = useState(() => localDay(new Date()))
  return (
    <>
      {may(putRule) && <AddRule regionCode={regionCode} onAdded={reload} />}
      <ProblemNotice error={error} />
      {!data && !error && <Skeleton h={120} />}
      {data?.items.length === 0 && <Text>{t('rule.none')}</Text>}
      {data && data.items.length > 0 && (
        <Table verticalSpacing="xs" aria-label={t('rules')}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t('rule.from')}</Table.Th>
              <Table.Th>{t('rule')}</Table.Th>
              {may(deleteRule) && <Table.Th>{t('acts')}</Table.Th>}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {data.items.map((rule) => (
              <Table.Tr key={rule.validFrom}>
                <Table.Td>{times.date(rule.validFrom)}</Table.Td>
                <Table.Td>
                  {wordsOf(rule)}
                  {rule.branchName !== null && (
                    <Text size="sm" c="dimmed">
                      {rule.branchName}
                    </Text>
                  )}
                </Table.Td>
                {may(deleteRule) && (
                  <Table.Td>
                    {/* What has begun is part of sealed batches. */}
                    {rule.validFrom >= today && (
                      <ConfirmButton
                        label={t('rule.delete')}
                        about={times.date(rule.validFrom)}
                        question={t('rule.delete.sure', { from: times.date(rule.validFrom) })}
                        act={() => deleteRule({ params: { code: regionCode, validFrom: rule.validFrom } }).then(reload)}
                      />
                    )}
                  </Table.Td>
                )}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
    </>
  )
}

/** From when people are active whom BPJS accepts: the agreement of a kab/kota, by the day from which it counts. */
export function RulesPage() {
  const t = useLayoutText()
  const own = useOwnRegency()
  const [chosen, setChosen] = useState<string>()
  const regionCode = own ?? chosen
  return (
    <SettingsPage title={t('rules')} lead={t('rules.lead')}>
      {own === undefined && <RegencySelect onChange={setChosen} />}
      {regionCode !== undefined && <Rules key={regionCode} regionCode={regionCode} />}
    </SettingsPage>
  )
}
