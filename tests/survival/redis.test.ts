import { Redis } from 'ioredis'
import { inject, onTestFinished, test } from 'vitest'
import { openPlace, SURVIVAL_PATIENCE_MS, surviveBlows } from '../support/survival-place.ts'

test(
  'ten times the database killed and ten times Redis flushed while 500 intakes arrive: nothing is lost, nobody is told twice',
  async ({ skip }) => {
    const redisUrl = inject('redisUrl')
    if (redisUrl === null) {
      console.log('Left out: the database killed and Redis flushed. There is no Redis.')
      return skip('there is no Redis')
    }
    // A database of its own on that server: flushing it leaves the others alone.
    const url = Object.assign(new URL(redisUrl), { pathname: '/9' }).href
    const redis = new Redis(url)
    onTestFinished(async () => {
      await redis.flushdb()
      redis.disconnect()
    })
    const place = await openPlace({ REDIS_URL: url })
    await surviveBlows(place, 20, (blow) => (blow % 2 === 0 ? redis.flushdb() : place.killDatabase()))
  },
  SURVIVAL_PATIENCE_MS,
)
