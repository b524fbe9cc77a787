import { Progress, Skeleton, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { PacingState } from '../../../contracts/api/whatsapp-pacing.ts'
import { usePollInterval, WHATSAPP } from '../../lib/live.ts'
import { useTimes } from '../../lib/time.ts'
import { useMessageText } from '../../ui/contract-texts.ts'
import { Facts } from '../../ui/facts.tsx'
import { ProblemNotice } from '../../ui/problem-notice.tsx'
import { Section } from '../../ui/section.tsx'
import { getPacing } from './calls.ts'
import { useWhatsappText } from './texts.ts'

const NEARLY_USED = 90

function Use({ name, used, limit }: { name: string; used: number; limit: number | null }) {
  const t = useWhatsappText()
  const times = useTimes()
  const percent = limit === null || limit === 0 ? null : Math.min(100, Math.round((used / limit) * 100))
  return (
    <div>
      <Text size="sm">
        {limit === null
          ? t('pacing.used', { name, used: times.number(used) })
          : t('pacing.used.of', { name, used: times.number(used), limit: times.number(limit) })}
      </Text>
      {percent !== null && (
        <Progress value={percent} color={percent >= NEARLY_USED ? 'orange' : 'green'} aria-label={name} />
      )}
    </div>
  )
}

function useRows({ settings, account }: PacingState): [string, string][] {
  const t = useWhatsappText()
  const times = useTimes()
  const { quietHours, distance, contactHourLimit, contactDayLimit, warmUp, coldDayLimit, coldNotices } = settings
  const none = t('pacing.none')
  const perContact = [
    contactHourLimit !== null && t('pacing.per-hour', { count: contactHourLimit }),
    contactDayLimit !== null && t('pacing.per-day', { count: contactDayLimit }),
  ].filter(Boolean)
  const cold = coldDayLimit === null ? none : t('pacing.per-day', { count: coldDayLimit })
  return [
    [t('pacing.quiet'), quietHours ? t('pacing.quiet.hours', quietHours) : none],
    [
      t('pacing.distance'),
      distance
        ? t('pacing.seconds', { min: times.number(distance.minSeconds), max: times.number(distance.maxSeconds) })
        : none,
    ],
    [t('pacing.contact'), perContact.length > 0 ? perContact.join(', ') : none],
    [
      t('pacing.warm-up'),
      warmUp
        ? [
            t('pacing.warm-up.day', { day: account.day }),
            ...warmUp.map(({ day, limit }) => t('pacing.warm-up.step', { day, limit })),
          ].join(' ')
        : none,
    ],
    [t('pacing.cold'), coldNotices ? cold : t('pacing.cold.off')],
  ]
}

function Pacing({ pacing }: { pacing: PacingState }) {
  const t = useWhatsappText()
  const words = useMessageText()
  const { use, settings, held } = pacing
  return (
    <>
      {use ? (
        <Stack gap="xs">
          <Use name={t('pacing.today')} used={use.sent} limit={use.limit} />
          <Use name={t('pacing.today.cold')} used={use.cold} limit={settings.coldDayLimit} />
          <Text size="sm" c="dimmed">
            {t('pacing.counted')}
          </Text>
        </Stack>
      ) : (
        <Text size="sm">{t('pacing.uncounted')}</Text>
      )}
      {held.map(({ reason, count }) => (
        <Text key={reason} size="sm">
          {t('pacing.held', { reason: words(`held.${reason}`), count })}
        </Text>
      ))}
      <Facts rows={useRows(pacing)} />
    </>
  )
}

/** The rules that messages wait for, and how far today's limits are used. */
export function PacingSection() {
  const t = useWhatsappText()
  const { data, error } = useQuery({
    queryKey: [WHATSAPP, 'pacing'],
    queryFn: ({ signal }) => getPacing({}, { signal }),
    refetchInterval: usePollInterval(),
  })
  return (
    <Section title={t('pacing.title')}>
      <ProblemNotice error={error} />
      {!data && !error && <Skeleton h={160} />}
      {data && <Pacing pacing={data} />}
    </Section>
  )
}
