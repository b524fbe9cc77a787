import { Skeleton } from '@mantine/core'
import { lazy, Suspense } from 'react'
import type { ProposalView } from '../../../contracts/api/proposals.ts'

const CompareSection = lazy(() => import('./compare-section.tsx').then((part) => ({ default: part.CompareSection })))

/** Open likenesses of a case; most have none, and do not load what compares them. */
export function Compare({ proposal }: { proposal: ProposalView }) {
  const open = proposal.duplicates.filter(({ judgement }) => judgement === 'open')
  if (open.length === 0) return null
  return (
    <Suspense fallback={<Skeleton height={320} />}>
      <CompareSection proposal={proposal} otherIds={open.map(({ proposalId }) => proposalId)} />
    </Suspense>
  )
}
