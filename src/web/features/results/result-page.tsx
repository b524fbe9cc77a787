import { Alert, Anchor, Box, Paper, Progress, SimpleGrid, Skeleton, Stack, Text, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { type ReactNode, type Ref, useEffect, useRef } from 'react'
import type { BatchResult } from '../../../contracts/api/batch-results.ts'
import type { Batch } from '../../../contracts/api/batches.ts'
import { useMay } from '../../app/session.ts'
import { useTimes } from '../../lib/time.ts'
import { Facts } from '../../ui/facts.tsx'
import { ProblemNotice } from '../../ui/problem-notice.tsx'
import { Section } from '../../ui/section.tsx'
import { batchQuery } from '../batches/queries.ts'
import { useEnrolmentText } from '../batches/texts.ts'
import { Acts } from './acts.tsx'
import { approveResults, getResultProfile, uploadResults } from './calls.ts'
import { isWorking, resultQuery } from './queries.ts'
import { RowsSection } from './rows-section.tsx'
import { useResultText } from './texts.ts'

const VERDICTS = ['accepted', 'refused', 'known', 'unmatched', 'contradictory', 'repeated', 'faulty'] as const
const APPLIED = ['applied', 'leftOut'] as const

/** The product is at it: how far, and that nobody has to wait here. */
function Working({ result }: { result: BatchResult }) {
  const t = useResultText()
  const { progress, counts, state } = result
  const isApplying = state === 'approved' || state === 'applying'
  const total = isApplying ? counts.toApply : counts.rows
  const done = Math.round(progress * total)
  return (
    <Stack gap={4}>
      <Progress value={100 * progress} aria-label={t('working')} size="lg" />
      <Text size="sm">{t(isApplying ? 'working.applying' : 'working.reading', { done, total })}</Text>
      <Text size="sm" c="dimmed">
        {t('working.leave')}
      </Text>
    </Stack>
  )
}

/** How it ended or what it waits for, and what to do now. */
function Next({ result }: { result: BatchResult }) {
  const t = useResultText()
  const words = useEnrolmentText()
  const may = useMay()
  /** What to do is told to those who can do it. */
  const hint = (text: Parameters<typeof t>[0]): string[] => (may(approveResults) ? [t(text)] : [])
  const again = may(uploadResults) ? [t('next.again')] : []
  const { state, problem, counts, unanswered } = result
  const tell = (color: string, title: string, ...lines: string[]) => (
    <Alert color={color} title={title}>
      <Stack gap={4}>
        {lines.map((line) => (
          <Text key={line} size="sm">
            {line}
          </Text>
        ))}
      </Stack>
    </Alert>
  )
  const left = unanswered > 0 ? [t('unanswered', { count: unanswered })] : []
  switch (state) {
    case 'dry_run_ready':
      return (
        <>
          {problem !== null && tell('orange', words(`result_problem.${problem}`))}
          {counts.applied > 0
            ? tell('orange', t('next.half', { rows: counts.applied }), ...hint('next.half.hint'), ...left)
            : counts.toApply > 0
              ? tell('blue', t('next.ready'), ...hint('next.ready.hint'))
              : tell('yellow', t('next.nothing'), ...hint('next.nothing.hint'))}
        </>
      )
    case 'aborted':
      return problem === null
        ? tell('blue', t('next.aborted'), ...again)
        : tell('red', words(`result_problem.${problem}`), t('next.aborted'))
    case 'applied':
      return tell('green', t('next.applied', { rows: counts.applied }), ...left)
    case 'partly_applied':
      return tell(
        'orange',
        t('next.partly', { rows: counts.applied, leftOut: counts.leftOut }),
        ...hint('next.partly.hint'),
        ...left,
      )
    case 'undone':
      return tell('blue', t('next.undone'), ...again)
    default:
      return null
  }
}

/** Words that nobody knows yet are taught in the profile; the file is read by it once, when it is sent. */
function UnreadHint({ result, batch }: { result: BatchResult; batch: Batch | undefined }) {
  const t = useResultText()
  const may = useMay()
  const isOpen = result.state === 'dry_run_ready' || result.state === 'aborted'
  if (!isOpen || result.counts.faulty === 0 || !may(approveResults) || !may(getResultProfile)) return null
  return (
    <Text size="sm">
      {t(result.state === 'aborted' ? 'next.words.ended' : 'next.words')}{' '}
      <Anchor
        size="sm"
        underline="always"
        renderRoot={(props) => (
          <Link to="/pengaturan/profil-hasil" search={batch ? { region: batch.regionCode } : {}} {...props} />
        )}
      >
        {t('to-profile')}
      </Anchor>
    </Text>
  )
}

function Counts({ result }: { result: BatchResult }) {
  const t = useResultText()
  const { number } = useTimes()
  const { counts } = result
  const wasApplied = ['applied', 'partly_applied', 'undone'].includes(result.state) || counts.applied > 0
  return (
    <SimpleGrid cols={{ base: 2, sm: 4 }}>
      {[...(wasApplied ? APPLIED : []), ...VERDICTS]
        .filter((name) => name === 'accepted' || name === 'refused' || counts[name] > 0)
        .map((name) => (
          <Paper key={name} withBorder p="sm">
            <Text size="sm" c="dimmed">
              {t(`counts.${name}`)}
            </Text>
            <Text fw={650} size="xl" data-count={name}>
              {number(counts[name])}
            </Text>
          </Paper>
        ))}
    </SimpleGrid>
  )
}

/** Who did what when, and which file it was. */
function About({ result }: { result: BatchResult }) {
  const t = useResultText()
  const times = useTimes()
  const at = (moment: string | null, person: { name: string } | null): string | null =>
    moment === null ? null : t('about.by', { at: times.moment(moment), name: person?.name ?? '' })
  const rows: [string, ReactNode][] = [
    [t('about.sent'), at(result.createdAt, result.createdBy)],
    [t('about.approved'), at(result.approvedAt, result.approvedBy)],
    [t('about.finished'), result.finishedAt && times.moment(result.finishedAt)],
    [t('about.undone'), at(result.undoneAt, result.undoneBy)],
    [t('about.file'), t('about.kind', { kind: result.file.kind.toUpperCase(), rows: result.counts.rows })],
    [t('about.sheet'), result.file.sheet],
    [
      t('about.hash'),
      <Text key="hash" size="xs" ff="monospace" style={{ overflowWrap: 'anywhere' }}>
        {result.file.sha256}
      </Text>,
    ],
  ]
  return (
    <Section title={t('about')}>
      <Facts rows={rows.filter(([, value]) => value !== null)} />
    </Section>
  )
}

type OneProps = { result: BatchResult; batch: Batch | undefined; onActed: () => void }

function OneResult({ result, batch, onActed }: OneProps) {
  const { state } = result
  const isRead = state !== 'uploaded' && state !== 'parsing'
  return (
    <>
      {isWorking(state) && <Working result={result} />}
      <Next result={result} />
      {isRead && <Counts result={result} />}
      <UnreadHint result={result} batch={batch} />
      {/* The batch is named in what is asked before an act. */}
      {batch && <Acts result={result} batchName={batch.name} onActed={onActed} />}
      {isRead && !isWorking(state) && <RowsSection result={result} />}
      <About result={result} />
    </>
  )
}

/** The line that says the state takes the focus of a button which an act has taken away. */
function useLedOn(state: BatchResult['state']): { line: Ref<HTMLParagraphElement>; onActed: () => void } {
  const line = useRef<HTMLParagraphElement>(null)
  const isActed = useRef(false)
  const former = useRef(state)
  useEffect(() => {
    if (former.current === state) return
    former.current = state
    if (isActed.current) line.current?.focus()
    isActed.current = false
  }, [state])
  return {
    line,
    onActed: () => {
      isActed.current = true
    },
  }
}

function ShownResult({ result }: { result: BatchResult }) {
  const t = useResultText()
  const times = useTimes()
  const { data: batch, error } = useQuery(batchQuery(result.batchId))
  const { line, onActed } = useLedOn(result.state)
  return (
    <>
      <Anchor component={Link} to={`/berkas-bpjs/${result.batchId}`} size="sm">
        {t('back', { batch: batch?.seal?.number ?? '' })}
      </Anchor>
      <div>
        <Title order={1} size="h2">
          {t('import', { at: times.moment(result.createdAt) })}
        </Title>
        {batch && <Text>{batch.name}</Text>}
        <Text role="status" fw={600} ref={line} tabIndex={-1}>
          {t(`state.${result.state}`)}
        </Text>
      </div>
      <ProblemNotice error={error} />
      <OneResult result={result} batch={batch} onActed={onActed} />
    </>
  )
}

/** One file of BPJS's results: what the dry run makes of it, the decision, and what came of it. */
export function ResultPage() {
  const { resultId } = useParams({ from: '/signed-in/berkas-bpjs/$id/hasil/$resultId' })
  const { data: result, error } = useQuery(resultQuery(resultId))
  return (
    <Stack maw={1100} mx="auto">
      <ProblemNotice error={error} />
      {!result && !error && <Skeleton h={320} />}
      {result && <ShownResult key={result.id} result={result} />}
      <Box h={24} />
    </Stack>
  )
}
