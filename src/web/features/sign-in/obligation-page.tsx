import { Paper, Stack, Text, Title } from '@mantine/core'
import type { Me } from '../../../contracts/api/accounts.ts'
import { queryClient } from '../../app/query-client.ts'
import { meQuery } from '../../app/session.ts'
import { NewPasswordForm } from './new-password-form.tsx'
import { useSignInText } from './texts.ts'
import { TwoFactorForm } from './two-factor-form.tsx'

/** What an account must do before it may work: the server refuses everything else until then. */
export function ObligationPage({ obligation }: { obligation: NonNullable<Me['obligation']> }) {
  const t = useSignInText()
  const done = (): void => void queryClient.invalidateQueries(meQuery)
  const isPassword = obligation === 'password_change_required'
  return (
    <Paper maw={480} p={{ base: 'md', sm: 'xl' }} mx="auto" withBorder>
      <Stack>
        <Title order={1} size="h2">
          {t(isPassword ? 'password.title' : 'factor.title')}
        </Title>
        {isPassword && <Text>{t('password.text')}</Text>}
        {isPassword ? <NewPasswordForm onDone={done} /> : <TwoFactorForm lead={t('factor.text')} onDone={done} />}
      </Stack>
    </Paper>
  )
}
