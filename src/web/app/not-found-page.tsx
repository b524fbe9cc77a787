import { Button, Stack, Text, Title } from '@mantine/core'
import { useAppText } from './texts.ts'

export function NotFoundPage() {
  const t = useAppText()
  return (
    <Stack align="flex-start" p="lg" component="main">
      <Title order={1} size="h2">
        {t('not-found.title')}
      </Title>
      <Text>{t('not-found.text')}</Text>
      <Button component="a" href="/">
        {t('not-found.home')}
      </Button>
    </Stack>
  )
}
