import type { Role } from '../../src/contracts/access.ts'
import type { Action } from '../../src/contracts/lifecycle/actions.ts'
import type { JournalData } from '../../src/contracts/lifecycle/journal.ts'
import type { Snapshot } from '../../src/contracts/lifecycle/snapshot.ts'
import type { Flag, State } from '../../src/contracts/lifecycle/states.ts'

/**
 * The lifecycle a second time, written by hand from docs/lifecycle.md: who may do what where, on which conditions, and what becomes of the
 * case. Of the code under test it knows the types alone, so that the two can differ. A change of the lifecycle is made in both.
 */
export type Doer = { id: string | null; role: Role | 'system'; reserved: boolean }

export type ModelCase = Snapshot & {
  registrar: string
  lease: { holder: string; until: number } | null
  /** The last entry, and what stood before it. */
  last: { action: Action; actor: string | null; at: number }
  before: Pick<Snapshot, 'flags' | 'reviewerId' | 'stateSince'>
}

const MINUTE = 60_000
const DAY = 24 * 60 * MINUTE
const LEASE = 20 * MINUTE
const UNDO_OF_MANY = 15 * MINUTE
const ANSWER = DAY
const SETTING_ASIDE = 30 * DAY

const isHeld = ({ lease }: ModelCase, now: number): boolean => lease !== null && lease.until > now
const isHeldBy = (one: ModelCase, id: string | null, now: number): boolean =>
  isHeld(one, now) && one.lease?.holder === id
const has = (one: ModelCase, flag: Flag): boolean => one.flags.includes(flag)

type Rule = (one: ModelCase, who: Doer, now: number) => boolean
const CONDITIONS = {
  notOwn: (one, who) => who.id !== one.registrar,
  mine: (one, who, now) => isHeldBy(one, who.id, now),
  unheld: (one, _, now) => !isHeld(one, now),
  notOthers: (one, who, now) => !isHeld(one, now) || isHeldBy(one, who.id, now),
  others: (one, who, now) => isHeld(one, now) && !isHeldBy(one, who.id, now),
  unheldInReview: (one, _, now) => one.state !== 'in_review' || !isHeld(one, now),
  notReserved: (one, who, now) => !who.reserved || who.role === 'supervisor' || isHeldBy(one, who.id, now),
  anotherDecided: (one, who) => who.id === null || one.reviewerId !== who.id,
  reviewersOwnDecision: (one, who) => who.role !== 'verifikator' || one.reviewerId === who.id,
  answered: ({ membership }) => membership !== null && membership !== 'unavailable',
  active: ({ membership }) => membership === 'found_active',
  notActive: ({ membership }) => membership !== 'found_active',
  inactive: ({ membership }) => membership === 'found_inactive',
  fresh: ({ membershipAt }, _, now) => membershipAt !== null && now - Date.parse(membershipAt) <= ANSWER,
  alive: (one) => !has(one, 'membership_deceased'),
  certain: (one) =>
    one.membership !== 'found_mismatch' &&
    !has(one, 'membership_mismatch') &&
    !has(one, 'membership_status_unknown') &&
    !has(one, 'membership_deceased'),
  noDuplicate: (one) => !has(one, 'potential_duplicate'),
  rejectionProposed: (one) => has(one, 'rejection_proposed'),
  noRejectionProposed: (one) => !has(one, 'rejection_proposed'),
  returnedByBpjs: (one) => has(one, 'bpjs_returned'),
  hasNik: (one) => !has(one, 'awaiting_nik'),
  acceptedIfSent: (one, who) =>
    one.state !== 'submitted_to_bpjs' || who.role === 'system' || has(one, 'pending_effective'),
  notWithdrawn: ({ closedAs }) => closedAs !== 'withdrawn',
  endedLately: ({ stateSince }, _, now) => now - Date.parse(stateSince) <= SETTING_ASIDE,
  reminded: (one) => has(one, 'reminded'),
  notReminded: (one) => !has(one, 'reminded'),
  dayPassed: ({ correctionDueAt }, _, now) => correctionDueAt !== null && Date.parse(correctionDueAt) < now,
  ownLastDecision: ({ last }, who, now) =>
    who.id !== null && last.actor === who.id && UNDOABLE.has(last.action) && now - last.at < UNDO_OF_MANY,
} as const satisfies Record<string, Rule>
type Condition = keyof typeof CONDITIONS

const UNDOABLE: ReadonlySet<Action> = new Set([
  'decide_eligible',
  'decide_needs_correction',
  'decide_rejected',
  'confirm_rejection',
  'decide_closed',
  'decide_duplicate_of',
  'decide_already_active',
  'decide_needs_reactivation',
])
/** Whoever does this decides, and is remembered. */
const DECIDES: ReadonlySet<Action> = new Set([...UNDOABLE, 'propose_rejection', 'close_reactivation'])
const RAISES: Partial<Record<Action, Flag>> = {
  propose_rejection: 'rejection_proposed',
  remind: 'reminded',
  return_from_bpjs: 'bpjs_returned',
}
const ENDS_WITH_STATE: ReadonlySet<Flag> = new Set([
  'rejection_proposed',
  'reminded',
  'bpjs_returned',
  'pending_effective',
  'not_yet_active',
])

const BEFORE_BATCH = 'submitted checking in_review needs_correction needs_reactivation eligible'
const OPEN = `${BEFORE_BATCH} submitted_to_bpjs`
const REVIEWERS = 'verifikator supervisor'
const DESKS = 'petugas kader supervisor'
const DECIDING = ['notOwn', 'mine', 'noRejectionProposed', 'answered'] as const

/** From, to, who, on which conditions; the tables of docs/lifecycle.md in their order. */
const MOVES: Record<Exclude<Action, 'submit'>, readonly [string, State | 'same', string, ...Condition[]]> = {
  hold: ['submitted', 'needs_correction', 'system'],
  start_checks: ['submitted', 'checking', 'system'],
  complete_checks: ['checking', 'in_review', 'system'],
  auto_already_active: ['checking in_review', 'already_active', 'system', 'unheldInReview'],
  auto_reactivation: ['checking in_review', 'needs_reactivation', 'system', 'unheldInReview'],
  record_membership: [
    'in_review eligible submitted_to_bpjs',
    'same',
    'system verifikator supervisor',
    'acceptedIfSent',
    'hasNik',
  ],
  record_flags: [OPEN, 'same', 'system'],
  claim: ['in_review', 'same', REVIEWERS, 'notOwn', 'notOthers', 'notReserved'],
  release: ['in_review', 'same', REVIEWERS, 'mine'],
  take_over: ['in_review', 'same', 'supervisor', 'notOwn', 'others'],
  assign: ['in_review', 'same', 'supervisor', 'notOthers'],
  decide_eligible: ['in_review', 'eligible', REVIEWERS, ...DECIDING, 'notActive', 'noDuplicate', 'certain', 'fresh'],
  decide_needs_correction: ['in_review', 'needs_correction', REVIEWERS, 'notOwn', 'mine', 'noRejectionProposed'],
  decide_rejected: ['in_review', 'rejected', REVIEWERS, ...DECIDING],
  propose_rejection: ['in_review', 'same', REVIEWERS, ...DECIDING],
  confirm_rejection: ['in_review', 'rejected', REVIEWERS, 'notOwn', 'mine', 'rejectionProposed', 'anotherDecided'],
  turn_down_rejection: ['in_review', 'same', REVIEWERS, 'notOwn', 'mine', 'rejectionProposed'],
  decide_closed: ['in_review', 'closed', REVIEWERS, ...DECIDING],
  decide_duplicate_of: ['in_review', 'closed', REVIEWERS, ...DECIDING],
  decide_already_active: ['in_review', 'already_active', REVIEWERS, ...DECIDING, 'active', 'fresh'],
  decide_needs_reactivation: ['in_review', 'needs_reactivation', REVIEWERS, ...DECIDING, 'inactive', 'alive', 'fresh'],
  correct: ['needs_correction', 'submitted', DESKS],
  household_changed: [BEFORE_BATCH, 'submitted', 'system'],
  complete_reactivation: ['needs_reactivation', 'in_review', DESKS],
  close_reactivation: ['needs_reactivation', 'closed', REVIEWERS, 'notOwn'],
  recall: ['eligible', 'in_review', 'system verifikator supervisor', 'reviewersOwnDecision'],
  seal: [
    'eligible',
    'submitted_to_bpjs',
    'penyetuju',
    'notOwn',
    'anotherDecided',
    'answered',
    'notActive',
    'noDuplicate',
    'certain',
    'fresh',
  ],
  return_from_bpjs: ['submitted_to_bpjs', 'in_review', 'system penyetuju'],
  retract_return: ['in_review', 'submitted_to_bpjs', 'penyetuju', 'returnedByBpjs', 'unheld'],
  confirm_active: ['submitted_to_bpjs', 'active_confirmed', 'system penyetuju', 'active', 'certain', 'fresh'],
  set_aside: ['already_active rejected closed', 'in_review', 'supervisor', 'notWithdrawn', 'hasNik', 'endedLately'],
  undo: [
    'eligible needs_correction needs_reactivation already_active rejected closed',
    'in_review',
    REVIEWERS,
    'ownLastDecision',
  ],
  withdraw: [BEFORE_BATCH, 'closed', DESKS],
  remind: ['needs_correction needs_reactivation', 'same', 'system', 'notReminded'],
  expire: ['needs_correction needs_reactivation', 'closed', 'system', 'reminded', 'dayPassed'],
  note: [OPEN, 'same', 'petugas kader verifikator supervisor'],
}

/** The rows of a state and a role: a run asks some two million times. */
const ROWS: Record<string, Record<string, [Action, readonly Rule[]][]>> = {}
for (const [action, [from, , by, ...conditions]] of Object.entries(MOVES)) {
  for (const state of from.split(' ')) {
    const ofState = (ROWS[state] ??= {})
    for (const role of by.split(' ')) {
      const rows = (ofState[role] ??= [])
      rows.push([action as Action, conditions.map((condition) => CONDITIONS[condition])])
    }
  }
}

export function startModel(registrar: string, at: string): ModelCase {
  const standing = { flags: [], reviewerId: null, stateSince: at }
  return {
    ...standing,
    state: 'submitted',
    version: 1,
    sequence: 1,
    closedAs: null,
    membership: null,
    membershipAt: null,
    correctionDueAt: null,
    registrar,
    lease: null,
    last: { action: 'submit', actor: registrar, at: Date.parse(at) },
    before: standing,
  }
}

function areMet(rules: readonly Rule[], one: ModelCase, who: Doer, now: number): boolean {
  for (const rule of rules) if (!rule(one, who, now)) return false
  return true
}

/** Everything that somebody may do now. */
export function mayDo(one: ModelCase, who: Doer, now: number): Action[] {
  const possible: Action[] = []
  for (const [action, rules] of ROWS[one.state]?.[who.role] ?? [])
    if (areMet(rules, one, who, now)) possible.push(action)
  return possible
}

function flagsAfter(one: ModelCase, action: Action, data: JournalData, isOver: boolean): readonly Flag[] {
  if (action === 'undo') return one.before.flags
  const raised = RAISES[action]
  const isTouched = isOver || raised || data.flags || data.removeFlags || data.addFlags
  if (!isTouched) return one.flags
  const flags = new Set(data.flags ?? one.flags)
  for (const flag of data.removeFlags ?? []) flags.delete(flag)
  if (isOver) for (const flag of ENDS_WITH_STATE) flags.delete(flag)
  for (const flag of data.addFlags ?? []) flags.add(flag)
  if (raised) flags.add(raised)
  return [...flags].sort()
}

function leaseAfter(one: ModelCase, action: Action, actor: string | null, to: State, now: number): ModelCase['lease'] {
  if (to !== 'in_review' || action === 'release' || action === 'assign') return null
  const isTaken = action === 'claim' || action === 'take_over'
  return isTaken && actor !== null ? { holder: actor, until: now + LEASE } : one.lease
}

/** What an accepted action makes of the case. */
export function follow(
  one: ModelCase,
  action: Exclude<Action, 'submit'>,
  actor: string | null,
  at: string,
  data: JournalData,
): ModelCase {
  const now = Date.parse(at)
  const [, wanted] = MOVES[action]
  // What was returned stays returned until it is corrected.
  const stays = wanted === 'same' || (action === 'household_changed' && one.state === 'needs_correction')
  const to = stays ? one.state : wanted
  const isUndo = action === 'undo'
  const isMoved = to !== one.state
  const isContent = action === 'correct' || action === 'household_changed'
  const waits = to === 'needs_correction' || to === 'needs_reactivation'
  return {
    state: to,
    version: one.version + (isContent ? 1 : 0),
    sequence: one.sequence + 1,
    flags: flagsAfter(one, action, data, isMoved || action === 'turn_down_rejection'),
    closedAs: to === 'closed' ? (data.closedAs ?? null) : null,
    membership: isContent ? null : (data.membership ?? one.membership),
    membershipAt: isContent ? null : (data.membershipAt ?? one.membershipAt),
    reviewerId: isUndo ? one.before.reviewerId : DECIDES.has(action) ? actor : one.reviewerId,
    correctionDueAt: waits ? (data.correctionDueAt ?? one.correctionDueAt) : null,
    stateSince: isUndo ? one.before.stateSince : isMoved ? at : one.stateSince,
    registrar: one.registrar,
    lease: leaseAfter(one, action, actor, to, now),
    last: { action, actor, at: now },
    before: { flags: one.flags, reviewerId: one.reviewerId, stateSince: one.stateSince },
  }
}

/** All but the flags. A field that is added to the case is missed here by the types. */
const FIELDS = Object.keys({
  state: true,
  version: true,
  sequence: true,
  closedAs: true,
  membership: true,
  membershipAt: true,
  reviewerId: true,
  correctionDueAt: true,
  stateSince: true,
} satisfies Record<Exclude<keyof Snapshot, 'flags'>, true>) as Exclude<keyof Snapshot, 'flags'>[]

/** What the two disagree about, or null. */
export function differenceOf(one: ModelCase, snapshot: Snapshot): string | null {
  for (const field of FIELDS) {
    if (one[field] !== snapshot[field]) return `${field} is ${snapshot[field]}, not ${one[field]}`
  }
  const [wanted, found] = [one.flags.join(), snapshot.flags.join()]
  return wanted === found ? null : `flags are ${found}, not ${wanted}`
}
