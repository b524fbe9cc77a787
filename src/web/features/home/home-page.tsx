import { Alert, Anchor, Badge, Group, Paper, SimpleGrid, Skeleton, Stack, Text, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { HealthState, Home, HomeQueue } from '../../../contracts/api/home.ts'
import { useMe } from '../../app/session.ts'
import { defineCall } from '../../lib/call.ts'
import { HOME, usePollInterval } from '../../lib/live.ts'
import { useTimes } from '../../lib/time.ts'
import { ProblemNotice } from '../../ui/problem-notice.tsx'
import { Section } from '../../ui/section.tsx'
import { useTerms } from '../../ui/terms/terms.ts'
import { proposalCountQuery } from '../proposals/queries.ts'
import { useHomeText } from './texts.ts'

const getHome = defineCall<{ response: Home }>('GET', '/api/v1/home')

const HEALTH_COLORS: Record<HealthState, string> = { ok: 'green', degraded: 'orange', down: 'red', unknown: 'gray' }

/** Where a queue is worked on, when that is not the review. */
const ELSEWHERE: Partial<Record<HomeQueue['queue'], string>> = {
  to_correct: '/perbaikan',
  not_yet_active: '/belum-aktif',
}
const pathOf = ({ queue }: HomeQueue): string => ELSEWHERE[queue] ?? `/antrean/${queue}`

function QueueCard({ queue, now }: { queue: HomeQueue; now: Date }) {
  const t = useHomeText()
  const terms = useTerms()
  const times = useTimes()
  return (
    <Paper withBorder p="md">
      <Stack gap={4}>
        <Anchor component={Link} to={pathOf(queue)} fw={600}>
          {terms(`queue.${queue.queue}`)}
        </Anchor>
        <Text fz={32} fw={700} lh={1.1}>
          {times.number(queue.total)}
        </Text>
        {queue.oldest && (
          <Text size="sm" c="dimmed">
            {t('oldest', { age: times.relative(queue.oldest.submittedAt, now) })}
          </Text>
        )}
        <Group gap={6}>
          {queue.red > 0 && (
            <Badge color="red" variant="filled" tt="none">
              {t('red', { count: queue.red })}
            </Badge>
          )}
          {queue.amber > 0 && (
            <Badge color="orange" variant="light" tt="none">
              {t('amber', { count: queue.amber })}
            </Badge>
          )}
        </Group>
      </Stack>
    </Paper>
  )
}

function Figure({ name, value }: { name: string; value: number | null }) {
  const times = useTimes()
  return (
    <div>
      <Text size="sm" c="dimmed">
        {name}
      </Text>
      <Text fz={24} fw={700}>
        {value === null ? '–' : times.number(value)}
      </Text>
    </div>
  )
}

function Health({ name, state, text }: { name: string; state: HealthState; text: string }) {
  const t = useHomeText()
  return (
    <Group gap="xs" wrap="nowrap" align="flex-start">
      <Badge color={HEALTH_COLORS[state]} variant="light" tt="none" miw={90}>
        {t(`health.${state}`)}
      </Badge>
      <Text size="sm">
        <strong>{name}.</strong> {text}
      </Text>
    </Group>
  )
}

function Today({ home }: { home: Home }) {
  const t = useHomeText()
  const times = useTimes()
  const { registered, decided, notices } = home.today
  return (
    <Section title={t('today', { day: times.date(home.day) })}>
      <SimpleGrid cols={{ base: 2, sm: 5 }}>
        <Figure name={t('today.registered')} value={registered} />
        <Figure name={t('today.decided')} value={decided} />
        <Figure name={t('today.delivered')} value={notices?.delivered ?? null} />
        <Figure name={t('today.failed')} value={notices?.failed ?? null} />
        <Figure name={t('today.unknown')} value={notices?.unknown ?? null} />
      </SimpleGrid>
    </Section>
  )
}

/** Cases that can go on since they have got their seat: to be done, whoever was there when it happened. */
function Seated() {
  const t = useHomeText()
  const { role } = useMe()
  const isConcerned = role === 'verifikator' || role === 'supervisor' || role === 'penyetuju'
  const { data } = useQuery({ ...proposalCountQuery({ seat: ['moved_up'] }), enabled: isConcerned })
  if (!data || data.total === 0) return null
  return (
    <Alert color="blue" variant="light">
      <Anchor renderRoot={(props) => <Link to="/usulan" search={{ seat: ['moved_up'] }} {...props} />}>
        {t('seated', { count: data.total })}
      </Anchor>
    </Alert>
  )
}

/** What waits for the person who is signed in, and how the day goes. */
export function HomePage() {
  const t = useHomeText()
  const me = useMe()
  const { data: home, error } = useQuery({
    queryKey: [HOME],
    queryFn: ({ signal }) => getHome({}, { signal }),
    refetchInterval: usePollInterval(),
  })
  const waiting = home?.queues.filter(({ total }) => total > 0) ?? []
  return (
    <Stack maw={1100} mx="auto">
      <Title order={1} size="h2">
        {t('title', { name: me.displayName })}
      </Title>
      <ProblemNotice error={error} />
      {!home && !error && <Skeleton h={280} />}
      {home && (
        <>
          {home.leases.length > 0 && (
            <Alert color="blue" variant="light">
              <Anchor component={Link} to="/antrean/mine">
                {t('leases', { count: home.leases.length })}
              </Anchor>
            </Alert>
          )}
          <Seated />
          {waiting.length > 0 ? (
            <SimpleGrid cols={{ base: 1, xs: 2, md: 3 }}>
              {waiting.map((queue) => (
                <QueueCard key={queue.queue} queue={queue} now={new Date(home.at)} />
              ))}
            </SimpleGrid>
          ) : (
            home.queues.length > 0 && <Text>{t('nothing-waits')}</Text>
          )}
          <Today home={home} />
          <Section title={t('health')}>
            <Health name="BPJS Kesehatan" {...home.bpjs} />
            <Health name="WhatsApp" {...home.whatsapp} />
          </Section>
        </>
      )}
    </Stack>
  )
}
