import type { Role } from '../access.ts'
import type { ErrorCode } from '../errors.ts'
import { ACTION_NAMES, ACTIONS, type Action } from './actions.ts'
import type { Snapshot } from './snapshot.ts'

/** A membership answer older than this does not carry an approval: status changes around the 1st and the 10th. */
export const MEMBERSHIP_FRESH_MS = 24 * 60 * 60 * 1000
/** A decision may be set aside for this long. */
export const SET_ASIDE_MS = 30 * 24 * 60 * 60 * 1000
/** A claim lasts this long after its holder's last activity. */
export const LEASE_MS = 20 * 60 * 1000

/** Who asks, and how they stand to this proposal. */
export type Standing = {
  role: Role | 'system'
  /** The caller registered this proposal. */
  own: boolean
  /** Who holds the review lease now; an expired lease is `none`. */
  lease: 'none' | 'mine' | 'other'
  /** A person to whom this case was decided before by the caller. */
  decidedByMe: boolean
  now: Date
}

const DECIDING: ReadonlySet<Action> = new Set([
  'decide_eligible',
  'decide_needs_correction',
  'decide_rejected',
  'decide_duplicate_of',
  'decide_already_active',
  'decide_needs_reactivation',
])

function isMembershipKnown(snapshot: Snapshot): boolean {
  return snapshot.membership !== null && snapshot.membership !== 'unavailable'
}

function refuseDecision(action: Action, snapshot: Snapshot, standing: Standing): ErrorCode | null {
  if (standing.own) return 'own_intake'
  if (standing.lease !== 'mine') return standing.lease === 'other' ? 'already_claimed' : 'lease_required'
  if (action === 'decide_needs_correction') return null
  if (!isMembershipKnown(snapshot)) return 'membership_unknown'
  if (action === 'decide_already_active') return snapshot.membership === 'found_active' ? null : 'action_not_allowed'
  if (action === 'decide_needs_reactivation') {
    return snapshot.membership === 'found_inactive' ? null : 'action_not_allowed'
  }
  if (action !== 'decide_eligible') return null
  if (snapshot.membership === 'found_active') return 'action_not_allowed'
  if (snapshot.flags.includes('potential_duplicate')) return 'open_duplicate'
  const age = standing.now.getTime() - Date.parse(snapshot.membershipAt ?? '')
  return age <= MEMBERSHIP_FRESH_MS ? null : 'membership_stale'
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
      return standing.lease === 'other' ? 'already_claimed' : null
    case 'release':
      return standing.lease === 'mine' ? null : 'lease_required'
    case 'take_over':
      if (standing.own) return 'own_intake'
      return standing.lease === 'other' ? null : 'action_not_allowed'
    case 'recall':
      return standing.role === 'supervisor' || standing.decidedByMe ? null : 'forbidden'
    case 'set_aside':
      if (snapshot.closedAs === 'withdrawn') return 'action_not_allowed'
      return standing.now.getTime() - Date.parse(snapshot.stateSince) <= SET_ASIDE_MS ? null : 'set_aside_expired'
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
