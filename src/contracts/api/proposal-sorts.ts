export const PROPOSAL_SORTS = [
  'submittedAt',
  '-submittedAt',
  'dueAt',
  '-dueAt',
  'fullName',
  '-fullName',
  'state',
  '-state',
  'likeness',
] as const
export type ProposalSort = (typeof PROPOSAL_SORTS)[number]
