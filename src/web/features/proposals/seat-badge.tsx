import { Badge } from '@mantine/core'
import type { SeatStandingView } from '../../../contracts/api/quota.ts'
import { useTimes } from '../../lib/time.ts'
import { useProposalText } from './texts.ts'

/** An approved case that the budget has no seat for yet, or one that takes none. Everybody else's seat is nothing to look at. */
export function SeatBadge({ quota }: { quota: SeatStandingView | null }) {
  const t = useProposalText()
  const { number } = useTimes()
  if (quota === null || (quota.place === null && quota.state !== 'taken_over')) return null
  return (
    <Badge color={quota.place === null ? 'gray' : 'orange'} variant="light" tt="none" w="fit-content">
      {quota.place === null ? t('quota.taken-over') : t('quota.waiting', { place: number(quota.place) })}
    </Badge>
  )
}
