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

  test.each([
    ['begun by its own relay', false],
    ['taken from the queue', true],
  ])('what is being done, %s, is finished, what waits is left for the next start', async (_, viaQueue) => {
    const gate = createGate()
    const begun = createGate()
    const done: string[] = []
    const first = newIntakeWork()
    await world.outbox.add(world.db, [first])
    if (viaQueue) await world.handOverToQueue()
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
    await begun.passed
    const listens = async (): Promise<boolean> =>
      (await world.sessions()).some((session) => session.query === 'LISTEN outbox')
    await eventually(async () => expect(await listens()).toBe(true))
    const stopping = runtime.stop(5_000)
    // A look that is under way may still find what is committed meanwhile. The listener ends after the last one.
    await eventually(async () => expect(await listens()).toBe(false))
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

  test.each([
    ['begun by its own relay', false],
    ['taken from the queue', true],
  ])(
    'a handler that takes longer than the drain is told so, and what it left undone, %s, is due at once with no try lost',
    async (_, viaQueue) => {
      const work = Array.from({ length: 3 }, () => newIntakeWork())
      const begun: string[] = []
      await world.outbox.add(world.db, work)
      if (viaQueue) await world.handOverToQueue()
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
      expect(await world.rows()).toMatchObject([
        { key: unbegun[0]?.key, attempts: 0, handed_at: null, started_at: null },
      ])
    },
  )

  test('stopping twice, and stopping what never started, is allowed', async () => {
    const runtime = await world.startRuntime({ queues: [], handlers: {}, schedules: null })
    await Promise.all([runtime.stop(100), runtime.stop(100)])
    await runtime.stop(100)
  })
})
