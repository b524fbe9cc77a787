import { Button, Group, List, Stack, Text } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { BatchResult } from '../../../contracts/api/batch-results.ts'
import { useMay } from '../../app/session.ts'
import { isCode } from '../../lib/problem.ts'
import { useTimes } from '../../lib/time.ts'
import { ConfirmButton } from '../../ui/confirm-button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { ProblemNotice } from '../../ui/problem-notice.tsx'
import { BATCHES } from '../batches/queries.ts'
import { abortResults, approveResults, undoResults } from './calls.ts'
import { resultQuery, useShowResult } from './queries.ts'
import { useResultText } from './texts.ts'

type UndoProps = { result: BatchResult; show: (view: BatchResult) => Promise<void>; onClose: () => void }

/** What the undo does, and, when it is refused, how many cases stand in its way. */
function UndoDialog({ result, show, onClose }: UndoProps) {
  const t = useResultText()
  const { number } = useTimes()
  const client = useQueryClient()
  const undo = useMutation({
    mutationFn: () => undoResults({ params: { id: result.id } }),
    onSuccess: (view) => show(view),
    // It may be undone although the answer was lost.
    onError: () => void client.invalidateQueries({ queryKey: resultQuery(result.id).queryKey }),
    onSettled: () => void client.invalidateQueries({ queryKey: BATCHES }),
  })
  const close = (): void => {
    if (!undo.isPending) onClose()
  }
  const moved = isCode(undo.error, 'results_moved_on') ? undo.error.body.details?.['rows'] : undefined
  return (
    <Dialog onClose={close} title={t('undo')}>
      <Stack>
        <List size="sm">
          <List.Item>{t('undo.rows', { rows: result.counts.applied })}</List.Item>
          <List.Item>{t('undo.accepted')}</List.Item>
          <List.Item>{t('undo.refused')}</List.Item>
          <List.Item>{t('undo.whole')}</List.Item>
        </List>
        <ProblemNotice error={undo.error} />
        {typeof moved === 'number' && (
          <Text size="sm" fw={600}>
            {t('undo.moved', { rows: moved, total: number(result.counts.applied) })}
          </Text>
        )}
        <Group justify="flex-end">
          <Button variant="default" disabled={undo.isPending} onClick={close}>
            {t('undo.keep')}
          </Button>
          <Button color="red" loading={undo.isPending} onClick={() => undo.mutate()} data-autofocus>
            {t('undo')}
          </Button>
        </Group>
      </Stack>
    </Dialog>
  )
}

type ActsProps = {
  result: BatchResult
  batchName: string
  /** The buttons that were pressed go; whoever pressed one is led on. */
  onActed: () => void
}

/** What may be done with an import now, by whom the server lets. */
export function Acts({ result, batchName, onActed }: ActsProps) {
  const t = useResultText()
  const may = useMay()
  const client = useQueryClient()
  const showResult = useShowResult()
  const show = (view: BatchResult): Promise<void> => {
    onActed()
    return showResult(view)
  }
  const [isUndoing, setUndoing] = useState(false)
  const params = { id: result.id }
  const { state, counts } = result
  const isReady = state === 'dry_run_ready'
  /** It stopped while it was being applied: it is finished, and never ended. */
  const isHalf = isReady && counts.applied > 0
  const isDone = state === 'applied' || state === 'partly_applied'
  // When somebody else was quicker, what stands is shown.
  const act = (call: Promise<BatchResult>): Promise<void> =>
    call.then(show).catch((error: unknown) => {
      void client.invalidateQueries({ queryKey: resultQuery(result.id).queryKey })
      throw error
    })
  return (
    <Group gap="xs">
      {isReady && counts.toApply > 0 && may(approveResults) && (
        <ConfirmButton
          size="sm"
          variant="filled"
          label={isHalf ? t('approve.rest') : t('approve', { rows: counts.toApply })}
          question={
            isHalf
              ? t('approve.rest.sure', { batch: batchName })
              : t('approve.sure', {
                  rows: counts.toApply,
                  batch: batchName,
                  accepted: counts.accepted,
                  refused: counts.refused,
                })
          }
          act={() => act(approveResults({ params, body: { rows: counts.toApply } }))}
        />
      )}
      {((isReady && !isHalf) || state === 'uploaded' || state === 'parsing') && may(abortResults) && (
        <ConfirmButton
          size="sm"
          color="red"
          label={t('abort')}
          question={t('abort.sure')}
          act={() => act(abortResults({ params }))}
        />
      )}
      {isDone && may(undoResults) && (
        <Button variant="default" onClick={() => setUndoing(true)}>
          {t('undo')}
        </Button>
      )}
      {isUndoing && isDone && <UndoDialog result={result} show={show} onClose={() => setUndoing(false)} />}
    </Group>
  )
}
