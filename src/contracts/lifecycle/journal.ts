import { ACTIONS, type Action } from './actions.ts'
import type { Snapshot } from './snapshot.ts'
import { type ClosedAs, type Flag, isWaiting, type MembershipOutcome, type State } from './states.ts'

type Assigned = { to: string; until: string }

/** What an action brings along that the snapshot must remember. */
export type JournalData = {
  /** All flags from now on. Only for a writer that read them under the lock of the row. */
  flags?: readonly Flag[]
  /** Flags that come and go; all others stay as they are when the entry is applied. */
  addFlags?: readonly Flag[]
  removeFlags?: readonly Flag[]
  membership?: MembershipOutcome
  membershipAt?: string
  closedAs?: ClosedAs
  correctionDueAt?: string
  /** Whom a supervisor gave the case to, and until when it is kept for them; null: it goes back to how it would be without. */
  assigned?: Assigned | null
  /** What the assignment replaced, for undoing it. */
  replaced?: Assigned | null
  /** Of an undo: what the decision had replaced. */
  restored?: Pick<Snapshot, 'flags' | 'reviewerId' | 'stateSince'>
}

/** One accepted action. Append-only; `actorId` is null for the system. */
export type JournalEntry = {
  sequence: number
  action: Action
  actorId: string | null
  at: string
  data: JournalData
}

const REVIEWER_ACTIONS: ReadonlySet<Action> = new Set([
  'decide_eligible',
  'decide_needs_correction',
  'decide_rejected',
  'propose_rejection',
  'confirm_rejection',
  'decide_closed',
  'decide_duplicate_of',
  'decide_already_active',
  'decide_needs_reactivation',
  'close_reactivation',
])

/** Actions that make another content: it has to be checked and looked at anew. */
const CONTENT_ACTIONS: ReadonlySet<Action> = new Set(['correct', 'household_changed'])

function stateAfter(state: State, action: Action): State {
  // What was returned stays returned: its own correction brings it back to the checks.
  if (action === 'household_changed' && state === 'needs_correction') return state
  return ACTIONS[action].to ?? state
}

function sortedFlags(flags: readonly Flag[]): Flag[] {
  return [...new Set(flags)].sort()
}

/** Flags that an action raises by itself. */
const RAISED_BY: Partial<Record<Action, Flag>> = {
  propose_rejection: 'rejection_proposed',
  remind: 'reminded',
  return_from_bpjs: 'bpjs_returned',
}
/** They end with the stay in their state. */
const FLAGS_OF_STAY: ReadonlySet<Flag> = new Set([
  ...Object.values(RAISED_BY),
  // Between BPJS's acceptance and the working card.
  'pending_effective',
  'not_yet_active',
])

function flagsAfter(flags: readonly Flag[], { action, data }: JournalEntry, endsStay: boolean): readonly Flag[] {
  const { addFlags = [], removeFlags = [] } = data
  const isKept = (flag: Flag): boolean => !removeFlags.includes(flag) && !(endsStay && FLAGS_OF_STAY.has(flag))
  const raised = RAISED_BY[action]
  return sortedFlags([...(data.flags ?? flags).filter(isKept), ...addFlags, ...(raised ? [raised] : [])])
}

/** The snapshot of a proposal that was just submitted. */
export function startSnapshot(at: string, flags: readonly Flag[]): Snapshot {
  return {
    state: 'submitted',
    version: 1,
    sequence: 1,
    flags: sortedFlags(flags),
    closedAs: null,
    membership: null,
    membershipAt: null,
    reviewerId: null,
    correctionDueAt: null,
    stateSince: at,
  }
}

/**
 * What an accepted action makes of a proposal. Pure; throws when the table has no such move, because a caller that did not ask
 * `refusal` first has a defect.
 */
export function applyEntry(snapshot: Snapshot, entry: JournalEntry): Snapshot {
  const rule = ACTIONS[entry.action]
  if (!(rule.from as readonly string[]).includes(snapshot.state)) {
    throw new Error(`illegal move: ${entry.action} from ${snapshot.state}`)
  }
  if (entry.sequence !== snapshot.sequence + 1) throw new Error('the journal has a gap')
  const { restored } = entry.data
  if ((entry.action === 'undo') !== (restored !== undefined)) throw new Error('an undo says what it restores')
  const state = stateAfter(snapshot.state, entry.action)
  const isNewContent = CONTENT_ACTIONS.has(entry.action)
  return {
    state,
    version: isNewContent ? snapshot.version + 1 : snapshot.version,
    sequence: entry.sequence,
    flags: restored
      ? sortedFlags(restored.flags)
      : flagsAfter(snapshot.flags, entry, state !== snapshot.state || entry.action === 'turn_down_rejection'),
    closedAs: state === 'closed' ? (entry.data.closedAs ?? snapshot.closedAs) : null,
    membership: isNewContent ? null : (entry.data.membership ?? snapshot.membership),
    membershipAt: isNewContent ? null : (entry.data.membershipAt ?? snapshot.membershipAt),
    reviewerId: restored
      ? restored.reviewerId
      : REVIEWER_ACTIONS.has(entry.action)
        ? entry.actorId
        : snapshot.reviewerId,
    correctionDueAt: isWaiting(state) ? (entry.data.correctionDueAt ?? snapshot.correctionDueAt) : null,
    stateSince: restored ? restored.stateSince : state === snapshot.state ? snapshot.stateSince : entry.at,
  }
}

/** Rebuilds the stored state from the journal alone. The first entry must be the submission. */
export function replay(entries: readonly JournalEntry[]): Snapshot {
  const [first, ...rest] = entries
  if (first?.action !== 'submit') throw new Error('a journal begins with its submission')
  return rest.reduce(applyEntry, startSnapshot(first.at, first.data.flags ?? []))
}
