import { Text, Timeline } from '@mantine/core'
import type { ProposalView } from '../../../contracts/api/proposals.ts'
import { REASONS as REASON_WORDS } from '../../../contracts/lifecycle/reasons.ts'
import { useAppText } from '../../app/texts.ts'
import { useTimes } from '../../lib/time.ts'
import { useFieldLabel } from '../../ui/field-label.ts'
import { Section } from '../../ui/section.tsx'
import { useTerms } from '../../ui/terms/terms.ts'
import { useProposalText } from './texts.ts'

/** Bookkeeping of the product, of no use to a reader. */
const SILENT = new Set(['record_flags'])

/** The journal in words, the newest first. */
export function HistorySection({ proposal }: { proposal: ProposalView }) {
  const t = useProposalText()
  const app = useAppText()
  const terms = useTerms()
  const times = useTimes()
  const label = useFieldLabel()
  const entries = proposal.history.filter(({ action }) => !SILENT.has(action)).toReversed()
  const roleOf = (role: string): string =>
    role === 'system' ? t('case.history.system') : app(`role.${role}` as 'role.petugas')
  return (
    <Section title={t('case.history')}>
      <Timeline bulletSize={12} lineWidth={2} active={entries.length}>
        {entries.map(({ sequence, action, at, actorRole, reasons, changedFields }) => (
          <Timeline.Item key={sequence} title={terms(`action.${action}`)}>
            <Text size="sm" c="dimmed">
              {t('case.history.by', { at: times.moment(at), role: roleOf(actorRole) })}
            </Text>
            {reasons.map(({ code, field, note }) => (
              <Text size="sm" key={`${code} ${field}`}>
                {[
                  code in REASON_WORDS ? terms(`reason.${code}` as 'reason.LAINNYA') : null,
                  field && label(field),
                  note,
                ]
                  .filter(Boolean)
                  .join(' · ')}
              </Text>
            ))}
            {changedFields.length > 0 && (
              <Text size="sm">{t('case.history.changed', { fields: changedFields.map(label).join(', ') })}</Text>
            )}
          </Timeline.Item>
        ))}
      </Timeline>
    </Section>
  )
}
