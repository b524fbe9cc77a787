import type { Role } from '../access.ts'
import type { ErrorCode } from '../errors.ts'
import { ACTION_NAMES, ACTIONS, type Action } from './actions.ts'
import type { Snapshot } from './snapshot.ts'
import type { Flag } from './states.ts'

/** A membership answer older than this carries no decision that goes by it: status changes around the 1st and the 10th. */
export const MEMBERSHIP_FRESH_MS = 24 * 60 * 60 * 1000
/** A decision may be set aside for this long. */
export const SET_ASIDE_MS = 30 * 24 * 60 * 60 * 1000
/** A single decision may be undone for this long, where the one who made it asked for that: a slip shows at once. */
export const UNDO_MS = 10 * 1000
/** A decision on many at once takes longer to look over. */
export const BULK_UNDO_MS = 15 * 60 * 1000
/** Notices wait so much longer than that: an undo that came in time is not overtaken by its message. */
export const UNDO_MARGIN_MS = 5 * 1000
/** A claim lasts this long after its holder's last activity. */
export const LEASE_MS = 20 * 60 * 1000

/** Who asks, and how they stand to this proposal. */
export type Standing = {
  role: Role | 'system'
  /** The caller registered this proposal. */
  own: boolean
  /** Who holds the review lease now; an expired lease is `none`. */
  lease: 'none' | 'mine' | 'other'
  /** The case is kept for somebody else: who returned it (`RESERVED_WORKING_HOURS`), or whom a supervisor gave it to. */
  reserved: boolean
  /** A person to whom this case was decided before by the caller. */
  decidedByMe: boolean
  /** The last thing that happened to it is a decision of the caller, and the time for undoing it is not over. */
  undoable: boolean
  now: Date
}

const DECIDING: ReadonlySet<Action> = new Set([
  'decide_eligible',
  'decide_needs_correction',
  'decide_rejected',
  'propose_rejection',
  'confirm_rejection',
  'turn_down_rejection',
  'decide_closed',
  'decide_duplicate_of',
  'decide_already_active',
  'decide_needs_reactivation',
])

function isMembershipKnown(snapshot: Snapshot): boolean {
  return snapshot.membership !== null && snapshot.membership !== 'unavailable'
}

/** Nobody's case ends by the calendar without a reminder. */
function isExpired({ flags, correctionDueAt }: Snapshot, now: Date): boolean {
  return flags.includes('reminded') && correctionDueAt !== null && Date.parse(correctionDueAt) < now.getTime()
}

const isAwaitingNik = ({ flags }: Snapshot): boolean => flags.includes('awaiting_nik')
/** By BPJS, in a sealed batch: only that the card works is still to be seen. */
const isAccepted = ({ flags }: Snapshot): boolean => flags.includes('pending_effective')

/** An answer about somebody else, with a status nobody knows, or that the person has died: a better one has to replace it first. */
const DOUBTS: readonly Flag[] = ['membership_mismatch', 'membership_status_unknown', 'membership_deceased']

function isMembershipDoubtful({ membership, flags }: Snapshot): boolean {
  return membership === 'found_mismatch' || DOUBTS.some((flag) => flags.includes(flag))
}

function refuseStale({ membershipAt }: Snapshot, now: Date): ErrorCode | null {
  const age = now.getTime() - Date.parse(membershipAt ?? '')
  return age <= MEMBERSHIP_FRESH_MS ? null : 'membership_stale'
}

/** What goes to BPJS: known not to be active, lately, by nobody's own word alone. */
function refuseSeal(snapshot: Snapshot, standing: Standing): ErrorCode | null {
  if (standing.own) return 'own_intake'
  if (standing.decidedByMe) return 'second_person_required'
  if (!isMembershipKnown(snapshot)) return 'membership_unknown'
  if (snapshot.membership === 'found_active') return 'action_not_allowed'
  if (snapshot.flags.includes('potential_duplicate')) return 'open_duplicate'
  if (isMembershipDoubtful(snapshot)) return 'membership_doubtful'
  return refuseStale(snapshot, standing.now)
}

/** Answers to a proposed rejection. Who proposed it was the last to decide; they may take it back, not confirm it. */
function refuseAnswer(action: Action, { flags }: Snapshot, { decidedByMe }: Standing): ErrorCode | null {
  if (!flags.includes('rejection_proposed')) return 'action_not_allowed'
  return action === 'confirm_rejection' && decidedByMe ? 'second_person_required' : null
}

function refuseDecision(action: Action, snapshot: Snapshot, standing: Standing): ErrorCode | null {
  if (standing.own) return 'own_intake'
  if (standing.lease !== 'mine') return standing.lease === 'other' ? 'already_claimed' : 'lease_required'
  if (action === 'confirm_rejection' || action === 'turn_down_rejection')
    return refuseAnswer(action, snapshot, standing)
  if (snapshot.flags.includes('rejection_proposed')) return 'rejection_proposed'
  if (action === 'decide_needs_correction') return null
  if (!isMembershipKnown(snapshot)) return 'membership_unknown'
  switch (action) {
    case 'decide_already_active':
      return snapshot.membership === 'found_active' ? refuseStale(snapshot, standing.now) : 'action_not_allowed'
    case 'decide_needs_reactivation':
      if (snapshot.membership !== 'found_inactive') return 'action_not_allowed'
      if (snapshot.flags.includes('membership_deceased')) return 'membership_doubtful'
      return refuseStale(snapshot, standing.now)
    case 'decide_eligible':
      if (snapshot.membership === 'found_active') return 'action_not_allowed'
      if (snapshot.flags.includes('potential_duplicate')) return 'open_duplicate'
      if (isMembershipDoubtful(snapshot)) return 'membership_doubtful'
      return refuseStale(snapshot, standing.now)
    default:
      return null
  }
}

/**
 * Why an action is refused, or null when it may go ahead. The only place that says so: the server asks it before it acts,
 * the console before it shows a button, the tests for every combination.
 */
export function refusal(action: Action, snapshot: Snapshot, standing: Standing): ErrorCode | null {
  const rule = ACTIONS[action]
  if (!(rule.by as readonly string[]).includes(standing.role)) return 'forbidden'
  if (!(rule.from as readonly string[]).includes(snapshot.state)) return 'action_not_allowed'
  if (DECIDING.has(action)) return refuseDecision(action, snapshot, standing)
  switch (action) {
    case 'claim':
      if (standing.own) return 'own_intake'
      if (standing.lease !== 'none') return standing.lease === 'other' ? 'already_claimed' : null
      return standing.reserved && standing.role !== 'supervisor' ? 'reserved_for_reviewer' : null
    case 'release':
      return standing.lease === 'mine' ? null : 'lease_required'
    case 'take_over':
      if (standing.own) return 'own_intake'
      return standing.lease === 'other' ? null : 'action_not_allowed'
    case 'assign':
      // Whoever holds it is at work on it. A supervisor may hand on what they hold themselves.
      return standing.lease === 'other' ? 'already_claimed' : null
    case 'close_reactivation':
      return standing.own ? 'own_intake' : null
    case 'recall':
      // The product, when what BPJS answers at the sealing forbids the approval.
      return standing.role !== 'verifikator' || standing.decidedByMe ? null : 'forbidden'
    case 'undo':
      return standing.undoable ? null : 'undo_closed'
    case 'record_membership':
      // Of a sealed batch only whom BPJS has accepted: to find out whether the card works.
      if (snapshot.state === 'submitted_to_bpjs' && standing.role !== 'system' && !isAccepted(snapshot))
        return 'action_not_allowed'
      // Nobody can be asked about a person without a number.
      return isAwaitingNik(snapshot) ? 'awaiting_nik' : null
    case 'seal':
      return refuseSeal(snapshot, standing)
    case 'retract_return':
      // Of an answer of BPJS that was taken in by mistake; whoever reviews the case already goes on with it.
      if (!snapshot.flags.includes('bpjs_returned')) return 'action_not_allowed'
      return standing.lease === 'none' ? null : 'already_claimed'
    case 'confirm_active':
      // Only an answer says so, never the calendar.
      if (snapshot.membership !== 'found_active' || isMembershipDoubtful(snapshot)) return 'action_not_allowed'
      return refuseStale(snapshot, standing.now)
    case 'set_aside':
      if (snapshot.closedAs === 'withdrawn') return 'action_not_allowed'
      // It could not be checked; it held no NIK, so that registering again takes nothing away from the family.
      if (isAwaitingNik(snapshot)) return 'awaiting_nik'
      return standing.now.getTime() - Date.parse(snapshot.stateSince) <= SET_ASIDE_MS ? null : 'set_aside_expired'
    case 'remind':
      return snapshot.flags.includes('reminded') ? 'action_not_allowed' : null
    case 'expire':
      return isExpired(snapshot, standing.now) ? null : 'action_not_allowed'
    case 'auto_already_active':
    case 'auto_reactivation':
      // A person who is looking at the case decides it; the system only speaks first.
      return snapshot.state === 'in_review' && standing.lease !== 'none' ? 'already_claimed' : null
    default:
      return null
  }
}

/** Everything the caller may do now, in the order of the table. */
export function allowedActions(snapshot: Snapshot, standing: Standing): Action[] {
  return ACTION_NAMES.filter((action) => action !== 'submit' && refusal(action, snapshot, standing) === null)
}
