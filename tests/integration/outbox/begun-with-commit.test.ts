import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { systemClock } from '../../../src/platform/clock.ts'
import { uuidIds } from '../../../src/platform/ids.ts'
import { type Begin, createOutbox, type StartedRow } from '../../../src/platform/outbox/index.ts'
import { createGate, createOutboxWorld, eventually, type OutboxWorld } from './fixture.ts'

/** What all topics of the queue of checks run side by side, and the checks of one job. */
const SIDE_BY_SIDE = 10
const BATCH = 50

let world: OutboxWorld
beforeAll(async () => {
  world = await createOutboxWorld({ redisUrl: null })
})
afterEach(async () => {
  await world.stopRuntimes()
  await world.owner.deleteFrom('outbox').execute()
})
afterAll(async () => {
  await world.close()
})

type Seen = { key: string; attempt: number }

/** A process that works on checks and lets a test hold its work. */
async function startProcess(passed?: Promise<void>) {
  const seen: Seen[] = []
  const atWork = { now: 0, most: 0 }
  const runtime = await world.startRuntime({
    queues: ['verification'],
    handlers: {
      'proposal.check': async (items) => {
        atWork.now += 1
        atWork.most = Math.max(atWork.most, atWork.now)
        await passed
        atWork.now -= 1
        seen.push(...items.map(({ key, attempt }) => ({ key, attempt })))
      },
      'bulk.run': async () => {},
      'batch.seal': async () => {},
      'list.work': async () => {},
      'list.tell': async () => {},
      'results.work': async () => {},
    },
    schedules: null,
  })
  const outbox = createOutbox({ clock: systemClock })
  outbox.attach(runtime)
  return { runtime, outbox, seen, atWork }
}

/** Inserts rows as it is told to, in a statement of its own as producers on a hot path do. */
async function insert(keys: readonly string[], begin: Begin | null): Promise<StartedRow[]> {
  const rows = await world.db
    .insertInto('outbox')
    .values(
      keys.map((key) => ({
        topic: 'proposal.check',
        key,
        payload: { proposalId: key, version: 1 },
        due_at: begin?.leaseUntil ?? new Date(),
        handed_at: begin?.startedAt ?? null,
        started_at: begin?.startedAt ?? null,
        run: begin ? 1 : 0,
        attempts: begin ? 1 : 0,
      })),
    )
    .returning(['id', 'topic', 'key', 'payload', 'run', 'attempts'])
    .execute()
  return begin ? rows : []
}

const newKeys = (count: number): string[] => Array.from({ length: count }, () => uuidIds.next())

/** Adds one row and tells whether it was begun by its commit. */
async function addOne(outbox: ReturnType<typeof createOutbox>, count = 1): Promise<{ key: string; begun: boolean }> {
  const [key = ''] = newKeys(1)
  let begun = false
  await outbox.addBegun('proposal.check', count, async (begin) => {
    begun = begin !== null
    return await insert([key], begin)
  })
  return { key, begun }
}

test('what is committed while a slot is free runs with no relay between, once', async () => {
  const { outbox, seen } = await startProcess()
  const keys = newKeys(3)
  let stored: unknown
  await outbox.addBegun('proposal.check', keys.length, async (begin) => {
    const rows = await insert(keys, begin)
    stored = (await world.rows()).map((row) => [row.key, row.started_at, row.due_at])
    expect(stored).toEqual(keys.map((key) => [key, begin?.startedAt, begin?.leaseUntil]))
    return rows
  })
  await world.settled()
  expect(stored).toBeDefined()
  expect(seen.toSorted((a, b) => (a.key < b.key ? -1 : 1))).toEqual(keys.toSorted().map((key) => ({ key, attempt: 1 })))
})

test('without a free slot it waits for a relay: never more side by side than the queue may', async () => {
  const gate = createGate()
  const { outbox, seen, atWork } = await startProcess(gate.passed)
  const added = []
  for (let index = 0; index < 2 * SIDE_BY_SIDE; index += 1) added.push(await addOne(outbox))
  await eventually(() => expect(atWork.now).toBe(SIDE_BY_SIDE))
  const begun = added.filter((one) => one.begun)
  expect(begun.length).toBeGreaterThan(0)
  expect(begun.length).toBeLessThanOrEqual(SIDE_BY_SIDE)
  gate.open()
  await world.settled()
  expect(atWork.most).toBe(SIDE_BY_SIDE)
  expect(seen.map(({ key }) => key).toSorted()).toEqual(added.map(({ key }) => key).toSorted())
})

test('a commit that fails gives its slot back, and its error goes to the caller', async () => {
  const { outbox, seen } = await startProcess()
  for (let times = 0; times < SIDE_BY_SIDE + 1; times += 1) {
    const refused = outbox.addBegun('proposal.check', 1, async () => {
      throw new Error('on purpose')
    })
    await expect(refused).rejects.toThrow('on purpose')
  }
  const { key, begun } = await addOne(outbox)
  expect(begun).toBe(true)
  await world.settled()
  expect(seen).toEqual([{ key, attempt: 1 }])
})

test('nothing is begun for more rows than a job has, for none, without a relay, or by a process that stops', async () => {
  const { runtime, outbox } = await startProcess()
  expect((await addOne(outbox, BATCH)).begun).toBe(true)
  expect((await addOne(outbox, BATCH + 1)).begun).toBe(false)
  expect((await addOne(outbox, 0)).begun).toBe(false)
  expect((await addOne(createOutbox({ clock: systemClock }))).begun).toBe(false)
  await world.settled()
  await runtime.stop(1_000)
  expect((await addOne(outbox)).begun).toBe(false)
})

test('a queue that is closed begins nothing', async () => {
  const { runtime, outbox } = await startProcess()
  await runtime.setOpen('verification', false)
  expect((await addOne(outbox)).begun).toBe(false)
  await runtime.setOpen('verification', true)
  await world.settled()
  expect((await addOne(outbox)).begun).toBe(true)
  await world.settled()
})

test('while much comes rows gather instead', async () => {
  const { outbox, seen } = await startProcess()
  const work = newKeys(200).map((key) => ({
    topic: 'proposal.check' as const,
    key,
    payload: { proposalId: key, version: 1 },
  }))
  await outbox.add(world.db, work)
  await eventually(async () => expect((await addOne(outbox)).begun).toBe(false))
  await world.settled()
  expect(seen.length).toBeGreaterThan(work.length)
})

test('stopping waits for what is just being committed, and for its work', async () => {
  const { runtime, outbox, seen } = await startProcess()
  const [commit, reserved] = [createGate(), createGate()]
  const [key = ''] = newKeys(1)
  const adding = outbox.addBegun('proposal.check', 1, async (begin) => {
    reserved.open()
    await commit.passed
    return await insert([key], begin)
  })
  await reserved.passed
  let hasStopped = false
  const stopping = (async (): Promise<void> => {
    await runtime.stop(5_000)
    hasStopped = true
  })()
  await new Promise((resolve) => setTimeout(resolve, 100))
  expect(hasStopped).toBe(false)
  commit.open()
  await Promise.all([adding, stopping])
  expect(seen).toEqual([{ key, attempt: 1 }])
  expect(await world.rows()).toEqual([])
})
