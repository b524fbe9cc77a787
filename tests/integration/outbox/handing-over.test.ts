import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { createOutbox } from '../../../src/platform/outbox/index.ts'
import { createFakeClock } from '../../support/fake-clock.ts'
import { createGate, createOutboxWorld, eventually, newIntakeWork, type OutboxWorld, servers } from './fixture.ts'

describe.each(servers)('handing work over on $kind', (server) => {
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

  /** A process that notes which keys it handled. */
  const startNoting = (seen: string[]) =>
    world.startRuntime({
      queues: ['intake'],
      handlers: {
        'intake.received': async (items) => {
          seen.push(...items.map((item) => item.key))
        },
      },
      schedules: null,
    })

  test('a committed row reaches its handler with its payload and is gone', async () => {
    const seen: unknown[] = []
    await world.startRuntime({
      queues: ['whatsapp-send'],
      handlers: {
        'whatsapp.identify': async () => {},
        'whatsapp.send': async (item) => {
          seen.push({ key: item.key, payload: item.payload, attempt: item.attempt })
        },
      },
      schedules: null,
    })
    const messageId = '0190d3a4-0000-7000-8000-000000000001'
    await world.outbox.add(world.db, [{ topic: 'whatsapp.send', key: messageId, payload: { messageId } }])
    await world.settled()
    expect(seen).toEqual([{ key: messageId, payload: { messageId }, attempt: 1 }])
  })

  test('a rolled back transaction leaves no work', async () => {
    const seen: string[] = []
    await startNoting(seen)
    const kept = newIntakeWork()
    for (let round = 0; round < 20; round += 1) {
      const attempt = world.db.transaction().execute(async (tx) => {
        await world.outbox.add(tx, [newIntakeWork()])
        throw new Error('rolled back on purpose')
      })
      await expect(attempt).rejects.toThrow('on purpose')
    }
    await world.outbox.add(world.db, [kept])
    await world.settled()
    expect(seen).toEqual([kept.key])
  })

  test('rows inserted by SQL alone are found without waiting for the slow poll', async () => {
    const seen: string[] = []
    await startNoting(seen)
    await eventually(async () => {
      expect((await world.sessions()).some((session) => session.query === 'LISTEN outbox')).toBe(true)
    })
    const began = performance.now()
    await world.pool.query(
      `INSERT INTO outbox (topic, key, payload) VALUES ('intake.received', 'raw', jsonb_build_object('intakeId', $1::text))`,
      [newIntakeWork().key],
    )
    await world.settled()
    expect(seen).toEqual(['raw'])
    // The slow poll comes every 1.5 s.
    expect(performance.now() - began).toBeLessThan(1_200)
  })

  test('under four relays every row is handled exactly once', async () => {
    const seen: string[] = []
    for (let processes = 0; processes < 4; processes += 1) await startNoting(seen)
    const work = Array.from({ length: 1_000 }, () => newIntakeWork())
    const inserters = Array.from({ length: 8 }, async (_, lane) => {
      for (let from = lane * 125; from < (lane + 1) * 125; from += 25) {
        await world.db.transaction().execute(async (tx) => {
          await world.outbox.add(tx, work.slice(from, from + 25))
        })
      }
    })
    await Promise.all(inserters)
    await world.settled()
    expect(seen.toSorted()).toEqual(work.map((row) => row.key).toSorted())
  })

  test('work is not begun before it is due', async () => {
    const clock = createFakeClock()
    const seen: string[] = []
    const runtime = await world.startRuntime({
      queues: ['intake'],
      handlers: {
        'intake.received': async (items) => {
          seen.push(...items.map((item) => item.key))
        },
      },
      schedules: null,
      clock,
    })
    const outbox = createOutbox({ clock })
    const later = newIntakeWork(new Date(clock.now().getTime() + 60_000))
    const now = newIntakeWork()
    await outbox.add(world.db, [later, now])
    await eventually(() => expect(seen).toEqual([now.key]))
    clock.advance(59_999)
    const second = newIntakeWork()
    await outbox.add(world.db, [second])
    await eventually(() => expect(seen).toEqual([now.key, second.key]))
    clock.advance(1)
    runtime.wake()
    await world.settled()
    expect(seen).toEqual([now.key, second.key, later.key])
  })

  test('work added again while it waits stays one row with the earlier time', async () => {
    const work = newIntakeWork(new Date('2100-01-01T00:00:00Z'))
    await world.outbox.add(world.db, [work])
    await world.outbox.add(world.db, [{ ...work, dueAt: new Date('2099-01-01T00:00:00Z') }])
    await world.outbox.add(world.db, [{ ...work, dueAt: new Date('2101-01-01T00:00:00Z') }, work])
    expect(await world.rows()).toMatchObject([{ key: work.key, due_at: new Date('2099-01-01T00:00:00Z') }])
  })

  test('work added again while its handler is busy runs once more, not at the same time', async () => {
    const gate = createGate()
    const begun: number[] = []
    let atWork = 0
    let most = 0
    await world.startRuntime({
      queues: ['intake'],
      handlers: {
        'intake.received': async (items) => {
          atWork += 1
          most = Math.max(most, atWork)
          begun.push(...items.map((item) => item.attempt))
          await gate.passed
          atWork -= 1
        },
      },
      schedules: null,
    })
    const work = newIntakeWork()
    await world.outbox.add(world.db, [work])
    await eventually(() => expect(begun).toHaveLength(1))
    await world.outbox.add(world.db, [work])
    await world.outbox.add(world.db, [work])
    gate.open()
    await world.settled()
    expect(begun).toEqual([1, 1])
    expect(most).toBe(1)
  })

  test('an add that is still uncommitted when the handler settles is not lost', async () => {
    const begun: number[] = []
    const gate = createGate()
    const settling = createGate()
    await world.startRuntime({
      queues: ['intake'],
      handlers: {
        'intake.received': async (items, context) => {
          begun.push(items.length)
          if (begun.length > 1) return
          await gate.passed
          const settled = world.db.transaction().execute((tx) =>
            context.settle(
              tx,
              items.map((item) => item.id),
            ),
          )
          settling.open()
          await settled
        },
      },
      schedules: null,
    })
    const work = newIntakeWork()
    await world.outbox.add(world.db, [work])
    await eventually(() => expect(begun).toHaveLength(1))
    await world.db.transaction().execute(async (tx) => {
      await world.outbox.add(tx, [work])
      gate.open()
      await settling.passed
      await eventually(async () => {
        const waiting = (await world.sessions()).filter((session) => session.wait_event_type === 'Lock')
        expect(waiting).toHaveLength(1)
      })
    })
    await eventually(() => expect(begun).toHaveLength(2))
    await world.settled()
  })
})
