import { Text } from '@mantine/core'
import type { ProposalListItem } from '../../../contracts/api/proposals.ts'
import { useMe } from '../../app/session.ts'
import { useTimes } from '../../lib/time.ts'
import { useProposalText } from './texts.ts'

type Held = Pick<ProposalListItem, 'leaseHolder' | 'leaseHolderName' | 'leaseUntil' | 'reservedFor' | 'reservedForName'>

/** Who is at work on a case, and until when; of one that nobody holds, for whom it is kept. */
export function Holder({ item }: { item: Held }) {
  const t = useProposalText()
  const me = useMe()
  const times = useTimes()
  const { leaseHolder, leaseHolderName, leaseUntil, reservedFor, reservedForName } = item
  const nameOf = (name: string | null): string => name ?? t('held.colleague')
  if (leaseHolder !== null && leaseUntil !== null) {
    const until = times.clock(leaseUntil)
    return (
      <Text size="sm">
        {leaseHolder === me.userId ? t('held.mine', { until }) : t('held.by', { name: nameOf(leaseHolderName), until })}
      </Text>
    )
  }
  if (reservedFor === null) return null
  return (
    <Text size="sm">
      {reservedFor === me.userId ? t('kept.mine') : t('kept.for', { name: nameOf(reservedForName) })}
    </Text>
  )
}
