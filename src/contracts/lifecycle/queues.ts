import type { Role } from '../access.ts'
import type { Snapshot } from './snapshot.ts'
import type { State } from './states.ts'

/**
 * Queues as data: who sees one, what it holds, how it is ordered and how long a case may wait (working hours).
 * A proposal is in at most one of these; `queueOf` decides, the row stores the answer, so that list, index and count share it.
 */
export const QUEUES = {
  new_review: { roles: ['verifikator', 'supervisor'], state: 'in_review', order: 'due', clockHours: 4 },
  resubmitted: { roles: ['verifikator', 'supervisor'], state: 'in_review', order: 'due', clockHours: 4 },
  duplicates: { roles: ['verifikator', 'supervisor'], state: 'in_review', order: 'due', clockHours: 8 },
  membership_unknown: { roles: ['verifikator', 'supervisor'], state: 'in_review', order: 'due', clockHours: 8 },
  reactivation: {
    roles: ['petugas', 'kader', 'verifikator', 'supervisor'],
    state: 'needs_reactivation',
    order: 'due',
    clockHours: 8,
  },
  to_correct: { roles: ['petugas', 'kader', 'supervisor'], state: 'needs_correction', order: 'due', clockHours: 40 },
  to_seal: { roles: ['penyetuju', 'supervisor'], state: 'eligible', order: 'due', clockHours: 80 },
} as const satisfies Record<string, { roles: readonly Role[]; state: State; order: 'due'; clockHours: number }>

export type StoredQueue = keyof typeof QUEUES
export const STORED_QUEUES = Object.keys(QUEUES) as StoredQueue[]

/** Views across the stored queues: my live leases, and everything past its clock. */
export const DERIVED_QUEUES = {
  mine: { roles: ['verifikator', 'supervisor'] },
  late: { roles: ['supervisor'] },
} as const satisfies Record<string, { roles: readonly Role[] }>

export type QueueKey = StoredQueue | keyof typeof DERIVED_QUEUES
export const QUEUE_KEYS = [...STORED_QUEUES, ...Object.keys(DERIVED_QUEUES)] as [QueueKey, ...QueueKey[]]

/** Roles that may open a queue. */
export function queueRoles(queue: QueueKey): readonly Role[] {
  return queue === 'mine' || queue === 'late' ? DERIVED_QUEUES[queue].roles : QUEUES[queue].roles
}

/** The queue a proposal waits in, or null when it waits for nobody here. Blocking flags come before age. */
export function queueOf(snapshot: Pick<Snapshot, 'state' | 'flags'>): StoredQueue | null {
  switch (snapshot.state) {
    case 'in_review':
      if (snapshot.flags.includes('membership_unknown')) return 'membership_unknown'
      if (snapshot.flags.includes('potential_duplicate')) return 'duplicates'
      return snapshot.flags.includes('resubmitted') ? 'resubmitted' : 'new_review'
    case 'needs_reactivation':
      return 'reactivation'
    case 'needs_correction':
      return 'to_correct'
    case 'eligible':
      return 'to_seal'
    default:
      return null
  }
}
