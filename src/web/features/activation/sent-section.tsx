import { Alert, Anchor, Text } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import type { SentToBpjs } from '../../../contracts/api/batches.ts'
import type { ProposalView } from '../../../contracts/api/proposals.ts'
import { useMay } from '../../app/session.ts'
import { localDay } from '../../lib/local-day.ts'
import { useTimes } from '../../lib/time.ts'
import { useNow } from '../../lib/use-now.ts'
import { Facts } from '../../ui/facts.tsx'
import { Section } from '../../ui/section.tsx'
import { getBatch } from '../batches/calls.ts'
import { listNotYetActive } from './calls.ts'
import { useActivationText } from './texts.ts'

const NOW_MS = 60_000

/** What BPJS wrote, as it came: a code, words, or both. */
const wordsOf = ({ answer }: SentToBpjs): string | null =>
  [answer?.code, answer?.text].filter(Boolean).join(' · ') || null

/** What the state means for whoever looks at the case now. */
function Meaning({ proposal, sent }: { proposal: ProposalView; sent: SentToBpjs }) {
  const t = useActivationText()
  const may = useMay()
  const times = useTimes()
  const now = useNow(NOW_MS)
  const note = (color: string, text: ReactNode) => (
    <Alert role="note" color={color} variant="light">
      {text}
    </Alert>
  )
  if (proposal.flags.includes('bpjs_returned')) return note('orange', t('sent.returned'))
  if (proposal.state !== 'submitted_to_bpjs') return null
  // The flag comes with the next run of a job; the day is known now.
  const isLate = sent.effectiveOn !== null && sent.effectiveOn < localDay(now)
  if (isLate || proposal.flags.includes('not_yet_active')) {
    return note(
      'orange',
      <>
        <Text size="sm">{t('sent.late')}</Text>
        {may(listNotYetActive) && (
          <Anchor
            size="sm"
            underline="always"
            renderRoot={(props) => <Link to="/belum-aktif" search={{ batch: sent.batchId }} {...props} />}
          >
            {t('sent.late.all')}
          </Anchor>
        )}
      </>,
    )
  }
  if (sent.state === 'sealed') return note('blue', t('sent.waiting'))
  return note(
    'blue',
    sent.effectiveOn === null ? t('sent.accepted') : t('sent.accepted.from', { day: times.date(sent.effectiveOn) }),
  )
}

/** How a case stands with BPJS: in which batch it was sent, what was answered, and from when it counts. */
export function SentSection({ proposal, sent }: { proposal: ProposalView; sent: SentToBpjs }) {
  const t = useActivationText()
  const may = useMay()
  const times = useTimes()
  const { batchId, batchNumber, letterNumber, sealedAt, state, effectiveOn, answer, askedAgainAt } = sent
  const words = wordsOf(sent)
  return (
    <Section title={t('sent')}>
      <Meaning proposal={proposal} sent={sent} />
      <Facts
        rows={[
          [
            t('batch'),
            may(getBatch) ? (
              <Anchor key="batch" component={Link} to={`/berkas-bpjs/${batchId}`} underline="always">
                {batchNumber}
              </Anchor>
            ) : (
              batchNumber
            ),
          ],
          [t('sent.letter'), letterNumber],
          [t('sent.at'), times.moment(sealedAt)],
          [t('sent.state'), t(`sent.state.${state}`)],
          ...(words === null ? [] : ([[t('sent.answer'), words]] as const)),
          ...(answer === null ? [] : ([[t('sent.answered-at'), times.moment(answer.at)]] as const)),
          ...(effectiveOn === null ? [] : ([[t('sent.from'), times.date(effectiveOn)]] as const)),
          ...(askedAgainAt === null ? [] : ([[t('sent.asked-again'), times.moment(askedAgainAt)]] as const)),
        ]}
      />
    </Section>
  )
}
