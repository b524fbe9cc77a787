import { Skeleton } from '@mantine/core'
import { lazy, Suspense } from 'react'
import type { ProposalView } from '../../../contracts/api/proposals.ts'

const ReactivationSection = lazy(() =>
  import('./reactivation-section.tsx').then((part) => ({ default: part.ReactivationSection })),
)

/** The way back of an inactive member; most cases have none, and do not load what shows it. */
export function WayBack({ proposal }: { proposal: ProposalView }) {
  if (proposal.reactivation === null) return null
  return (
    <Suspense fallback={<Skeleton height={240} />}>
      <ReactivationSection proposal={proposal} />
    </Suspense>
  )
}
