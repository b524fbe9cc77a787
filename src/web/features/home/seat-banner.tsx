import { Alert, Anchor } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useHomeText } from './texts.ts'

/** Says that cases have got the seat of the budget which they had waited for, until that is known. */
export function SeatBanner({ count, onSeen }: { count: number; onSeen: () => void }) {
  const t = useHomeText()
  return (
    <Alert
      role="note"
      color="blue"
      variant="light"
      mb="sm"
      withCloseButton
      closeButtonLabel={t('seated.close')}
      onClose={onSeen}
    >
      <Anchor onClick={onSeen} renderRoot={(props) => <Link to="/usulan" search={{ seat: ['moved_up'] }} {...props} />}>
        {t('seated.now', { count })}
      </Anchor>
    </Alert>
  )
}
