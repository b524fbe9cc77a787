import { Button, Stack, Text, Title } from '@mantine/core'
import { ProblemNotice } from '../ui/problem-notice.tsx'
import { useAppText } from './texts.ts'

/** Shown in place of a page whose code or data could not be had. */
export function FailedPage({ error }: { error: unknown }) {
  const t = useAppText()
  return (
    <Stack align="flex-start" p="lg" component="main">
      <Title order={1} size="h2">
        {t('failed.title')}
      </Title>
      <Text>{t('failed.text')}</Text>
      <ProblemNotice error={error} />
      <Button onClick={() => location.reload()}>{t('failed.reload')}</Button>
    </Stack>
  )
}
