import { Button, Group, Radio, Stack, Text } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import type { ExportInput } from '../../../contracts/api/exports.ts'
import { useMay } from '../../app/session.ts'
import { keepFile } from '../../lib/keep-file.ts'
import { onSubmit } from '../../lib/on-submit.ts'
import { Dialog } from '../../ui/dialog.tsx'
import { ProblemNotice } from '../../ui/problem-notice.tsx'
import { exportProposals, reveal } from './calls.ts'
import { FilterSummary } from './filter-summary.tsx'
import { toFilters } from './proposal-search.ts'
import { useProposalText } from './texts.ts'

/** The whole list as a file. The server asks for a fresh sign-in first, and says so. */
export function ExportDialog({ onClose }: { onClose: () => void }) {
  const t = useProposalText()
  const may = useMay()
  const search = useSearch({ from: '/signed-in/usulan' })
  const [format, setFormat] = useState<ExportInput['format']>('xlsx')
  const [separator, setSeparator] = useState<ExportInput['separator']>(';')
  const [numbers, setNumbers] = useState<ExportInput['numbers']>('masked')
  const file = useMutation({
    mutationFn: () => exportProposals({ body: { filters: toFilters(search), format, separator, numbers } }),
    onSuccess: keepFile,
  })
  return (
    <Dialog onClose={onClose} title={t('export.title')}>
      <form onSubmit={onSubmit(() => file.mutate())}>
        <Stack>
          <Text size="sm">{t('export.lead')}</Text>
          <FilterSummary search={search} />
          <Radio.Group
            label={t('export.format')}
            value={format}
            onChange={(value) => setFormat(value === 'csv' ? 'csv' : 'xlsx')}
          >
            <Group mt={6}>
              <Radio value="xlsx" label={t('export.xlsx')} data-autofocus />
              <Radio value="csv" label={t('export.csv')} />
            </Group>
          </Radio.Group>
          {format === 'csv' && (
            <Radio.Group
              label={t('export.separator')}
              value={separator}
              onChange={(value) => setSeparator(value === ',' ? ',' : ';')}
            >
              <Group mt={6}>
                <Radio value=";" label={t('export.separator.semicolon')} />
                <Radio value="," label={t('export.separator.comma')} />
              </Group>
            </Radio.Group>
          )}
          {may(reveal) && (
            <Radio.Group
              label={t('export.numbers')}
              value={numbers}
              onChange={(value) => setNumbers(value === 'full' ? 'full' : 'masked')}
            >
              <Group mt={6}>
                <Radio value="masked" label={t('export.masked')} />
                <Radio value="full" label={t('export.full')} />
              </Group>
            </Radio.Group>
          )}
          <ProblemNotice error={file.error} />
          <Text size="sm" role="status">
            {file.isSuccess && t('export.done')}
          </Text>
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {t('views.cancel')}
            </Button>
            <Button type="submit" loading={file.isPending}>
              {t('export.submit')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  )
}
