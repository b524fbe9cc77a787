import fc from 'fast-check'
import { LEASE_FILTERS, type SavedFilters, SEAT_FILTERS } from '../../src/contracts/api/proposal-filters.ts'
import { CHANNELS } from '../../src/contracts/household-terms.ts'
import { QUEUE_KEYS, type QueueKey } from '../../src/contracts/lifecycle/queues.ts'
import { FLAGS, MEMBERSHIP_OUTCOMES, STATES } from '../../src/contracts/lifecycle/states.ts'

type Possible = {
  queues: readonly QueueKey[]
  regions: readonly string[]
  offices: readonly string[]
  days: readonly string[]
  moments: readonly string[]
}

export const ANY_QUEUE = QUEUE_KEYS

/** Any combination of at most `most` kinds of filters; the key of a kind that is not given is missing. */
export function arbitraryFilters(
  { queues, regions, offices, days, moments }: Possible,
  most: number,
): fc.Arbitrary<SavedFilters> {
  const some = <Value>(values: readonly Value[]) =>
    fc.subarray([...values], { minLength: 1, maxLength: Math.min(4, values.length) })
  const kinds = {
    queue: fc.constantFrom(...queues),
    state: fc.subarray([...STATES], { minLength: 1 }),
    flag: some(FLAGS),
    regionCode: some(regions),
    office: some(offices),
    channel: some(CHANNELS),
    submittedFrom: fc.constantFrom(...days),
    submittedTo: fc.constantFrom(...days),
    dueBefore: fc.constantFrom(...moments),
    lease: some(LEASE_FILTERS),
    seat: some(SEAT_FILTERS),
    membership: some(MEMBERSHIP_OUTCOMES),
  }
  const names = Object.keys(kinds) as (keyof SavedFilters)[]
  return fc
    .tuple(fc.subarray(names, { maxLength: most }), fc.record(kinds))
    .map(([chosen, all]) => Object.fromEntries(chosen.map((name) => [name, all[name]])) as SavedFilters)
}
