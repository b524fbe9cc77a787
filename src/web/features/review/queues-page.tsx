import { Anchor, Button, Group, Paper, SimpleGrid, Skeleton, Stack, Text, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { QueueKey } from '../../../contracts/lifecycle/queues.ts'
import { useMay } from '../../app/session.ts'
import { usePollInterval } from '../../lib/live.ts'
import { ProblemNotice } from '../../ui/problem-notice.tsx'
import { useTerms } from '../../ui/terms/terms.ts'
import { queueCountsQuery } from '../proposals/queries.ts'
import { claimNext } from './calls.ts'
import { useReviewText } from './texts.ts'
import { useClaimNext } from './use-decide.ts'

// Worked on elsewhere: corrections by the counter, sealing by the approver.
const ELSEWHERE: readonly QueueKey[] = ['to_correct', 'to_seal', 'not_yet_active']

function QueueCard({ queue, total, isFirst }: { queue: QueueKey; total: number; isFirst: boolean }) {
  const t = useReviewText()
  const terms = useTerms()
  const may = useMay()
  const next = useClaimNext(queue)
  const isClaimable = may(claimNext) && queue !== 'mine' && queue !== 'late' && queue !== 'reactivation'
  return (
    <Paper withBorder p="md">
      <Stack gap="xs">
        <Group justify="space-between">
          <Anchor component={Link} to={`/antrean/${queue}`} fw={600}>
            {terms(`queue.${queue}`)}
          </Anchor>
          <Text fw={700}>{t('queues.count', { count: total })}</Text>
        </Group>
        <ProblemNotice error={next.error} />
        {isClaimable && total > 0 && (
          <Group>
            <Button
              variant={isFirst ? 'filled' : 'default'}
              loading={next.isPending}
              onClick={() => next.mutate()}
              // The first of a reviewer's day is one key away.
              autoFocus={isFirst}
            >
              {t('queues.next')}
            </Button>
          </Group>
        )}
      </Stack>
    </Paper>
  )
}

/** The queues that this person works on, with how much waits in each. */
export function QueuesPage() {
  const t = useReviewText()
  const { data, error } = useQuery({ ...queueCountsQuery, refetchInterval: usePollInterval() })
  const queues = data?.queues.filter(({ queue }) => !ELSEWHERE.includes(queue)) ?? []
  const first = queues.find(({ total, queue }) => total > 0 && queue !== 'mine' && queue !== 'late')
  return (
    <Stack maw={1100} mx="auto">
      <Title order={1} size="h2">
        {t('queues.title')}
      </Title>
      <Text>{t('queues.lead')}</Text>
      <ProblemNotice error={error} />
      {!data && !error && <Skeleton h={240} />}
      <SimpleGrid cols={{ base: 1, sm: 2, lg: 3 }}>
        {queues.map(({ queue, total }) => (
          <QueueCard key={queue} queue={queue} total={total} isFirst={queue === first?.queue} />
        ))}
      </SimpleGrid>
    </Stack>
  )
}
