import { describe, expect, test } from 'vitest'
import { RATE_LIMITS, type RateLimit } from '../../contracts/rate-limits.ts'
import { createRateLimiter, type RateStore } from './rate-limiter.ts'

const LIMIT: RateLimit = { points: 10, seconds: 60 }

/** Shared points as the real stores count them, with the number of round trips. */
function createSharedStore(now: () => number) {
  const windows = new Map<string, { consumed: number; endsAt: number }>()
  const store: RateStore & { trips: number } = {
    trips: 0,
    async consume(key, points, limit) {
      store.trips++
      await Promise.resolve()
      let window = windows.get(key)
      if (!window || window.endsAt <= now()) window = { consumed: 0, endsAt: now() + limit.seconds * 1000 }
      window.consumed += points
      windows.set(key, window)
      return { consumed: window.consumed, msBeforeNext: window.endsAt - now() }
    },
  }
  return store
}

function createWorld(block: number) {
  let at = 1_000_000
  const now = () => at
  const store = createSharedStore(now)
  const limits = { ...RATE_LIMITS, search: { account: LIMIT, address: LIMIT, block } }
  const process = () => createRateLimiter({ store, limits, now })
  return { store, process, advance: (milliseconds: number) => (at += milliseconds) }
}

const take = async (limiter: ReturnType<ReturnType<typeof createWorld>['process']>, times: number) => {
  const answers: number[] = []
  for (let i = 0; i < times; i++) answers.push(await limiter.take('search', 'account', 'siti'))
  return answers
}

describe('a limit of ten a minute', () => {
  test('lets ten through and tells the eleventh how long to wait', async () => {
    const { process, advance } = createWorld(1)
    const limiter = process()
    expect(await take(limiter, 10)).toEqual(Array(10).fill(0))
    advance(20_000)
    expect(await take(limiter, 1)).toEqual([40])
    advance(40_000)
    expect(await take(limiter, 1)).toEqual([0])
  })

  test('asks the shared store once per block and answers the rest at once', async () => {
    const { process, store } = createWorld(5)
    const limiter = process()
    await take(limiter, 1)
    for (let i = 0; i < 4; i++) expect(limiter.take('search', 'account', 'siti')).toBe(0)
    expect(store.trips).toBe(1)
    expect(limiter.take('search', 'account', 'siti')).toBeInstanceOf(Promise)
  })

  test('does not ask again for a caller who is over it', async () => {
    const { process, store } = createWorld(5)
    const limiter = process()
    await take(limiter, 11)
    const trips = store.trips
    expect(limiter.take('search', 'account', 'siti')).toBe(60)
    expect(store.trips).toBe(trips)
  })

  test('is never exceeded by several processes together', async () => {
    const { process } = createWorld(4)
    const limiters = [process(), process(), process()]
    const answers = await Promise.all(
      Array.from({ length: 60 }, (_, i) => limiters[i % 3]?.take('search', 'account', 'siti')),
    )
    const granted = answers.filter((answer) => answer === 0).length
    expect(granted).toBeLessThanOrEqual(10)
    expect(granted).toBeGreaterThan(0)
  })

  test('lets exactly ten of a hundred simultaneous calls through', async () => {
    const { process, store } = createWorld(5)
    const limiter = process()
    const answers = await Promise.all(Array.from({ length: 100 }, () => limiter.take('search', 'account', 'siti')))
    expect(answers.filter((answer) => answer === 0)).toHaveLength(10)
    expect(store.trips).toBe(3)
  })

  test('counts each caller and each kind of subject on its own', async () => {
    const { process } = createWorld(1)
    const limiter = process()
    await take(limiter, 11)
    expect(await limiter.take('search', 'account', 'dewi')).toBe(0)
    expect(await limiter.take('search', 'address', 'siti')).toBe(0)
  })

  test('recovers when the store failed once', async () => {
    const { store } = createWorld(1)
    let isDown = true
    const flaky: RateStore = {
      consume: (...given) => (isDown ? Promise.reject(new Error('away')) : store.consume(...given)),
    }
    const limiter = createRateLimiter({ store: flaky, limits: RATE_LIMITS })
    await expect(limiter.take('search', 'account', 'siti')).rejects.toThrow('away')
    isDown = false
    expect(await limiter.take('search', 'account', 'siti')).toBe(0)
  })
})
