import { Alert, Badge, Button, Group, List, Stack, Text } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { ProposalView } from '../../../contracts/api/proposals.ts'
import { useTimes } from '../../lib/time.ts'
import { useCheckText } from '../../ui/contract-texts.ts'
import { Facts } from '../../ui/facts.tsx'
import { useFieldLabel } from '../../ui/field-label.ts'
import { ProblemNotice } from '../../ui/problem-notice.tsx'
import { Section } from '../../ui/section.tsx'
import { useTerms } from '../../ui/terms/terms.ts'
import { askMembershipAgain } from './calls.ts'
import { proposalQuery } from './queries.ts'
import { useProposalText } from './texts.ts'

const OUTCOME_COLORS: Record<string, string> = { ok: 'green', warn: 'orange', fail: 'red', unknown: 'gray' }

/** What BPJS Kesehatan said about the person, and when. */
export function MembershipSection({ proposal }: { proposal: ProposalView }) {
  const t = useProposalText()
  const terms = useTerms()
  const times = useTimes()
  const client = useQueryClient()
  const again = useMutation({
    mutationFn: () => askMembershipAgain({ params: { id: proposal.id } }),
    onSuccess: (view) => client.setQueryData(proposalQuery(proposal.id).queryKey, view),
  })
  const { membership } = proposal
  return (
    <Section
      title={t('case.membership')}
      aside={
        proposal.allowedActions.includes('record_membership') && (
          <Button variant="subtle" size="compact-sm" loading={again.isPending} onClick={() => again.mutate()}>
            {t('case.membership.again')}
          </Button>
        )
      }
    >
      <ProblemNotice error={again.error} />
      {membership ? (
        <>
          <Text fw={600}>{terms(`membership.${membership.outcome}`)}</Text>
          <Facts
            rows={[
              [
                t('case.membership.status'),
                [membership.statusCode, membership.statusText].filter(Boolean).join(' · ') || null,
              ],
              [t('case.membership.segment'), membership.segmentText],
              ...(membership.differences.length > 0
                ? ([
                    [t('case.membership.differs'), <Differences key="differs" fields={membership.differences} />],
                  ] as const)
                : []),
            ]}
          />
          <Text size="sm" c="dimmed">
            {t('case.membership.at', { at: times.moment(membership.checkedAt), source: membership.source })}
          </Text>
        </>
      ) : (
        <Text>{t('case.membership.none')}</Text>
      )}
    </Section>
  )
}

function Differences({ fields }: { fields: string[] }) {
  const label = useFieldLabel()
  return <>{fields.map(label).join(', ')}</>
}

/** Results of the automatic checks, each with its reasons in words. */
export function ChecksSection({ proposal }: { proposal: ProposalView }) {
  const t = useProposalText()
  const words = useCheckText()
  return (
    <Section title={t('case.checks')}>
      <Stack gap="xs">
        {proposal.checks.map(({ kind, outcome, codes }) => (
          <div key={kind}>
            <Group gap="xs">
              <Badge variant="light" color={OUTCOME_COLORS[outcome] ?? 'gray'} tt="none">
                {words(`outcome.${outcome}`)}
              </Badge>
              <Text>{words(`check.${kind}` as 'check.format')}</Text>
            </Group>
            {codes.length > 0 && (
              <List size="sm" mt={4}>
                {codes.map((code) => (
                  <List.Item key={code}>{words(`code.${code}` as 'code.nik_invalid')}</List.Item>
                ))}
              </List>
            )}
          </div>
        ))}
      </Stack>
      {proposal.hiddenDuplicates > 0 && (
        <Alert color="yellow">{t('case.duplicates.hidden', { count: proposal.hiddenDuplicates })}</Alert>
      )}
    </Section>
  )
}
