import { Button, Group, Text } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { lazy, Suspense, useState } from 'react'
import type { ProposalView } from '../../../contracts/api/proposals.ts'
import { useShowAnswer } from '../../lib/show-answer.ts'
import { useTimes } from '../../lib/time.ts'
import { ProblemNotice } from '../../ui/problem-notice.tsx'
import { proposalQuery } from '../proposals/queries.ts'
import { askMembershipAgain } from './calls.ts'
import { useBpjsWords, useMembershipText } from './texts.ts'

const ManualCheck = lazy(() => import('./manual-check.tsx').then((part) => ({ default: part.ManualCheck })))

/** Where and when the answer was had, and the ways to another one. */
export function MembershipActs({ proposal }: { proposal: ProposalView }) {
  const t = useMembershipText()
  const words = useBpjsWords()
  const times = useTimes()
  const showAnswer = useShowAnswer()
  const again = useMutation({
    mutationFn: () => askMembershipAgain({ params: { id: proposal.id } }),
    onSuccess: (view) => showAnswer(proposalQuery(proposal.id), view),
  })
  const { membership } = proposal
  const mayRecord = proposal.allowedActions.includes('record_membership')
  // Kept when the case is lost meanwhile, with what was typed.
  const [wasAllowed, setWasAllowed] = useState(mayRecord)
  if (mayRecord && !wasAllowed) setWasAllowed(true)
  return (
    <>
      {membership && (
        <Text size="sm" c="dimmed">
          {t('at', {
            at: times.moment(membership.checkedAt),
            source: words(`source.${membership.source}` as 'source.manual'),
          })}
        </Text>
      )}
      <Group gap="xs">
        {mayRecord && (
          <Button variant="subtle" size="compact-sm" loading={again.isPending} onClick={() => again.mutate()}>
            {t('again')}
          </Button>
        )}
        {wasAllowed && (
          <Suspense>
            <ManualCheck proposal={proposal} mayRecord={mayRecord} />
          </Suspense>
        )}
      </Group>
      <ProblemNotice error={again.error} />
    </>
  )
}
