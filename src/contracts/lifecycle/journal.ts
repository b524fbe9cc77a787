import { ACTIONS, type Action } from './actions.ts'
import type { Snapshot } from './snapshot.ts'
import type { ClosedAs, Flag, MembershipOutcome } from './states.ts'

/** What an action brings along that the snapshot must remember. */
export type JournalData = {
  flags?: readonly Flag[]
  membership?: MembershipOutcome
  membershipAt?: string
  closedAs?: ClosedAs
  correctionDueAt?: string
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
  'decide_duplicate_of',
  'decide_already_active',
  'decide_needs_reactivation',
])

function sortedFlags(flags: readonly Flag[]): Flag[] {
  return [...new Set(flags)].sort()
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
  const state = rule.to ?? snapshot.state
  const corrected = entry.action === 'correct'
  return {
    state,
    version: corrected ? snapshot.version + 1 : snapshot.version,
    sequence: entry.sequence,
    flags: entry.data.flags ? sortedFlags(entry.data.flags) : snapshot.flags,
    closedAs: state === 'closed' ? (entry.data.closedAs ?? snapshot.closedAs) : null,
    membership: corrected ? null : (entry.data.membership ?? snapshot.membership),
    membershipAt: corrected ? null : (entry.data.membershipAt ?? snapshot.membershipAt),
    reviewerId: REVIEWER_ACTIONS.has(entry.action) ? entry.actorId : snapshot.reviewerId,
    correctionDueAt: state === 'needs_correction' ? (entry.data.correctionDueAt ?? snapshot.correctionDueAt) : null,
    stateSince: state === snapshot.state ? snapshot.stateSince : entry.at,
  }
}

/** Rebuilds the stored state from the journal alone. The first entry must be the submission. */
export function replay(entries: readonly JournalEntry[]): Snapshot {
  const [first, ...rest] = entries
  if (first?.action !== 'submit') throw new Error('a journal begins with its submission')
  return rest.reduce(applyEntry, startSnapshot(first.at, first.data.flags ?? []))
}
