import { Button, Group, Skeleton, Stack, Table, Text, Textarea } from '@mantine/core'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { ProposalView } from '../../../contracts/api/proposals.ts'
import { CASES } from '../../lib/live.ts'
import { onSubmit } from '../../lib/on-submit.ts'
import { useShowAnswer } from '../../lib/show-answer.ts'
import { useTimes } from '../../lib/time.ts'
import { useCheckText } from '../../ui/contract-texts.ts'
import { useFieldLabel } from '../../ui/field-label.ts'
import { ProblemNotice } from '../../ui/problem-notice.tsx'
import { Section } from '../../ui/section.tsx'
import { useTerms } from '../../ui/terms/terms.ts'
import { dismissDuplicate } from '../proposals/calls.ts'
import { proposalQuery } from '../proposals/queries.ts'
import { compare } from './calls.ts'
import { useReviewText } from './texts.ts'

function useFieldValue(): (field: string, value: string | null) => string {
  const terms = useTerms()
  const times = useTimes()
  return (field, value) => {
    if (value === null) return '–'
    if (field === 'sex') return terms(`sex.${value}` as 'sex.male')
    if (field === 'birthDate') return times.date(value)
    if (field === 'relationship') return terms(`relationship.${value}` as 'relationship.anak')
    if (field === 'maritalStatus') return terms(`marital.${value}` as 'marital.kawin')
    return value
  }
}

function Pair({ proposal, otherId }: { proposal: ProposalView; otherId: string }) {
  const t = useReviewText()
  const words = useCheckText()
  const times = useTimes()
  const label = useFieldLabel()
  const valueOf = useFieldValue()
  const show = useShowAnswer()
  const [note, setNote] = useState<string | null>(null)
  const { data, error } = useQuery({
    queryKey: [CASES, 'compare', proposal.id, otherId],
    queryFn: ({ signal }) => compare({ params: { id: proposal.id, otherId } }, { signal }),
  })
  const dismiss = useMutation({
    mutationFn: () => dismissDuplicate({ params: { id: proposal.id, otherId }, body: { note: note ?? '' } }),
    onSuccess: (view) => show(proposalQuery(proposal.id), view),
  })
  if (!data) return error ? <ProblemNotice error={error} /> : <Skeleton h={120} />
  return (
    <Stack gap="xs">
      <Table verticalSpacing={4} layout="fixed">
        <Table.Thead>
          <Table.Tr>
            <Table.Th w={120} />
            <Table.Th>{t('compare.this')}</Table.Th>
            <Table.Th>{t('compare.other', { number: data.right.receiptNumber })}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {data.fields.map(({ field, left, right, differs }) => (
            <Table.Tr key={field} {...(differs && { className: 'marked' })}>
              <Table.Th scope="row">{label(field)}</Table.Th>
              <Table.Td>{valueOf(field, left)}</Table.Td>
              <Table.Td>
                {valueOf(field, right)}
                {differs && (
                  <Text span size="xs">
                    {' '}
                    ({t('compare.differs')})
                  </Text>
                )}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      <Text size="sm">
        {t('compare.score', {
          score: times.number(data.score),
          parts: data.parts.map(({ code }) => words(`likeness.${code}`)).join(' '),
        })}
      </Text>
      <ProblemNotice error={dismiss.error} />
      {note === null ? (
        <Group>
          <Button variant="default" onClick={() => setNote('')}>
            {t('compare.different')}
          </Button>
        </Group>
      ) : (
        <form onSubmit={onSubmit(() => dismiss.mutate())}>
          <Stack gap="xs">
            <Textarea
              label={t('compare.different.why')}
              value={note}
              onChange={({ currentTarget }) => setNote(currentTarget.value)}
              required
              autosize
              minRows={2}
            />
            <Group>
              <Button type="submit" loading={dismiss.isPending}>
                {t('compare.different.send')}
              </Button>
            </Group>
          </Stack>
        </form>
      )}
    </Stack>
  )
}

type Props = { proposal: ProposalView; otherIds: readonly string[] }

/** Likenesses, each beside this case: what differs is marked, and what the score is made of is said. */
export function CompareSection({ proposal, otherIds }: Props) {
  const t = useReviewText()
  return (
    <Section title={t('compare.title')}>
      {otherIds.map((otherId) => (
        <Pair key={otherId} proposal={proposal} otherId={otherId} />
      ))}
    </Section>
  )
}
