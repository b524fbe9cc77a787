import { Alert, Anchor, Button, Grid, Group, Skeleton, Stack, Text, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { useState } from 'react'
import type { IntakeView } from '../../../contracts/api/intakes.ts'
import type { ProposalView } from '../../../contracts/api/proposals.ts'
import { useTimes } from '../../lib/time.ts'
import { ProblemNotice } from '../../ui/problem-notice.tsx'
import { FlagBadge, StateBadge } from '../../ui/state-badge.tsx'
import { DocumentViewer } from '../documents/document-viewer.tsx'
import { WrittenMove } from '../proposals/case-actions.tsx'
import { HistorySection } from '../proposals/history-section.tsx'
import { intakeQuery, proposalQuery } from '../proposals/queries.ts'
import { WayBack } from '../reactivation/way-back.tsx'
import { CorrectionForm } from './correction-form.tsx'
import { ReactivationForm } from './reactivation-form.tsx'
import { useCorrectionText } from './texts.ts'

type Work = 'correct' | 'complete_reactivation'
const WORK: readonly Work[] = ['correct', 'complete_reactivation']

function Head({ proposal }: { proposal: ProposalView }) {
  const t = useCorrectionText()
  const times = useTimes()
  const [isWithdrawing, setWithdrawing] = useState(false)
  const { correctionDueAt } = proposal
  return (
    <Stack gap={6}>
      <Group justify="space-between">
        <Group gap="xs">
          <Title order={1} size="h2">
            {proposal.fullName}
          </Title>
          <StateBadge state={proposal.state} />
          {proposal.flags.map((flag) => (
            <FlagBadge key={flag} flag={flag} />
          ))}
        </Group>
        <Group gap="xs">
          <Button component={Link} to={`/usulan/${proposal.id}`} variant="default" size="compact-md">
            {t('case.file')}
          </Button>
          {proposal.allowedActions.includes('withdraw') && (
            <Button variant="default" size="compact-md" onClick={() => setWithdrawing(true)}>
              {t('case.withdraw')}
            </Button>
          )}
        </Group>
      </Group>
      <Text size="sm" c="dimmed">
        {proposal.receiptNumber}
        {correctionDueAt && ` · ${t('case.until', { at: times.day(correctionDueAt) })}`}
      </Text>
      {isWithdrawing && <WrittenMove proposal={proposal} move="withdraw" onClose={() => setWithdrawing(false)} />}
    </Stack>
  )
}

function Sent({ proposal, work }: { proposal: ProposalView; work: Work }) {
  const t = useCorrectionText()
  const text = work === 'correct' ? 'sent' : 'reactivation.sent'
  return (
    <Alert color="green" title={t(`${text}.title`)} role="status">
      <Stack gap="xs">
        {t(`${text}.text`)}
        <Group>
          <Button component={Link} to="/perbaikan" autoFocus>
            {t('sent.next')}
          </Button>
          <Button component={Link} to={`/usulan/${proposal.id}`} variant="default">
            {t('case.file')}
          </Button>
        </Group>
      </Stack>
    </Alert>
  )
}

function Case({ proposal, intake }: { proposal: ProposalView; intake: IntakeView }) {
  const t = useCorrectionText()
  const [isSent, setSent] = useState(false)
  // Once begun, the form stays whatever happens to the case meanwhile: nothing that was typed may vanish.
  const [begun, setBegun] = useState<Work | null>(null)
  const offered = WORK.find((one) => proposal.allowedActions.includes(one))
  if (begun === null && offered !== undefined) setBegun(offered)
  const work = begun ?? offered
  if (work === undefined && proposal.state === 'needs_reactivation') return null
  if (work === undefined) return <Alert color="yellow">{t('case.closed')}</Alert>
  if (isSent) return <Sent proposal={proposal} work={work} />
  if (work === 'complete_reactivation') return <ReactivationForm proposal={proposal} onSent={() => setSent(true)} />
  return (
    <Grid>
      <Grid.Col span={{ base: 12, md: 7 }}>
        <Stack>
          {offered === undefined && (
            <Alert color="yellow" role="alert">
              {t('case.gone')}
            </Alert>
          )}
          <CorrectionForm proposal={proposal} intake={intake} onSent={() => setSent(true)} />
        </Stack>
      </Grid.Col>
      <Grid.Col span={{ base: 12, md: 5 }}>
        <Stack>
          <DocumentViewer proposalId={proposal.id} />
          <HistorySection proposal={proposal} />
        </Stack>
      </Grid.Col>
    </Grid>
  )
}

/** One returned case: what was asked for, corrected or answered, and sent back. */
export function CorrectionPage() {
  const t = useCorrectionText()
  const { id } = useParams({ from: '/signed-in/perbaikan/$id' })
  const { data: proposal, error } = useQuery(proposalQuery(id))
  const intake = useQuery({ ...intakeQuery(proposal?.intakeId ?? ''), enabled: proposal !== undefined })
  const problem = error ?? intake.error
  return (
    <Stack maw={1200} mx="auto">
      <Anchor component={Link} to="/perbaikan" size="sm">
        {t('case.back')}
      </Anchor>
      <ProblemNotice error={problem} />
      {!(proposal && intake.data) && !problem && <Skeleton h={420} />}
      {proposal && intake.data && (
        <>
          <Head proposal={proposal} />
          {proposal.state === 'needs_reactivation' && <WayBack proposal={proposal} />}
          <Case key={proposal.id} proposal={proposal} intake={intake.data} />
        </>
      )}
    </Stack>
  )
}
