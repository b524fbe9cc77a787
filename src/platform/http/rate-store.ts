import type { Redis } from 'ioredis'
import type { Pool } from 'pg'
import type { Logger } from 'pino'
import {
  type RateLimiterAbstract,
  RateLimiterMemory,
  RateLimiterPostgres,
  RateLimiterRedis,
  RateLimiterRes,
} from 'rate-limiter-flexible'
import type { RateLimit } from '../../contracts/rate-limits.ts'
import type { RateStore } from './rate-limiter.ts'

export type RateStoreOptions = { backend: { pool: Pool } | { redis: Redis }; logger: Logger }

const TABLE = 'rate_limit'

/**
 * Points shared by all processes, in PostgreSQL (table `rate_limit`) or in Redis when the product runs on several
 * machines. While the store is away each process counts for itself: the limits hold per process, calls go on.
 */
export function createRateStore(options: RateStoreOptions): RateStore {
  const { backend, logger } = options
  // The library wants one limiter per limit; there are about ten different ones.
  const limiters = new Map<string, RateLimiterAbstract>()
  let isSweeping = false

  function createLimiter(limit: RateLimit): RateLimiterAbstract {
    const common = { points: limit.points, duration: limit.seconds, keyPrefix: `rl${limit.points}x${limit.seconds}` }
    if ('redis' in backend) return new RateLimiterRedis({ ...common, storeClient: backend.redis })
    // One of them removes rows that ended an hour ago, every five minutes.
    const clearExpiredByTimeout = !isSweeping
    isSweeping = true
    return new RateLimiterPostgres({
      ...common,
      storeClient: backend.pool,
      storeType: 'pool',
      tableName: TABLE,
      tableCreated: true,
      clearExpiredByTimeout,
    })
  }

  const insurance = new Map<RateLimiterAbstract, RateLimiterMemory>()
  async function consumeHere(limiter: RateLimiterAbstract, key: string, points: number): Promise<RateLimiterRes> {
    let local = insurance.get(limiter)
    if (!local) {
      local = new RateLimiterMemory({ points: limiter.points, duration: limiter.duration })
      insurance.set(limiter, local)
    }
    return settle(local.consume(key, points))
  }

  return {
    async consume(key, points, limit) {
      const name = `${limit.points}x${limit.seconds}`
      const limiter = limiters.get(name) ?? createLimiter(limit)
      limiters.set(name, limiter)
      let result: RateLimiterRes
      try {
        result = await settle(limiter.consume(key, points))
      } catch (error) {
        logger.warn({ errorName: error instanceof Error ? error.name : 'unknown' }, 'rate limit store away')
        result = await consumeHere(limiter, key, points)
      }
      return { consumed: result.consumedPoints, msBeforeNext: result.msBeforeNext }
    },
  }
}

/** The library rejects with its result when the limit is passed; for us that is an answer like any other. */
async function settle(consumption: Promise<RateLimiterRes>): Promise<RateLimiterRes> {
  try {
    return await consumption
  } catch (reason) {
    if (reason instanceof RateLimiterRes) return reason
    throw reason
  }
}
