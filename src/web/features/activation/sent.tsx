import { Skeleton } from '@mantine/core'
import { lazy, Suspense } from 'react'
import type { ProposalView } from '../../../contracts/api/proposals.ts'

const SentSection = lazy(() => import('./sent-section.tsx').then((part) => ({ default: part.SentSection })))

/** How a case stands with BPJS; most cases were never sent, and do not load what shows it. */
export function Sent({ proposal }: { proposal: ProposalView }) {
  const { sent } = proposal
  if (sent === null) return null
  return (
    <Suspense fallback={<Skeleton height={240} />}>
      <SentSection proposal={proposal} sent={sent} />
    </Suspense>
  )
}
