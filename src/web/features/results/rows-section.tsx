import { Anchor, Button, Chip, Group, Skeleton, Stack, Table, Text } from '@mantine/core'
import { useInfiniteQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import type { BatchResult, BatchResultRow } from '../../../contracts/api/batch-results.ts'
import { useLanguage } from '../../lib/language.ts'
import { useTimes } from '../../lib/time.ts'
import { ProblemNotice } from '../../ui/problem-notice.tsx'
import { Section } from '../../ui/section.tsx'
import { useTerms } from '../../ui/terms/terms.ts'
import { resultRowsQuery } from './queries.ts'
import { SHOWN_ROWS, type ShownRows } from './result-search.ts'
import { useResultText } from './texts.ts'

const countOf = ({ toApply, leftOut, ...others }: BatchResult['counts'], shown: ShownRows): number => {
  if (shown === 'to_apply') return toApply
  return shown === 'left_out' ? leftOut : others[shown]
}

/** What the file says of a person, as it came, and what it means to us. */
function Answer({ row }: { row: BatchResultRow }) {
  const t = useResultText()
  const terms = useTerms()
  const times = useTimes()
  const said = [row.answerCode, row.answerText].filter((one) => one !== null)
  return (
    <>
      {row.outcome !== null && (
        <Text size="sm" fw={600}>
          {t(`outcome.${row.outcome}`)}
        </Text>
      )}
      {said.length > 0 && <Text size="sm">{t('row.said', { said: said.join(': ') })}</Text>}
      {row.reason !== null && <Text size="sm">{t('row.reason', { reason: terms(`reason.${row.reason}`) })}</Text>}
      {row.effectiveOn !== null && <Text size="sm">{t('row.from', { day: times.date(row.effectiveOn) })}</Text>}
    </>
  )
}

/** What became of a row: of one that was never applied it depends on what became of its file. */
const becameOf = ({ verdict, applied }: BatchResultRow, state: BatchResult['state']) => {
  if (applied !== null) return applied ? (state === 'undone' ? 'undone' : 'applied') : 'left_out'
  return verdict === 'to_apply' && state === 'aborted' ? 'ended' : (verdict ?? 'unread')
}

/** Rows that were to be applied, in the words of what came of it. */
const kindOf = (shown: ShownRows, state: BatchResult['state']) => {
  if (shown !== 'to_apply' || state === 'dry_run_ready') return shown
  return state === 'aborted' ? 'not_applied' : 'used'
}

function Row({ row, state }: { row: BatchResultRow; state: BatchResult['state'] }) {
  const t = useResultText()
  const times = useTimes()
  const { verdict, message, proposal } = row
  return (
    <Table.Tr>
      <Table.Td style={{ verticalAlign: 'top' }}>
        {times.number(row.row)}
        {row.column !== null && (
          <Text size="sm" c="dimmed">
            {t('row.column', { column: row.column })}
          </Text>
        )}
      </Table.Td>
      <Table.Td style={{ verticalAlign: 'top' }}>
        {proposal === null ? (
          <Text size="sm" c="dimmed">
            {verdict === 'unmatched' ? t('row.nobody') : '–'}
          </Text>
        ) : (
          <>
            <Text size="sm" fw={600}>
              {proposal.fullName}
            </Text>
            <Anchor component={Link} to={`/usulan/${proposal.id}`} size="sm" underline="always">
              {proposal.receiptNumber}
            </Anchor>
            <Text size="sm" c="dimmed">
              {proposal.nikMasked}
            </Text>
          </>
        )}
      </Table.Td>
      <Table.Td style={{ verticalAlign: 'top', overflowWrap: 'anywhere' }}>
        <Stack gap={2}>
          <Answer row={row} />
          <Text size="sm" c="dimmed">
            {t(`became.${becameOf(row, state)}`)}
          </Text>
          {message !== null && <Text size="sm">{message}</Text>}
        </Stack>
      </Table.Td>
    </Table.Tr>
  )
}

/** The rows of the file, each with what is made of it and why. */
export function RowsSection({ result }: { result: BatchResult }) {
  const t = useResultText()
  const { number } = useTimes()
  const { rows: shown } = useSearch({ from: '/signed-in/berkas-bpjs/$id/hasil/$resultId' })
  const navigate = useNavigate({ from: '/berkas-bpjs/$id/hasil/$resultId' })
  const page = useInfiniteQuery(resultRowsQuery(result, shown, useLanguage()))
  const rows = page.data?.pages.flatMap(({ items }) => items) ?? []
  const choose = (value: string): void => {
    const chosen = SHOWN_ROWS.find((one) => one === value)
    void navigate({ search: chosen === undefined ? {} : { rows: chosen }, replace: true, resetScroll: false })
  }
  return (
    <Section title={t('file.rows')}>
      <Text size="sm">{t('file.rows.lead')}</Text>
      <Chip.Group value={shown ?? 'all'} onChange={choose}>
        <Group gap="xs" role="radiogroup" aria-label={t('shown')}>
          <Chip value="all" variant="outline">
            {t('shown.all', { count: number(result.counts.rows) })}
          </Chip>
          {SHOWN_ROWS.filter((one) => one === shown || countOf(result.counts, one) > 0).map((one) => (
            <Chip key={one} value={one} variant="outline">
              {t('shown.some', {
                what: t(`verdict.${kindOf(one, result.state)}`),
                count: number(countOf(result.counts, one)),
              })}
            </Chip>
          ))}
        </Group>
      </Chip.Group>
      <ProblemNotice error={page.error} />
      {page.isPending && <Skeleton h={160} />}
      {page.isSuccess && rows.length === 0 && <Text size="sm">{t('file.rows.none')}</Text>}
      {rows.length > 0 && (
        <Table verticalSpacing={6} aria-label={t('file.rows')}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t('row')}</Table.Th>
              <Table.Th>{t('person')}</Table.Th>
              <Table.Th>{t('answer')}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {rows.map((row) => (
              <Row key={row.row} row={row} state={result.state} />
            ))}
          </Table.Tbody>
        </Table>
      )}
      {page.hasNextPage && (
        <Button
          variant="default"
          w="fit-content"
          loading={page.isFetchingNextPage}
          onClick={() => void page.fetchNextPage()}
        >
          {t('more')}
        </Button>
      )}
    </Section>
  )
}
