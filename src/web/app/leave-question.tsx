import { Button, Group, Text } from '@mantine/core'
import { useState } from 'react'
import { useAppText } from './texts.ts'

type Props = {
  /** Households on this device that nobody has sent. */
  count: number
  onStay: () => void
  onLeave: () => Promise<void>
}

/** Before drafts are deleted on the way out. Staying is what Enter does. */
export function LeaveQuestion({ count, onStay, onLeave }: Props) {
  const t = useAppText()
  const [isLeaving, setLeaving] = useState(false)
  const leave = (): void => {
    setLeaving(true)
    onLeave().catch(() => setLeaving(false))
  }
  return (
    <>
      <Text role="alert">{t('leave.text', { count })}</Text>
      <Group>
        <Button onClick={onStay} autoFocus data-autofocus>
          {t('leave.stay')}
        </Button>
        <Button variant="default" c="red" loading={isLeaving} onClick={leave}>
          {t('leave.go', { count })}
        </Button>
      </Group>
    </>
  )
}
