import { Grid, Skeleton, Stack, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useMay } from '../../app/session.ts'
import { useLanguage } from '../../lib/language.ts'
import { usePollInterval, WHATSAPP } from '../../lib/live.ts'
import { ProblemNotice } from '../../ui/problem-notice.tsx'
import { BreakerSection } from './breaker-section.tsx'
import { getBreaker, getSession } from './calls.ts'
import { LinkSection } from './link-section.tsx'
import { OpenMessagesSection } from './open-messages-section.tsx'
import { PacingSection } from './pacing-section.tsx'
import { PhoneSection } from './phone-section.tsx'
import { SessionSection } from './session-section.tsx'
import { useWhatsappText } from './texts.ts'

/** How the link to WhatsApp is, in plain words, and what an admin can do about it. */
export function WhatsappPage() {
  const t = useWhatsappText()
  const may = useMay()
  // The server writes `detail` in the language that is asked for.
  const language = useLanguage()
  const poll = usePollInterval()
  const isAdmin = may(getSession)
  const session = useQuery({
    queryKey: [WHATSAPP, 'session', language],
    queryFn: ({ signal }) => getSession({}, { signal }),
    refetchInterval: poll,
    enabled: isAdmin,
  })
  const breaker = useQuery({
    queryKey: [WHATSAPP, 'breaker'],
    queryFn: ({ signal }) => getBreaker({}, { signal }),
    refetchInterval: poll,
  })
  return (
    <Stack maw={1100} mx="auto">
      <Title order={1} size="h2">
        {t('title')}
      </Title>
      <ProblemNotice error={session.error ?? breaker.error} />
      {(isAdmin ? !session.data : !breaker.data) && !session.error && <Skeleton h={240} />}
      <Grid>
        <Grid.Col span={{ base: 12, md: 6 }}>
          <Stack>
            {session.data && <SessionSection session={session.data} />}
            {session.data?.gateway === 'web' && <LinkSection session={session.data} />}
            {session.data?.gateway === 'simulator' && <PhoneSection />}
            {!isAdmin && breaker.data && <BreakerSection breaker={breaker.data} />}
            {!isAdmin && <OpenMessagesSection />}
          </Stack>
        </Grid.Col>
        <Grid.Col span={{ base: 12, md: 6 }}>
          <Stack>
            {isAdmin && breaker.data && <BreakerSection breaker={breaker.data} />}
            {isAdmin && <OpenMessagesSection />}
            <PacingSection />
          </Stack>
        </Grid.Col>
      </Grid>
    </Stack>
  )
}
