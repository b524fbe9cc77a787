import type { NoticeTemplate } from '../../contracts/events/notices.ts'
import type { Action } from '../../contracts/lifecycle/actions.ts'
import type { JournalData } from '../../contracts/lifecycle/journal.ts'
import type { Snapshot } from '../../contracts/lifecycle/snapshot.ts'
import type { Flag, MembershipOutcome, State } from '../../contracts/lifecycle/states.ts'
import type { MembershipResult } from '../bpjs/index.ts'
import type { CheckResult } from './check-result.domain.ts'

/** After this long without an answer from BPJS people see the case; the question is asked on. */
export const MEMBERSHIP_PATIENCE_MS = 30 * 60 * 1000

/**
 * Inactive for a reason that the reactivation path mends: 6 no longer covered, 7 suspended, 9 arrears, 15 ended with the
 * month. Not 2 (deceased): nobody writes that to a family's phone before a person has looked.
 */
const REACTIVATION_STATUS_CODES: ReadonlySet<string> = new Set(['6', '7', '9', '15'])
const DECEASED_STATUS_CODE = '2'
/** PBI (APBN): the central government stopped paying for them. Their way back needs a letter of a health facility, whatever the status says. */
const LETTER_SEGMENT_CODE = '21'

/** The flags that follow from these checks; all others belong to somebody else and stay. */
const OWN_FLAGS: ReadonlySet<Flag> = new Set([
  'potential_duplicate',
  'membership_unknown',
  'membership_mismatch',
  'membership_status_unknown',
  'membership_deceased',
  'facility_letter_needed',
])

/** What a batch knows about one proposal when it writes. `isLeased`: a person is looking at it now. */
export type CheckedCase = {
  snapshot: Pick<Snapshot, 'state' | 'flags' | 'membership'>
  isLeased: boolean
  hasOpenDuplicate: boolean
  membership: MembershipResult
  /** BPJS has been silent for `MEMBERSHIP_PATIENCE_MS`. */
  isOverdue: boolean
}

export type CheckPlan = {
  move: { action: Action; data: JournalData } | null
  notice: Extract<NoticeTemplate, 'already_active' | 'needs_reactivation'> | null
  /** BPJS has to be asked again. */
  askAgain: boolean
}

const NOTHING: CheckPlan = { move: null, notice: null, askAgain: false }

/** Whether a job still has something to do: the checks themselves, or the answer that BPJS owed when people took over. */
export function isCheckWanted(snapshot: Pick<Snapshot, 'state' | 'membership'>): boolean {
  const state: State = snapshot.state
  if (state === 'submitted' || state === 'checking') return true
  return state === 'in_review' && (snapshot.membership === null || snapshot.membership === 'unavailable')
}

/** Of a membership answer, what the flags follow from. */
export type MembershipFinding = {
  outcome: MembershipOutcome
  statusKnown?: boolean
  statusCode?: string | null
  segmentCode?: string | null
}

/** The flags as these checks make them, with everybody else's kept. */
export function flagsAfter(
  flags: readonly Flag[],
  found: { hasOpenDuplicate: boolean; membership: MembershipFinding },
): Flag[] {
  const kept = flags.filter((flag) => !OWN_FLAGS.has(flag))
  if (found.hasOpenDuplicate) kept.push('potential_duplicate')
  if (found.membership.outcome === 'unavailable') kept.push('membership_unknown')
  if (found.membership.outcome === 'found_mismatch') kept.push('membership_mismatch')
  if (isStatusUnknown(found.membership)) kept.push('membership_status_unknown')
  if (isDeceased(found.membership)) kept.push('membership_deceased')
  if (isLetterNeeded(found.membership)) kept.push('facility_letter_needed')
  return kept.sort()
}

/**
 * What the checks make of a proposal (workflow table, docs/architecture.md). Only two outcomes are automatic, and only for
 * the person BPJS answered about; silence, doubt and likeness go to people.
 */
export function planAfterChecks(checked: CheckedCase): CheckPlan {
  const { snapshot, membership } = checked
  if (snapshot.state === 'checking') return planChecking(checked)
  if (snapshot.state !== 'in_review' || !isCheckWanted(snapshot)) return NOTHING
  if (membership.outcome === 'unavailable') return { ...NOTHING, askAgain: membership.retryable }
  return planAutomatic(checked) ?? { ...NOTHING, move: { action: 'record_membership', data: dataOf(checked) } }
}

function planChecking(checked: CheckedCase): CheckPlan {
  const { membership } = checked
  if (membership.outcome === 'unavailable' && membership.retryable && !checked.isOverdue) {
    return { ...NOTHING, askAgain: true }
  }
  const askAgain = membership.outcome === 'unavailable' && membership.retryable
  const toReview: CheckPlan = { move: { action: 'complete_checks', data: dataOf(checked) }, notice: null, askAgain }
  return planAutomatic(checked) ?? toReview
}

function planAutomatic(checked: CheckedCase): CheckPlan | null {
  const { membership } = checked
  // An officer's finding was about the person before them; whether it is true of this one too, a person sees.
  if (checked.isLeased || membership.source === 'manual') return null
  if (membership.outcome === 'found_active') {
    return { move: { action: 'auto_already_active', data: dataOf(checked) }, notice: 'already_active', askAgain: false }
  }
  if (!isReactivatable(membership) || checked.hasOpenDuplicate) return null
  return { move: { action: 'auto_reactivation', data: dataOf(checked) }, notice: 'needs_reactivation', askAgain: false }
}

function dataOf({ snapshot, hasOpenDuplicate, membership }: CheckedCase): JournalData {
  return {
    flags: flagsAfter(snapshot.flags, { hasOpenDuplicate, membership }),
    membership: membership.outcome,
    membershipAt: membership.checkedAt.toISOString(),
  }
}

function isReactivatable(membership: MembershipResult): boolean {
  if (membership.outcome !== 'found_inactive' || !membership.statusKnown) return false
  return membership.statusCode !== null && REACTIVATION_STATUS_CODES.has(membership.statusCode)
}

function isStatusUnknown(membership: MembershipFinding): boolean {
  return membership.outcome === 'found_inactive' && membership.statusKnown !== true
}

function isDeceased({ outcome, statusCode }: MembershipFinding): boolean {
  return outcome === 'found_inactive' && statusCode === DECEASED_STATUS_CODE
}

function isLetterNeeded(membership: MembershipFinding): boolean {
  return (
    membership.outcome === 'found_inactive' && !isDeceased(membership) && membership.segmentCode === LETTER_SEGMENT_CODE
  )
}

/** The membership answer as a check: `ok` means that nothing stands against a proposal. */
export function checkMembership(membership: MembershipResult): CheckResult {
  const details = { source: membership.source }
  const result = (outcome: CheckResult['outcome'], code: string): CheckResult => ({
    kind: 'membership',
    outcome,
    codes: [code],
    details,
  })
  switch (membership.outcome) {
    case 'not_found':
      return { kind: 'membership', outcome: 'ok', codes: [], details }
    case 'found_active':
      return result('fail', 'member_active')
    case 'found_mismatch':
      return result('warn', 'membership_mismatch')
    case 'unavailable':
      return { ...result('unknown', 'membership_unavailable'), details: { ...details, reason: membership.reason } }
    case 'found_inactive':
      if (!membership.statusKnown) return result('warn', 'membership_status_unknown')
      return isDeceased(membership) ? result('fail', 'member_deceased') : result('warn', 'member_inactive')
  }
}
