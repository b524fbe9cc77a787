import { describe, expect, it } from 'vitest'
import { QUEUE_KEYS, type QueuedCase, queueOf, queueRule, STORED_QUEUES, type StoredQueue } from './queues.ts'
import { type Flag, STATES, type State } from './states.ts'

/** Written by hand, apart from the table under test: the queue of each state by its flags, the first that fits. */
const WAITING: Partial<Record<State, readonly [Flag | null, StoredQueue][]>> = {
  in_review: [
    ['urgent_care', 'urgent_care'],
    ['membership_unknown', 'membership_unknown'],
    ['potential_duplicate', 'duplicates'],
    ['bpjs_returned', 'bpjs_returned'],
    ['resubmitted', 'resubmitted'],
    [null, 'new_review'],
  ],
  needs_reactivation: [
    ['urgent_care', 'urgent_care'],
    [null, 'reactivation'],
  ],
  needs_correction: [[null, 'to_correct']],
  eligible: [[null, 'to_seal']],
  submitted_to_bpjs: [['not_yet_active', 'not_yet_active']],
}
const FLAGS_THAT_MATTER = [
  'urgent_care',
  'membership_unknown',
  'potential_duplicate',
  'bpjs_returned',
  'resubmitted',
  'not_yet_active',
] as const
const everySet = (flags: readonly Flag[]): Flag[][] =>
  flags.reduce<Flag[][]>((sets, flag) => [...sets, ...sets.map((set) => [...set, flag])], [[]])

const EVERY_CASE: QueuedCase[] = STATES.flatMap((state) =>
  everySet([...FLAGS_THAT_MATTER, 'wa_unreachable']).map((flags) => ({ state, flags })),
)

describe('queueOf', () => {
  it('puts a case of any state and flags where the hand-written table says', () => {
    for (const one of EVERY_CASE) {
      const [, queue] = WAITING[one.state]?.find(([flag]) => flag === null || one.flags.includes(flag)) ?? [null, null]
      expect(queueOf(one), `${one.state} with ${one.flags.join(', ') || 'no flag'}`).toBe(queue)
    }
  })

  it('puts an unknown membership before a likely duplicate, and one being treated before both', () => {
    const flags: Flag[] = ['membership_unknown', 'potential_duplicate', 'resubmitted']
    expect(queueOf({ state: 'in_review', flags })).toBe('membership_unknown')
    expect(queueOf({ state: 'in_review', flags: ['urgent_care', ...flags] })).toBe('urgent_care')
  })

  it('leads into every stored queue', () => {
    expect(new Set(EVERY_CASE.flatMap((one) => queueOf(one) ?? []))).toEqual(new Set(STORED_QUEUES))
  })
})

describe('the views', () => {
  it('of late cases reach every state that a clock runs in', () => {
    const timed = new Set(STORED_QUEUES.flatMap((queue) => queueRule(queue).states))
    for (const queue of QUEUE_KEYS.filter((key) => queueRule(key).clock === 'run_out')) {
      expect(new Set(queueRule(queue).states)).toEqual(timed)
    }
  })
})
