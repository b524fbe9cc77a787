import type { RateClass, RateClassLimits, RateLimit } from '../../contracts/rate-limits.ts'

export type RateSubject = 'account' | 'key' | 'address'

/** Points counted for everybody: shared by all processes. */
export type RateStore = {
  /** Counts `points` more for the key and tells the sum of its present window and when that ends. */
  consume(key: string, points: number, limit: RateLimit): Promise<{ consumed: number; msBeforeNext: number }>
}

export type RateLimiter = {
  /**
   * Counts one call. Zero when it is within the limit, else the seconds until the next window.
   * Answers at once while the process still holds points of the block it took from the shared store.
   */
  take(rateClass: RateClass, subject: RateSubject, key: string): number | Promise<number>
}

type Bucket = {
  left: number
  endsAt: number
  /** The store granted nothing more for this window. */
  exhausted: boolean
  lease: Promise<void> | null
}

// About 150 bytes each. Beyond it, the windows that have ended are dropped, then the oldest.
const MAX_BUCKETS = 50_000

function dropSome(buckets: Map<string, Bucket>, now: number): void {
  for (const [key, bucket] of buckets) if (bucket.endsAt <= now && !bucket.lease) buckets.delete(key)
  for (const key of buckets.keys()) {
    if (buckets.size < MAX_BUCKETS) return
    buckets.delete(key)
  }
}

/**
 * Limits that hold over all processes without a round trip per call: a process takes a block of points for a key from
 * the shared store and spends it locally. The store only ever grants up to the limit, so the sum over all processes
 * never exceeds it; what a process does not spend of its last block goes unused.
 */
export function createRateLimiter(options: {
  store: RateStore
  limits: Record<RateClass, RateClassLimits>
  /** Milliseconds; the clock of the windows. */
  now?: () => number
}): RateLimiter {
  const { store, limits, now = Date.now } = options
  const buckets = new Map<string, Bucket>()

  /** Seconds to wait, 0 when a point was spent, undefined when only the store can tell. */
  function spend(bucket: Bucket): number | undefined {
    const remaining = bucket.endsAt - now()
    if (remaining <= 0) return undefined
    if (bucket.left > 0) {
      bucket.left--
      return 0
    }
    return bucket.exhausted ? Math.ceil(remaining / 1000) : undefined
  }

  async function fill(key: string, bucket: Bucket, limit: RateLimit, block: number): Promise<void> {
    try {
      const points = Math.min(block, limit.points)
      const { consumed, msBeforeNext } = await store.consume(key, points, limit)
      bucket.left = Math.min(points, Math.max(0, limit.points - (consumed - points)))
      bucket.exhausted = bucket.left === 0
      bucket.endsAt = now() + msBeforeNext
    } finally {
      bucket.lease = null
    }
  }

  async function lease(key: string, bucket: Bucket, limit: RateLimit, block: number): Promise<number> {
    for (;;) {
      // One call to the store serves everybody who waits; when they outnumber the block, the next one asks again.
      bucket.lease ??= fill(key, bucket, limit, block)
      await bucket.lease
      const wait = spend(bucket)
      if (wait !== undefined) return wait
    }
  }

  return {
    take(rateClass, subject, subjectKey) {
      const { account, [subject]: limit = account, block } = limits[rateClass]
      const key = `${rateClass}:${subject}:${subjectKey}`
      let bucket = buckets.get(key)
      if (!bucket) {
        if (buckets.size >= MAX_BUCKETS) dropSome(buckets, now())
        bucket = { left: 0, endsAt: 0, exhausted: false, lease: null }
        buckets.set(key, bucket)
      }
      return spend(bucket) ?? lease(key, bucket, limit, block)
    },
  }
}
