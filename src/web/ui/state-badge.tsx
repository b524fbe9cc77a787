import { Badge } from '@mantine/core'
import type { Flag, State } from '../../contracts/lifecycle/states.ts'
import { useTerms } from './terms/terms.ts'

/** Colour only repeats what the word says. */
const STATE_COLORS: Record<State, string> = {
  submitted: 'gray',
  checking: 'gray',
  in_review: 'blue',
  needs_correction: 'orange',
  needs_reactivation: 'orange',
  eligible: 'green',
  submitted_to_bpjs: 'green',
  active_confirmed: 'green',
  already_active: 'green',
  rejected: 'red',
  closed: 'gray',
}

export function StateBadge({ state }: { state: State }) {
  const t = useTerms()
  return (
    // As wide as its words: a column of a table would cut them.
    <Badge variant="light" color={STATE_COLORS[state]} tt="none" size="lg" miw="max-content">
      {t(`state.${state}`)}
    </Badge>
  )
}

const URGENT: readonly Flag[] = ['urgent_care', 'membership_deceased', 'rejection_proposed']

export function FlagBadge({ flag }: { flag: Flag }) {
  const t = useTerms()
  return (
    <Badge variant="outline" color={URGENT.includes(flag) ? 'red' : 'gray'} tt="none">
      {t(`flag.${flag}`)}
    </Badge>
  )
}
