import { Button, PasswordInput, Stack } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { PASSWORD_MIN_LENGTH } from '../../../contracts/primitives/password.ts'
import { onSubmit } from '../../lib/on-submit.ts'
import { ProblemNotice } from '../../ui/problem-notice.tsx'
import { changePassword } from './calls.ts'
import { useSignInText } from './texts.ts'

/** The present password and a new one, typed twice. */
export function NewPasswordForm({ onDone }: { onDone: () => void }) {
  const t = useSignInText()
  const [currentPassword, setCurrent] = useState('')
  const [newPassword, setNew] = useState('')
  const [repeated, setRepeated] = useState('')
  const [isSent, setSent] = useState(false)
  const change = useMutation({
    mutationFn: () => changePassword({ body: { currentPassword, newPassword } }),
    onSuccess: onDone,
  })
  const isShort = newPassword.length < PASSWORD_MIN_LENGTH
  const isDifferent = newPassword !== repeated
  const submit = onSubmit(() => {
    setSent(true)
    if (!isShort && !isDifferent) change.mutate()
  })
  return (
    <form onSubmit={submit}>
      <Stack>
        <PasswordInput
          label={t('password.current')}
          value={currentPassword}
          onChange={({ currentTarget }) => setCurrent(currentTarget.value)}
          autoComplete="current-password"
          required
        />
        <PasswordInput
          label={t('password.new')}
          value={newPassword}
          onChange={({ currentTarget }) => setNew(currentTarget.value)}
          error={isSent && isShort ? t('password.short') : undefined}
          autoComplete="new-password"
          required
        />
        <PasswordInput
          label={t('password.repeat')}
          value={repeated}
          onChange={({ currentTarget }) => setRepeated(currentTarget.value)}
          error={isSent && !isShort && isDifferent ? t('password.differs') : undefined}
          autoComplete="new-password"
          required
        />
        <ProblemNotice error={change.error} />
        <Button type="submit" loading={change.isPending}>
          {t('password.submit')}
        </Button>
      </Stack>
    </form>
  )
}
