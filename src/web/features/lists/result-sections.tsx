import { Button, Stack, Table, Text } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import type { ListView } from '../../../contracts/api/lists.ts'
import { useMay } from '../../app/session.ts'
import { keepFile } from '../../lib/keep-file.ts'
import { useTimes } from '../../lib/time.ts'
import { Facts } from '../../ui/facts.tsx'
import { ProblemNotice } from '../../ui/problem-notice.tsx'
import { Section } from '../../ui/section.tsx'
import { downloadRefused } from './calls.ts'
import { useListText, useListWords } from './texts.ts'
import { toMegabytes } from './upload-section.tsx'

function useReadAs(): (list: ListView) => string {
  const t = useListText()
  return ({ file: { read } }) => {
    if (read === null) return '–'
    if (read.kind === 'xlsx') return t('result.xlsx', { sheet: read.sheet ?? '' })
    const delimiter = read.delimiter === '\t' ? t('delimiter.tab') : (read.delimiter ?? '')
    return t('result.csv', { encoding: (read.encoding ?? '').toUpperCase(), delimiter })
  }
}

export function CountsSection({ list }: { list: ListView }) {
  const t = useListText()
  const { number } = useTimes()
  const readAs = useReadAs()
  const { counts, file } = list
  return (
    <Section title={t('result')}>
      <Facts
        rows={[
          [t('result.read'), number(counts.read)],
          [t('result.usable'), number(counts.usable)],
          [t('result.matched'), number(counts.matched)],
          [t('result.repeated'), number(counts.repeated)],
          [t('result.refused'), number(counts.refused)],
          [t('result.file'), readAs(list)],
          [t('result.bytes'), t('result.megabytes', { size: number(toMegabytes(file.bytes)) })],
          [
            t('result.hash'),
            <Text key="hash" size="xs" style={{ overflowWrap: 'anywhere' }}>
              {file.sha256}
            </Text>,
          ],
        ]}
      />
      {list.state === 'applied' && list.kind === 'membership' && (
        <Text size="sm">{t(list.isComplete ? 'result.complete' : 'result.partial')}</Text>
      )}
      {list.state === 'applied' && !list.isCurrent && <Text size="sm">{t('result.replaced')}</Text>}
      {list.state === 'applied' && !list.hasPeople && <Text size="sm">{t('result.purged')}</Text>}
    </Section>
  )
}

type Labelled = ListView['segments']

function Labels({ title, name, rows }: { title: string; name: string; rows: Labelled }) {
  const t = useListText()
  const { number } = useTimes()
  return (
    <Table verticalSpacing={4} aria-label={title}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{name}</Table.Th>
          <Table.Th ta="right">{t('rows')}</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {rows.map((row) => (
          <Table.Tr key={row.label}>
            <Table.Td style={{ overflowWrap: 'anywhere' }}>{row.label}</Table.Td>
            <Table.Td ta="right">{number(row.rows)}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  )
}

/** What the words of the file were taken for. */
export function WordsSections({ list }: { list: ListView }) {
  const t = useListText()
  return (
    <>
      {list.segments.length > 0 && (
        <Section title={t('segments')}>
          <Labels title={t('segments')} name={t('segment')} rows={list.segments} />
        </Section>
      )}
      {list.unknownStatuses.length > 0 && (
        <Section title={t('statuses')}>
          <Text size="sm">{t('statuses.lead')}</Text>
          <Labels title={t('statuses')} name={t('status')} rows={list.unknownStatuses} />
        </Section>
      )}
    </>
  )
}

function FirstFaults({ list }: { list: ListView }) {
  const t = useListText()
  const words = useListWords()
  const { number } = useTimes()
  return (
    <Table verticalSpacing={4} aria-label={t('first')}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{t('first.line')}</Table.Th>
          <Table.Th>{t('faults.column')}</Table.Th>
          <Table.Th>{t('faults.what')}</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {list.firstFaults.map(({ line, column, code }) => (
          <Table.Tr key={`${line} ${column} ${code}`}>
            <Table.Td>{number(line)}</Table.Td>
            <Table.Td>{words(`list.column.${column}`)}</Table.Td>
            <Table.Td>{words(`list.issue.${code}`)}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  )
}

function Refused({ list }: { list: ListView }) {
  const t = useListText()
  const file = useMutation({
    mutationFn: () => downloadRefused({ params: { id: list.id } }),
    onSuccess: keepFile,
  })
  return (
    <Stack gap="xs">
      <Button variant="default" w="fit-content" maw="100%" loading={file.isPending} onClick={() => file.mutate()}>
        {t('refused.download')}
      </Button>
      <Text size="sm" c="dimmed">
        {t('refused.hint')}
      </Text>
      <ProblemNotice error={file.error} />
      <Text size="sm" role="status">
        {file.isSuccess && t('refused.done')}
      </Text>
    </Stack>
  )
}

/** What is wrong with the file, by column, then row by row; and the rows themselves for whoever mends it. */
export function FaultsSection({ list, isOwn }: { list: ListView; isOwn: boolean }) {
  const t = useListText()
  const words = useListWords()
  const may = useMay()
  const { number } = useTimes()
  const [isOpen, setOpen] = useState(false)
  if (list.faults.length === 0) return null
  const hasRows = list.counts.refused + list.counts.repeated > 0 && list.state !== 'aborted'
  return (
    <Section title={t('faults')}>
      <Table verticalSpacing={4} aria-label={t('faults')}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('faults.column')}</Table.Th>
            <Table.Th>{t('faults.what')}</Table.Th>
            <Table.Th ta="right">{t('rows')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {list.faults.map(({ column, code, rows }) => (
            <Table.Tr key={`${column} ${code}`}>
              <Table.Td>{words(`list.column.${column}`)}</Table.Td>
              <Table.Td>{words(`list.issue.${code}`)}</Table.Td>
              <Table.Td ta="right">{number(rows)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      {isOpen ? (
        <>
          <Text fw={600}>{t('first')}</Text>
          <FirstFaults list={list} />
        </>
      ) : (
        <Button variant="default" w="fit-content" onClick={() => setOpen(true)}>
          {t('first.show')}
        </Button>
      )}
      {hasRows && isOwn && may(downloadRefused) && <Refused list={list} />}
    </Section>
  )
}
