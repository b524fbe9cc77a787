import { Alert, Badge, Button, Code, Group, List, PasswordInput, Stack, Text } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { queryClient } from '../../app/query-client.ts'
import { meQuery, useMe } from '../../app/session.ts'
import { useAppText } from '../../app/texts.ts'
import { onSubmit } from '../../lib/on-submit.ts'
import { Facts } from '../../ui/facts.tsx'
import { ProblemNotice } from '../../ui/problem-notice.tsx'
import { Section } from '../../ui/section.tsx'
import { NewPasswordForm } from '../sign-in/new-password-form.tsx'
import { TwoFactorForm } from '../sign-in/two-factor-form.tsx'
import { disableTwoFactor, renewBackupCodes } from './calls.ts'
import { SettingsPage } from './settings-page.tsx'
import { useSettingsText } from './texts.ts'

const reloadMe = () => queryClient.invalidateQueries(meQuery)

/** What somebody does with a second factor they have: the password is asked for each time. */
function SecondFactor() {
  const t = useSettingsText()
  const [wish, setWish] = useState<'codes' | 'disable' | null>(null)
  const [password, setPassword] = useState('')
  const act = useMutation({
    mutationFn: async () => {
      if (wish === 'codes') return (await renewBackupCodes({ body: { password } })).backupCodes
      await disableTwoFactor({ body: { password } })
      await reloadMe()
      return []
    },
    onSuccess: () => {
      setWish(null)
      setPassword('')
    },
  })
  const choose = (to: 'codes' | 'disable'): void => {
    act.reset()
    setWish(to)
  }
  return (
    <Stack>
      <Text>{t('account.factor.on')}</Text>
      {wish === null && (
        <Group gap="xs">
          <Button variant="default" onClick={() => choose('codes')}>
            {t('account.codes')}
          </Button>
          <Button variant="outline" color="red" onClick={() => choose('disable')}>
            {t('account.disable')}
          </Button>
        </Group>
      )}
      {wish !== null && (
        <form onSubmit={onSubmit(() => act.mutate())}>
          <Stack maw={420}>
            <Text>{t(wish === 'codes' ? 'account.codes.text' : 'account.disable.text')}</Text>
            <PasswordInput
              label={t('account.password.now')}
              value={password}
              onChange={({ currentTarget }) => setPassword(currentTarget.value)}
              autoComplete="current-password"
              autoFocus
              required
            />
            <ProblemNotice error={act.error} />
            <Group gap="xs">
              <Button type="submit" loading={act.isPending} color={wish === 'disable' ? 'red' : 'green'}>
                {t(wish === 'codes' ? 'account.codes' : 'account.disable')}
              </Button>
              <Button variant="default" onClick={() => setWish(null)}>
                {t('cancel')}
              </Button>
            </Group>
          </Stack>
        </form>
      )}
      {act.data && act.data.length > 0 && (
        <Alert color="green" variant="light" title={t('account.codes.new')} role="status">
          <Stack gap="xs">
            <Text size="sm">{t('account.codes.keep')}</Text>
            <List listStyleType="none">
              {act.data.map((code) => (
                <List.Item key={code}>
                  <Code>{code}</Code>
                </List.Item>
              ))}
            </List>
          </Stack>
        </Alert>
      )}
    </Stack>
  )
}

/** Password and second factor of whoever is signed in. */
export function AccountPage() {
  const t = useSettingsText()
  const app = useAppText()
  const me = useMe()
  const [isChanged, setChanged] = useState(0)
  return (
    <SettingsPage title={t('part.account')}>
      <Section title={me.displayName}>
        <Facts
          rows={[
            [t('user.username'), me.username],
            [t('user.role'), app(`role.${me.role}`)],
            [t('user.region'), me.regionName ?? me.regionCode],
            [t('user.offices'), me.offices.map(({ name }) => name).join(', ') || null],
          ]}
        />
      </Section>
      <Section title={t('account.password')}>
        <Text>{t('account.password.text')}</Text>
        {isChanged > 0 && (
          <Alert color="green" variant="light" role="status">
            {t('account.password.changed')}
          </Alert>
        )}
        <Stack maw={420}>
          <NewPasswordForm key={isChanged} onDone={() => setChanged(isChanged + 1)} />
        </Stack>
      </Section>
      <Section
        title={t('account.factor')}
        aside={
          <Badge color={me.twoFactorEnabled ? 'green' : 'gray'} variant="light" tt="none">
            {t(me.twoFactorEnabled ? 'account.on' : 'account.off')}
          </Badge>
        }
      >
        {me.twoFactorEnabled ? (
          <SecondFactor />
        ) : (
          <Stack maw={420}>
            <TwoFactorForm lead={t('account.factor.text')} onDone={() => void reloadMe()} />
          </Stack>
        )}
      </Section>
    </SettingsPage>
  )
}
