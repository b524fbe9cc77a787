import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as delay } from 'node:timers/promises'
import { sql } from 'kysely'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { APP_ROLE, createOutboxWorld, eventually, newIntakeWork, type OutboxWorld, servers } from './fixture.ts'
import { createProxy } from './proxy.ts'

describe.each(servers)('recovering on $kind', (server) => {
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

  const startNoting = (seen: string[], more: { databaseUrl?: string; leaseMs?: number } = {}) =>
    world.startRuntime({
      queues: ['intake'],
      handlers: {
        'intake.received': async (items) => {
          seen.push(...items.map((item) => item.key))
        },
      },
      schedules: null,
      ...more,
    })

  test.each([
    ['that its own relay began', false],
    ['that it took from the queue', true],
  ])('a worker killed in a batch %s leaves the rest to others, and nothing settled runs again', async (_, viaQueue) => {
    const work = Array.from({ length: 10 }, () => newIntakeWork())
    await world.outbox.add(world.db, work)
    if (viaQueue) await world.handOverToQueue(1_500)
    const program = path.join(import.meta.dirname, 'crashing-worker.ts')
    const args = [program, world.url, APP_ROLE, server.redisUrl ?? '', world.prefix, '3']
    const worker: ChildProcess = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
    if (!worker.stdout) throw new Error('no output')
    const [line] = await once(createInterface(worker.stdout), 'line')
    worker.kill('SIGKILL')
    await once(worker, 'exit')
    const { finished, of } = JSON.parse(String(line))
    // All ten as a rule; on a busy machine the relay may have found the last of them a moment later.
    expect(of).toBeGreaterThan(3)
    expect(finished).toHaveLength(3)

    const seen: string[] = []
    await startNoting(seen, { leaseMs: 1_500 })
    await world.settled()
    const left = work.map((row) => row.key).filter((key) => !finished.includes(key))
    expect(seen.toSorted()).toEqual(left.toSorted())
  })

  test('an item that takes its worker along time and again waits like a failing one and ends as dead', async () => {
    const lost = (topic: string, key: string, payload: object, attempts: number) =>
      sql`INSERT INTO outbox (topic, key, payload, run, attempts, handed_at, started_at, due_at)
        VALUES (${topic}, ${key}, ${payload}, ${attempts}, ${attempts}, now(), now(), now())`.execute(world.owner)
    const { payload } = newIntakeWork()
    await lost('intake.received', 'once', payload, 1)
    await lost('intake.received', 'often', payload, 3)
    await lost('whatsapp.send', 'too often', { messageId: payload.intakeId }, 7)
    const seen: string[] = []
    await startNoting(seen)
    await eventually(async () => {
      expect(await world.rows()).toMatchObject([
        { key: 'often', state: 'open', handed_at: null, last_error_code: 'internal_error' },
        { key: 'too often', state: 'dead', last_error_code: 'internal_error' },
      ])
    })
    const [often] = await world.rows()
    expect(often?.due_at.getTime()).toBeGreaterThan(Date.now() + 15_000)
    expect(seen).toEqual(['once'])
  })

  test('a row that a producer was adding again when its job began is done as soon as that has committed', async () => {
    const seen: string[] = []
    const [locked, free] = [newIntakeWork(), newIntakeWork()]
    await world.outbox.add(world.db, [locked, free])
    await world.handOverToQueue()
    await world.db.transaction().execute(async (tx) => {
      await world.outbox.add(tx, [locked])
      await startNoting(seen)
      await eventually(() => expect(seen).toEqual([free.key]))
    })
    await world.settled(5_000)
    expect(seen).toEqual([free.key, locked.key])
  })

  test('a lost LISTEN connection is replaced and what was committed meanwhile is found', async () => {
    const seen: string[] = []
    await startNoting(seen)
    for (let round = 0; round < 3; round += 1) {
      await sql`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid() AND application_name <> 'test-owner'`.execute(
        world.owner,
      )
      const work = newIntakeWork()
      await eventually(async () => await world.outbox.add(world.db, [work]))
      await world.settled()
      expect(seen).toContain(work.key)
    }
    expect(seen).toHaveLength(3)
    await eventually(async () => {
      const listening = (await world.sessions()).filter((session) => session.query === 'LISTEN outbox')
      expect(listening).toHaveLength(1)
    })
  })

  // taskforcesh/bullmq#4729: a worker on PostgreSQL stayed deaf after its database had been restarted.
  test('work goes on after the database was away', async () => {
    const seen: string[] = []
    const proxy = await createProxy(world.url)
    await startNoting(seen, { databaseUrl: proxy.through(world.url) })
    const before = newIntakeWork()
    await world.outbox.add(world.db, [before])
    await world.settled()
    await proxy.breakOff()
    const meanwhile = newIntakeWork()
    await world.outbox.add(world.db, [meanwhile])
    // Long enough for every part to have been refused once.
    await delay(700)
    await proxy.restore()
    await world.settled()
    const after = newIntakeWork()
    await world.outbox.add(world.db, [after])
    await world.settled()
    expect(seen).toEqual([before.key, meanwhile.key, after.key])
    await world.stopRuntimes()
    await proxy.close()
  })
})
