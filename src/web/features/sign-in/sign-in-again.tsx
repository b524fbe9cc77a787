import { Anchor, Stack, Text, Title } from '@mantine/core'
import { type SyntheticEvent, useEffect, useLayoutEffect, useRef, useState, useSyncExternalStore } from 'react'
import { LeaveQuestion } from '../../app/leave-question.tsx'
import { queryClient } from '../../app/query-client.ts'
import { forgetSession, meQuery, useMe } from '../../app/session.ts'
import { useAppText } from '../../app/texts.ts'
import { countSealed, forgetSealed } from '../../lib/sealed-store.ts'
import { type GateReason, gateReason, onGate, passGate, turnBack } from '../../lib/session-gate.ts'
import { SignInForm } from './sign-in-form.tsx'

function Content({ reason, titleId }: { reason: GateReason; titleId: string }) {
  const t = useAppText()
  const me = useMe()
  /** Households that would be lost; null: nobody wants to leave. */
  const [lost, setLost] = useState<number | null>(null)
  const leave = async (): Promise<void> => {
    forgetSession()
    await forgetSealed()
    location.assign('/masuk')
  }
  const ask = async (): Promise<void> => {
    const count = await countSealed()
    if (count === 0) await leave()
    else setLost(count)
  }
  const enter = (): void => {
    // Whoever waits asks again with the new session; that it cannot be described now must not hold them up.
    void queryClient.fetchQuery({ ...meQuery, staleTime: 0 }).then(passGate, passGate)
  }
  return (
    <Stack>
      <Title order={2} size="h4" id={titleId}>
        {t(lost === null ? `again.${reason}.title` : 'leave.title')}
      </Title>
      {lost === null ? (
        <>
          <Text>{t(`again.${reason}.text`)}</Text>
          <SignInForm username={me.username} onSignedIn={enter} />
          <Anchor
            component="button"
            type="button"
            size="sm"
            onClick={() => (reason === 'ended' ? void ask() : turnBack())}
          >
            {t(reason === 'ended' ? 'again.other' : 'again.cancel')}
          </Anchor>
        </>
      ) : (
        <LeaveQuestion count={lost} onStay={() => setLost(null)} onLeave={leave} />
      )}
    </Stack>
  )
}

const TITLE_ID = 'sign-in-again-title'

/**
 * Lies over the page when the session has ended, or is too old for what is being done: what is half filled in stays below it, and what was
 * being sent is sent after it. The browser's own dialog: the rest of the page is inert, and the focus goes back to where it was.
 */
export function SignInAgain() {
  const reason = useSyncExternalStore(onGate, gateReason)
  const dialog = useRef<HTMLDialogElement>(null)
  const current = useRef(reason)
  const isOpen = reason !== null

  useLayoutEffect(() => {
    current.current = reason
  }, [reason])

  useLayoutEffect(() => {
    const element = dialog.current
    if (!element || element.open === isOpen) return
    if (!isOpen) return element.close()
    element.showModal()
    element.querySelector<HTMLElement>('input[type=password]')?.focus()
  }, [isOpen])

  useEffect(() => {
    // Here before any other dialog of the page, which would take the key for itself and close the form that is being sent.
    const onKey = (event: KeyboardEvent): void => {
      if (event.key !== 'Escape' || !dialog.current?.open) return
      event.stopImmediatePropagation()
      // The browser would close it the second time whatever we say.
      event.preventDefault()
      if (current.current === 'step_up') turnBack()
    }
    window.addEventListener('keydown', onKey, { capture: true })
    return () => window.removeEventListener('keydown', onKey, { capture: true })
  }, [])

  // A phone's way back asks to close it too.
  const onCancel = (event: SyntheticEvent): void => {
    event.preventDefault()
    if (reason === 'step_up') turnBack()
  }
  const onClose = (): void => {
    if (current.current !== null) dialog.current?.showModal()
  }
  return (
    <dialog ref={dialog} className="sign-in-again" aria-labelledby={TITLE_ID} onCancel={onCancel} onClose={onClose}>
      {reason !== null && <Content key={reason} reason={reason} titleId={TITLE_ID} />}
    </dialog>
  )
}
