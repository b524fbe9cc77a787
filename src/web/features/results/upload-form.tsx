import { Anchor, Autocomplete, Button, FileInput, Group, Progress, Stack, Text } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { useRef, useState } from 'react'
import type { Batch } from '../../../contracts/api/batches.ts'
import { RESULT_FILE_MEGABYTES } from '../../../contracts/result-terms.ts'
import { useMay } from '../../app/session.ts'
import { probeFile } from '../../lib/chosen-file.ts'
import { onSubmit } from '../../lib/on-submit.ts'
import { isCode } from '../../lib/problem.ts'
import { ProblemNotice } from '../../ui/problem-notice.tsx'
import { getResultProfile, uploadResults } from './calls.ts'
import { resultsQuery } from './queries.ts'
import { useResultText } from './texts.ts'

const MEGABYTE = 1024 * 1024
const SHEET_REASONS = ['several_sheets', 'sheet_unknown']
const HEADER_REASONS = ['header_missing', 'columns_missing', 'columns_duplicate']

/** Why the server refused the table, as it says it for programs. */
function refusalOf(error: unknown): { reason: string; names: string[] } {
  const { reason, names } = (isCode(error, 'table_refused') && error.body.details) || {}
  return {
    reason: typeof reason === 'string' ? reason : '',
    names: Array.isArray(names) ? names.filter((name) => typeof name === 'string') : [],
  }
}

function Trouble({ batch, error }: { batch: Batch; error: unknown }) {
  const t = useResultText()
  const may = useMay()
  return (
    <>
      <ProblemNotice error={error} />
      {HEADER_REASONS.includes(refusalOf(error).reason) && may(getResultProfile) && (
        <Text size="sm">
          {t('upload.headers')}{' '}
          <Anchor
            size="sm"
            underline="always"
            renderRoot={(props) => (
              <Link to="/pengaturan/profil-hasil" search={{ region: batch.regionCode }} {...props} />
            )}
          >
            {t('to-profile')}
          </Anchor>
        </Text>
      )}
    </>
  )
}

/** A file of BPJS goes out; what is refused is told in place, and what was chosen stays. */
export function UploadForm({ batch }: { batch: Batch }) {
  const t = useResultText()
  const client = useQueryClient()
  const navigate = useNavigate()
  const [file, setFile] = useState<File | null>(null)
  const [sheet, setSheet] = useState('')
  const [sent, setSent] = useState(0)
  const forget = useRef<() => void>(null)
  const upload = useMutation({
    mutationFn: async (chosen: File) => {
      setSent(0)
      await probeFile(chosen)
      const form = new FormData()
      if (sheet.trim() !== '') form.set('sheet', sheet.trim())
      form.set('file', chosen)
      return uploadResults(form, { params: { id: batch.id }, onProgress: setSent })
    },
    // The file may have come although its answer did not.
    onSettled: () => void client.invalidateQueries({ queryKey: resultsQuery(batch.id).queryKey }),
  })
  const { reason, names } = refusalOf(upload.error)
  // The line would be cut in the middle of it: nobody could say why.
  const isTooLarge = file !== null && file.size > RESULT_FILE_MEGABYTES * MEGABYTE
  const send = (chosen: File): void =>
    upload.mutate(chosen, {
      // Not for somebody who has gone on to another page.
      onSuccess: ({ id }) =>
        void navigate({ to: '/berkas-bpjs/$id/hasil/$resultId', params: { id: batch.id, resultId: id } }),
    })
  return (
    <form aria-label={t('upload')} onSubmit={onSubmit(() => file && send(file))}>
      <Stack gap="xs">
        <Text size="sm">{t('upload.lead', { megabytes: RESULT_FILE_MEGABYTES })}</Text>
        <Group align="flex-end" gap="xs">
          <FileInput
            flex={1}
            miw={200}
            label={t('upload.file')}
            accept=".csv,.txt,.xlsx"
            value={file}
            resetRef={forget}
            onChange={(chosen) => {
              upload.reset()
              setSheet('')
              setFile(chosen)
              // What was chosen stays here. A browser is silent when its box has the same file again, though it may be a mended one.
              forget.current?.()
            }}
            placeholder={t('upload.choose')}
            error={isTooLarge && t('upload.too-large', { megabytes: RESULT_FILE_MEGABYTES })}
            disabled={upload.isPending}
          />
          {(SHEET_REASONS.includes(reason) || sheet !== '') && (
            <Autocomplete label={t('upload.sheet')} data={names} value={sheet} onChange={setSheet} />
          )}
          <Button type="submit" disabled={!file || isTooLarge} loading={upload.isPending}>
            {t('upload.submit')}
          </Button>
        </Group>
        {upload.isPending && (
          <>
            <Progress
              value={100 * sent}
              animated={sent === 1}
              striped={sent === 1}
              aria-label={t('upload.bar')}
              size="lg"
            />
            <Text size="sm" role="status">
              {sent < 1 ? t('upload.progress', { percent: Math.floor(100 * sent) }) : t('upload.reading')}
            </Text>
          </>
        )}
        <Trouble batch={batch} error={upload.error} />
      </Stack>
    </form>
  )
}
