import { Alert, List, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { Evidence } from '../../../contracts/api/lists.ts'
import { useMay } from '../../app/session.ts'
import { useTimes } from '../../lib/time.ts'
import { ProblemNotice } from '../../ui/problem-notice.tsx'
import { Section } from '../../ui/section.tsx'
import { getEvidence } from './calls.ts'
import { evidenceQuery } from './queries.ts'
import { useProposalText } from './texts.ts'

function Found({ evidence: { poor, membership } }: { evidence: Evidence }) {
  const t = useProposalText()
  const times = useTimes()
  return (
    <>
      {poor.length > 0 && (
        <Stack gap={4}>
          <Text fw={600}>{t('evidence.poor')}</Text>
          <List size="sm">
            {poor.map(({ month, decile, appliedAt }) => (
              <List.Item key={month}>
                {decile === null
                  ? t('evidence.no-decile', { month, at: times.day(appliedAt) })
                  : t('evidence.decile', { month, decile, at: times.day(appliedAt) })}
              </List.Item>
            ))}
          </List>
        </Stack>
      )}
      {membership.length > 0 && (
        <Stack gap={4}>
          <Text fw={600}>{t('evidence.membership')}</Text>
          <List size="sm">
            {membership.map(({ month, standing, segment, appliedAt }) => (
              <List.Item key={month}>
                {t('evidence.standing', {
                  month,
                  standing: t(`evidence.standing.${standing}`),
                  segment: segment ?? '–',
                  at: times.day(appliedAt),
                })}
              </List.Item>
            ))}
          </List>
        </Stack>
      )}
    </>
  )
}

/** What lists of a month say of the person. For people to know; it decides nothing, and says so. */
export function EvidenceSection({ proposalId }: { proposalId: string }) {
  const t = useProposalText()
  const may = useMay()
  const isAllowed = may(getEvidence)
  const { data, error } = useQuery({ ...evidenceQuery(proposalId), enabled: isAllowed })
  const isEmpty = !data || data.poor.length + data.membership.length === 0
  if (!isAllowed || (isEmpty && !error)) return null
  return (
    <Section title={t('evidence')}>
      <ProblemNotice error={error} />
      {data && <Found evidence={data} />}
      {data && data.poor.length > 0 && (
        <Alert color="blue" variant="light" p="xs">
          {t('evidence.decides-nothing')}
        </Alert>
      )}
    </Section>
  )
}
