import { Alert, Anchor, Button, Group, Paper, Progress, SimpleGrid, Skeleton, Stack, Text, Title } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import type { BulkJob } from '../../../contracts/api/bulk-jobs.ts'
import { useShowAnswer } from '../../lib/show-answer.ts'
import { useTimes } from '../../lib/time.ts'
import { useNow } from '../../lib/use-now.ts'
import { ProblemNotice } from '../../ui/problem-notice.tsx'
import { runBulk, undoBulk } from './calls.ts'
import { bulkQuery, isWorking } from './queries.ts'
import { RowsSection } from './rows-section.tsx'
import { useBulkText } from './texts.ts'

const SECOND_MS = 1_000

const clockOf = (ms: number): string => {
  const seconds = Math.ceil(ms / SECOND_MS)
  return `${Math.floor(seconds / 60)}.${String(seconds % 60).padStart(2, '0')}`
}

/** How far the work is that goes on just now. */
function doneOf({ state, counts }: BulkJob): number {
  if (state === 'checking') return counts.total - counts.pending
  if (state === 'undoing') return counts.undone + counts.notUndone
  return counts.done + counts.refused
}

function Counts({ job }: { job: BulkJob }) {
  const t = useBulkText()
  const times = useTimes()
  const shown = (['total', 'allowed', 'done', 'refused', 'undone', 'notUndone', 'pending'] as const).filter(
    (name) => name === 'total' || job.counts[name] > 0,
  )
  return (
    <SimpleGrid cols={{ base: 2, sm: 4 }}>
      {shown.map((name) => (
        <Paper key={name} withBorder p="sm">
          <Text size="sm" c="dimmed">
            {t(`counts.${name}`)}
          </Text>
          <Text fw={650} size="xl" data-count={name}>
            {times.number(job.counts[name])}
          </Text>
        </Paper>
      ))}
    </SimpleGrid>
  )
}

function Acts({ job }: { job: BulkJob }) {
  const t = useBulkText()
  const client = useQueryClient()
  const show = useShowAnswer()
  const now = useNow(SECOND_MS)
  const left = job.undoUntil === null ? 0 : Date.parse(job.undoUntil) - now.getTime()
  const params = { id: job.id }
  const act = useMutation({
    mutationFn: (what: 'run' | 'undo') => (what === 'run' ? runBulk({ params }) : undoBulk({ params })),
    onSuccess: (view) => show(bulkQuery(view.id), view),
    // Somebody else may have gone on with it: what stands is shown.
    onError: () => client.invalidateQueries({ queryKey: bulkQuery(job.id).queryKey }),
  })
  const mayUndo = (job.state === 'done' || job.state === 'partly_done') && left > 0
  return (
    <Stack gap="xs">
      <ProblemNotice error={act.error} />
      {job.state === 'ready' &&
        (job.counts.allowed > 0 ? (
          <Group>
            <Button loading={act.isPending} onClick={() => act.mutate('run')}>
              {t('run', { count: job.counts.allowed })}
            </Button>
          </Group>
        ) : (
          <Alert color="yellow">{t('run.none')}</Alert>
        ))}
      {mayUndo && (
        <Group>
          <Button variant="default" loading={act.isPending} onClick={() => act.mutate('undo')}>
            {t('undo', { left: clockOf(left) })}
          </Button>
          <Text size="sm">{t(job.action === 'assign' ? 'undo.hint.assign' : 'undo.hint')}</Text>
        </Group>
      )}
    </Stack>
  )
}

/** One bulk job: its dry run, its run with progress, what became of each row, and the way back. */
export function BulkJobPage() {
  const t = useBulkText()
  const { id } = useParams({ from: '/signed-in/usulan/massal/$id' })
  const { data: job, error } = useQuery(bulkQuery(id))
  return (
    <Stack maw={1100} mx="auto">
      <Anchor component={Link} to="/usulan" size="sm">
        {t('back')}
      </Anchor>
      <ProblemNotice error={error} />
      {!job && !error && <Skeleton h={320} />}
      {job && (
        <>
          <div>
            <Title order={1} size="h2">
              {t(`action.${job.action}`)}
            </Title>
            {job.reviewerName !== null && <Text>{t('job.reviewer', { name: job.reviewerName })}</Text>}
            <Text role="status" fw={600}>
              {t(`state.${job.state}`)}
            </Text>
          </div>
          {isWorking(job.state) && (
            <Stack gap={4}>
              <Progress
                value={(100 * doneOf(job)) / Math.max(1, job.counts.total)}
                aria-label={t(`state.${job.state}`)}
                size="lg"
              />
              <Text size="sm">{t('progress', { done: doneOf(job), total: job.counts.total })}</Text>
            </Stack>
          )}
          <Counts job={job} />
          <Acts job={job} />
          <RowsSection job={job} />
        </>
      )}
    </Stack>
  )
}
