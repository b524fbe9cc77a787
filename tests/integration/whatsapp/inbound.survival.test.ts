import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createCrashingDatabase, createCrashPoint } from './crash.ts'
import { CRASH } from './job-driver.ts'
import { byAlias, byBoth, byPhone, createReporter, type Reporter } from './reporter.ts'
import { createWorld, type Household, received, type World } from './world.ts'

let world: World
beforeAll(async () => {
  world = await createWorld()
})
beforeEach(async () => {
  await world.reset()
})
afterAll(async () => {
  await world.close()
})

/** Runs until killed at the given step. True when it came through alive. */
async function liveUntil(fatal: number, work: (reporter: Reporter) => Promise<void>): Promise<boolean> {
  const point = createCrashPoint(fatal)
  const reporter = createReporter(world, { db: createCrashingDatabase(world.database.pool, point) })
  try {
    await work(reporter)
  } catch (error) {
    if (error !== CRASH) throw error
  }
  return !point.isDead
}

/** A text is being processed when the worker dies; the gateway reports it again, twice. `check` looks at what became of it. */
async function killAtEveryStep(scenario: {
  /** `id`: what the gateway calls the text. */
  prepare(id: string): Promise<{ report(reporter: Reporter): Promise<void>; check(): Promise<void> }>
  steps: number
}): Promise<void> {
  for (let step = 1; ; step++) {
    const { report, check } = await scenario.prepare(`text-${step}`)
    const survived = await liveUntil(step, report)
    const healthy = createReporter(world)
    await report(healthy)
    await report(healthy)
    await healthy.worker.drain()
    await check()
    if (survived) return expect(step).toBeGreaterThan(scenario.steps)
  }
}

/** The text is there once, in a conversation with so many. */
async function expectText(id: string, unread: number): Promise<void> {
  const rows = await world.database.owner
    .selectFrom('inbound_message as text')
    .innerJoin('whatsapp_conversation as talk', 'talk.contact_id', 'text.contact_id')
    .innerJoin('inbound_message as every', 'every.contact_id', 'text.contact_id')
    .select('talk.unread')
    .where('text.gateway_message_id', '=', id)
    .execute()
  expect(rows).toEqual(Array.from({ length: unread }, () => ({ unread })))
}

async function waiting(): Promise<Household> {
  const household = world.newHousehold()
  await world.simulator.phones.behave(household.phone, { mode: 'busy', remaining: 1 })
  await world.record([received(household)])
  await world.worker.drain()
  return household
}

describe('killed at any step of a text, the text has its effect exactly once', () => {
  test('a question', async () => {
    await killAtEveryStep({
      steps: 15,
      async prepare(id) {
        const phone = world.newPhone()
        return {
          report: (reporter) => reporter.text(byPhone(phone), 'Halo, bagaimana?', { gatewayMessageId: id }),
          async check() {
            await expectText(id, 1)
            expect(await world.textsOn(phone)).toHaveLength(1)
          },
        }
      },
    })
  })

  test('the wish to stop', async () => {
    await killAtEveryStep({
      steps: 15,
      async prepare(id) {
        const household = await waiting()
        return {
          report: (reporter) => reporter.text(byPhone(household.phone), 'BERHENTI', { gatewayMessageId: id }),
          async check() {
            await expectText(id, 1)
            expect(await world.textsOn(household.phone)).toHaveLength(1)
            expect(await world.message(household.intakeId)).toMatchObject({ state: 'suppressed' })
            // The log of this world is no table: what a rolled back transaction told it stays.
            expect(world.audited.map(({ action }) => action)).toContain('opt_out')
          },
        }
      },
    })
  })

  test('the text that brings an alias and its number together', async () => {
    await killAtEveryStep({
      steps: 25,
      async prepare(id) {
        const [phone, lid] = [world.newPhone(), `${id}@lid`]
        const reporter = createReporter(world)
        await reporter.text(byPhone(phone), 'Dari nomor')
        await reporter.text(byAlias(lid), 'Dari alias')
        return {
          report: (dying) => dying.text(byBoth(phone, lid), 'Dari keduanya', { gatewayMessageId: id }),
          async check() {
            await expectText(id, 3)
          },
        }
      },
    })
  })

  test('a text typed on the phone itself', async () => {
    await killAtEveryStep({
      steps: 8,
      async prepare(id) {
        const phone = world.newPhone()
        return {
          report: (reporter) => reporter.own(byPhone(phone), 'Selamat pagi', { gatewayMessageId: id }),
          async check() {
            const rows = await world.database.owner
              .selectFrom('inbound_message as text')
              .innerJoin('whatsapp_conversation as talk', 'talk.contact_id', 'text.contact_id')
              .select(['text.kind', 'talk.bot_paused_until as pausedUntil', 'talk.unread'])
              .where('text.gateway_message_id', '=', id)
              .execute()
            expect(rows).toEqual([{ kind: 'own', pausedUntil: expect.any(Date), unread: 0 }])
          },
        }
      },
    })
  })
})
