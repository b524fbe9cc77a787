import { Alert, Button, Stack, Text } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { useMe } from '../../app/session.ts'
import { isCode } from '../../lib/problem.ts'
import { Dialog } from '../../ui/dialog.tsx'
import { ProblemNotice } from '../../ui/problem-notice.tsx'
import { SignInForm } from './sign-in-form.tsx'
import { useSignInText } from './texts.ts'

/** As `ProblemNotice`; when the server asks for a fresh sign-in, it is done in place and `onFresh` goes on with what was refused. */
export function StepUpNotice({ error, onFresh }: { error: unknown; onFresh: () => void }) {
  const t = useSignInText()
  const me = useMe()
  const [isOpen, { open, close }] = useDisclosure(false)
  if (!isCode(error, 'step_up_required')) return <ProblemNotice error={error} />
  const { title, detail } = error.body
  return (
    <Alert color="orange" title={title} role="alert">
      <Stack gap="xs" align="flex-start">
        <Text size="sm">{detail}</Text>
        <Button size="compact-md" onClick={open}>
          {t('step-up')}
        </Button>
      </Stack>
      <Dialog opened={isOpen} onClose={close} title={title}>
        <SignInForm
          username={me.username}
          onSignedIn={() => {
            close()
            onFresh()
          }}
        />
      </Dialog>
    </Alert>
  )
}
