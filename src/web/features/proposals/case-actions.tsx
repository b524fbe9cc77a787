import { Button, Group, Stack, Textarea } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import type { ProposalView } from '../../../contracts/api/proposals.ts'
import { CASES } from '../../lib/live.ts'
import { onSubmit } from '../../lib/on-submit.ts'
import { Dialog } from '../../ui/dialog.tsx'
import { ProblemNotice } from '../../ui/problem-notice.tsx'
import { AssignMove } from './assign-move.tsx'
import { addNote, claim, NOTED_MOVES, type NotedMove, release } from './calls.ts'
import { useProposalText } from './texts.ts'

type Written = NotedMove | 'note'
const WRITTEN: readonly Written[] = ['recall', 'set_aside', 'withdraw', 'note']
const IN_DIALOGS = ['assign', ...WRITTEN] as const

/** A move with a few words that say why. */
export function WrittenMove({
  proposal,
  move,
  onClose,
}: {
  proposal: ProposalView
  move: Written
  onClose: () => void
}) {
  const t = useProposalText()
  const client = useQueryClient()
  const [note, setNote] = useState('')
  const params = { id: proposal.id }
  const send = useMutation({
    mutationFn: async () => {
      if (move === 'note') await addNote({ params, body: { note } })
      else await NOTED_MOVES[move]({ params, body: { version: proposal.version, note } })
    },
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: [CASES] })
      onClose()
    },
  })
  return (
    <Dialog onClose={onClose} title={t(`action.${move}`)}>
      <form onSubmit={onSubmit(() => send.mutate())}>
        <Stack>
          <Textarea
            label={t(move === 'note' ? 'action.note.label' : 'action.note.why')}
            value={note}
            onChange={({ currentTarget }) => setNote(currentTarget.value)}
            autosize
            minRows={3}
            data-autofocus
            required
          />
          <ProblemNotice error={send.error} />
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {t('action.cancel')}
            </Button>
            <Button type="submit" loading={send.isPending} {...(move === 'withdraw' && { color: 'red' })}>
              {t('action.send')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  )
}

/** What the lifecycle lets this person do with the case now, and nothing else. */
export function CaseActions({ proposal }: { proposal: ProposalView }) {
  const t = useProposalText()
  const client = useQueryClient()
  const [move, setMove] = useState<Written | 'assign' | null>(null)
  const params = { id: proposal.id }
  const may = (action: ProposalView['allowedActions'][number]): boolean => proposal.allowedActions.includes(action)
  const lease = useMutation({
    mutationFn: async (action: 'claim' | 'take_over' | 'release') => {
      if (action === 'release') await release({ params })
      else await claim({ params, body: { takeOver: action === 'take_over' } })
    },
    onSettled: () => client.invalidateQueries({ queryKey: [CASES] }),
  })
  const isMine = may('release')
  return (
    <Stack gap="xs">
      <ProblemNotice error={lease.error} />
      <Group gap="xs">
        {isMine && (
          <Button component={Link} to={`/antrean/mine/${proposal.id}`}>
            {t('action.review')}
          </Button>
        )}
        {(may('correct') || may('complete_reactivation')) && (
          <Button component={Link} to={`/perbaikan/${proposal.id}`}>
            {t(may('correct') ? 'action.correct' : 'action.complete_reactivation')}
          </Button>
        )}
        {(['claim', 'take_over', 'release'] as const).filter(may).map((action) => (
          <Button
            key={action}
            variant={action === 'claim' && !isMine ? 'filled' : 'default'}
            onClick={() => lease.mutate(action)}
            loading={lease.isPending && lease.variables === action}
          >
            {t(`action.${action}`)}
          </Button>
        ))}
        {IN_DIALOGS.filter(may).map((action) => (
          <Button key={action} variant="default" onClick={() => setMove(action)}>
            {t(`action.${action}`)}
          </Button>
        ))}
      </Group>
      {move === 'assign' && <AssignMove proposal={proposal} onClose={() => setMove(null)} />}
      {move && move !== 'assign' && <WrittenMove proposal={proposal} move={move} onClose={() => setMove(null)} />}
    </Stack>
  )
}
