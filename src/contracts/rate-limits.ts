/** At most `points` calls in `seconds`. */
export type RateLimit = { points: number; seconds: number }

/**
 * What one account and one address may do. An address is often a whole office behind one line: its limits are wider.
 * `key`: what all API keys of an account may do together, where machines need more than people; left out: as `account`.
 * `block`: how many points a process takes from the shared store at once. 1 is exact and costs a round trip per call;
 * a larger block costs one per `block` calls, and at most that many points per process go unused. Never exceeded.
 */
export type RateClassLimits = { account: RateLimit; key?: RateLimit; address: RateLimit; block: number }

export const RATE_LIMITS = {
  // A person types a password twice or thrice; the lock-out per account comes on top of this.
  'sign-in': { account: { points: 20, seconds: 60 }, address: { points: 60, seconds: 60 }, block: 1 },
  // A resident looks once. What keeps the four digits from being guessed is STATUS_GUESSES; this bounds a sweep over receipts.
  'public-status': { account: { points: 20, seconds: 60 }, address: { points: 20, seconds: 60 }, block: 1 },
  // Anybody may look through a province; a page costs some small queries.
  'public-coverage': { account: { points: 120, seconds: 60 }, address: { points: 120, seconds: 60 }, block: 10 },
  // A search per second and per person is already a harvest.
  search: { account: { points: 120, seconds: 60 }, address: { points: 1200, seconds: 60 }, block: 20 },
  // A busy desk enters a family in two minutes, and a phone sends a day's work when it gets a signal: that is a few hundred
  // at most. Beyond it somebody uses a stolen session to fill the queues, or to ask which NIKs are proposed. Machines with
  // an API key import lists.
  intake: {
    account: { points: 1000, seconds: 600 },
    key: { points: 6000, seconds: 60 },
    address: { points: 12_000, seconds: 60 },
    block: 20,
  },
  // A photo takes a moment of both cores. Three or four a family, and an agent's whole day when a signal comes.
  upload: {
    account: { points: 600, seconds: 600 },
    key: { points: 1200, seconds: 60 },
    address: { points: 6000, seconds: 600 },
    block: 10,
  },
  // A list leaves the house: a person does that a few times a day.
  export: { account: { points: 10, seconds: 600 }, address: { points: 100, seconds: 600 }, block: 1 },
  // Meta sends 80 texts a second and tells of each three times, from few addresses; a proxy may make them one. Others lack the signature.
  webhook: { account: { points: 6000, seconds: 60 }, address: { points: 30_000, seconds: 60 }, block: 500 },
  default: { account: { points: 6000, seconds: 60 }, address: { points: 12_000, seconds: 60 }, block: 500 },
} as const satisfies Record<string, RateClassLimits>

/**
 * Wrong endings of a phone number for one receipt, whoever asks and from wherever. Ten of ten thousand a day: to try half of
 * them takes more than a year. Not multiplied by RATE_LIMIT_FACTOR. A stranger can lock a receipt for a day; its household
 * has its messages and the desk.
 */
export const STATUS_GUESSES: RateLimit = { points: 10, seconds: 24 * 60 * 60 }

export type RateClass = keyof typeof RATE_LIMITS

/** The same windows with `factor` times the points; blocks grow along, so that the shared store is not asked more often. */
export function scaleRateLimits(
  limits: Record<RateClass, RateClassLimits>,
  factor: number,
): Record<RateClass, RateClassLimits> {
  const scale = ({ points, seconds }: RateLimit): RateLimit => ({ points: points * factor, seconds })
  const scaleClass = ({ account, key, address, block }: RateClassLimits): RateClassLimits => ({
    account: scale(account),
    ...(key && { key: scale(key) }),
    address: scale(address),
    // A block of 1 is exact on purpose.
    block: block === 1 ? 1 : block * factor,
  })
  return {
    'sign-in': scaleClass(limits['sign-in']),
    'public-status': scaleClass(limits['public-status']),
    'public-coverage': scaleClass(limits['public-coverage']),
    search: scaleClass(limits.search),
    intake: scaleClass(limits.intake),
    upload: scaleClass(limits.upload),
    export: scaleClass(limits.export),
    webhook: scaleClass(limits.webhook),
    default: scaleClass(limits.default),
  }
}
