import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as delay } from 'node:timers/promises'
import { sql } from 'kysely'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { APP_ROLE, createOutboxWorld, newIntakeWork, type OutboxWorld, servers } from './fixture.ts'
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

  test('a worker killed in the middle of a batch leaves the rest of it to others, and nothing settled runs again', async () => {
    const work = Array.from({ length: 10 }, () => newIntakeWork())
    await world.outbox.add(world.db, work)
    const program = path.join(import.meta.dirname, 'crashing-worker.ts')
    const args = [program, world.url, APP_ROLE, server.redisUrl ?? '', world.prefix, '3']
    const worker: ChildProcess = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
    if (!worker.stdout) throw new Error('no output')
    const [line] = await once(createInterface(worker.stdout), 'line')
    worker.kill('SIGKILL')
    await once(worker, 'exit')
    const { finished, of } = JSON.parse(String(line))
    expect(of).toBe(10)
    expect(finished).toHaveLength(3)

    const seen: string[] = []
    await startNoting(seen, { leaseMs: 1_500 })
    await world.settled()
    const left = work.map((row) => row.key).filter((key) => !finished.includes(key))
    expect(seen.toSorted()).toEqual(left.toSorted())
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
      await vi.waitFor(async () => await world.outbox.add(world.db, [work]))
      await world.settled()
      expect(seen).toContain(work.key)
    }
    expect(seen).toHaveLength(3)
    await vi.waitFor(async () => {
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
