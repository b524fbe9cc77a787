import { Alert, Anchor, Box, Grid, Group, Skeleton, Stack, Text, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import type { ProposalView } from '../../../contracts/api/proposals.ts'
import { useTimes } from '../../lib/time.ts'
import { ProblemNotice } from '../../ui/problem-notice.tsx'
import { FlagBadge, StateBadge } from '../../ui/state-badge.tsx'
import { useTerms } from '../../ui/terms/terms.ts'
import { Sent } from '../activation/sent.tsx'
import { PapersSection } from '../documents/papers-section.tsx'
import { WayBack } from '../reactivation/way-back.tsx'
import { CaseActions } from './case-actions.tsx'
import { CorrectedSection } from './corrected-section.tsx'
import { DuplicatesSection } from './duplicates-section.tsx'
import { EvidenceSection } from './evidence-section.tsx'
import { ChecksSection, MembershipSection } from './findings-sections.tsx'
import { HistorySection } from './history-section.tsx'
import { HouseholdSection } from './household-section.tsx'
import { MessagesSection } from './messages-section.tsx'
import { PersonSection } from './person-section.tsx'
import { proposalQuery } from './queries.ts'
import { SeatBadge } from './seat-badge.tsx'
import { useProposalText } from './texts.ts'

function CaseHead({ proposal }: { proposal: ProposalView }) {
  const t = useProposalText()
  const terms = useTerms()
  const times = useTimes()
  const { closedAs, dueAt, correctionDueAt, lease, reserved } = proposal
  return (
    <Stack gap={6}>
      <Group gap="xs">
        <Title order={1} size="h2">
          {proposal.fullName}
        </Title>
        <StateBadge state={proposal.state} />
        {closedAs && <Text size="sm">{terms(`closed.${closedAs}`)}</Text>}
      </Group>
      <Group gap="xs">
        <Text size="sm" c="dimmed">
          {t('case.receipt', { number: proposal.receiptNumber })}
        </Text>
        {dueAt && <Text size="sm">{t('case.due', { at: times.moment(dueAt) })}</Text>}
        {correctionDueAt && <Text size="sm">{t('case.correction-due', { at: times.day(correctionDueAt) })}</Text>}
      </Group>
      <SeatBadge quota={proposal.quota} />
      {proposal.flags.length > 0 && (
        <Group gap={6}>
          {proposal.flags.map((flag) => (
            <FlagBadge key={flag} flag={flag} />
          ))}
        </Group>
      )}
      {lease && (
        <Alert color="blue" variant="light" p="xs">
          {t('held.by', { name: lease.holderName, until: times.clock(lease.until) })}
        </Alert>
      )}
      {!lease && reserved && (
        <Alert color="blue" variant="light" p="xs">
          {t('kept.until', { name: reserved.reviewerName, until: times.moment(reserved.until) })}
        </Alert>
      )}
    </Stack>
  )
}

/** One person's file. */
export function ProposalPage() {
  const t = useProposalText()
  const { id } = useParams({ from: '/signed-in/usulan/$id' })
  const { data: proposal, error } = useQuery(proposalQuery(id))
  return (
    <Stack maw={1200} mx="auto">
      <Anchor component={Link} to="/usulan" size="sm">
        {t('case.back')}
      </Anchor>
      <ProblemNotice error={error} />
      {!proposal && !error && <Skeleton h={320} />}
      {proposal && (
        <>
          <CaseHead proposal={proposal} />
          <CaseActions proposal={proposal} />
          <Grid>
            <Grid.Col span={{ base: 12, md: 7 }}>
              <Stack>
                <Sent proposal={proposal} />
                <WayBack proposal={proposal} />
                <CorrectedSection proposal={proposal} />
                <PersonSection proposal={proposal} />
                <HouseholdSection proposalId={proposal.id} intakeId={proposal.intakeId} />
                <PapersSection proposal={proposal} />
                <DuplicatesSection proposal={proposal} />
                <MessagesSection proposalId={proposal.id} />
              </Stack>
            </Grid.Col>
            <Grid.Col span={{ base: 12, md: 5 }}>
              <Stack>
                <MembershipSection proposal={proposal} />
                <EvidenceSection proposalId={proposal.id} />
                <ChecksSection proposal={proposal} />
                <HistorySection proposal={proposal} />
              </Stack>
            </Grid.Col>
          </Grid>
        </>
      )}
      <Box h={24} />
    </Stack>
  )
}
