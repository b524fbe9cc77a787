import { Alert, Badge, Group, List, Skeleton, Stack, Text } from '@mantine/core'
import { lazy, Suspense } from 'react'
import type { ProposalView } from '../../../contracts/api/proposals.ts'
import { useCheckText } from '../../ui/contract-texts.ts'
import { Facts } from '../../ui/facts.tsx'
import { useFieldLabel } from '../../ui/field-label.ts'
import { Section } from '../../ui/section.tsx'
import { useTerms } from '../../ui/terms/terms.ts'
import { useProposalText } from './texts.ts'

const OUTCOME_COLORS: Record<string, string> = { ok: 'green', warn: 'orange', fail: 'red', unknown: 'gray' }

const MembershipActs = lazy(() =>
  import('../membership/membership-acts.tsx').then((part) => ({ default: part.MembershipActs })),
)

/** What BPJS Kesehatan said about the person, and when. */
export function MembershipSection({ proposal }: { proposal: ProposalView }) {
  const t = useProposalText()
  const terms = useTerms()
  const { membership } = proposal
  return (
    <Section title={t('case.membership')}>
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
        </>
      ) : (
        <Text>{t('case.membership.none')}</Text>
      )}
      <Suspense fallback={<Skeleton h={24} />}>
        {/* What was typed about somebody is not about the next one. */}
        <MembershipActs key={proposal.id} proposal={proposal} />
      </Suspense>
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
