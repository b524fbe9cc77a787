import { Anchor, Skeleton, Table, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { BatchResult } from '../../../contracts/api/batch-results.ts'
import type { Batch } from '../../../contracts/api/batches.ts'
import { useMay } from '../../app/session.ts'
import { useTimes } from '../../lib/time.ts'
import { ProblemNotice } from '../../ui/problem-notice.tsx'
import { Section } from '../../ui/section.tsx'
import { uploadResults } from './calls.ts'
import { isWorking, resultsQuery } from './queries.ts'
import { useResultText } from './texts.ts'
import { UploadForm } from './upload-form.tsx'

/** What became of the rows, or how far it is. */
function Summary({ result }: { result: BatchResult }) {
  const t = useResultText()
  const { state, progress, counts } = result
  if (isWorking(state)) return t('summary.working', { percent: Math.floor(100 * progress) })
  const parts = [t('summary.rows', { rows: counts.rows })]
  if (state === 'dry_run_ready') parts.push(t('summary.to-apply', { rows: counts.toApply }))
  if (state === 'applied' || state === 'partly_applied') parts.push(t('summary.applied', { rows: counts.applied }))
  if (counts.leftOut > 0) parts.push(t('summary.left-out', { rows: counts.leftOut }))
  return parts.join(', ')
}

function Imports({ results }: { results: BatchResult[] }) {
  const t = useResultText()
  const times = useTimes()
  return (
    <Table verticalSpacing="xs" aria-label={t('imports')}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{t('sent')}</Table.Th>
          <Table.Th>{t('state')}</Table.Th>
          <Table.Th>{t('rows')}</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {results.map((result) => (
          <Table.Tr key={result.id}>
            <Table.Td>
              <Anchor component={Link} to={`/berkas-bpjs/${result.batchId}/hasil/${result.id}`}>
                {times.moment(result.createdAt)}
              </Anchor>
              <Text size="sm" c="dimmed">
                {result.createdBy.name}
              </Text>
            </Table.Td>
            <Table.Td>{t(`state.${result.state}`)}</Table.Td>
            <Table.Td>
              <Summary result={result} />
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  )
}

/** What BPJS has sent back about a sealed batch: files to send, and the imports that were made of them. */
export function ResultsSection({ batch }: { batch: Batch }) {
  const t = useResultText()
  const may = useMay()
  const { data, error } = useQuery(resultsQuery(batch.id))
  return (
    <Section title={t('title')}>
      {/* Asked anew while a file is being applied, which the batch is not. */}
      <Text size="sm">{t('unanswered', { count: data?.items[0]?.unanswered ?? batch.counts.sealed })}</Text>
      {may(uploadResults) && <UploadForm batch={batch} />}
      <ProblemNotice error={error} />
      {!data && !error && <Skeleton h={60} />}
      {data?.items.length === 0 && <Text size="sm">{t('imports.none')}</Text>}
      {data && data.items.length > 0 && <Imports results={data.items} />}
    </Section>
  )
}
