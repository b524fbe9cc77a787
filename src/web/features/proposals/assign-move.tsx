import { Button, Group, Stack, Text } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { ProposalView } from '../../../contracts/api/proposals.ts'
import { fieldError } from '../../lib/field-error.ts'
import { CASES } from '../../lib/live.ts'
import { onSubmit } from '../../lib/on-submit.ts'
import { Dialog } from '../../ui/dialog.tsx'
import { ProblemNotice } from '../../ui/problem-notice.tsx'
import { assign } from './calls.ts'
import { ReviewerSelect } from './reviewer-select.tsx'
import { useProposalText } from './texts.ts'

/** Gives the case to a reviewer, who has it first for two working days. */
export function AssignMove({ proposal, onClose }: { proposal: ProposalView; onClose: () => void }) {
  const t = useProposalText()
  const client = useQueryClient()
  const [reviewerId, setReviewer] = useState<string | null>(null)
  const send = useMutation({
    mutationFn: () =>
      assign({ params: { id: proposal.id }, body: { version: proposal.version, reviewerId: reviewerId ?? '' } }),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: [CASES] })
      onClose()
    },
  })
  return (
    <Dialog onClose={onClose} title={t('action.assign')}>
      <form onSubmit={onSubmit(() => send.mutate())}>
        <Stack>
          <Text size="sm">{t('assign.hint')}</Text>
          <ReviewerSelect value={reviewerId} onChange={setReviewer} error={fieldError(send.error, 'reviewerId')} />
          <ProblemNotice error={send.error} />
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {t('action.cancel')}
            </Button>
            <Button type="submit" loading={send.isPending} disabled={reviewerId === null}>
              {t('action.send')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  )
}
