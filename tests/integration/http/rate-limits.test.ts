import { randomUUID } from 'node:crypto'
import { Redis } from 'ioredis'
import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { RATE_LIMITS, type RateClassLimits } from '../../../src/contracts/rate-limits.ts'
import type { DB } from '../../../src/features/database.ts'
import { createRateLimiter, createRateStore } from '../../../src/platform/http/index.ts'
import { createTestDatabase, type TestDatabase } from '../../support/database.ts'
import { createServerWorld, type ServerWorld } from './server-world.ts'

const logger = pino({ level: 'silent' })
let database: TestDatabase<DB>
beforeAll(async () => {
  database = await createTestDatabase<DB>()
})
afterAll(() => database.close())

const wide = { points: 10_000, seconds: 600 }
const limitsWith = (given: RateClassLimits) => ({ ...RATE_LIMITS, default: given })

function createLimiter(given: RateClassLimits, pool = database.pool) {
  return createRateLimiter({ store: createRateStore({ backend: { pool }, logger }), limits: limitsWith(given) })
}

const get = (
  { app }: ServerWorld,
  headers: Record<string, string> = { cookie: 'session=petugas' },
  remoteAddress = '192.0.2.1',
) => app.inject({ url: '/api/v1/things', headers, remoteAddress })

describe('two processes', () => {
  test('share the limit of an account, and say when to come back', async () => {
    const given = { account: { points: 10, seconds: 600 }, address: wide, block: 1 }
    const worlds = [
      await createServerWorld({ rateLimiter: createLimiter(given) }),
      await createServerWorld({ rateLimiter: createLimiter(given) }),
    ]
    const statuses: number[] = []
    for (let i = 0; i < 12; i++) {
      const reply = await get(worlds[i % 2] as ServerWorld)
      statuses.push(reply.statusCode)
      if (reply.statusCode === 429) {
        expect(reply.json()).toMatchObject({ code: 'rate_limited', status: 429 })
        expect(Number(reply.headers['retry-after'])).toBeGreaterThan(590)
        expect(Number(reply.headers['retry-after'])).toBeLessThanOrEqual(600)
      }
    }
    expect(statuses).toEqual([...Array(10).fill(200), 429, 429])
    for (const { app } of worlds) await app.close()
  })

  test('share the limit of an address before anybody is identified', async () => {
    const given = { account: wide, address: { points: 5, seconds: 600 }, block: 1 }
    const worlds = [
      await createServerWorld({ rateLimiter: createLimiter(given) }),
      await createServerWorld({ rateLimiter: createLimiter(given) }),
    ]
    const statuses: number[] = []
    for (let i = 0; i < 7; i++) statuses.push((await get(worlds[i % 2] as ServerWorld, {}, '198.51.100.7')).statusCode)
    expect(statuses).toEqual([401, 401, 401, 401, 401, 429, 429])
    const [first] = worlds as [ServerWorld]
    expect((await get(first, {}, '198.51.100.8')).statusCode).toBe(401)
    for (const { app } of worlds) await app.close()
  })
})

test('all addresses of one IPv6 customer count together', async () => {
  const given = { account: wide, address: { points: 3, seconds: 599 }, block: 1 }
  const world = await createServerWorld({ rateLimiter: createLimiter(given) })
  const statuses: number[] = []
  for (let i = 1; i <= 4; i++) statuses.push((await get(world, {}, `2001:db8:1:2::${i}`)).statusCode)
  expect(statuses).toEqual([401, 401, 401, 429])
  expect((await get(world, {}, '2001:db8:1:3::1')).statusCode).toBe(401)
  await world.app.close()
})

test('health checks are never limited', async () => {
  const given = { account: wide, address: { points: 1, seconds: 598 }, block: 1 }
  const world = await createServerWorld({ rateLimiter: createLimiter(given) })
  for (let i = 0; i < 5; i++)
    expect((await world.app.inject({ url: '/livez', remoteAddress: '198.51.100.9' })).statusCode).toBe(200)
  await world.app.close()
})

test('calls within a block cost one round trip for the address and one for the account', async () => {
  const rows = async () =>
    database.owner
      .selectFrom('rate_limit')
      .select('points')
      .where('points', '=', 500)
      .where('key', 'like', 'rl2000x597%')
      .execute()
  const limits = { points: 2000, seconds: 597 }
  const world = await createServerWorld({
    rateLimiter: createLimiter({ account: limits, address: limits, block: 500 }),
  })
  const replies = await Promise.all(Array.from({ length: 400 }, () => get(world)))
  expect(new Set(replies.map((reply) => reply.statusCode))).toEqual(new Set([200]))
  expect(await rows()).toHaveLength(2)
  await world.app.close()
})

test('while the database is away each process counts for itself, and calls go on', async () => {
  const broken = await createTestDatabase<DB>()
  const limiter = createLimiter({ account: { points: 3, seconds: 60 }, address: wide, block: 1 }, broken.pool)
  await broken.close()
  const world = await createServerWorld({ rateLimiter: limiter })
  const statuses: number[] = []
  for (let i = 0; i < 4; i++) statuses.push((await get(world)).statusCode)
  expect(statuses).toEqual([200, 200, 200, 429])
  await world.app.close()
})

const redisUrl = inject('redisUrl')
test('on Redis two processes share a limit as well', async ({ skip }) => {
  if (redisUrl === null) return skip('there is no Redis')
  // Keys of its own: a Redis that is there before remembers the calls of the run before.
  const redis = new Redis(redisUrl, { keyPrefix: `${randomUUID()}:` })
  const given = { account: { points: 4, seconds: 596 }, address: wide, block: 1 }
  const createOnRedis = () =>
    createRateLimiter({ store: createRateStore({ backend: { redis }, logger }), limits: limitsWith(given) })
  const worlds = [
    await createServerWorld({ rateLimiter: createOnRedis() }),
    await createServerWorld({ rateLimiter: createOnRedis() }),
  ]
  const statuses: number[] = []
  for (let i = 0; i < 6; i++) statuses.push((await get(worlds[i % 2] as ServerWorld)).statusCode)
  expect(statuses).toEqual([200, 200, 200, 200, 429, 429])
  for (const { app } of worlds) await app.close()
  await redis.quit()
})
