import { Button, type ButtonProps, Group, Modal, Stack, Text } from '@mantine/core'
import { useState } from 'react'
import { ProblemNotice } from './problem-notice.tsx'
import { useUiText } from './texts.ts'

type Props = Pick<ButtonProps, 'size' | 'color' | 'variant'> & {
  label: string
  question: string
  /** What it is done to, for those who hear the button without seeing the row. */
  about?: string
  act(): Promise<unknown>
}

/** A button whose act cannot simply be taken back: it asks first, and shows in place why it was refused. */
export function ConfirmButton({ label, question, about, act, ...look }: Props) {
  const t = useUiText()
  const [isOpen, setOpen] = useState(false)
  const [isPending, setPending] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const go = async (): Promise<void> => {
    setPending(true)
    setError(null)
    try {
      await act()
      setOpen(false)
    } catch (refusal) {
      setError(refusal)
    } finally {
      setPending(false)
    }
  }
  const close = (): void => {
    // What is under way cannot be called off: its end is shown.
    if (!isPending) setOpen(false)
  }
  return (
    <>
      <Button
        variant="default"
        size="compact-md"
        {...look}
        {...(about !== undefined && { 'aria-label': `${label}: ${about}` })}
        onClick={() => setOpen(true)}
      >
        {label}
      </Button>
      <Modal opened={isOpen} onClose={close} title={label} withCloseButton={false} centered>
        <Stack>
          <Text>{question}</Text>
          <ProblemNotice error={error} />
          <Group justify="flex-end">
            <Button variant="default" disabled={isPending} onClick={close}>
              {t('cancel')}
            </Button>
            <Button color={look.color ?? 'green'} loading={isPending} onClick={() => void go()} data-autofocus>
              {label}
            </Button>
          </Group>
        </Stack>
      </Modal>
    </>
  )
}
