import type { Role } from '../access.ts'
import type { Snapshot } from './snapshot.ts'
import type { Flag, State } from './states.ts'

/** What of a case the queues look at. */
export type QueuedCase = Pick<Snapshot, 'state' | 'flags'>

type Row = {
  /** Who may open it. */
  roles: readonly Role[]
  /** Predicate: in one of these states and, where one is named, with this flag. */
  states: readonly State[]
  flag: Flag | null
  sort: 'dueAt' | 'likeness'
}

/**
 * A queue that cases wait in. Scope: `caller` is all that the caller's role sees (features/intake/scope.ts); `reviewer_first` keeps
 * a case for whoever returned it until `RESERVED_WORKING_HOURS` after it came back. Clock: from the submission, or from when the case
 * came to wait here, or the day that the registrar was given; supervisors see what is late.
 */
type StoredRow = Row & {
  kind: 'stored'
  scope: 'caller' | 'reviewer_first'
  clock: { from: 'submission' | 'arrival' | 'return'; workingHours: number }
}

/** A view across the stored queues: the caller's own live leases, or all whose clock has run out. */
type ViewRow = Row & { kind: 'view'; scope: 'caller' | 'lease_holder'; clock: 'run_out' | null }

const REVIEWERS = ['verifikator', 'supervisor'] as const
const REGISTRARS = ['petugas', 'kader', 'supervisor'] as const
const BOTH = ['petugas', 'kader', 'verifikator', 'supervisor'] as const

/**
 * Queues as data: list, counts, claim, clock, documents and tests read this table. A case waits in the first stored queue that
 * it fits, so urgent ones come first, then what stands in the way of a decision. The row of the case stores which.
 */
export const QUEUES = {
  urgent_care: {
    kind: 'stored',
    roles: BOTH,
    states: ['in_review', 'needs_reactivation'],
    flag: 'urgent_care',
    scope: 'caller',
    sort: 'dueAt',
    clock: { from: 'submission', workingHours: 1 },
  },
  membership_unknown: {
    kind: 'stored',
    roles: REVIEWERS,
    states: ['in_review'],
    flag: 'membership_unknown',
    scope: 'caller',
    sort: 'dueAt',
    clock: { from: 'submission', workingHours: 8 },
  },
  duplicates: {
    kind: 'stored',
    roles: REVIEWERS,
    states: ['in_review'],
    flag: 'potential_duplicate',
    scope: 'caller',
    sort: 'likeness',
    clock: { from: 'submission', workingHours: 8 },
  },
  bpjs_returned: {
    kind: 'stored',
    roles: REVIEWERS,
    states: ['in_review'],
    flag: 'bpjs_returned',
    scope: 'caller',
    sort: 'dueAt',
    clock: { from: 'arrival', workingHours: 16 },
  },
  resubmitted: {
    kind: 'stored',
    roles: REVIEWERS,
    states: ['in_review'],
    flag: 'resubmitted',
    scope: 'reviewer_first',
    sort: 'dueAt',
    clock: { from: 'submission', workingHours: 4 },
  },
  new_review: {
    kind: 'stored',
    roles: REVIEWERS,
    states: ['in_review'],
    flag: null,
    scope: 'caller',
    sort: 'dueAt',
    clock: { from: 'submission', workingHours: 4 },
  },
  reactivation: {
    kind: 'stored',
    roles: BOTH,
    states: ['needs_reactivation'],
    flag: null,
    scope: 'caller',
    sort: 'dueAt',
    clock: { from: 'arrival', workingHours: 8 },
  },
  to_correct: {
    kind: 'stored',
    roles: REGISTRARS,
    states: ['needs_correction'],
    flag: null,
    scope: 'caller',
    sort: 'dueAt',
    clock: { from: 'return', workingHours: 40 },
  },
  to_seal: {
    kind: 'stored',
    roles: ['penyetuju', 'supervisor'],
    states: ['eligible'],
    flag: null,
    scope: 'caller',
    sort: 'dueAt',
    clock: { from: 'arrival', workingHours: 80 },
  },
  not_yet_active: {
    kind: 'stored',
    roles: ['penyetuju', 'supervisor'],
    states: ['submitted_to_bpjs'],
    flag: 'not_yet_active',
    scope: 'caller',
    sort: 'dueAt',
    clock: { from: 'arrival', workingHours: 80 },
  },
  mine: {
    kind: 'view',
    roles: REVIEWERS,
    states: ['in_review'],
    flag: null,
    scope: 'lease_holder',
    sort: 'dueAt',
    clock: null,
  },
  late: {
    kind: 'view',
    roles: ['supervisor'],
    states: ['in_review', 'needs_reactivation', 'needs_correction', 'eligible', 'submitted_to_bpjs'],
    flag: null,
    scope: 'caller',
    sort: 'dueAt',
    clock: 'run_out',
  },
} as const satisfies Record<string, StoredRow | ViewRow>

export type QueueKey = keyof typeof QUEUES
export const QUEUE_KEYS = Object.keys(QUEUES) as [QueueKey, ...QueueKey[]]

/** A row as code that serves all of them sees it. */
export type QueueRule = StoredRow | ViewRow
export const queueRule = (queue: QueueKey): QueueRule => QUEUES[queue]

export type StoredQueue = { [Key in QueueKey]: (typeof QUEUES)[Key]['kind'] extends 'stored' ? Key : never }[QueueKey]
const isStored = (queue: QueueKey): queue is StoredQueue => QUEUES[queue].kind === 'stored'
export const STORED_QUEUES: readonly StoredQueue[] = QUEUE_KEYS.filter(isStored)

/** A case that comes back corrected waits this long for the reviewer who returned it, then for everybody. */
export const RESERVED_WORKING_HOURS = 4
/** What a supervisor gives to a reviewer waits this long for them, then for everybody: nobody's absence holds a case up. */
export const ASSIGNED_WORKING_HOURS = 16

/** The queue a proposal waits in, or null when it waits for nobody here. */
export function queueOf({ state, flags }: QueuedCase): StoredQueue | null {
  const fits = (queue: StoredQueue): boolean => {
    const rule: QueueRule = QUEUES[queue]
    return rule.states.includes(state) && (rule.flag === null || flags.includes(rule.flag))
  }
  return STORED_QUEUES.find(fits) ?? null
}
