import { Button, Text } from '@mantine/core'
import { useState } from 'react'
import type { ProposalView } from '../../../contracts/api/proposals.ts'
import { useLanguage } from '../../lib/language.ts'
import { useTimes } from '../../lib/time.ts'
import { Facts } from '../../ui/facts.tsx'
import { Section } from '../../ui/section.tsx'
import { Checklist } from './checklist.tsx'
import { ReasonForm } from './reason-form.tsx'
import { useReactivationText } from './texts.ts'
import { CounterNote, WayLimits } from './way-notes.tsx'

/** The way back of an inactive member: why, who does the next step, what is said at the counter, and the checklist. */
export function ReactivationSection({ proposal }: { proposal: ProposalView }) {
  const t = useReactivationText()
  const times = useTimes()
  const language = useLanguage()
  const [isChanging, setChanging] = useState(false)
  const { reactivation: way } = proposal
  if (way === null) return null
  const { correctedReason: corrected, deadline } = way
  return (
    <Section
      title={t('title')}
      aside={
        way.mayCorrectReason && (
          <Button variant="subtle" size="compact-sm" onClick={() => setChanging(true)}>
            {t('reason.change')}
          </Button>
        )
      }
    >
      <Facts
        rows={[
          [t('reason'), t(`reason.${way.reason}`)],
          [t('route'), t(`route.${way.route}`)],
          [t('deadline'), deadline.days === null ? t('deadline.unknown') : t('deadline.days', { days: deadline.days })],
          [t('closes-on'), deadline.dueOn && times.date(deadline.dueOn)],
        ]}
      />
      {corrected && (
        <Text size="sm">
          {t('reason.corrected', { name: corrected.by.name, at: times.moment(corrected.at), note: corrected.note })}
        </Text>
      )}
      <CounterNote text={way.counterText[language]} />
      <WayLimits mayBeProposed={way.mayBeProposed} endsInReview={way.outcomes.includes('in_review')} />
      <Checklist proposal={proposal} way={way} />
      {isChanging && <ReasonForm proposal={proposal} reason={way.reason} onClose={() => setChanging(false)} />}
    </Section>
  )
}
