import { Box, List, Table, Text } from '@mantine/core'
import type { ProfileIssue, ProfilePreview } from '../../../contracts/api/template-profiles.ts'
import { useEnrolmentText } from '../batches/texts.ts'
import { useLayoutText } from './texts.ts'
import { useWordName } from './words.ts'

function useIssueText(): (issue: ProfileIssue) => string {
  const t = useLayoutText()
  const words = useEnrolmentText()
  const nameOf = useWordName()
  return ({ code, column, row, word }) => {
    const where = [
      column !== null && t('issue.column', { column: String(column) }),
      row !== null && t('issue.row', { row: String(row) }),
      word !== null && nameOf(word),
    ].filter((part) => part !== false)
    const what = words(`profile_issue.${code}`)
    return where.length === 0 ? what : `${where.join(', ')}: ${what}`
  }
}

/** The file as it would be, and what is odd about it. Wide: it is scrolled within its own box. */
export function PreviewSection({ preview: { lead, rows, issues } }: { preview: ProfilePreview }) {
  const t = useLayoutText()
  const textOf = useIssueText()
  const width = Math.max(1, ...lead.map((cells) => cells.length), ...rows.map((cells) => cells.length))
  const cellsOf = (cells: string[], row: number) =>
    Array.from({ length: cells.length === 1 ? 1 : width }, (_, column) => (
      <Table.Td
        key={`${row} ${column}`}
        style={{ whiteSpace: 'nowrap' }}
        {...(cells.length === 1 && { colSpan: width })}
      >
        {cells[column] ?? ''}
      </Table.Td>
    ))
  return (
    <>
      <Text role="status" size="sm" fw={600}>
        {issues.length === 0 ? t('issues.none') : t('issues', { count: issues.length })}
      </Text>
      {issues.length > 0 && (
        <List size="sm" aria-label={t('issues.list')}>
          {issues.map((issue) => (
            <List.Item key={`${issue.code} ${issue.column} ${issue.row} ${issue.word}`}>{textOf(issue)}</List.Item>
          ))}
        </List>
      )}
      <Box style={{ overflowX: 'auto' }} tabIndex={0} role="region" aria-label={t('preview.sample')}>
        <Table withColumnBorders withTableBorder verticalSpacing={2} fz="xs" aria-label={t('preview.sample')}>
          <Table.Tbody>
            {[...lead, ...rows].map((cells, row) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: the rows of a file have nothing but their place
              <Table.Tr key={row}>{cellsOf(cells, row)}</Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Box>
    </>
  )
}
