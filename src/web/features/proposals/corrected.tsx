import { Skeleton } from '@mantine/core'
import { lazy, Suspense } from 'react'
import type { ProposalView } from '../../../contracts/api/proposals.ts'

const CorrectedSection = lazy(() =>
  import('./corrected-section.tsx').then((part) => ({ default: part.CorrectedSection })),
)

/** What a correction has changed; most cases never had one, and do not load what shows it. */
export function Corrected({ proposal }: { proposal: ProposalView }) {
  if (!proposal.flags.includes('resubmitted')) return null
  return (
    <Suspense fallback={<Skeleton height={240} />}>
      <CorrectedSection proposal={proposal} />
    </Suspense>
  )
}
