import { sql } from 'kysely'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { AppError } from '../../../src/platform/errors.ts'
import { uuidIds } from '../../../src/platform/ids.ts'
import { createOutbox } from '../../../src/platform/outbox/index.ts'
import { createFakeClock } from '../../support/fake-clock.ts'
import { APP_ROLE, createOutboxWorld, eventually, newIntakeWork, type OutboxWorld, servers } from './fixture.ts'

describe.each(servers)('work that fails on $kind', (server) => {
  let world: OutboxWorld
  const clock = createFakeClock()
  const outbox = createOutbox({ clock })
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

  const newMessage = () => {
    const messageId = uuidIds.next()
    return { topic: 'whatsapp.send' as const, key: messageId, payload: { messageId } }
  }

  /** A sender that throws what `fails` answers, with no randomness in its waits; notes the tries of every key. */
  async function startSender(fails: (key: string) => AppError | undefined) {
    const tries: { key: string; attempt: number }[] = []
    const runtime = await world.startRuntime({
      queues: ['whatsapp-send'],
      handlers: {
        'whatsapp.identify': async () => {},
        'whatsapp.send': async (item) => {
          tries.push({ key: item.key, attempt: item.attempt })
          const error = fails(item.key)
          if (error) throw error
        },
      },
      schedules: null,
      clock,
      random: () => 0.5,
    })
    const triesOf = (key: string) => tries.filter((entry) => entry.key === key).map((entry) => entry.attempt)
    return { triesOf, runtime }
  }

  test('one failing item does not hold back its batch-mates', async () => {
    const work = Array.from({ length: 20 }, () => newIntakeWork())
    const failing = work[7]?.key
    const done: string[] = []
    await outbox.add(world.db, work)
    await world.startRuntime({
      queues: ['intake'],
      handlers: {
        'intake.received': async (items, context) => {
          expect(items.length).toBe(20)
          await context.each(items, 4, async (item) => {
            if (item.key === failing) throw new AppError('bpjs_unavailable')
            done.push(item.key)
          })
        },
      },
      schedules: null,
      clock,
    })
    await eventually(async () => {
      expect(await world.rows()).toMatchObject([
        { key: failing, state: 'open', attempts: 1, last_error_code: 'bpjs_unavailable', handed_at: null },
      ])
    })
    expect(done).toHaveLength(19)
  })

  test('tries come back after the contract’s waits and end as dead after the last', async () => {
    const message = newMessage()
    const { triesOf, runtime } = await startSender((key) =>
      key === message.key ? new AppError('service_unavailable') : undefined,
    )
    await outbox.add(world.db, [message])
    const waits = [5_000, 30_000, 120_000, 600_000, 1_200_000, 1_800_000]
    for (const [index, wait] of waits.entries()) {
      await eventually(async () => {
        expect(await world.rows()).toMatchObject([
          { attempts: index + 1, handed_at: null, due_at: new Date(clock.now().getTime() + wait) },
        ])
      })
      clock.advance(wait - 1)
      // Another message that is due goes through; this one, not yet due, is not taken along.
      const other = newMessage()
      await outbox.add(world.db, [other])
      await eventually(async () => expect(await world.rows()).toMatchObject([{ key: message.key }]))
      expect(triesOf(other.key)).toEqual([1])
      expect(triesOf(message.key)).toHaveLength(index + 1)
      clock.advance(1)
      runtime.wake()
    }
    await eventually(async () => {
      expect(await outbox.listDead(world.db, 10)).toMatchObject([
        { topic: 'whatsapp.send', key: message.key, attempts: 7, lastErrorCode: 'service_unavailable' },
      ])
    })
    expect(triesOf(message.key)).toEqual([1, 2, 3, 4, 5, 6, 7])
  })

  test('work that the contract never gives up is tried at the last wait for ever', async () => {
    let tries = 0
    const runtime = await world.startRuntime({
      queues: ['intake'],
      handlers: {
        'intake.received': async () => {
          tries += 1
          if (tries < 9) throw new TypeError('a fault of ours')
        },
      },
      schedules: null,
      clock,
    })
    await outbox.add(world.db, [newIntakeWork()])
    for (let attempt = 1; attempt < 9; attempt += 1) {
      await eventually(async () => {
        expect(await world.rows()).toMatchObject([
          { attempts: attempt, handed_at: null, last_error_code: 'internal_error' },
        ])
      })
      clock.advance(6 * 60_000)
      runtime.wake()
    }
    await world.settled()
    expect(tries).toBe(9)
  })

  test('an error that needs a person makes the work dead at once, one that says it is unwanted ends it', async () => {
    const errors = new Map<string, AppError>()
    const dead = newIntakeWork()
    const dropped = newIntakeWork()
    errors.set(dead.key, new AppError('message_holds_identity_number'))
    errors.set(dropped.key, new AppError('not_found'))
    await outbox.add(world.db, [dead, dropped])
    await world.startRuntime({
      queues: ['intake'],
      handlers: {
        'intake.received': async (items, context) => {
          for (const item of items) context.fail(item.id, errors.get(item.key))
        },
      },
      schedules: null,
      clock,
    })
    await eventually(async () => {
      expect(await world.rows()).toMatchObject([
        { key: dead.key, state: 'dead', last_error_code: 'message_holds_identity_number' },
      ])
    })
  })

  test('a row whose payload the contract does not know is dead and its batch-mates are done', async () => {
    await world.pool.query(
      `INSERT INTO outbox (topic, key, payload, due_at) VALUES ('intake.received', 'odd', '{"intakeId": "no uuid"}', $1)`,
      [clock.now()],
    )
    await outbox.add(world.db, [newIntakeWork()])
    const seen: number[] = []
    await world.startRuntime({
      queues: ['intake'],
      handlers: {
        'intake.received': async (items) => {
          seen.push(items.length)
        },
      },
      schedules: null,
      clock,
    })
    await eventually(async () => {
      expect(await world.rows()).toMatchObject([{ key: 'odd', state: 'dead', last_error_code: 'invalid_input' }])
    })
    expect(seen).toEqual([1])
  })

  test('a producer cannot add a payload its contract does not know', async () => {
    const added = outbox.add(world.db, [
      { topic: 'whatsapp.send', key: 'k', payload: { messageId: '3274014505900001' } },
    ])
    await expect(added).rejects.toMatchObject({ code: 'internal_error' })
    expect(await world.rows()).toEqual([])
  })

  test('an operator sees dead work in the counts, retries it, and it is done', async () => {
    let broken = true
    const { triesOf } = await startSender(() => (broken ? new AppError('not_found') : undefined))
    const opted = newMessage()
    await outbox.add(world.db, [opted])
    await world.settled()
    broken = false
    await world.pool.query(
      `INSERT INTO outbox (topic, key, payload, state, attempts) VALUES ('whatsapp.send', $1, $2, 'dead', 7)`,
      [opted.key, opted.payload],
    )
    expect(await outbox.stats(world.db)).toEqual([
      { topic: 'whatsapp.send', waiting: 0, inFlight: 0, dead: 1, oldestDueAt: null },
    ])
    const [dead] = await outbox.listDead(world.db, 10)
    if (!dead) throw new Error('nothing dead')
    await outbox.retryDead(world.db, dead.id)
    await world.settled()
    expect(triesOf(opted.key)).toEqual([1, 1])
    await expect(outbox.retryDead(world.db, dead.id)).rejects.toMatchObject({ code: 'not_found' })
  })

  test('effects and settling commit together: rolled back together they run again, committed they never do', async () => {
    await sql`CREATE TABLE effect (key text PRIMARY KEY)`.execute(world.owner)
    await sql`GRANT SELECT, INSERT ON effect TO ${sql.id(APP_ROLE)}`.execute(world.owner)
    const runs: number[] = []
    const runtime = await world.startRuntime({
      queues: ['intake'],
      handlers: {
        'intake.received': async (items, context) => {
          runs.push(items.length)
          await context.each(items, 2, async (item) => {
            await world.db.transaction().execute(async (tx) => {
              await sql`INSERT INTO effect (key) VALUES (${item.key})`.execute(tx)
              await context.settle(tx, [item.id])
              if (item.attempt === 1) throw new Error('the connection broke before the commit')
            })
            throw new Error('and something went wrong after the commit')
          })
        },
      },
      schedules: null,
      clock,
    })
    const work = [newIntakeWork(), newIntakeWork()]
    await outbox.add(world.db, work)
    await eventually(async () => {
      expect(await world.rows()).toMatchObject([
        { attempts: 1, handed_at: null },
        { attempts: 1, handed_at: null },
      ])
    })
    clock.advance(10_000)
    runtime.wake()
    await world.settled()
    const { rows } = await world.pool.query('SELECT key FROM effect')
    expect(rows.map((row) => row.key).toSorted()).toEqual(work.map((row) => row.key).toSorted())
    expect(runs.reduce((sum, items) => sum + items, 0)).toBe(4)
  })
})
