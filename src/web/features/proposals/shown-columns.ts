import type { ProposalColumn } from '../../../contracts/api/proposal-columns.ts'
import { useProposalText } from './texts.ts'

/** Every column, from left to right. */
export const SHOWN_COLUMNS = [
  'fullName',
  'nik',
  'state',
  'flags',
  'queue',
  'receiptNumber',
  'submittedAt',
  'dueAt',
  'likeness',
  'leaseHolder',
] as const satisfies readonly ProposalColumn[]

const NAMES = {
  fullName: 'list.name',
  nik: 'columns.nik',
  state: 'list.state',
  flags: 'filter.flag',
  queue: 'filter.queue',
  receiptNumber: 'list.receipt',
  submittedAt: 'list.submitted',
  dueAt: 'list.due',
  likeness: 'columns.likeness',
  leaseHolder: 'list.holder',
} as const satisfies Record<ProposalColumn, string>

/** What a column is called. */
export function useColumnNames(): (column: ProposalColumn) => string {
  const t = useProposalText()
  return (column) => t(NAMES[column])
}
