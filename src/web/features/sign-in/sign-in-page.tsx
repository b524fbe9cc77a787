import { Anchor, Center, Group, Paper, Stack, Text, Title } from '@mantine/core'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { LanguageSwitch, ThemeSwitch } from '../../app/preferences.tsx'
import { queryClient } from '../../app/query-client.ts'
import { SignInForm } from './sign-in-form.tsx'
import { useSignInText } from './texts.ts'

export function SignInPage() {
  const t = useSignInText()
  const navigate = useNavigate()
  const { to = '/' } = useSearch({ from: '/masuk' })
  const enter = (): void => {
    queryClient.clear()
    void navigate({ href: to, replace: true })
  }
  return (
    <Center component="main" mih="100dvh" p="md">
      <Paper w="100%" maw={400} p={{ base: 'md', sm: 'xl' }} withBorder>
        <Stack>
          <Group justify="space-between">
            <Text fw={700} c="dimmed">
              PuntaDewa
            </Text>
            <Group gap={4}>
              <LanguageSwitch />
              <ThemeSwitch />
            </Group>
          </Group>
          <div>
            <Title order={1} size="h2">
              {t('title')}
            </Title>
          </div>
          <Text size="sm" c="dimmed">
            {t('lead')}
          </Text>
          <SignInForm onSignedIn={enter} />
          <Anchor href="/status" size="sm">
            {t('status-link')}
          </Anchor>
        </Stack>
      </Paper>
    </Center>
  )
}
