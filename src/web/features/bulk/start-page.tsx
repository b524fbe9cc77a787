import { Anchor, Button, Group, Radio, Skeleton, Stack, Table, Text, Textarea, Title } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import type { BulkAction } from '../../../contracts/api/bulk-jobs.ts'
import { BULK_MAX } from '../../../contracts/bulk-limits.ts'
import { SECOND_PERSON_REASONS } from '../../../contracts/lifecycle/reasons.ts'
import { useMay } from '../../app/session.ts'
import { fieldError } from '../../lib/field-error.ts'
import { onSubmit } from '../../lib/on-submit.ts'
import { useTimes } from '../../lib/time.ts'
import { ProblemNotice } from '../../ui/problem-notice.tsx'
import { Section } from '../../ui/section.tsx'
import { assign, NOTED_MOVES } from '../proposals/calls.ts'
import { FilterSummary } from '../proposals/filter-summary.tsx'
import { toFilters } from '../proposals/proposal-search.ts'
import { ReviewerSelect } from '../proposals/reviewer-select.tsx'
import { type Choice, isComplete, toInput } from '../review/decision-choice.ts'
import { ReasonChoice } from '../review/reason-choice.tsx'
import { startBulk } from './calls.ts'
import { bulkListQuery, bulkQuery } from './queries.ts'
import { useBulkText } from './texts.ts'

const NOTE_MIN = 5
const ACTIONS = [
  'eligible',
  'needs_correction',
  'rejected',
  'assign',
  'release',
  'recheck_membership',
  'set_aside',
] as const satisfies BulkAction[]

const isReasoned = (action: BulkAction): action is 'needs_correction' | 'rejected' =>
  action === 'needs_correction' || action === 'rejected'

const startOf = (action: 'needs_correction' | 'rejected'): Choice => ({
  decision: action,
  reasons: [],
  note: '',
  field: null,
  duplicateOf: null,
})

function Start() {
  const t = useBulkText()
  const may = useMay()
  const client = useQueryClient()
  const navigate = useNavigate()
  const search = useSearch({ from: '/signed-in/usulan/massal' })
  const [action, setAction] = useState<BulkAction>('eligible')
  const [choice, setChoice] = useState<Choice>(startOf('needs_correction'))
  const [note, setNote] = useState('')
  const [reviewerId, setReviewer] = useState<string | null>(null)
  const isOffered = (one: BulkAction): boolean => {
    if (one === 'set_aside') return may(NOTED_MOVES.set_aside)
    return one !== 'assign' || may(assign)
  }
  const offered = ACTIONS.filter(isOffered)
  const start = useMutation({
    mutationFn: () =>
      startBulk({
        body: {
          action,
          filter: toFilters(search),
          dryRun: true,
          ...(isReasoned(action) && { reasons: toInput(choice).reasons }),
          ...(action === 'set_aside' && { note: note.trim() }),
          ...(action === 'assign' && { reviewerId: reviewerId ?? '' }),
        },
      }),
    onSuccess: async (job) => {
      client.setQueryData(bulkQuery(job.id).queryKey, job)
      await navigate({ to: `/usulan/massal/${job.id}` })
    },
  })
  const isReady = (): boolean => {
    if (isReasoned(action)) return isComplete(choice)
    if (action === 'assign') return reviewerId !== null
    return action !== 'set_aside' || note.trim().length >= NOTE_MIN
  }
  return (
    <form onSubmit={onSubmit(() => start.mutate())}>
      <Stack>
        <Section title={t('chosen')}>
          <FilterSummary search={search} none={t('chosen.all')} />
        </Section>
        <Section title={t('action')}>
          <Radio.Group
            aria-label={t('action')}
            value={action}
            onChange={(value) => {
              const next = ACTIONS.find((one) => one === value) ?? action
              setAction(next)
              if (isReasoned(next)) setChoice(startOf(next))
            }}
          >
            <Stack gap="xs">
              {offered.map((one) => (
                <Radio
                  key={one}
                  value={one}
                  label={t(`action.${one}`)}
                  {...((one === 'eligible' || one === 'assign') && { description: t(`action.${one}.hint`) })}
                />
              ))}
            </Stack>
          </Radio.Group>
          {isReasoned(action) && <ReasonChoice choice={choice} onChange={setChoice} leftOut={SECOND_PERSON_REASONS} />}
          {action === 'assign' && (
            <ReviewerSelect value={reviewerId} onChange={setReviewer} error={fieldError(start.error, 'reviewerId')} />
          )}
          {action === 'set_aside' && (
            <Textarea
              label={t('note')}
              value={note}
              onChange={({ currentTarget }) => setNote(currentTarget.value)}
              autosize
              minRows={2}
            />
          )}
          <ProblemNotice error={start.error} />
          <Group>
            <Button type="submit" loading={start.isPending} disabled={!isReady()}>
              {t('dry-run')}
            </Button>
          </Group>
        </Section>
      </Stack>
    </form>
  )
}

function LastJobs() {
  const t = useBulkText()
  const times = useTimes()
  const { data, error } = useQuery(bulkListQuery)
  return (
    <Section title={t('jobs')}>
      <ProblemNotice error={error} />
      {!data && !error && <Skeleton h={80} />}
      {data?.items.length === 0 && <Text size="sm">{t('jobs.none')}</Text>}
      {data && data.items.length > 0 && (
        <Table aria-label={t('jobs')} verticalSpacing={4}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t('job.action')}</Table.Th>
              <Table.Th>{t('job.state')}</Table.Th>
              <Table.Th>{t('job.count')}</Table.Th>
              <Table.Th visibleFrom="sm">{t('job.when')}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {data.items.map((job) => (
              <Table.Tr key={job.id}>
                <Table.Td>
                  <Anchor component={Link} to={`/usulan/massal/${job.id}`} size="sm">
                    {t(`action.${job.action}`)}
                  </Anchor>
                </Table.Td>
                <Table.Td>{t(`state.${job.state}`)}</Table.Td>
                <Table.Td>{times.number(job.counts.total)}</Table.Td>
                <Table.Td visibleFrom="sm">{times.moment(job.createdAt)}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
    </Section>
  )
}

/** One act on everything that the list's filters find: which act, why, and first what would happen. */
export function BulkStartPage() {
  const t = useBulkText()
  const search = useSearch({ from: '/signed-in/usulan/massal' })
  return (
    <Stack maw={900} mx="auto">
      <Anchor size="sm" renderRoot={(props) => <Link to="/usulan" search={search} {...props} />}>
        {t('back')}
      </Anchor>
      <div>
        <Title order={1} size="h2">
          {t('title')}
        </Title>
        <Text>{t('lead', { max: BULK_MAX })}</Text>
      </div>
      <Start />
      <LastJobs />
    </Stack>
  )
}
