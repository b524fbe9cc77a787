import { Client } from 'pg'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { RELAY_IS_TOLD } from '../../../src/platform/outbox/index.ts'
import { createOutboxWorld, eventually, newIntakeWork, type OutboxWorld } from './fixture.ts'

let world: OutboxWorld
let listener: Client
let woken: string[]

beforeEach(async () => {
  world = await createOutboxWorld({ redisUrl: null })
  listener = new Client({ connectionString: world.url })
  woken = []
  listener.on('notification', ({ payload }) => woken.push(payload ?? ''))
  await listener.connect()
  await listener.query('LISTEN outbox; LISTEN after')
})
afterEach(async () => {
  await listener.end()
  await world.close()
})

/** Notifications come in the order of the commits: once this one is there, all before it are. */
async function countWakings(): Promise<number> {
  await world.pool.query("NOTIFY after, 'after'")
  await eventually(() => expect(woken.at(-1)).toBe('after'))
  return woken.splice(0).length - 1
}

const relayOnly = { queues: [], handlers: {}, schedules: null }

test('while there is no relay, commits wake nobody and do not wait for each other', async () => {
  await world.outbox.add(world.db, [newIntakeWork()])
  expect(await countWakings()).toBe(0)
})

test('a relay that listens is woken, and what was committed before it came is found', async () => {
  await world.outbox.add(world.db, [newIntakeWork()])
  await world.startRuntime(relayOnly)
  await eventually(async () => expect((await world.rows()).every((row) => row.handed_at)).toBe(true))
  woken.length = 0
  await world.outbox.add(world.db, [newIntakeWork()])
  expect(await countWakings()).toBe(1)
})

test('a commit whose process tells its relay itself wakes nobody, and the next one on its connection does again', async () => {
  await world.startRuntime(relayOnly)
  woken.length = 0
  const client = await world.pool.connect()
  const add = async (returning: string): Promise<number> => {
    const { key, payload } = newIntakeWork()
    await client.query(
      `INSERT INTO outbox (topic, key, payload, due_at) VALUES ('intake.received', $1, $2, now()) RETURNING ${returning}`,
      [key, payload],
    )
    return await countWakings()
  }
  expect(await add(RELAY_IS_TOLD)).toBe(0)
  expect(await add('id')).toBe(1)
  client.release()
  await eventually(async () => expect((await world.rows()).every((row) => row.handed_at)).toBe(true))
})

test('a relay that has not looked for half a minute is woken no more', async () => {
  await world.startRuntime(relayOnly)
  await world.stopRuntimes()
  await world.pool.query("UPDATE outbox_relay SET watched_until = watched_until - interval '30 seconds'")
  await world.outbox.add(world.db, [newIntakeWork()])
  expect(await countWakings()).toBe(0)
})
