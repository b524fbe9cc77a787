import {
  Button,
  NativeSelect,
  SimpleGrid,
  Skeleton,
  Stack,
  Table,
  Text,
  TextInput,
  VisuallyHidden,
} from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { lazy, Suspense, useState } from 'react'
import type { OpeningSource, Quota } from '../../../contracts/api/quota.ts'
import { useMay } from '../../app/session.ts'
import { fieldError } from '../../lib/field-error.ts'
import { onSubmit } from '../../lib/on-submit.ts'
import { useTimes } from '../../lib/time.ts'
import { ConfirmButton } from '../../ui/confirm-button.tsx'
import { ProblemNotice } from '../../ui/problem-notice.tsx'
import { Section } from '../../ui/section.tsx'
import { addOpening, deleteOpening } from './calls.ts'
import { paramsOf, QUOTA } from './queries.ts'
import { toNumber, useQuotaText } from './texts.ts'

const TakeoverSection = lazy(async () => ({ default: (await import('./takeover-section.tsx')).TakeoverSection }))

const SOURCES = ['jamkesda', 'carried_over', 'other'] as const satisfies OpeningSource[]

function AddOpening({ quota, onAdded }: { quota: Quota; onAdded: () => Promise<unknown> }) {
  const t = useQuotaText()
  const [source, setSource] = useState<OpeningSource>('jamkesda')
  const [people, setPeople] = useState('')
  const [asOf, setAsOf] = useState(`${quota.year}-01-01`)
  const [document, setDocument] = useState('')
  const add = useMutation({
    mutationFn: () =>
      addOpening({ params: paramsOf(quota), body: { source, people: toNumber(people), asOf, document } }),
    onSuccess: async () => {
      setPeople('')
      setDocument('')
      await onAdded()
    },
  })
  return (
    <form aria-label={t('opening.add')} onSubmit={onSubmit(() => add.mutate())}>
      <Stack gap="xs">
        <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="xs">
          <NativeSelect
            label={t('opening.source')}
            value={source}
            onChange={({ currentTarget }) => setSource(currentTarget.value as OpeningSource)}
            data={SOURCES.map((value) => ({ value, label: t(`opening.source.${value}`) }))}
          />
          <TextInput
            label={t('opening.people')}
            inputMode="numeric"
            value={people}
            onChange={({ currentTarget }) => setPeople(currentTarget.value)}
            error={fieldError(add.error, 'people')}
            autoComplete="off"
            required
          />
          <TextInput
            type="date"
            label={t('opening.as-of')}
            value={asOf}
            onChange={({ currentTarget }) => setAsOf(currentTarget.value)}
            error={fieldError(add.error, 'asOf')}
            required
          />
          <TextInput
            label={t('opening.document')}
            value={document}
            onChange={({ currentTarget }) => setDocument(currentTarget.value)}
            error={fieldError(add.error, 'document')}
            autoComplete="off"
            required
          />
        </SimpleGrid>
        <Button type="submit" loading={add.isPending} w="fit-content">
          {t('opening.add')}
        </Button>
        <ProblemNotice error={add.error} />
      </Stack>
    </form>
  )
}

/** People who are paid already, by the documents that say so. */
export function OpeningsSection({ quota }: { quota: Quota }) {
  const t = useQuotaText()
  const may = useMay()
  const times = useTimes()
  const client = useQueryClient()
  const reload = () => client.invalidateQueries({ queryKey: QUOTA })
  const isEditor = may(addOpening)
  return (
    <Section title={t('openings')}>
      <Text size="sm" c="dimmed">
        {t('openings.lead')}
      </Text>
      {quota.openings.length === 0 ? (
        <Text>{t('openings.none')}</Text>
      ) : (
        <Table verticalSpacing="xs" aria-label={t('openings')}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t('opening.source')}</Table.Th>
              <Table.Th ta="right">{t('opening.people')}</Table.Th>
              <Table.Th visibleFrom="sm">{t('opening.as-of')}</Table.Th>
              <Table.Th visibleFrom="sm">{t('opening.document')}</Table.Th>
              {isEditor && (
                <Table.Th>
                  <VisuallyHidden>{t('opening.delete')}</VisuallyHidden>
                </Table.Th>
              )}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {quota.openings.map(({ id, source, people, asOf, document, recordedBy, recordedAt, takeover }) => (
              <Table.Tr key={id}>
                <Table.Td>
                  {t(`opening.source.${source}`)}
                  <Text size="sm" c="dimmed" hiddenFrom="sm">
                    {times.date(asOf)}, {document}
                  </Text>
                  <Text size="sm" c="dimmed">
                    {t('opening.recorded', { name: recordedBy, at: times.moment(recordedAt) })}
                  </Text>
                  {takeover && (
                    <Text size="sm" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
                      {t('opening.list', {
                        rows: times.number(takeover.rows),
                        cases: times.number(takeover.cases),
                        sha256: takeover.sha256.slice(0, 12),
                      })}
                    </Text>
                  )}
                </Table.Td>
                <Table.Td ta="right">{times.number(people)}</Table.Td>
                <Table.Td visibleFrom="sm">{times.date(asOf)}</Table.Td>
                <Table.Td visibleFrom="sm">{document}</Table.Td>
                {isEditor && (
                  <Table.Td>
                    <ConfirmButton
                      label={t('opening.delete')}
                      about={document}
                      question={t('opening.delete.sure', { people: times.number(people), document })}
                      act={() => deleteOpening({ params: { ...paramsOf(quota), id } }).then(reload)}
                    />
                  </Table.Td>
                )}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
      {isEditor &&
        (quota.seats === null ? (
          <Text size="sm">{t('openings.needs-seats')}</Text>
        ) : (
          <>
            <AddOpening quota={quota} onAdded={reload} />
            <Suspense fallback={<Skeleton h={160} />}>
              <TakeoverSection quota={quota} onApplied={reload} />
            </Suspense>
          </>
        ))}
    </Section>
  )
}
