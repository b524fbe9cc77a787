import { REACTIVATION_REASONS, type ReactivationReason } from '../../../contracts/reactivation-terms.ts'

export type PathSearch = { reason?: ReactivationReason }

/** What the address says, as far as it can be meant. */
export function readPathSearch({ reason }: Record<string, unknown>): PathSearch {
  const known = REACTIVATION_REASONS.find((one) => one === reason)
  return known ? { reason: known } : {}
}
