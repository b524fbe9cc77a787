import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useEffect } from 'react'
import type { ProposalView } from '../../../contracts/api/proposals.ts'
import type { QueueKey } from '../../../contracts/lifecycle/queues.ts'
import { CASES } from '../../lib/live.ts'
import { useShowAnswer } from '../../lib/show-answer.ts'
import { documentsQuery } from '../documents/queries.ts'
import { decide } from '../proposals/calls.ts'
import { intakeQuery, proposalQuery } from '../proposals/queries.ts'
import { claimNext, peekNext } from './calls.ts'
import { type Choice, toInput } from './decision-choice.ts'
import { noteDecision } from './last-decision.ts'

/** Claims the next case of a queue and shows it; back to the queue when it is empty. */
export function useClaimNext(queue: QueueKey) {
  const client = useQueryClient()
  const show = useShowAnswer()
  const navigate = useNavigate()
  return useMutation({
    mutationFn: () => claimNext({ params: { queue } }),
    onSuccess: async ({ proposal }) => {
      if (proposal) await show(proposalQuery(proposal.id), proposal)
      void client.invalidateQueries({ queryKey: [CASES, 'counts'] })
      await navigate(proposal ? { to: `/antrean/${queue}/${proposal.id}` } : { to: `/antrean/${queue}` })
    },
  })
}

/** Sends the decision; the next case is on the screen as soon as it is taken. */
export function useDecide(queue: QueueKey, proposal: ProposalView | undefined) {
  const client = useQueryClient()
  const show = useShowAnswer()
  const next = useClaimNext(queue)
  // What the next case shows is fetched while this one is read.
  useEffect(() => {
    if (!proposal) return
    void (async () => {
      const { next: coming } = await peekNext({ params: { queue } })
      if (!coming) return
      await Promise.all([
        client.prefetchQuery(intakeQuery(coming.intakeId)),
        client.prefetchQuery(documentsQuery(coming.id)),
      ])
      // A prefetch that failed is made up for when the case is opened.
    })().catch(() => {})
  }, [client, proposal, queue])
  const send = useMutation({
    mutationFn: async ({ choice, version, id }: { choice: Choice; version: number; id: string }) =>
      decide({ params: { id }, body: { version, undoable: true, ...toInput(choice) } }),
    onSuccess: async (view, { choice }) => {
      noteDecision({ proposal: view, decision: choice.decision })
      await show(proposalQuery(view.id), view)
      next.mutate()
    },
  })
  return { send, next }
}
