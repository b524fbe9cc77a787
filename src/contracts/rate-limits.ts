/** At most `points` calls in `seconds`. */
export type RateLimit = { points: number; seconds: number }

/**
 * What one account and one address may do. An address is often a whole office behind one line: its limits are wider.
 * `block`: how many points a process takes from the shared store at once. 1 is exact and costs a round trip per call;
 * a larger block costs one per `block` calls, and at most that many points per process go unused. Never exceeded.
 */
export type RateClassLimits = { account: RateLimit; address: RateLimit; block: number }

export const RATE_LIMITS = {
  // A person types a password twice or thrice; the lock-out per account comes on top of this.
  'sign-in': { account: { points: 20, seconds: 60 }, address: { points: 60, seconds: 60 }, block: 1 },
  // A resident looks once. Guessing four digits of a phone at 20 a minute takes more than eight hours per receipt.
  'public-status': { account: { points: 20, seconds: 60 }, address: { points: 20, seconds: 60 }, block: 1 },
  // A search per second and per person is already a harvest.
  search: { account: { points: 120, seconds: 60 }, address: { points: 1200, seconds: 60 }, block: 20 },
  // People enter one family in two minutes; the room is for phones that send a day's work when they get a signal,
  // and for machines with an API key.
  intake: { account: { points: 6000, seconds: 60 }, address: { points: 12_000, seconds: 60 }, block: 500 },
  default: { account: { points: 6000, seconds: 60 }, address: { points: 12_000, seconds: 60 }, block: 500 },
} as const satisfies Record<string, RateClassLimits>

export type RateClass = keyof typeof RATE_LIMITS

/** The same windows with `factor` times the points; blocks grow along, so that the shared store is not asked more often. */
export function scaleRateLimits(
  limits: Record<RateClass, RateClassLimits>,
  factor: number,
): Record<RateClass, RateClassLimits> {
  const scale = ({ points, seconds }: RateLimit): RateLimit => ({ points: points * factor, seconds })
  const scaleClass = ({ account, address, block }: RateClassLimits): RateClassLimits => ({
    account: scale(account),
    address: scale(address),
    // A block of 1 is exact on purpose.
    block: block === 1 ? 1 : block * factor,
  })
  return {
    'sign-in': scaleClass(limits['sign-in']),
    'public-status': scaleClass(limits['public-status']),
    search: scaleClass(limits.search),
    intake: scaleClass(limits.intake),
    default: scaleClass(limits.default),
  }
}
