import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createOutboxWorld, eventually, newIntakeWork, type OutboxWorld, servers } from './fixture.ts'

describe.each(servers)('a backlog on $kind', (server) => {
  let world: OutboxWorld
  beforeAll(async () => {
    world = await createOutboxWorld(server)
  })
  afterAll(async () => {
    await world.close()
  })

  test('waits in the outbox while nobody works on its queue, and does not hold back the other queues', async () => {
    await world.startRuntime({ queues: [], handlers: {}, schedules: null })
    await world.outbox.add(
      world.db,
      Array.from({ length: 1_000 }, () => newIntakeWork()),
    )
    // Two jobs of fifty for each of the two that a worker would run side by side.
    await eventually(async () => expect((await world.rows()).filter((row) => row.handed_at).length).toBe(200))
    const messageId = '0190d3a4-0000-7000-8000-000000000001'
    const sent: string[] = []
    await world.startRuntime({
      queues: ['whatsapp-send'],
      handlers: {
        'whatsapp.identify': async () => {},
        'whatsapp.send': async (item) => {
          sent.push(item.key)
        },
      },
      schedules: null,
    })
    await world.outbox.add(world.db, [{ topic: 'whatsapp.send', key: messageId, payload: { messageId } }])
    await eventually(() => expect(sent).toEqual([messageId]))
    // Two relays, each by its own count.
    expect((await world.rows()).filter((row) => row.handed_at).length).toBeLessThanOrEqual(400)

    const sizes: number[] = []
    await world.startRuntime({
      queues: ['intake'],
      handlers: {
        'intake.received': async (items) => {
          sizes.push(items.length)
        },
      },
      schedules: null,
    })
    await world.settled()
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(1_000)
    expect(Math.max(...sizes)).toBe(50)
    expect(sizes.length).toBeLessThan(40)
  })

  test('of slow jobs is handed over once: none waits in the queue for longer than its lease', async () => {
    await world.stopRuntimes()
    const handed: number[] = []
    const keys = Array.from({ length: 60 }, (_, index) => `0190d3a4-0000-7000-8000-${String(index).padStart(12, '0')}`)
    await world.outbox.add(
      world.db,
      keys.map((messageId) => ({ topic: 'whatsapp.send' as const, key: messageId, payload: { messageId } })),
    )
    // The relay is another process's, as where the workers are on machines of their own: it begins nothing itself.
    const observer = { handed: (_: string, count: number) => void handed.push(count) }
    await world.startRuntime({ queues: [], handlers: {}, schedules: null, leaseMs: 4_000, observer })
    await eventually(async () => expect((await world.rows()).some((row) => row.handed_at)).toBe(true))
    await world.startRuntime({
      queues: ['whatsapp-send'],
      handlers: { 'whatsapp.identify': async () => {}, 'whatsapp.send': () => delay(600) },
      schedules: null,
      leaseMs: 4_000,
      observer,
    })
    await world.settled(60_000)
    // What a free slot takes at once is not handed over, so there may be fewer.
    expect(handed.reduce((sum, count) => sum + count, 0)).toBeLessThanOrEqual(keys.length)
  })
})
