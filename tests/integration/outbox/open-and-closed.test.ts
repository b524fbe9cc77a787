import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { createGate, createOutboxWorld, eventually, newIntakeWork, type OutboxWorld, servers } from './fixture.ts'

describe.each(servers)('a queue that a process opens and closes, on $kind', (server) => {
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

  const startProcess = async (closed: boolean) => {
    const seen: string[] = []
    const runtime = await world.startRuntime({
      queues: ['intake'],
      ...(closed && { closed: ['intake'] as const }),
      handlers: { 'intake.received': async (items) => void seen.push(...items.map((item) => item.key)) },
      schedules: null,
    })
    return { seen, runtime }
  }

  test('is worked on by others while it is closed here, and here when it opens', async () => {
    const closed = await startProcess(true)
    const open = await startProcess(false)
    const first = newIntakeWork()
    await world.outbox.add(world.db, [first])
    await eventually(() => expect(open.seen).toEqual([first.key]))
    await open.runtime.setOpen('intake', false)
    await closed.runtime.setOpen('intake', true)
    const second = newIntakeWork()
    await world.outbox.add(world.db, [second])
    await eventually(() => expect(closed.seen).toEqual([second.key]))
    expect(open.seen).toEqual([first.key])
    await world.settled()
  })

  test('that is closed everywhere keeps its work, which is done once when one opens', async () => {
    const { seen, runtime } = await startProcess(true)
    const work = Array.from({ length: 20 }, () => newIntakeWork())
    await world.outbox.add(world.db, work)
    // Handed to the queue by the relay, where nobody takes it.
    await eventually(async () => expect((await world.rows()).every((row) => row.handed_at !== null)).toBe(true))
    expect(seen).toEqual([])
    expect((await world.rows()).every((row) => row.started_at === null && row.attempts === 0)).toBe(true)
    await runtime.setOpen('intake', true)
    await world.settled()
    expect(seen.toSorted()).toEqual(work.map(({ key }) => key).toSorted())
  })

  test('finishes what is under way when it closes, and may open again', async () => {
    const gate = createGate()
    const seen: string[] = []
    const runtime = await world.startRuntime({
      queues: ['intake'],
      handlers: {
        'intake.received': async (items) => {
          await gate.passed
          seen.push(...items.map((item) => item.key))
        },
      },
      schedules: null,
    })
    const first = newIntakeWork()
    await world.outbox.add(world.db, [first])
    await eventually(async () => expect((await world.rows()).map((row) => row.started_at)).toEqual([expect.any(Date)]))
    const closing = runtime.setOpen('intake', false)
    const opening = runtime.setOpen('intake', true)
    gate.open()
    await closing
    await opening
    const second = newIntakeWork()
    await world.outbox.add(world.db, [second])
    await world.settled()
    expect(seen).toEqual([first.key, second.key])
  })
})
