import { Box, Button, Code, List, PasswordInput, Stack, Text, TextInput } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { renderSVG } from 'uqr'
import { onSubmit } from '../../lib/on-submit.ts'
import { ProblemNotice } from '../../ui/problem-notice.tsx'
import { enrolTwoFactor, verifyTotp } from './calls.ts'
import { useSignInText } from './texts.ts'

/** Password, QR code, first code, backup codes: then the account has its second factor. */
export function TwoFactorForm({ lead, onDone }: { lead: string; onDone: () => void }) {
  const t = useSignInText()
  const [password, setPassword] = useState('')
  const [code, setCode] = useState('')
  const enrol = useMutation({ mutationFn: () => enrolTwoFactor({ body: { password } }) })
  const verify = useMutation({ mutationFn: () => verifyTotp({ body: { code: code.trim() } }), onSuccess: onDone })
  const submit = onSubmit(() => (enrol.data ? verify : enrol).mutate())
  return (
    <form onSubmit={submit}>
      <Stack>
        {enrol.data ? (
          <>
            <Text>{t('factor.scan')}</Text>
            <Box
              w={200}
              bg="white"
              role="img"
              aria-label={t('factor.qr')}
              // The SVG is drawn here from the address; nothing of it comes from elsewhere.
              dangerouslySetInnerHTML={{ __html: renderSVG(enrol.data.totpUri) }}
            />
            <Text size="sm">
              {t('factor.secret', { secret: new URL(enrol.data.totpUri).searchParams.get('secret') ?? '' })}
            </Text>
            <Text size="sm">{t('factor.codes')}</Text>
            <List size="sm" listStyleType="none">
              {enrol.data.backupCodes.map((one) => (
                <List.Item key={one}>
                  <Code>{one}</Code>
                </List.Item>
              ))}
            </List>
            <TextInput
              label={t('code.label')}
              value={code}
              onChange={({ currentTarget }) => setCode(currentTarget.value)}
              inputMode="numeric"
              autoComplete="one-time-code"
              required
            />
          </>
        ) : (
          <>
            <Text>{lead}</Text>
            <PasswordInput
              label={t('password')}
              value={password}
              onChange={({ currentTarget }) => setPassword(currentTarget.value)}
              autoComplete="current-password"
              required
            />
          </>
        )}
        <ProblemNotice error={enrol.error ?? verify.error} />
        <Button type="submit" loading={enrol.isPending || verify.isPending}>
          {t(enrol.data ? 'factor.finish' : 'factor.start')}
        </Button>
      </Stack>
    </form>
  )
}
