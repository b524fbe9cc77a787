import { Alert, Anchor, Button, Group, Paper, Progress, SimpleGrid, Skeleton, Stack, Text, Title } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { lazy, Suspense } from 'react'
import type { Batch } from '../../../contracts/api/batches.ts'
import { useMay } from '../../app/session.ts'
import { useTimes } from '../../lib/time.ts'
import { ConfirmButton } from '../../ui/confirm-button.tsx'
import { useErrorText } from '../../ui/error-text.ts'
import { ProblemNotice } from '../../ui/problem-notice.tsx'
import { listNotYetActive } from '../activation/calls.ts'
import { listResults } from '../results/calls.ts'
import { AddSection } from './add-section.tsx'
import { addBatchRows, discardBatch, stopSealing } from './calls.ts'
import { batchQuery, useShowBatch } from './queries.ts'
import { RowsSection } from './rows-section.tsx'
import { SealButton } from './seal-dialog.tsx'
import { SealedSection } from './sealed-section.tsx'
import { useBatchText } from './texts.ts'

// For sealed batches alone.
const ResultsSection = lazy(() =>
  import('../results/results-section.tsx').then((part) => ({ default: part.ResultsSection })),
)

const COUNTS = ['in', 'setAside', 'sealed', 'accepted', 'refused', 'active'] as const

function Counts({ counts }: Batch) {
  const t = useBatchText()
  const times = useTimes()
  return (
    <SimpleGrid cols={{ base: 2, sm: 4 }}>
      {COUNTS.filter((name) => name === 'in' || counts[name] > 0)
        .filter((name) => name !== 'in' || counts.sealed + counts.accepted + counts.refused + counts.active === 0)
        .map((name) => (
          <Paper key={name} withBorder p="sm">
            <Text size="sm" c="dimmed">
              {t(`counts.${name}`)}
            </Text>
            <Text fw={650} size="xl" data-count={name}>
              {times.number(counts[name])}
            </Text>
          </Paper>
        ))}
    </SimpleGrid>
  )
}

/** How far the checks before the sealing are; a page that is opened again goes on showing them. */
function Checking({ batch }: { batch: Batch }) {
  const t = useBatchText()
  const may = useMay()
  const client = useQueryClient()
  const show = useShowBatch()
  const stop = useMutation({
    mutationFn: () => stopSealing({ params: { id: batch.id } }),
    onSuccess: show,
    // It was sealed meanwhile: what stands is shown.
    onError: () => client.invalidateQueries({ queryKey: batchQuery(batch.id).queryKey }),
  })
  const total = batch.counts.in + batch.counts.setAside
  const done = batch.counts.checked + batch.counts.setAside
  return (
    <Stack gap={4}>
      <Progress value={(100 * done) / Math.max(1, total)} aria-label={t('checking')} size="lg" />
      <Text size="sm">{t('checking.progress', { done, total })}</Text>
      <Text size="sm" c="dimmed">
        {t('checking.hint')}
      </Text>
      <ProblemNotice error={stop.error} />
      {may(stopSealing) && (
        <Group>
          <Button variant="default" loading={stop.isPending} onClick={() => stop.mutate()}>
            {t('stop')}
          </Button>
        </Group>
      )}
    </Stack>
  )
}

/** Why the last sealing did not come about, or what it waits for. */
function Problem({ batch }: { batch: Batch }) {
  const errors = useErrorText()
  const { state, problem } = batch
  if (problem === null || state === 'sealed' || state === 'discarded') return null
  return (
    <Alert color={state === 'checking' ? 'yellow' : 'orange'} title={errors(`${problem}.title`)}>
      {errors(`${problem}.detail`)}
    </Alert>
  )
}

/** One batch: what is in it and what was set aside, its sealing with progress, then its letter and file. */
export function BatchPage() {
  const t = useBatchText()
  const may = useMay()
  const show = useShowBatch()
  const { id } = useParams({ from: '/signed-in/berkas-bpjs/$id' })
  const { data: batch, error } = useQuery(batchQuery(id))
  const discard = () => discardBatch({ params: { id } }).then(show)
  const isOpen = batch?.state === 'open'
  return (
    <Stack maw={1100} mx="auto">
      <Anchor component={Link} to="/berkas-bpjs" size="sm">
        {t('back')}
      </Anchor>
      <ProblemNotice error={error} />
      {!batch && !error && <Skeleton h={320} />}
      {batch && (
        <>
          <Group justify="space-between" align="flex-start">
            <div>
              <Title order={1} size="h2">
                {batch.name}
              </Title>
              <Text role="status" fw={600}>
                {t(`state.${batch.state}`)}
              </Text>
            </div>
            {isOpen && (
              <Group gap="xs">
                {may(discardBatch) && (
                  <ConfirmButton
                    label={t('discard')}
                    question={t('discard.sure', { name: batch.name })}
                    act={discard}
                    size="sm"
                    color="red"
                    variant="default"
                  />
                )}
                <SealButton batch={batch} />
              </Group>
            )}
          </Group>
          <Problem batch={batch} />
          {batch.state === 'checking' && <Checking batch={batch} />}
          <Counts {...batch} />
          {batch.counts.accepted > 0 && may(listNotYetActive) && (
            <Anchor
              size="sm"
              underline="always"
              renderRoot={(props) => <Link to="/belum-aktif" search={{ batch: id }} {...props} />}
            >
              {t('to-late')}
            </Anchor>
          )}
          {batch.seal && <SealedSection batch={batch} seal={batch.seal} />}
          {batch.seal && may(listResults) && (
            <Suspense fallback={<Skeleton h={160} />}>
              <ResultsSection batch={batch} />
            </Suspense>
          )}
          {isOpen && may(addBatchRows) && <AddSection batch={batch} />}
          <RowsSection batch={batch} />
        </>
      )}
    </Stack>
  )
}
