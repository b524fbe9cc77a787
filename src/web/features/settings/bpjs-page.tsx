import { Alert, List, Skeleton, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { BpjsHealth } from '../../../contracts/api/bpjs.ts'
import { usePollInterval } from '../../lib/live.ts'
import { useTimes } from '../../lib/time.ts'
import { Facts } from '../../ui/facts.tsx'
import { ProblemNotice } from '../../ui/problem-notice.tsx'
import { Section } from '../../ui/section.tsx'
import { getBpjsHealth } from './calls.ts'
import { SETTINGS } from './queries.ts'
import { SettingsPage } from './settings-page.tsx'
import { useBpjsText, useSettingsText } from './texts.ts'

/** BPJS refuses requests whose clock differs by more than some minutes. */
const SKEW_WARNING_SECONDS = 120

type Verdict = 'good' | 'by-hand' | 'unasked' | 'outage' | 'rejected'

/** The last thing that happened decides: an answer after a failure means that it is over. */
function verdictOf({ source, lastSuccessAt, lastFailure, breaker }: BpjsHealth): Verdict {
  if (source === 'list' || source === 'manual') return 'by-hand'
  if (lastFailure && (breaker === 'open' || lastSuccessAt === null || lastFailure.at > lastSuccessAt)) {
    return lastFailure.kind
  }
  return lastSuccessAt === null ? 'unasked' : 'good'
}

const COLORS: Record<Verdict, string> = {
  good: 'green',
  'by-hand': 'blue',
  unasked: 'gray',
  outage: 'orange',
  rejected: 'red',
}

function Health({ health }: { health: BpjsHealth }) {
  const t = useSettingsText()
  const bpjs = useBpjsText()
  const times = useTimes()
  const verdict = verdictOf(health)
  const { lastFailure, clockSkewSeconds } = health
  const isSkewed = clockSkewSeconds !== null && Math.abs(clockSkewSeconds) > SKEW_WARNING_SECONDS
  const moment = (at: string | null): string | null => (at ? times.moment(at) : null)
  return (
    <>
      <Alert color={COLORS[verdict]} variant="light" title={t(`bpjs.${verdict}`)} role="status">
        {t(`bpjs.${verdict}.text`)}
      </Alert>
      <Section title={t('bpjs.facts')}>
        <Facts
          rows={[
            [t('bpjs.source'), bpjs(`source.${health.source}`)],
            [t('bpjs.breaker'), bpjs(`breaker.${health.breaker}`)],
            [t('bpjs.retry'), moment(health.retryAt)],
            [t('bpjs.success'), moment(health.lastSuccessAt)],
            [
              t('bpjs.failure'),
              lastFailure && `${times.moment(lastFailure.at)}: ${bpjs(`reason.${lastFailure.reason}`)}`,
            ],
            [t('bpjs.answer'), lastFailure?.answerMessage ?? lastFailure?.answerCode],
            [t('bpjs.skew'), clockSkewSeconds === null ? null : t('bpjs.seconds', { seconds: clockSkewSeconds })],
            [t('bpjs.waiting'), t('bpjs.waiting.value', { inFlight: health.inFlight, waiting: health.waiting })],
          ]}
        />
      </Section>
      <Section title={t('bpjs.todo')}>
        <List spacing="xs">
          <List.Item>{t(`bpjs.${verdict}.todo`)}</List.Item>
          {isSkewed && <List.Item>{t('bpjs.skewed.todo')}</List.Item>}
          <List.Item>{t('bpjs.never-decides')}</List.Item>
        </List>
      </Section>
    </>
  )
}

/** Where answers about memberships come from and how that source is doing. */
export function BpjsPage() {
  const t = useSettingsText()
  const { data, error } = useQuery({
    queryKey: [SETTINGS, 'bpjs'],
    queryFn: ({ signal }) => getBpjsHealth({}, { signal }),
    refetchInterval: usePollInterval(),
  })
  return (
    <SettingsPage title={t('part.bpjs')}>
      <ProblemNotice error={error} />
      {!data && !error && <Skeleton h={240} />}
      {data && (
        <Stack>
          <Health health={data} />
          <Text size="sm" c="dimmed">
            {t('bpjs.where')}
          </Text>
        </Stack>
      )}
    </SettingsPage>
  )
}
