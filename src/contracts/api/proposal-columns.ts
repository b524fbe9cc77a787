/** What a list can show of a row. */
export const PROPOSAL_COLUMNS = [
  'receiptNumber',
  'fullName',
  'nik',
  'state',
  'flags',
  'queue',
  'submittedAt',
  'dueAt',
  'likeness',
  'leaseHolder',
] as const
export type ProposalColumn = (typeof PROPOSAL_COLUMNS)[number]

/** What a list shows while nobody has chosen. */
export const DEFAULT_COLUMNS = [
  'receiptNumber',
  'fullName',
  'nik',
  'state',
  'flags',
  'submittedAt',
  'dueAt',
  'leaseHolder',
] as const satisfies readonly ProposalColumn[]
