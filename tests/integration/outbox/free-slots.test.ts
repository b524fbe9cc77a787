import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { uuidIds } from '../../../src/platform/ids.ts'
import type { JobObserver } from '../../../src/platform/outbox/index.ts'
import { createGate, createOutboxWorld, eventually, newIntakeWork, type OutboxWorld, servers } from './fixture.ts'

describe.each(servers)('the free slots of a process beside the queue on $kind', (server) => {
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

  /** Counts rows that went into the queue, and rows that were begun. */
  function createCounts(): { observer: JobObserver; handed: number; started: number } {
    const counts = {
      handed: 0,
      started: 0,
      observer: {
        handed: (_topic: string, count: number) => void (counts.handed += count),
        started: (_topic: string, count: number) => void (counts.started += count),
      },
    }
    return counts
  }

  test('work whose handler has time is begun without a way through the queue', async () => {
    const counts = createCounts()
    const seen: string[] = []
    await world.startRuntime({
      queues: ['intake'],
      handlers: {
        'intake.received': async (items) => {
          seen.push(...items.map((item) => item.key))
        },
      },
      schedules: null,
      observer: counts.observer,
    })
    const work = Array.from({ length: 5 }, () => newIntakeWork())
    for (const one of work) {
      await world.outbox.add(world.db, [one])
      await eventually(() => expect(seen).toContain(one.key))
    }
    await world.settled()
    expect(seen).toEqual(work.map((one) => one.key))
    expect(counts).toMatchObject({ handed: 0, started: 5 })
  })

  test('each topic of a queue has its own share of the slots', async () => {
    const counts = createCounts()
    const sent: string[] = []
    await world.startRuntime({
      queues: ['whatsapp-send'],
      handlers: {
        'whatsapp.identify': async () => {},
        'whatsapp.send': async ({ key }) => {
          sent.push(key)
        },
      },
      schedules: null,
      observer: counts.observer,
    })
    const messageId = uuidIds.next()
    await world.outbox.add(world.db, [{ topic: 'whatsapp.send', key: messageId, payload: { messageId } }])
    await world.settled()
    expect(sent).toEqual([messageId])
    expect(counts).toMatchObject({ handed: 0, started: 1 })
  })

  test('a process that does not work on a queue leaves its work to the others', async () => {
    const relay = createCounts()
    await world.startRuntime({ queues: [], handlers: {}, schedules: null, observer: relay.observer })
    await world.outbox.add(world.db, [newIntakeWork()])
    await eventually(() => expect(relay).toMatchObject({ handed: 1, started: 0 }))
    const worker = createCounts()
    await world.startRuntime({
      queues: ['intake'],
      handlers: { 'intake.received': async () => {} },
      schedules: null,
      observer: worker.observer,
    })
    await world.settled()
    expect(worker).toMatchObject({ handed: 0, started: 1 })
  })

  test('both ways together run no more jobs side by side than one topic may', async () => {
    const counts = createCounts()
    const gate = createGate()
    let atWork = 0
    let most = 0
    const seen: string[] = []
    await world.startRuntime({
      queues: ['intake'],
      handlers: {
        'intake.received': async (items) => {
          atWork += 1
          most = Math.max(most, atWork)
          await gate.passed
          seen.push(...items.map((item) => item.key))
          atWork -= 1
        },
      },
      schedules: null,
      observer: counts.observer,
    })
    const work = Array.from({ length: 400 }, () => newIntakeWork())
    await world.outbox.add(world.db, work)
    // Two jobs of fifty are begun; the rest waits in the queue, for a slot, or in the outbox.
    await eventually(() => expect(counts.handed).toBeGreaterThanOrEqual(200))
    expect(counts.started).toBe(100)
    gate.open()
    await world.settled()
    expect(most).toBe(2)
    expect(seen.toSorted()).toEqual(work.map((one) => one.key).toSorted())
  })

  test('work a worker was lost with is not begun on the spot: its lost tries are looked at first', async () => {
    const counts = createCounts()
    const { key, payload } = newIntakeWork()
    await world.owner
      .insertInto('outbox')
      .values({
        topic: 'intake.received',
        key,
        payload,
        run: 1,
        attempts: 1,
        handed_at: new Date(0),
        started_at: new Date(0),
        due_at: new Date(0),
      })
      .execute()
    const attempts: number[] = []
    await world.startRuntime({
      queues: ['intake'],
      handlers: {
        'intake.received': async (items) => {
          attempts.push(...items.map((item) => item.attempt))
        },
      },
      schedules: null,
      observer: counts.observer,
    })
    await world.settled()
    expect(attempts).toEqual([2])
    expect(counts).toMatchObject({ handed: 1, started: 1 })
  })
})
