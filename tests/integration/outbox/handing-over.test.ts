import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { uuidIds } from '../../../src/platform/ids.ts'
import { createOutboxWorld, type OutboxWorld, servers } from './fixture.ts'

describe.each(servers)('the outbox on $kind', (server) => {
  let world: OutboxWorld
  beforeAll(async () => {
    world = await createOutboxWorld(server)
  })
  afterAll(async () => {
    await world.close()
  })

  test('a committed row reaches its handler once and is gone', async () => {
    const seen: string[] = []
    await world.startRuntime({
      queues: ['intake'],
      handlers: {
        'intake.received': async (items) => {
          seen.push(...items.map((item) => item.payload.intakeId))
        },
      },
      schedules: null,
    })
    const intakeId = uuidIds.next()
    await world.outbox.add(world.db, [{ topic: 'intake.received', key: intakeId, payload: { intakeId } }])
    await vi.waitFor(async () => expect(await world.rows()).toEqual([]), { timeout: 5_000, interval: 10 })
    expect(seen).toEqual([intakeId])
  })
})
