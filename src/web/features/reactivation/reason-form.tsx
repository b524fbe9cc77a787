import { Button, Group, NativeSelect, Stack, Textarea } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { ProposalView } from '../../../contracts/api/proposals.ts'
import { REACTIVATION_REASONS, type ReactivationReason } from '../../../contracts/reactivation-terms.ts'
import { CASES } from '../../lib/live.ts'
import { onSubmit } from '../../lib/on-submit.ts'
import { Dialog } from '../../ui/dialog.tsx'
import { ProblemNotice } from '../../ui/problem-notice.tsx'
import { setReason } from './calls.ts'
import { useReactivationText } from './texts.ts'

type Props = { proposal: ProposalView; reason: ReactivationReason; onClose: () => void }

/** A reviewer knows better than the answer of BPJS, and says how. */
export function ReasonForm({ proposal, reason, onClose }: Props) {
  const t = useReactivationText()
  const client = useQueryClient()
  const [chosen, setChosen] = useState(reason)
  const [note, setNote] = useState('')
  const send = useMutation({
    mutationFn: () => setReason({ params: { id: proposal.id }, body: { reason: chosen, note } }),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: [CASES] })
      onClose()
    },
  })
  return (
    <Dialog opened onClose={onClose} title={t('reason.change')}>
      <form onSubmit={onSubmit(() => send.mutate())}>
        <Stack>
          <NativeSelect
            label={t('reason')}
            value={chosen}
            data={REACTIVATION_REASONS.map((value) => ({ value, label: t(`reason.${value}`) }))}
            onChange={({ currentTarget }) => setChosen(currentTarget.value as ReactivationReason)}
          />
          <Textarea
            label={t('reason.note')}
            value={note}
            onChange={({ currentTarget }) => setNote(currentTarget.value)}
            autosize
            minRows={2}
            required
          />
          <ProblemNotice error={send.error} />
          <Group>
            <Button type="submit" loading={send.isPending}>
              {t('reason.save')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  )
}
