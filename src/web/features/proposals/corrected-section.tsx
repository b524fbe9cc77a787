import { Box, List, SimpleGrid, Stack, Table, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { DocumentList } from '../../../contracts/api/documents.ts'
import type { ComparedField, ProposalView } from '../../../contracts/api/proposals.ts'
import { useTimes } from '../../lib/time.ts'
import { useFieldLabel } from '../../ui/field-label.ts'
import { Section } from '../../ui/section.tsx'
import { useTerms } from '../../ui/terms/terms.ts'
import { documentsQuery } from '../documents/queries.ts'
import { useDocumentText } from '../documents/texts.ts'
import { useProposalText } from './texts.ts'

type Paper = DocumentList['items'][number]

const PREFIX = 'documents.'

/** Codes in people's words, dates as people write them. */
function useValueText(): (field: string, value: string | null) => string {
  const t = useProposalText()
  const terms = useTerms()
  const times = useTimes()
  return (field, value) => {
    if (value === null) return t('corrected.none')
    if (field === 'birthDate') return times.date(value)
    if (field === 'sex') return terms(`sex.${value}` as 'sex.male')
    if (field === 'relationship') return terms(`relationship.${value}` as 'relationship.anak')
    if (field === 'maritalStatus') return terms(`marital.${value}` as 'marital.kawin')
    return value
  }
}

function Values({ fields }: { fields: readonly ComparedField[] }) {
  const t = useProposalText()
  const label = useFieldLabel()
  const valueText = useValueText()
  if (fields.length === 0) return null
  return (
    <Table aria-label={t('corrected.title')} layout="fixed" verticalSpacing={4}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{t('corrected.field')}</Table.Th>
          <Table.Th>{t('corrected.before')}</Table.Th>
          <Table.Th>{t('corrected.after')}</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {fields.map(({ field, left, right, differs }) => (
          <Table.Tr key={field}>
            <Table.Th scope="row">{label(field)}</Table.Th>
            <Table.Td style={{ overflowWrap: 'anywhere' }}>{valueText(field, left)}</Table.Td>
            <Table.Td style={{ overflowWrap: 'anywhere' }} fw={differs ? 600 : 400}>
              {valueText(field, right)}
              {!differs && (
                <Text span size="sm" c="dimmed">
                  {' '}
                  ({t('corrected.same')})
                </Text>
              )}
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  )
}

function Photo({ paper, title }: { paper: Paper | undefined; title: string }) {
  const t = useProposalText()
  const words = useDocumentText()
  const times = useTimes()
  const alt = paper && t('corrected.photo', { kind: words(`kind.${paper.kind}`), at: times.moment(paper.addedAt) })
  return (
    <Stack gap={4}>
      <Text size="sm" fw={600}>
        {title}
      </Text>
      {paper?.contentUrl ? (
        <a href={paper.contentUrl} target="_blank" rel="noreferrer">
          <Box
            component="img"
            src={paper.contentUrl}
            alt={alt ?? ''}
            w="100%"
            mah={220}
            style={{ objectFit: 'contain' }}
          />
        </a>
      ) : (
        <Text size="sm">{alt ?? t('corrected.no-former')}</Text>
      )}
      {paper?.contentUrl && (
        <Text size="sm" c="dimmed">
          {alt}
        </Text>
      )}
    </Stack>
  )
}

function Photos({ proposalId, kinds }: { proposalId: string; kinds: readonly string[] }) {
  const t = useProposalText()
  const { data } = useQuery(documentsQuery(proposalId))
  return kinds.map((kind) => {
    const papers = (data?.items ?? []).filter((paper) => paper.kind === kind)
    const former = papers
      .filter(({ supersededAt }) => supersededAt !== null)
      .toSorted((one, other) => Date.parse(one.addedAt) - Date.parse(other.addedAt))
    return (
      <SimpleGrid key={kind} cols={2}>
        <Photo paper={former.at(-1)} title={t('corrected.before')} />
        <Photo paper={papers.find(({ supersededAt }) => supersededAt === null)} title={t('corrected.after')} />
      </SimpleGrid>
    )
  })
}

/** What the last correction changed, old beside new: fields, photos, and what was answered instead. */
export function CorrectedSection({ proposal }: { proposal: ProposalView }) {
  const t = useProposalText()
  const label = useFieldLabel()
  const times = useTimes()
  const last = proposal.history.findLast(({ action }) => action === 'correct' || action === 'household_changed')
  if (!last) return null
  const kinds = last.changedFields
    .filter((field) => field.startsWith(PREFIX))
    .map((field) => field.slice(PREFIX.length))
  const answers = last.reasons.filter(({ code }) => code === 'ANSWERED')
  return (
    <Section title={t('corrected.title')}>
      <Text size="sm" c="dimmed">
        {t('corrected.lead', { at: times.moment(last.at) })}
      </Text>
      <Values fields={proposal.corrected} />
      <Photos proposalId={proposal.id} kinds={kinds} />
      {answers.length > 0 && (
        <List spacing={4}>
          {answers.map(({ field = '', note = '' }) => (
            <List.Item key={field}>{t('corrected.answer', { field: label(field), why: note })}</List.Item>
          ))}
        </List>
      )}
    </Section>
  )
}
