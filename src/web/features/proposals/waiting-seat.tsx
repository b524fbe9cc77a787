import { Badge } from '@mantine/core'
import type { SeatStandingView } from '../../../contracts/api/quota.ts'
import { useTimes } from '../../lib/time.ts'
import { useProposalText } from './texts.ts'

/** An approved case that the budget has no seat for yet. Everybody else's seat is nothing to look at. */
export function WaitingSeat({ quota }: { quota: SeatStandingView | null }) {
  const t = useProposalText()
  const { number } = useTimes()
  if (quota === null || quota.place === null) return null
  return (
    <Badge color="orange" variant="light" tt="none" w="fit-content">
      {t('quota.waiting', { place: number(quota.place) })}
    </Badge>
  )
}
