import { Anchor, Modal, Stack, Text } from '@mantine/core'
import { useState, useSyncExternalStore } from 'react'
import { queryClient } from '../../app/query-client.ts'
import { forgetSession, meQuery, useMe } from '../../app/session.ts'
import { useAppText } from '../../app/texts.ts'
import { forgetSealed } from '../../lib/sealed-store.ts'
import { type GateReason, gateReason, onGate, passGate, turnBack } from '../../lib/session-gate.ts'
import { SignInForm } from './sign-in-form.tsx'

/**
 * Lies over the page when the session has ended, or is too old for what is being done: what is half filled in stays below it, and what was
 * being sent is sent after it.
 */
export function SignInAgain() {
  const t = useAppText()
  const me = useMe()
  const reason = useSyncExternalStore(onGate, gateReason)
  // Its words stay while the dialog fades.
  const [told, setTold] = useState<GateReason>('ended')
  if (reason !== null && reason !== told) setTold(reason)
  const shown = reason ?? told
  const leave = async (): Promise<void> => {
    forgetSession()
    await forgetSealed()
    location.assign('/masuk')
  }
  const enter = (): void => {
    // Whoever waits asks again with the new session; that it cannot be described now must not hold them up.
    void queryClient.fetchQuery({ ...meQuery, staleTime: 0 }).then(passGate, passGate)
  }
  return (
    <Modal
      opened={reason !== null}
      onClose={turnBack}
      withCloseButton={false}
      // Escape would close the form below it as well.
      closeOnEscape={false}
      // Above the dialog whose form is being sent.
      zIndex={1000}
      closeOnClickOutside={false}
      title={t(`again.${shown}.title`)}
      centered
    >
      <Stack>
        <Text>{t(`again.${shown}.text`)}</Text>
        <SignInForm username={me.username} onSignedIn={enter} />
        <Anchor
          component="button"
          type="button"
          size="sm"
          onClick={() => (shown === 'ended' ? void leave() : turnBack())}
        >
          {t(shown === 'ended' ? 'again.other' : 'again.cancel')}
        </Anchor>
      </Stack>
    </Modal>
  )
}
