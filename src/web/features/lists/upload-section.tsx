import { Alert, Anchor, Button, FileButton, Group, Progress, Stack, Text } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import type { ListView } from '../../../contracts/api/lists.ts'
import { LIST_FILE_MEGABYTES } from '../../../contracts/list-terms.ts'
import { isCode, NoAnswer } from '../../lib/problem.ts'
import { useTimes } from '../../lib/time.ts'
import { ProblemNotice } from '../../ui/problem-notice.tsx'
import { Section } from '../../ui/section.tsx'
import { OtherFile } from './send-file.ts'
import { useListText } from './texts.ts'
import { useUpload } from './use-upload.ts'

const MEGABYTE = 1024 * 1024
const ACCEPT = '.csv,.txt,.xlsx,text/csv,application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'

export const toMegabytes = (bytes: number): number => Math.ceil((bytes * 10) / MEGABYTE) / 10

function Trouble({ error }: { error: unknown }) {
  const t = useListText()
  if (error === null) return null
  if (error instanceof OtherFile) {
    return (
      <Alert color="red" role="alert" title={t('upload.other.title')}>
        {t('upload.other')}
      </Alert>
    )
  }
  const same = isCode(error, 'list_already_imported') ? error.body.details?.listId : undefined
  return (
    <Stack gap="xs">
      <ProblemNotice error={error} />
      {error instanceof NoAnswer && <Text size="sm">{t('upload.broken')}</Text>}
      {typeof same === 'string' && (
        <Anchor component={Link} to={`/daftar-peserta/${same}`}>
          {t('upload.same')}
        </Anchor>
      )}
    </Stack>
  )
}

/** The file goes out part by part; after a reload or a broken line the same file is chosen again and goes on. */
export function UploadSection({ list }: { list: ListView }) {
  const t = useListText()
  const { number } = useTimes()
  const { upload, start } = useUpload(list)
  const isRunning = upload?.isRunning ?? false
  return (
    <Section title={t('upload')}>
      <Text size="sm">{t('upload.lead', { megabytes: LIST_FILE_MEGABYTES })}</Text>
      {!isRunning && list.file.parts > 0 && (
        <Text>{t('upload.there', { sent: number(toMegabytes(list.file.bytes)) })}</Text>
      )}
      {upload && isRunning && (
        <Stack gap={4}>
          <Progress
            value={(100 * upload.sent) / Math.max(upload.file.size, 1)}
            aria-label={t('upload.bar')}
            size="lg"
          />
          <Text size="sm" role="status">
            {t('upload.progress', {
              sent: number(toMegabytes(upload.sent)),
              total: number(toMegabytes(upload.file.size)),
            })}
          </Text>
        </Stack>
      )}
      <Trouble error={upload?.error ?? null} />
      <Group>
        {upload && !isRunning && !(upload.error instanceof OtherFile) && (
          <Button onClick={() => start(upload.file)}>{t('upload.continue', { name: upload.file.name })}</Button>
        )}
        {!isRunning && (
          <FileButton accept={ACCEPT} onChange={(file) => file && start(file)}>
            {(props) => (
              <Button {...props} variant={upload ? 'default' : 'filled'}>
                {t(list.file.parts > 0 ? 'upload.again' : 'upload.choose')}
              </Button>
            )}
          </FileButton>
        )}
      </Group>
    </Section>
  )
}
