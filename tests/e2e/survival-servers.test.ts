import path from 'node:path'
import { Redis } from 'ioredis'
import { expect, onTestFinished, test } from 'vitest'
import { findPostmasterFile } from '../../src/platform/embedded/postmaster.ts'
import {
  inventHouseholds,
  inventRefused,
  openPlace,
  SURVIVAL_PATIENCE_MS,
  strikeWhile,
  UNHARMED,
} from '../support/survival-place.ts'
import { describeSurvivors } from '../support/survivors.ts'
import { startPrivateRedis } from '../support/test-redis.ts'

test(
  'the database killed and Redis flushed in turn while 200 intakes arrive: nothing is lost, nobody is told twice',
  async (context) => {
    const redis = await startPrivateRedis()
    if (!redis) return context.skip('no redis-server on PATH: the same on Redis is left out')
    onTestFinished(() => redis.stop())
    const { directory, start, office } = await openPlace({ REDIS_URL: redis.url })
    const product = start()
    onTestFinished(async () => void (await product.end('SIGTERM')))
    await product.ready()
    const sent = inventHouseholds(200)
    const refused = inventRefused(20)
    const client = new Redis(redis.url)
    onTestFinished(() => client.disconnect())
    const sending = office.sendAll(sent, refused, 8)
    await strikeWhile(sent, 6, async (blow) => {
      if (blow % 2 === 0) await client.flushall()
      else process.kill(findPostmasterFile(path.join(directory, 'postgres/cluster'))?.pid ?? 0, 'SIGKILL')
    })
    await sending
    expect(await describeSurvivors(office, sent, refused)).toEqual(UNHARMED)
    expect(await product.end('SIGTERM')).toBe(0)
  },
  SURVIVAL_PATIENCE_MS,
)
