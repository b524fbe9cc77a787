import { Alert, Text } from '@mantine/core'
import type { WhatsappSession } from '../../../contracts/api/whatsapp-session.ts'
import { useTimes } from '../../lib/time.ts'
import { Facts } from '../../ui/facts.tsx'
import { Section } from '../../ui/section.tsx'
import { useWhatsappText } from './texts.ts'

const BYTES_PER_MB = 1_048_576

function colorOf({ ready, state, detailCode }: WhatsappSession): string {
  if (ready) return detailCode === null ? 'green' : 'orange'
  return state === 'action_required' ? 'red' : 'orange'
}

/** How the link is, in the words the server chose; what only a technician asks for is folded away. */
export function SessionSection({ session }: { session: WhatsappSession }) {
  const t = useWhatsappText()
  const times = useTimes()
  const moment = (at: string | null): string | null => (at ? times.moment(at) : null)
  return (
    <Section title={t(session.ready ? 'state.good' : 'state.bad')}>
      <Alert color={colorOf(session)} variant="light" role="status">
        {session.detail}
      </Alert>
      <Facts
        rows={[
          [t('fact.gateway'), t(`gateway.${session.gateway}`)],
          [t('fact.since'), moment(session.since)],
          [t('fact.queue'), times.number(session.queueDepth)],
          [t('fact.receipt'), moment(session.lastReceiptAt)],
          [t('fact.unreceipted'), moment(session.oldestUnreceiptedAt)],
        ]}
      />
      {session.gateway === 'web' && (
        <details>
          <summary>
            <Text span size="sm">
              {t('technical')}
            </Text>
          </summary>
          <Facts
            rows={[
              [t('fact.page'), session.pageState],
              [t('fact.event'), moment(session.lastEventAt)],
              [t('fact.version'), session.webVersion],
              [t('fact.key-shape'), session.keyShape],
              [
                t('fact.memory'),
                session.memoryBytes === null
                  ? null
                  : t('megabytes', { count: Math.round(session.memoryBytes / BYTES_PER_MB) }),
              ],
              [t('fact.holder'), session.holder],
              [t('fact.generation'), session.generation === null ? null : times.number(session.generation)],
            ]}
          />
        </details>
      )}
    </Section>
  )
}
