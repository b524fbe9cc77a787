import { Alert, Anchor, Button, Grid, Group, Skeleton, Stack, Table, Text, Title } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate, useParams } from '@tanstack/react-router'
import { lazy, Suspense, useEffect, useState } from 'react'
import type { ProposalView, Suggestion } from '../../../contracts/api/proposals.ts'
import { QUEUE_KEYS, type QueueKey } from '../../../contracts/lifecycle/queues.ts'
import type { ReasonCode } from '../../../contracts/lifecycle/reasons.ts'
import { useKeys } from '../../lib/keys.ts'
import { CASES } from '../../lib/live.ts'
import { useTimes } from '../../lib/time.ts'
import { Dialog } from '../../ui/dialog.tsx'
import { KeyHint } from '../../ui/key-hint.tsx'
import { ProblemNotice } from '../../ui/problem-notice.tsx'
import { FlagBadge, StateBadge } from '../../ui/state-badge.tsx'
import { useTerms } from '../../ui/terms/terms.ts'
import { Sent } from '../activation/sent.tsx'
import { DocumentViewer } from '../documents/document-viewer.tsx'
import { claim, release } from '../proposals/calls.ts'
import { Corrected } from '../proposals/corrected.tsx'
import { ChecksSection, MembershipSection } from '../proposals/findings-sections.tsx'
import { Holder } from '../proposals/holder.tsx'
import { HouseholdSection } from '../proposals/household-section.tsx'
import { PersonSection } from '../proposals/person-section.tsx'
import { proposalQuery } from '../proposals/queries.ts'
import { WayBack } from '../reactivation/way-back.tsx'
import { saveDraft } from './calls.ts'
import { Compare } from './compare.tsx'
import { type Choice, toInput } from './decision-choice.ts'
import { DecisionPanel } from './decision-panel.tsx'
import { useReviewText } from './texts.ts'
import { UndoBar } from './undo-bar.tsx'
import { useDecide } from './use-decide.ts'

const DRAFT_PAUSE_MS = 800

/** At the end of the page: it may come a moment later. */
const HistorySection = lazy(() =>
  import('../proposals/history-section.tsx').then((part) => ({ default: part.HistorySection })),
)

/** Field that the chosen reasons or the doubts of the checks send the reader to. */
function markedField({ flags }: ProposalView): string | undefined {
  if (flags.includes('nik_birthdate_differs')) return 'birthDate'
  if (flags.includes('nik_sex_differs')) return 'sex'
  return flags.some((flag) => flag.startsWith('nik_')) ? 'nik' : undefined
}

function fromSuggestion({ decision, reasons }: Suggestion): Choice | null {
  if (!decision) return null
  const other = reasons.find(({ code }) => code === 'LAINNYA')
  return {
    decision,
    reasons: reasons.map(({ code }) => code as ReasonCode),
    note: other?.note ?? '',
    field: other?.field ?? null,
    duplicateOf: null,
  }
}

/** What is chosen is kept on the server after a moment: whoever has the case by then sees it as a suggestion. */
function useKeptDraft(proposal: ProposalView | undefined, choice: Choice | null): void {
  useEffect(() => {
    if (!proposal || !choice) return
    const { decision, reasons } = toInput(choice)
    const timer = setTimeout(() => {
      // A draft that could not be kept costs nobody anything but the typing.
      saveDraft({
        params: { id: proposal.id },
        body: { version: proposal.version, decision, reasons, note: '' },
      }).catch(() => {})
    }, DRAFT_PAUSE_MS)
    return () => clearTimeout(timer)
  }, [proposal, choice])
}

function KeyList({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const t = useReviewText()
  const rows = [
    ['m k t g a r', t('keys.choose')],
    ['↵', t('keys.confirm')],
    ['z', t('keys.undo')],
    ['+ - v d', t('keys.documents')],
    ['l', t('keys.release')],
    ['?', t('keys.help')],
  ] as const
  return (
    <Dialog opened={opened} onClose={onClose} title={t('keys.title')}>
      <Table>
        <Table.Tbody>
          {rows.map(([keys, meaning]) => (
            <Table.Tr key={keys}>
              <Table.Th scope="row" w={130}>
                {keys}
              </Table.Th>
              <Table.Td>{meaning}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Dialog>
  )
}

function Suggestions({ proposal, onUse }: { proposal: ProposalView; onUse: (choice: Choice) => void }) {
  const t = useReviewText()
  const times = useTimes()
  const terms = useTerms()
  return proposal.suggestions.map((suggestion) => {
    const choice = fromSuggestion(suggestion)
    const { decision } = suggestion
    const what = decision ? terms(`decision.${decision}` as 'decision.eligible') : t('case.suggestion.none')
    return (
      <Alert key={suggestion.at} color="blue" variant="light" p="xs">
        <Group justify="space-between">
          <Text size="sm">
            {t('case.suggestion', {
              name: suggestion.by.name,
              at: times.clock(suggestion.at),
              decision: [
                what,
                ...suggestion.reasons.map(({ code }) => terms(`reason.${code}` as 'reason.LAINNYA')),
              ].join(', '),
            })}
          </Text>
          {choice && (
            <Button size="compact-sm" variant="default" onClick={() => onUse(choice)}>
              {t('case.suggestion.use')}
            </Button>
          )}
        </Group>
      </Alert>
    )
  })
}

function Head({ proposal, queue }: { proposal: ProposalView; queue: QueueKey }) {
  const t = useReviewText()
  const times = useTimes()
  const client = useQueryClient()
  const navigate = useNavigate()
  const [isHelpOpen, help] = useDisclosure(false)
  const isMine = proposal.allowedActions.includes('release')
  const free = useMutation({
    mutationFn: () => release({ params: { id: proposal.id } }),
    onSuccess: async () => {
      void client.invalidateQueries({ queryKey: [CASES] })
      await navigate({ to: `/antrean/${queue}` })
    },
  })
  useKeys({ l: isMine ? () => free.mutate() : undefined, '?': help.open })
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
          {isMine && (
            <Button
              variant="default"
              size="compact-md"
              loading={free.isPending}
              rightSection={<KeyHint keys="l" />}
              aria-keyshortcuts="l"
              onClick={() => free.mutate()}
            >
              {t('keys.release')}
            </Button>
          )}
          <Button variant="subtle" size="compact-md" rightSection={<KeyHint keys="?" />} onClick={help.open}>
            {t('case.keys')}
          </Button>
        </Group>
      </Group>
      <Text size="sm" c="dimmed">
        {proposal.receiptNumber}
        {isMine && proposal.lease && ` · ${t('case.lease', { until: times.clock(proposal.lease.until) })}`}
      </Text>
      <ProblemNotice error={free.error} />
      <KeyList opened={isHelpOpen} onClose={help.close} />
    </Stack>
  )
}

const heldOf = ({ lease, reserved }: ProposalView) => ({
  leaseHolder: lease?.holderId ?? null,
  leaseHolderName: lease?.holderName ?? null,
  leaseUntil: lease?.until ?? null,
  reservedFor: reserved?.reviewerId ?? null,
  reservedForName: reserved?.reviewerName ?? null,
})

/** A way to get the case, for whoever opened it without holding it. */
function ClaimNotice({ proposal }: { proposal: ProposalView }) {
  const t = useReviewText()
  const client = useQueryClient()
  const action = (['claim', 'take_over'] as const).find((one) => proposal.allowedActions.includes(one))
  const take = useMutation({
    mutationFn: () => claim({ params: { id: proposal.id }, body: { takeOver: action === 'take_over' } }),
    onSettled: () => client.invalidateQueries({ queryKey: [CASES] }),
  })
  return (
    <Alert color="yellow" variant="light">
      <Stack gap="xs">
        {t('case.not-mine')}
        <Holder item={heldOf(proposal)} />
        <ProblemNotice error={take.error} />
        {action && (
          <Group>
            <Button loading={take.isPending} onClick={() => take.mutate()}>
              {t(action === 'claim' ? 'case.claim' : 'case.take-over')}
            </Button>
          </Group>
        )}
      </Stack>
    </Alert>
  )
}

/** One case to decide: papers beside the facts, all by keyboard, the next case at once after the decision. */
export function ReviewPage() {
  const { id, queue } = useParams({ from: '/signed-in/antrean/$queue/$id' })
  // Nothing of the case before it is left.
  return <ReviewOne key={id} id={id} queue={QUEUE_KEYS.find((one) => one === queue) ?? 'new_review'} />
}

function ReviewOne({ id, queue }: { id: string; queue: QueueKey }) {
  const t = useReviewText()
  const { data: proposal, error } = useQuery(proposalQuery(id))
  const [choice, setChoice] = useState<Choice | null>(null)
  const { send, next } = useDecide(queue, proposal)
  useKeptDraft(proposal, choice)
  const isMine = proposal?.allowedActions.includes('release') ?? false
  return (
    <Stack>
      <Anchor component={Link} to={`/antrean/${queue}`} size="sm">
        {t('case.back')}
      </Anchor>
      <ProblemNotice error={error ?? next.error} />
      {!proposal && !error && <Skeleton h={420} />}
      {proposal && (
        <>
          <Head proposal={proposal} queue={queue} />
          <Suggestions proposal={proposal} onUse={setChoice} />
          <Grid>
            <Grid.Col span={{ base: 12, md: 6, lg: 5 }}>
              <DocumentViewer proposalId={proposal.id} />
            </Grid.Col>
            <Grid.Col span={{ base: 12, md: 6, lg: 4 }}>
              <Stack>
                <Sent proposal={proposal} />
                <Corrected proposal={proposal} />
                <PersonSection proposal={proposal} {...markedProp(markedField(proposal))} />
                <MembershipSection proposal={proposal} />
                <WayBack proposal={proposal} />
                <ChecksSection proposal={proposal} />
              </Stack>
            </Grid.Col>
            <Grid.Col span={{ base: 12, lg: 3 }}>
              {isMine ? (
                <DecisionPanel
                  proposal={proposal}
                  choice={choice}
                  onChange={setChoice}
                  onSend={(made) => send.mutate({ choice: made, version: proposal.version, id: proposal.id })}
                  isSending={send.isPending || next.isPending}
                  error={send.error}
                />
              ) : (
                <ClaimNotice proposal={proposal} />
              )}
            </Grid.Col>
          </Grid>
          <Compare proposal={proposal} />
          <HouseholdSection proposalId={proposal.id} intakeId={proposal.intakeId} />
          <Suspense fallback={<Skeleton h={160} />}>
            <HistorySection proposal={proposal} />
          </Suspense>
        </>
      )}
      <UndoBar queue={queue} />
    </Stack>
  )
}

const markedProp = (marked: string | undefined) => (marked === undefined ? {} : { marked })
