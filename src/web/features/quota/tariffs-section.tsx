import { Button, SimpleGrid, Stack, Table, Text, TextInput, VisuallyHidden } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { Quota } from '../../../contracts/api/quota.ts'
import { useMay } from '../../app/session.ts'
import { fieldError } from '../../lib/field-error.ts'
import { onSubmit } from '../../lib/on-submit.ts'
import { useTimes } from '../../lib/time.ts'
import { ConfirmButton } from '../../ui/confirm-button.tsx'
import { ProblemNotice } from '../../ui/problem-notice.tsx'
import { Section } from '../../ui/section.tsx'
import { deleteTariff, putTariff } from './calls.ts'
import { QUOTA } from './queries.ts'
import { toNumber, useQuotaText, useRupiah } from './texts.ts'

function AddTariff({ quota, onAdded }: { quota: Quota; onAdded: () => Promise<unknown> }) {
  const t = useQuotaText()
  const [validFrom, setFrom] = useState(`${quota.year}-01-01`)
  const [validTo, setTo] = useState('')
  const [rupiah, setRupiah] = useState('')
  const [document, setDocument] = useState('')
  const add = useMutation({
    mutationFn: () =>
      putTariff({
        params: { regionCode: quota.regionCode, validFrom },
        body: { validTo: validTo === '' ? null : validTo, rupiah: toNumber(rupiah), document },
      }),
    onSuccess: async () => {
      setRupiah('')
      setDocument('')
      await onAdded()
    },
  })
  return (
    <form aria-label={t('tariff.add')} onSubmit={onSubmit(() => add.mutate())}>
      <Stack gap="xs">
        <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="xs">
          <TextInput
            type="date"
            label={t('tariff.from')}
            value={validFrom}
            onChange={({ currentTarget }) => setFrom(currentTarget.value)}
            error={fieldError(add.error, 'validFrom')}
            required
          />
          <TextInput
            type="date"
            label={t('tariff.to')}
            description={t('tariff.to.hint')}
            inputWrapperOrder={['label', 'input', 'description', 'error']}
            value={validTo}
            onChange={({ currentTarget }) => setTo(currentTarget.value)}
            error={fieldError(add.error, 'validTo')}
          />
          <TextInput
            label={t('tariff.rupiah')}
            inputMode="numeric"
            value={rupiah}
            onChange={({ currentTarget }) => setRupiah(currentTarget.value)}
            error={fieldError(add.error, 'rupiah')}
            autoComplete="off"
            required
          />
          <TextInput
            label={t('tariff.document')}
            value={document}
            onChange={({ currentTarget }) => setDocument(currentTarget.value)}
            error={fieldError(add.error, 'document')}
            autoComplete="off"
            required
          />
        </SimpleGrid>
        <Button type="submit" loading={add.isPending} w="fit-content">
          {t('tariff.add')}
        </Button>
        <ProblemNotice error={add.error} />
      </Stack>
    </form>
  )
}

/** What a person costs a month, from when to when. */
export function TariffsSection({ quota }: { quota: Quota }) {
  const t = useQuotaText()
  const may = useMay()
  const times = useTimes()
  const toRupiah = useRupiah()
  const client = useQueryClient()
  const reload = () => client.invalidateQueries({ queryKey: QUOTA })
  const isEditor = may(putTariff)
  const { regionCode, tariffs } = quota
  return (
    <Section title={t('tariffs')}>
      {tariffs.length === 0 ? (
        <Text>{t('tariffs.none')}</Text>
      ) : (
        <Table verticalSpacing="xs" aria-label={t('tariffs')}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t('tariff.from')}</Table.Th>
              <Table.Th visibleFrom="sm">{t('tariff.to')}</Table.Th>
              <Table.Th ta="right">{t('tariff.rupiah')}</Table.Th>
              <Table.Th visibleFrom="sm">{t('tariff.document')}</Table.Th>
              {isEditor && (
                <Table.Th>
                  <VisuallyHidden>{t('tariff.delete')}</VisuallyHidden>
                </Table.Th>
              )}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {tariffs.map(({ validFrom, validTo, rupiah, document }) => (
              <Table.Tr key={validFrom}>
                <Table.Td>
                  {times.date(validFrom)}
                  <Text size="sm" c="dimmed" hiddenFrom="sm">
                    {validTo === null ? t('tariff.open') : `– ${times.date(validTo)}`}, {document}
                  </Text>
                </Table.Td>
                <Table.Td visibleFrom="sm">{validTo === null ? t('tariff.open') : times.date(validTo)}</Table.Td>
                <Table.Td ta="right">{toRupiah(rupiah)}</Table.Td>
                <Table.Td visibleFrom="sm">{document}</Table.Td>
                {isEditor && (
                  <Table.Td>
                    <ConfirmButton
                      label={t('tariff.delete')}
                      about={times.date(validFrom)}
                      question={t('tariff.delete.sure', { from: times.date(validFrom) })}
                      act={() => deleteTariff({ params: { regionCode, validFrom } }).then(reload)}
                    />
                  </Table.Td>
                )}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
      {isEditor && <AddTariff quota={quota} onAdded={reload} />}
    </Section>
  )
}
