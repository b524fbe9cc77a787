import { Redis } from 'ioredis'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createOutboxWorld, newIntakeWork, type OutboxWorld, servers } from './fixture.ts'

describe.each(servers)('a queue on $kind that lost everything', (server) => {
  let world: OutboxWorld
  beforeAll(async () => {
    world = await createOutboxWorld(server)
  })
  afterAll(async () => {
    await world.close()
  })

  async function wipe(): Promise<number> {
    if (!server.redisUrl) {
      const { rows } = await sql`DELETE FROM bullmq.job RETURNING id`.execute(world.owner)
      return rows.length
    }
    const client = new Redis(server.redisUrl)
    try {
      const keys = await client.keys(`${world.prefix}:*`)
      return keys.length === 0 ? 0 : await client.del(keys)
    } finally {
      await client.quit()
    }
  }

  test('is filled again by the outbox, each item once', async () => {
    const work = Array.from({ length: 120 }, () => newIntakeWork())
    // Only a relay: the jobs lie in the queue untouched until they are lost.
    await world.outbox.add(world.db, work)
    await world.handOverToQueue(1_500)
    expect(await wipe()).toBeGreaterThan(0)

    const seen: string[] = []
    await world.startRuntime({
      queues: ['intake'],
      handlers: {
        'intake.received': async (items) => {
          seen.push(...items.map((item) => item.key))
        },
      },
      schedules: null,
      leaseMs: 1_500,
    })
    await world.settled()
    expect(seen.toSorted()).toEqual(work.map((row) => row.key).toSorted())
  })
})
