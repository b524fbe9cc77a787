import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { createGate, createOutboxWorld, eventually, newIntakeWork, type OutboxWorld, servers } from './fixture.ts'

describe.each(servers)('stopping on $kind', (server) => {
  let world: OutboxWorld
  beforeAll(async () => {
    world = await createOutboxWorld(server)
  })
  afterEach(async () => {
    await world.stopRuntimes()
    await world.owner.deleteFrom('outbox').execute()
  })
  afterAll(async () => {
    await world.close()
  })

  test('what is being done is finished, what waits is left for the next start', async () => {
    const gate = createGate()
    const begun = createGate()
    const done: string[] = []
    const runtime = await world.startRuntime({
      queues: ['intake'],
      handlers: {
        'intake.received': async (items) => {
          begun.open()
          await gate.passed
          done.push(...items.map((item) => item.key))
        },
      },
      schedules: null,
    })
    const first = newIntakeWork()
    await world.outbox.add(world.db, [first])
    await begun.passed
    const stopping = runtime.stop(5_000)
    const second = newIntakeWork()
    await world.outbox.add(world.db, [second])
    gate.open()
    await stopping
    expect(done).toEqual([first.key])
    expect(await world.rows()).toMatchObject([{ key: second.key, started_at: null }])

    const seen: string[] = []
    await world.startRuntime({
      queues: ['intake'],
      handlers: {
        'intake.received': async (items) => {
          seen.push(...items.map((item) => item.key))
        },
      },
      schedules: null,
    })
    await world.settled()
    expect(seen).toEqual([second.key])
  })

  test('a handler that takes longer than the drain is told so, and what it left undone is due at once with no try lost', async () => {
    const work = Array.from({ length: 3 }, () => newIntakeWork())
    const begun: string[] = []
    await world.outbox.add(world.db, work)
    const runtime = await world.startRuntime({
      queues: ['intake'],
      handlers: {
        'intake.received': async (items, context) => {
          await context.each(items, 1, async (item) => {
            begun.push(item.key)
            if (begun.length === 1) return
            await new Promise<void>((resolve) => context.signal.addEventListener('abort', () => resolve()))
          })
        },
      },
      schedules: null,
    })
    await eventually(() => expect(begun).toHaveLength(2))
    await runtime.stop(50)
    expect(begun).toHaveLength(2)
    const unbegun = work.filter((row) => !begun.includes(row.key))
    expect(await world.rows()).toMatchObject([{ key: unbegun[0]?.key, attempts: 0, handed_at: null, started_at: null }])
  })

  test('stopping twice, and stopping what never started, is allowed', async () => {
    const runtime = await world.startRuntime({ queues: [], handlers: {}, schedules: null })
    await Promise.all([runtime.stop(100), runtime.stop(100)])
    await runtime.stop(100)
  })
})
