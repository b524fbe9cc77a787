import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { PhoneMode } from '../../../src/contracts/api/whatsapp.ts'
import { createCrashingDatabase, createCrashingGateway, createCrashPoint } from './crash.ts'
import { CRASH, LEASE_MS } from './job-driver.ts'
import { createRandom } from './random.ts'
import { createWorld, eligible, type Household, OPEN_MS, received, type Worker, type World } from './world.ts'

// Longer than the lease of a dead worker, an unanswered hand-over and the longest wait of a busy phone (five minutes).
const LONGEST_WAIT_MS = 6 * 60_000

let world: World
beforeAll(async () => {
  world = await createWorld()
})
afterEach(async () => {
  await world.reset()
})
afterAll(async () => {
  await world.close()
})

/** Runs until killed at the given step. True when it came through alive. */
async function liveUntil(fatal: number, work: (worker: Worker) => Promise<void>): Promise<boolean> {
  const point = createCrashPoint(fatal)
  const gateway = createCrashingGateway(world.simulator.gateway, point)
  const worker = world.createWorker({ db: createCrashingDatabase(world.database.pool, point), gateway })
  try {
    await work(worker)
  } catch (error) {
    if (error !== CRASH) throw error
  }
  return !point.isDead
}

/** Lets a healthy worker find everything the dead one left behind. */
async function recover(rounds: number, concurrency = 1): Promise<void> {
  const worker = world.createWorker({ gateway: world.simulator.gateway })
  for (let round = 0; round < rounds; round++) {
    world.clock.advance(LONGEST_WAIT_MS)
    await worker.drain(concurrency)
    await worker.settle()
    await worker.drain(concurrency)
    await world.simulator.gateway.reportDue()
  }
}

async function expectOneMessage(household: Household): Promise<void> {
  expect(await world.textsOn(household.phone)).toHaveLength(1)
  expect(['sent', 'delivered']).toContain((await world.message(household.intakeId)).state)
}

describe('killed at any step, every household still gets its message exactly once', () => {
  const prepare = async (mode: PhoneMode): Promise<Household> => {
    const household = world.newHousehold()
    world.settled.add(household.intakeId)
    await world.simulator.phones.behave(household.phone, { mode, remaining: 1 })
    await world.record([eligible(household)])
    return household
  }

  test('while it composes and sends', async () => {
    const households: Household[] = []
    for (let step = 1; ; step++) {
      households.push(await prepare('delivers'))
      if (await liveUntil(step, (worker) => worker.drain())) break
    }
    expect(households.length).toBeGreaterThan(20)
    await recover(2, 8)
    for (const household of households) await expectOneMessage(household)
  })

  // Composing and sending take 29 steps, the same as above: what comes after them is new.
  test.each([
    { mode: 'unknown_delivered', what: 'arrived without an answer' },
    { mode: 'unknown_lost', what: 'never left' },
  ] as const)('while it settles a hand-over that $what', async ({ mode }) => {
    const first = 25
    for (let step = first; ; step++) {
      const household = await prepare(mode)
      const survived = await liveUntil(step, async (worker) => {
        await worker.drain()
        world.clock.advance(OPEN_MS)
        await worker.settle()
        await worker.drain()
      })
      await recover(2)
      await expectOneMessage(household)
      if (survived) return expect(step).toBeGreaterThan(first + 10)
    }
  })
})

test('a receipt that is being stored when the worker dies is reported again', async () => {
  for (let step = 1; ; step++) {
    const household = world.newHousehold()
    world.settled.add(household.intakeId)
    await world.record([eligible(household)])
    await world.worker.drain()
    const survived = await liveUntil(step, async () => await world.simulator.gateway.reportDue())
    world.createWorker({ gateway: world.simulator.gateway })
    world.clock.advance(1_001)
    await world.simulator.gateway.reportDue()
    expect((await world.message(household.intakeId)).state).toBe('delivered')
    if (survived) return expect(step).toBeGreaterThan(5)
  }
})

test('200 messages over phones that misbehave at random, with a worker that keeps dying', async () => {
  const random = createRandom(20261122)
  const modes: { mode: PhoneMode; remaining?: number; answersLookUp?: boolean }[] = [
    { mode: 'delivers' },
    { mode: 'reads' },
    { mode: 'silent' },
    { mode: 'fails' },
    { mode: 'receipts_first' },
    { mode: 'receipts_backwards' },
    { mode: 'busy', remaining: 2 },
    { mode: 'unknown_lost', remaining: 2 },
    { mode: 'unknown_delivered', remaining: 1 },
    { mode: 'unknown_delivered', answersLookUp: false },
    { mode: 'refuses' },
    { mode: 'not_on_whatsapp' },
  ]
  const households = Array.from({ length: 200 }, () => world.newHousehold())
  const behaviour = new Map<string, (typeof modes)[number]>()
  const givePhone = async (household: Household): Promise<void> => {
    const chosen = modes[Math.floor(random() * modes.length)] ?? { mode: 'delivers' }
    behaviour.set(household.intakeId, chosen)
    await world.simulator.phones.behave(household.phone, { ...chosen, repeatReceipts: 1 + Math.floor(random() * 3) })
  }
  await Promise.all(households.map(givePhone))
  await world.record(households.map(received))
  for (let life = 0; life < 6; life++) {
    await liveUntil(20 + Math.floor(random() * 900), (worker) => worker.drain(8))
    world.clock.advance(LEASE_MS + 1)
    await world.simulator.gateway.reportDue()
  }
  await recover(4, 8)

  const seen = new Map<string, number>()
  const check = async (household: Household): Promise<void> => {
    const { mode, answersLookUp } = behaviour.get(household.intakeId) ?? { mode: 'delivers' }
    const texts = (await world.textsOn(household.phone)).length
    const { state } = await world.message(household.intakeId)
    seen.set(state, (seen.get(state) ?? 0) + 1)
    if (state === 'unknown') expect(texts, mode).toBeLessThanOrEqual(1)
    else if (state === 'failed') expect(texts, mode).toBe(0)
    else
      expect({ mode, texts, state }).toEqual({
        mode,
        texts: 1,
        state: expect.stringMatching(/^(sent|delivered|read)$/),
      })
    if (mode === 'fails' || mode === 'refuses' || mode === 'not_on_whatsapp') expect(state, mode).toBe('failed')
    else if (answersLookUp !== false) expect(state, mode).not.toBe('unknown')
  }
  await Promise.all(households.map(check))
  expect([...seen.keys()].sort()).toEqual(expect.arrayContaining(['delivered', 'failed', 'read', 'sent', 'unknown']))
}, 60_000)
