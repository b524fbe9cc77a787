import { Badge, Group, Stack, Text } from '@mantine/core'
import {
  closesAs,
  mayReject,
  mayReturn,
  REASON_CODES,
  REASONS,
  type ReasonCode,
  SECOND_PERSON_REASONS,
} from '../../../contracts/lifecycle/reasons.ts'
import { Facts } from '../../ui/facts.tsx'
import { useFieldLabel } from '../../ui/field-label.ts'
import { Section } from '../../ui/section.tsx'
import { useTerms } from '../../ui/terms/terms.ts'
import { SettingsPage } from './settings-page.tsx'
import { useNoticeText, useSettingsText } from './texts.ts'

function Reason({ code }: { code: ReasonCode }) {
  const t = useSettingsText()
  const terms = useTerms()
  const notices = useNoticeText()
  const fieldLabel = useFieldLabel()
  const { field, sensitive } = REASONS[code]
  const closed = closesAs(code)
  const effects = [
    ...(mayReturn(code) ? [t('reason.returns')] : []),
    ...(closed === undefined && mayReject(code) ? [t('reason.rejects')] : []),
    ...(closed === undefined ? [] : [t('reason.closes', { as: terms(`closed.${closed}`) })]),
  ]
  // What is sensitive has no words for a chat: they are told at the counter.
  const told = sensitive ? notices('reason.counter') : notices(`reason.${code}` as 'reason.counter')
  return (
    <Section
      title={terms(`reason.${code}`)}
      aside={
        <Group gap={4}>
          {sensitive && (
            <Badge color="orange" variant="light" tt="none">
              {t('reason.sensitive')}
            </Badge>
          )}
          {SECOND_PERSON_REASONS.includes(code) && (
            <Badge color="red" variant="light" tt="none">
              {t('reason.second-person')}
            </Badge>
          )}
        </Group>
      }
    >
      <Facts
        rows={[
          [
            t('reason.code'),
            <span key="code" style={{ overflowWrap: 'anywhere' }}>
              {code}
            </span>,
          ],
          [t('reason.effect'), effects.join('; ')],
          [t('reason.field'), field === null ? null : fieldLabel(field)],
          [t('reason.told'), told],
        ]}
      />
    </Section>
  )
}

/** Every reason of a decision, what it does and what a household is told. Read only: the rules of the lifecycle are code. */
export function ReasonsPage() {
  const t = useSettingsText()
  return (
    <SettingsPage title={t('part.reasons')} lead={t('reason.lead')}>
      <Text size="sm" c="dimmed">
        {t('reason.fixed')}
      </Text>
      <Stack>
        {REASON_CODES.map((code) => (
          <Reason key={code} code={code} />
        ))}
      </Stack>
    </SettingsPage>
  )
}
