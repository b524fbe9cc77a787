import { Anchor, Box, Group, type MantineBreakpoint, Table, Text, UnstyledButton } from '@mantine/core'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import type { ProposalColumn } from '../../../contracts/api/proposal-columns.ts'
import type { ProposalSort } from '../../../contracts/api/proposal-sorts.ts'
import type { ProposalListItem } from '../../../contracts/api/proposals.ts'
import { STORED_QUEUES } from '../../../contracts/lifecycle/queues.ts'
import { useTimes } from '../../lib/time.ts'
import { FlagBadge, StateBadge } from '../../ui/state-badge.tsx'
import { useTerms } from '../../ui/terms/terms.ts'
import { Holder } from './holder.tsx'
import { columnsOf } from './proposal-search.ts'
import { SeatBadge } from './seat-badge.tsx'
import { SHOWN_COLUMNS, useColumnNames } from './shown-columns.ts'
import { useProposalText } from './texts.ts'

const SORTED = ['fullName', 'state', 'submittedAt', 'dueAt'] as const satisfies readonly ProposalColumn[]
type Sorted = (typeof SORTED)[number]
const isSorted = (column: ProposalColumn): column is Sorted => SORTED.some((one) => one === column)

/** Names bear the NIK, states the flags; each of them stands by itself only where the other is not chosen. */
type Cell = { column: ProposalColumn; visibleFrom?: MantineBreakpoint; hiddenFrom?: MantineBreakpoint }

/** A phone shows name and state of each case with what belongs to them, whatever is chosen. */
function cellsOf(chosen: readonly ProposalColumn[], isUsual: boolean): Cell[] {
  return SHOWN_COLUMNS.flatMap((column): Cell[] => {
    if (column === 'fullName') return [{ column }]
    if (column === 'state') return [chosen.includes('state') ? { column } : { column, hiddenFrom: 'sm' }]
    const isPart = column === 'nik' || (column === 'flags' && chosen.includes('state'))
    if (isPart || !chosen.includes(column)) return []
    const isLate = isUsual && (column === 'dueAt' || column === 'leaseHolder')
    return [{ column, visibleFrom: isLate ? 'md' : 'sm' }]
  })
}

function Header({ cell: { column, ...look } }: { cell: Cell }) {
  const t = useProposalText()
  const names = useColumnNames()
  const { sort } = useSearch({ from: '/signed-in/usulan' })
  const navigate = useNavigate({ from: '/usulan' })
  const text = names(column)
  if (!isSorted(column)) return <Table.Th {...look}>{text}</Table.Th>
  const next: ProposalSort = sort === column ? `-${column}` : column
  const direction = sort === column ? 'ascending' : sort === `-${column}` ? 'descending' : 'none'
  return (
    <Table.Th aria-sort={direction} {...look}>
      <UnstyledButton
        fw={600}
        fz="sm"
        title={t('list.sorted', { column: text })}
        onClick={() => void navigate({ search: (former) => ({ ...former, sort: next }) })}
      >
        {text} {direction === 'ascending' ? '↑' : direction === 'descending' ? '↓' : ''}
      </UnstyledButton>
    </Table.Th>
  )
}

function Flags({ item: { flags, quota } }: { item: ProposalListItem }) {
  return (
    <Group gap={4}>
      {flags.map((flag) => (
        <FlagBadge key={flag} flag={flag} />
      ))}
      <SeatBadge quota={quota} />
    </Group>
  )
}

type RowProps = { item: ProposalListItem; cells: readonly Cell[]; chosen: readonly ProposalColumn[] }

function Row({ item, cells, chosen }: RowProps) {
  const times = useTimes()
  const terms = useTerms()
  // What is not chosen is still shown on a phone, which has room for nothing else.
  const unlessChosen = (column: ProposalColumn) =>
    chosen.includes(column) ? {} : ({ hiddenFrom: 'sm' } satisfies { hiddenFrom: MantineBreakpoint })
  const contentOf = (column: ProposalColumn): ReactNode => {
    switch (column) {
      case 'fullName':
        return (
          <>
            <Anchor component={Link} to={`/usulan/${item.id}`} fw={600}>
              {item.fullName}
            </Anchor>
            <Text size="sm" c="dimmed" {...unlessChosen('nik')}>
              {item.nikMasked}
            </Text>
          </>
        )
      case 'state':
        return (
          <>
            <StateBadge state={item.state} />
            <Box mt={4} {...unlessChosen('flags')}>
              <Flags item={item} />
            </Box>
          </>
        )
      case 'flags':
        return <Flags item={item} />
      case 'queue': {
        const queue = STORED_QUEUES.find((one) => one === item.queue)
        return queue && terms(`queue.${queue}`)
      }
      case 'receiptNumber':
        return item.receiptNumber
      case 'submittedAt':
        return times.moment(item.submittedAt)
      case 'dueAt':
        return item.dueAt && times.moment(item.dueAt)
      case 'likeness':
        return item.likeness !== null && times.number(item.likeness)
      case 'leaseHolder':
        return <Holder item={item} />
      default:
        return null
    }
  }
  return (
    <Table.Tr>
      {cells.map(({ column, ...look }) => (
        <Table.Td key={column} {...look}>
          {contentOf(column)}
        </Table.Td>
      ))}
    </Table.Tr>
  )
}

/** The list with the columns that the address names. */
export function ProposalTable({ items, label }: { items: readonly ProposalListItem[]; label: string }) {
  const search = useSearch({ from: '/signed-in/usulan' })
  const chosen = columnsOf(search)
  const cells = cellsOf(chosen, search.columns === undefined)
  return (
    <Box style={{ overflowX: 'auto' }}>
      <Table verticalSpacing="xs" aria-label={label}>
        <Table.Thead>
          <Table.Tr>
            {cells.map((cell) => (
              <Header key={cell.column} cell={cell} />
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {items.map((item) => (
            <Row key={item.id} item={item} cells={cells} chosen={chosen} />
          ))}
        </Table.Tbody>
      </Table>
    </Box>
  )
}
