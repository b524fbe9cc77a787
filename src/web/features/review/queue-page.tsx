import { Anchor, Button, Group, Stack, Title } from '@mantine/core'
import { Link, useParams } from '@tanstack/react-router'
import { QUEUE_KEYS } from '../../../contracts/lifecycle/queues.ts'
import { useMay } from '../../app/session.ts'
import { useKeys } from '../../lib/keys.ts'
import { KeyHint } from '../../ui/key-hint.tsx'
import { ProblemNotice } from '../../ui/problem-notice.tsx'
import { useTerms } from '../../ui/terms/terms.ts'
import { QueueTable } from '../proposals/queue-table.tsx'
import { claimNext } from './calls.ts'
import { useReviewText } from './texts.ts'
import { UndoBar } from './undo-bar.tsx'
import { useClaimNext } from './use-decide.ts'

/** One queue in the order in which its cases fall due. */
export function QueuePage() {
  const t = useReviewText()
  const terms = useTerms()
  const may = useMay()
  const { queue: given } = useParams({ from: '/signed-in/antrean/$queue' })
  const queue = QUEUE_KEYS.find((one) => one === given) ?? 'new_review'
  const next = useClaimNext(queue)
  const isClaimable = may(claimNext) && queue !== 'mine' && queue !== 'late'
  useKeys({ n: isClaimable ? () => next.mutate() : undefined })
  return (
    <Stack maw={1100} mx="auto">
      <Anchor component={Link} to="/antrean" size="sm">
        {t('queues.title')}
      </Anchor>
      <Group justify="space-between">
        <Title order={1} size="h2">
          {terms(`queue.${queue}`)}
        </Title>
        {isClaimable && (
          <Button
            loading={next.isPending}
            rightSection={<KeyHint keys="n" />}
            aria-keyshortcuts="n"
            onClick={() => next.mutate()}
          >
            {t('queues.next')}
          </Button>
        )}
      </Group>
      <ProblemNotice error={next.error} />
      <QueueTable
        queue={queue}
        label={terms(`queue.${queue}`)}
        empty={t('queue.empty')}
        due={t('queue.due')}
        toOf={(id) => `/antrean/${queue}/${id}`}
      />
      <UndoBar queue={queue} />
    </Stack>
  )
}
