import { REACTIVATION_REASONS, type ReactivationReason } from '../../../contracts/reactivation-terms.ts'

export type PathSearch = { reason?: ReactivationReason | undefined }

/** What the address says, as far as it can be meant. By name, or the router goes on with what was written there. */
export const readPathSearch = ({ reason }: Record<string, unknown>): PathSearch => ({
  reason: REACTIVATION_REASONS.find((one) => one === reason),
})
