import { Button, Checkbox, Group, Stack, Text, Textarea } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { ProposalView } from '../../../contracts/api/proposals.ts'
import { CASES } from '../../lib/live.ts'
import { onSubmit } from '../../lib/on-submit.ts'
import { ProblemNotice } from '../../ui/problem-notice.tsx'
import { Section } from '../../ui/section.tsx'
import { PapersSection } from '../documents/papers-section.tsx'
import { sendReactivationPapers } from './calls.ts'
import { useCorrectionText } from './texts.ts'

/** The papers of somebody whose membership is inactive, complete now. */
export function ReactivationForm({ proposal, onSent }: { proposal: ProposalView; onSent: () => void }) {
  const t = useCorrectionText()
  const client = useQueryClient()
  const [note, setNote] = useState('')
  const [isLetterSeen, setLetterSeen] = useState(false)
  const isLetterRecorded = proposal.reactivation?.checklist.some(
    ({ item, record }) => item === 'facility_letter' && record !== null,
  )
  const needsLetter = proposal.flags.includes('facility_letter_needed') && !isLetterRecorded
  const send = useMutation({
    mutationFn: () =>
      sendReactivationPapers({
        params: { id: proposal.id },
        body: { version: proposal.version, note, facilityLetterSeen: isLetterSeen || isLetterRecorded === true },
      }),
    onSuccess: () => {
      onSent()
      void client.invalidateQueries({ queryKey: [CASES] })
    },
  })
  return (
    <Stack>
      <form onSubmit={onSubmit(() => send.mutate())}>
        <Section title={t('reactivation.title')}>
          <Text size="sm">{t('reactivation.lead')}</Text>
          <Textarea
            label={t('reactivation.note')}
            value={note}
            onChange={({ currentTarget }) => setNote(currentTarget.value)}
            autosize
            minRows={3}
            required
          />
          {needsLetter && (
            <Checkbox
              label={t('reactivation.letter')}
              checked={isLetterSeen}
              onChange={({ currentTarget }) => setLetterSeen(currentTarget.checked)}
            />
          )}
          <ProblemNotice error={send.error} />
          <Group>
            <Button type="submit" loading={send.isPending}>
              {t('reactivation.send')}
            </Button>
          </Group>
        </Section>
      </form>
      <PapersSection proposal={proposal} />
    </Stack>
  )
}
