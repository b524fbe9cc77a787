import { Alert, Anchor } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import type { Role } from '../../contracts/access.ts'
import { useSeated } from '../lib/live.ts'
import { useMe } from './session.ts'
import { useAppText } from './texts.ts'

/** Who goes on with a case that can be sealed now, or answers for it. */
const CONCERNED: readonly Role[] = ['verifikator', 'supervisor', 'penyetuju']

/** Says on whatever page that cases have got the seat of the budget which they had waited for, until that is known. */
export function SeatBanner() {
  const t = useAppText()
  const { role } = useMe()
  const { count, forget } = useSeated()
  return (
    <div role="status">
      {count > 0 && CONCERNED.includes(role) && (
        <Alert
          color="blue"
          variant="light"
          mb="sm"
          withCloseButton
          closeButtonLabel={t('seated.close')}
          onClose={forget}
        >
          <Anchor
            onClick={forget}
            renderRoot={(props) => <Link to="/usulan" search={{ seat: ['moved_up'] }} {...props} />}
          >
            {t('seated', { count })}
          </Anchor>
        </Alert>
      )}
    </div>
  )
}
