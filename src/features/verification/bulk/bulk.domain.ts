import type {
  BulkAction,
  BulkDecision,
  BulkJobInput,
  BulkOutcome,
  BulkState,
} from '../../../contracts/api/bulk-jobs.ts'
import { BULK_DECISIONS } from '../../../contracts/api/bulk-jobs.ts'
import { BULK_MAX } from '../../../contracts/bulk-limits.ts'
import { SECOND_PERSON_REASONS } from '../../../contracts/lifecycle/reasons.ts'
import type { Snapshot } from '../../../contracts/lifecycle/snapshot.ts'
import type { FieldIssue } from '../../../platform/errors.ts'
import type { CheckResult } from '../check-result.domain.ts'
import { findReasonIssues } from '../decision-reasons.domain.ts'

export type Counts = Record<BulkOutcome, number>

export const isBulkDecision = (action: BulkAction): action is BulkDecision =>
  (BULK_DECISIONS as readonly BulkAction[]).includes(action)

/** Acts whose rows are done by the batch, and can be undone. */
export const isUndoable = (action: BulkAction): action is BulkDecision | 'assign' =>
  isBulkDecision(action) || action === 'assign'

/** What is wrong with the wish before a row is looked at. */
export function findBulkIssues(input: BulkJobInput): FieldIssue[] {
  const { action, filter, proposalIds, reasons, note, reviewerId } = input
  const issues: FieldIssue[] = []
  if ((filter === undefined) === (proposalIds === undefined)) issues.push({ path: 'filter', code: 'bulk_selection' })
  if (action === 'set_aside' && note === undefined) issues.push({ path: 'note', code: 'required' })
  if (action === 'assign' && reviewerId === undefined) issues.push({ path: 'reviewerId', code: 'required' })
  if (action !== 'assign' && reviewerId !== undefined) issues.push({ path: 'reviewerId', code: 'unknown_field' })
  if (!isBulkDecision(action)) {
    return reasons.length === 0 ? issues : [...issues, { path: 'reasons', code: 'unknown_field' }]
  }
  if (action === 'eligible' && reasons.length > 0) issues.push({ path: 'reasons', code: 'unknown_field' })
  issues.push(...findReasonIssues({ decision: action, reasons }))
  for (const [index, { code }] of reasons.entries()) {
    // Two people look at an accusation, each at the case itself.
    if (SECOND_PERSON_REASONS.includes(code))
      issues.push({ path: `reasons.${index}.code`, code: 'reason_needs_second_person' })
  }
  return issues
}

/** What is wrong with what was found: nothing, or more than a job may hold. */
export function findSelectionIssues(found: number | null): FieldIssue[] {
  if (found === null) return [{ path: 'filter', code: 'bulk_too_many', params: { max: BULK_MAX } }]
  return found === 0 ? [{ path: 'filter', code: 'bulk_nothing_selected' }] : []
}

/** Checks that every case goes through. */
const CHECK_KINDS = ['format', 'duplicates', 'membership'] as const satisfies readonly CheckResult['kind'][]

/**
 * A case that nobody has to look at to approve it: no flag, no confirmed warning, no open pair, every check in order, and BPJS does not
 * know the person as a member.
 */
export function isClean(
  { snapshot, warnings }: { snapshot: Pick<Snapshot, 'flags' | 'membership'>; warnings: readonly string[] },
  checks: readonly Pick<CheckResult, 'kind' | 'outcome'>[],
): boolean {
  if (snapshot.flags.length > 0 || warnings.length > 0 || snapshot.membership !== 'not_found') return false
  return CHECK_KINDS.every((kind) => checks.some((check) => check.kind === kind && check.outcome === 'ok'))
}

/** Rows that a job has still to do in a state; of a dry run only what it allowed. */
export const TO_DO = {
  checking: ['pending'],
  running: ['pending', 'allowed'],
  undoing: ['done'],
} as const satisfies Partial<Record<BulkState, readonly BulkOutcome[]>>
export type WorkingState = keyof typeof TO_DO

export const isWorking = (state: BulkState): state is WorkingState => Object.hasOwn(TO_DO, state)

/** How a job stands when it has nothing left to do. Never `done` while a row was refused. */
export function endOf(state: WorkingState, counts: Counts): BulkState {
  switch (state) {
    case 'checking':
      return 'ready'
    case 'running':
      if (counts.done === 0) return 'failed'
      return counts.refused === 0 ? 'done' : 'partly_done'
    case 'undoing':
      return counts.not_undone === 0 ? 'undone' : 'partly_undone'
  }
}

/** Ends that the answer must not pass off as plain success. */
export const isPartial = (state: BulkState): boolean =>
  state === 'partly_done' || state === 'failed' || state === 'partly_undone'
