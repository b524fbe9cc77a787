import { Anchor, Button, Group, Radio, Select, Stack, Text } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { Batch } from '../../../contracts/api/batches.ts'
import type { ExportFormat } from '../../../contracts/api/exports.ts'
import { useMay } from '../../app/session.ts'
import { keepFile } from '../../lib/keep-file.ts'
import { onSubmit } from '../../lib/on-submit.ts'
import { useTimes } from '../../lib/time.ts'
import { Facts } from '../../ui/facts.tsx'
import { ProblemNotice } from '../../ui/problem-notice.tsx'
import { Section } from '../../ui/section.tsx'
import { profilesQuery } from '../layouts/queries.ts'
import { exportBatch } from './calls.ts'
import { batchQuery } from './queries.ts'
import { useRuleWords } from './rule-words.ts'
import { useBatchText } from './texts.ts'

type Seal = NonNullable<Batch['seal']>

/** The file for BPJS. The first layout stays the one of the batch; the server asks for a fresh sign-in. */
function DownloadForm({ batch, seal }: { batch: Batch; seal: Seal }) {
  const t = useBatchText()
  const client = useQueryClient()
  const { data: profiles, error } = useQuery(profilesQuery)
  const [format, setFormat] = useState<ExportFormat>('xlsx')
  const [chosen, setChosen] = useState<string | null>(null)
  const profileId = chosen ?? seal.profile?.id ?? null
  const file = useMutation({
    mutationFn: () =>
      exportBatch({
        params: { id: batch.id },
        body: { format, ...(profileId !== null && { profileId }) },
      }),
    onSuccess: (found) => {
      keepFile(found)
      return client.invalidateQueries({ queryKey: batchQuery(batch.id).queryKey })
    },
  })
  return (
    <form aria-label={t('file')} onSubmit={onSubmit(() => file.mutate())}>
      <Stack gap="xs">
        <Text size="sm">{t('file.lead')}</Text>
        <Group align="flex-end">
          <Select
            label={t('file.layout')}
            placeholder={t('file.layout.choose')}
            data={(profiles?.items ?? []).map(({ id, name }) => ({ value: id, label: name }))}
            value={profileId}
            onChange={setChosen}
            allowDeselect={false}
            miw={240}
            required
          />
          <Radio.Group
            label={t('file.format')}
            value={format}
            onChange={(value) => setFormat(value === 'csv' ? 'csv' : 'xlsx')}
          >
            <Group mt={6} h={30}>
              <Radio value="xlsx" label="XLSX" />
              <Radio value="csv" label="CSV" />
            </Group>
          </Radio.Group>
          <Button type="submit" loading={file.isPending} disabled={profileId === null}>
            {t('file.submit')}
          </Button>
        </Group>
        {seal.profile && (
          <Text size="sm" c="dimmed">
            {t('file.kept', { version: String(seal.profile.version) })}
          </Text>
        )}
        <ProblemNotice error={error ?? file.error} />
        <Text size="sm" role="status">
          {file.isSuccess && t('file.done')}
        </Text>
      </Stack>
    </form>
  )
}

/** What was sent: its number, date, figures and fingerprint, the letter to print, the file to hand in. */
export function SealedSection({ batch, seal }: { batch: Batch; seal: Seal }) {
  const t = useBatchText()
  const may = useMay()
  const times = useTimes()
  const wordsOf = useRuleWords()
  const { totals, rule } = seal
  return (
    <Section
      title={t('sealed', { number: seal.number })}
      aside={
        <Anchor href={`/api/v1/enrolment/batches/${batch.id}/letter`} target="_blank" rel="noopener">
          {t('letter')}
        </Anchor>
      }
    >
      <Facts
        rows={[
          [t('sealed.at'), times.moment(seal.sealedAt)],
          [t('sealed.by'), seal.sealedBy.name],
          [t('seal.letter'), seal.letterNumber],
          [
            t('sealed.people'),
            t('sealed.totals', {
              people: totals.people,
              families: totals.families,
              male: totals.male,
              female: totals.female,
            }),
          ],
          [t('sealed.rule'), rule && wordsOf(rule)],
          [t('sealed.active'), seal.expectedActiveOn && times.date(seal.expectedActiveOn)],
          [
            t('sealed.hash'),
            <Text key="hash" size="xs" ff="monospace" style={{ overflowWrap: 'anywhere' }}>
              {seal.sha256}
            </Text>,
          ],
        ]}
      />
      {may(exportBatch) && <DownloadForm batch={batch} seal={seal} />}
    </Section>
  )
}
