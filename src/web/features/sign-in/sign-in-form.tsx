import { Anchor, Button, PasswordInput, Stack, Text, TextInput } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { onSubmit } from '../../lib/on-submit.ts'
import { ProblemNotice } from '../../ui/problem-notice.tsx'
import { signIn, verifyBackupCode, verifyTotp } from './calls.ts'
import { useSignInText } from './texts.ts'

type Props = { username?: string; onSignedIn: () => void }

function CodeForm({ onSignedIn, onBack }: { onSignedIn: () => void; onBack: () => void }) {
  const t = useSignInText()
  const [isBackup, setBackup] = useState(false)
  const [code, setCode] = useState('')
  const verify = useMutation({
    mutationFn: () => (isBackup ? verifyBackupCode : verifyTotp)({ body: { code: code.trim() } }),
    onSuccess: onSignedIn,
  })
  return (
    <form onSubmit={onSubmit(() => verify.mutate())}>
      <Stack>
        <Text>{t(isBackup ? 'backup.text' : 'code.text')}</Text>
        <TextInput
          label={t(isBackup ? 'backup.label' : 'code.label')}
          value={code}
          onChange={({ currentTarget }) => setCode(currentTarget.value)}
          inputMode={isBackup ? 'text' : 'numeric'}
          autoComplete="one-time-code"
          data-autofocus
          autoFocus
          required
        />
        <ProblemNotice error={verify.error} />
        <Button type="submit" loading={verify.isPending}>
          {t('code.submit')}
        </Button>
        <Anchor component="button" type="button" size="sm" onClick={() => setBackup(!isBackup)}>
          {t(isBackup ? 'code.use-app' : 'code.use-backup')}
        </Anchor>
        <Anchor component="button" type="button" size="sm" onClick={onBack}>
          {t('back')}
        </Anchor>
      </Stack>
    </form>
  )
}

/** Name and password, then the code when the account has a second factor. `username`: only this person may sign in here. */
export function SignInForm({ username: fixed, onSignedIn }: Props) {
  const t = useSignInText()
  const [username, setUsername] = useState(fixed ?? '')
  const [password, setPassword] = useState('')
  const [isCodeAsked, setCodeAsked] = useState(false)
  const enter = useMutation({
    mutationFn: () => signIn({ body: { username: username.trim(), password } }),
    onSuccess: ({ twoFactorPending }) => (twoFactorPending ? setCodeAsked(true) : onSignedIn()),
  })
  if (isCodeAsked) return <CodeForm onSignedIn={onSignedIn} onBack={() => setCodeAsked(false)} />
  return (
    <form onSubmit={onSubmit(() => enter.mutate())}>
      <Stack>
        <TextInput
          label={t('username')}
          value={username}
          onChange={({ currentTarget }) => setUsername(currentTarget.value)}
          autoComplete="username"
          autoCapitalize="none"
          spellCheck={false}
          readOnly={fixed !== undefined}
          autoFocus={fixed === undefined}
          required
        />
        <PasswordInput
          label={t('password')}
          value={password}
          onChange={({ currentTarget }) => setPassword(currentTarget.value)}
          autoComplete="current-password"
          autoFocus={fixed !== undefined}
          required
        />
        <ProblemNotice error={enter.error} />
        <Button type="submit" loading={enter.isPending}>
          {t('submit')}
        </Button>
      </Stack>
    </form>
  )
}
