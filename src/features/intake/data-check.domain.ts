import { type JournalEntry, replay } from '../../contracts/lifecycle/journal.ts'
import type { Snapshot } from '../../contracts/lifecycle/snapshot.ts'
import { isOpen } from '../../contracts/lifecycle/states.ts'

/** In the order in which they are reported. */
export const DATA_FAULT_KINDS = [
  'intake_without_office',
  'intake_without_proposal',
  'proposal_without_intake',
  'proposal_without_status',
  'status_without_proposal',
  'journal_without_proposal',
  'check_result_without_proposal',
  'membership_check_without_proposal',
  'journal_broken',
  'status_differs',
  'status_place_differs',
  'open_without_own_slot',
  'closed_with_slot',
  'document_without_picture',
  'document_does_not_open',
  'seat_differs',
  'budget_differs',
  'batch_row_differs',
  'result_row_differs',
  'batch_differs',
  'list_differs',
  'coverage_differs',
  'population_differs',
] as const
export type DataFaultKind = (typeof DATA_FAULT_KINDS)[number]

export type CheckedProposal = {
  stored: Snapshot
  journal: readonly JournalEntry[]
  slotIsEmpty: boolean
  /** The slot holds the NIK of the proposal; or both are missing. */
  slotIsOwn: boolean
  /** Village and channel are those of the intake; or there is no intake to compare with. */
  placeIsOwn: boolean
}

const sameTime = (iso: string | null): string | null => (iso === null ? null : new Date(iso).toISOString())

/** Equal for equal snapshots, however their moments were written. */
const canonical = (snapshot: Snapshot): string =>
  JSON.stringify([
    snapshot.state,
    snapshot.version,
    snapshot.sequence,
    snapshot.flags,
    snapshot.closedAs,
    snapshot.membership,
    sameTime(snapshot.membershipAt),
    snapshot.reviewerId,
    sameTime(snapshot.correctionDueAt),
    sameTime(snapshot.stateSince),
  ])

function findJournalFault({ stored, journal }: CheckedProposal): DataFaultKind | null {
  // The replay counts on from its first entry, wherever that stood.
  if (journal[0]?.sequence !== 1) return 'journal_broken'
  let told: string
  try {
    told = canonical(replay(journal))
  } catch {
    return 'journal_broken'
  }
  return told === canonical(stored) ? null : 'status_differs'
}

function findSlotFault({ stored, slotIsEmpty, slotIsOwn }: CheckedProposal): DataFaultKind | null {
  if (isOpen(stored.state)) return slotIsOwn ? null : 'open_without_own_slot'
  return slotIsEmpty ? null : 'closed_with_slot'
}

/** What is wrong with a proposal that has a status: its journal against its status, its place against the intake's, and the NIK that it holds. */
export function findProposalFaults(proposal: CheckedProposal): DataFaultKind[] {
  const place: DataFaultKind | null = proposal.placeIsOwn ? null : 'status_place_differs'
  return [findJournalFault(proposal), place, findSlotFault(proposal)].filter((fault) => fault !== null)
}
