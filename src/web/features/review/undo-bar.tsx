import { Affix, Button, Group, Paper, Text } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useEffect } from 'react'
import { useKeys } from '../../lib/keys.ts'
import { CASES } from '../../lib/live.ts'
import { useShowAnswer } from '../../lib/show-answer.ts'
import { useNow } from '../../lib/use-now.ts'
import { KeyHint } from '../../ui/key-hint.tsx'
import { ProblemNotice } from '../../ui/problem-notice.tsx'
import { useTerms } from '../../ui/terms/terms.ts'
import { proposalQuery } from '../proposals/queries.ts'
import { undoDecision } from './calls.ts'
import { noteDecision, useLastDecision } from './last-decision.ts'
import { useReviewText } from './texts.ts'

/** For five seconds after a decision: what was decided, and the way back. The resident is told only afterwards. */
export function UndoBar({ queue }: { queue: string }) {
  const t = useReviewText()
  const terms = useTerms()
  const client = useQueryClient()
  const show = useShowAnswer()
  const navigate = useNavigate()
  const last = useLastDecision()
  const now = useNow(250)
  useEffect(() => {
    if (last && now.getTime() >= last.until) noteDecision(null)
  }, [last, now])
  const undo = useMutation({
    mutationFn: async ({ id, version }: { id: string; version: number }) =>
      undoDecision({ params: { id }, body: { version } }),
    onSuccess: async (view) => {
      noteDecision(null)
      await show(proposalQuery(view.id), view)
      void client.invalidateQueries({ queryKey: [CASES] })
      await navigate({ to: `/antrean/${queue}/${view.id}` })
    },
  })
  const act = last ? () => undo.mutate(last.proposal) : undefined
  useKeys({ z: act })
  if (!last && !undo.error) return null
  return (
    <Affix position={{ bottom: 16, left: 16, right: 16 }}>
      <Paper withBorder shadow="md" p="sm" maw={560} mx="auto" role="status">
        <ProblemNotice error={undo.error} />
        {last && (
          <Group justify="space-between" wrap="nowrap">
            <Text size="sm">
              {t('undo.done', {
                name: last.proposal.fullName,
                decision: terms(`state.${last.proposal.state}`),
              })}
            </Text>
            <Button
              variant="default"
              loading={undo.isPending}
              rightSection={<KeyHint keys="z" />}
              aria-keyshortcuts="z"
              onClick={act}
            >
              {t('undo.button', { seconds: Math.max(0, Math.ceil((last.until - now.getTime()) / 1000)) })}
            </Button>
          </Group>
        )}
      </Paper>
    </Affix>
  )
}
