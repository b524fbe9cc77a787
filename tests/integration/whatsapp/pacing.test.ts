import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { PacingRules } from '../../../src/features/whatsapp/index.ts'
import { DAY, FREE, HOUR, MINUTE, NIGHT, nextDueAt, SECOND } from './pacing-rules.ts'
import { createWorld, eligible, type Household, received, type Worker, type World } from './world.ts'

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

const pace = (pacing: Partial<PacingRules>): Worker =>
  world.createWorker({ gateway: world.simulator.gateway, pacing: { ...FREE, ...pacing }, random: () => 0 })

async function tell(worker: Worker, household: Household): Promise<void> {
  await world.record([received(household)])
  await worker.drain()
}

const holdOf = async (household: Household) =>
  await world.database.owner
    .selectFrom('message')
    .select(['state', 'held_for', 'held_until'])
    .where('intake_id', '=', household.intakeId)
    .executeTakeFirstOrThrow()

/** Moves the clock to whatever is due next, until nothing is or the given moment is reached. */
async function runUntil(worker: Worker, end: Date): Promise<void> {
  for (;;) {
    await worker.drain()
    const next = await nextDueAt(world)
    if (next === null || next > end) break
    world.clock.set(next > world.clock.now() ? next : new Date(world.clock.now().getTime() + 1))
  }
  world.clock.set(end)
}

async function write(worker: Worker, phone: string, body: string): Promise<void> {
  await world.simulator.phones.write(phone, body)
  await world.simulator.gateway.reportDue()
  await worker.drain()
}

describe('quiet hours', () => {
  test.each([
    { timeZone: 'Asia/Jakarta', opens: '2026-11-24T01:00:00.000Z' },
    { timeZone: 'Asia/Makassar', opens: '2026-11-24T00:00:00.000Z' },
    { timeZone: 'Asia/Jayapura', opens: '2026-11-23T23:00:00.000Z' },
  ])('keep a notice until eight in the morning in $timeZone, and officers see why', async ({ timeZone, opens }) => {
    const worker = pace({ quietHours: NIGHT })
    world.clock.set(new Date('2026-11-23T15:00:00.000Z'))
    const household = world.newHousehold({ timeZone })
    await tell(worker, household)
    expect(await holdOf(household)).toEqual({ state: 'queued', held_for: 'quiet_hours', held_until: new Date(opens) })
    await runUntil(worker, new Date(new Date(opens).getTime() - 1))
    expect(await world.textsOn(household.phone)).toEqual([])
    await runUntil(worker, new Date(opens))
    expect(await world.textsOn(household.phone)).toHaveLength(1)
    expect(await holdOf(household)).toMatchObject({ state: 'sent', held_for: null })
  })

  test('ask nobody for a number meanwhile', async () => {
    let asked = 0
    const gateway: Worker['gateway'] = {
      ...world.simulator.gateway,
      resolve(number) {
        asked++
        return world.simulator.gateway.resolve(number)
      },
    }
    const worker = world.createWorker({ gateway, pacing: { ...FREE, quietHours: NIGHT } })
    world.clock.set(new Date('2026-11-23T15:00:00.000Z'))
    await tell(worker, world.newHousehold())
    expect(asked).toBe(0)
  })

  test('keep nobody waiting who writes at night, not even behind a notice', async () => {
    const worker = pace({ quietHours: NIGHT })
    world.clock.set(new Date('2026-11-23T15:00:00.000Z'))
    const household = world.newHousehold()
    await tell(worker, household)
    await write(worker, household.phone, 'Halo?')
    await write(worker, household.phone, 'BERHENTI')
    const texts = await world.textsOn(household.phone)
    expect(texts).toHaveLength(2)
    expect(texts[1]).toContain('tidak akan mengirim pesan lagi')
    await runUntil(worker, new Date('2026-11-24T05:00:00.000Z'))
    expect(await world.textsOn(household.phone)).toHaveLength(2)
    expect(await holdOf(household)).toMatchObject({ state: 'suppressed', held_for: null })
  })

  test('that are changed hold from the next start on', async () => {
    world.clock.set(new Date('2026-11-23T15:00:00.000Z'))
    const household = world.newHousehold()
    await tell(pace({ quietHours: NIGHT }), household)
    const restarted = pace({})
    await restarted.connection.start()
    await restarted.connection.stop()
    await restarted.drain()
    expect(await world.textsOn(household.phone)).toHaveLength(1)
  })
})

describe('a notice to somebody who never wrote', () => {
  test('waits, when cold notices are switched off, until he writes', async () => {
    const worker = pace({ coldNotices: false })
    const household = world.newHousehold()
    await tell(worker, household)
    await runUntil(worker, new Date(world.clock.now().getTime() + 3 * DAY))
    expect(await holdOf(household)).toMatchObject({ state: 'queued', held_for: 'cold_notices_off' })
    await write(worker, household.phone, 'Halo')
    const texts = await world.textsOn(household.phone)
    expect(texts.filter((text) => text.includes('sudah kami *terima*'))).toHaveLength(1)
  })

  test('is counted apart from those to people who write', async () => {
    const worker = pace({ coldDayLimit: 1 })
    const [first, second, known] = [world.newHousehold(), world.newHousehold(), world.newHousehold()]
    await write(worker, known.phone, 'Halo')
    for (const household of [first, second, known]) await tell(worker, household)
    expect(await holdOf(first)).toMatchObject({ state: 'sent' })
    expect(await holdOf(second)).toMatchObject({ state: 'queued', held_for: 'cold_limit' })
    expect(await holdOf(known)).toMatchObject({ state: 'sent' })
    world.clock.advance(DAY)
    await worker.drain()
    expect(await holdOf(second)).toMatchObject({ state: 'sent' })
  })
})

describe('somebody who wrote to the number that was linked before', () => {
  async function linkAnother(worker: Worker, household: Household): Promise<void> {
    await write(worker, household.phone, 'Halo')
    world.clock.advance(MINUTE)
    await worker.connection.beginAccount()
  }

  test('is counted among those who never wrote', async () => {
    const worker = pace({ coldDayLimit: 1 })
    const [former, cold] = [world.newHousehold(), world.newHousehold()]
    await linkAnother(worker, former)
    await tell(worker, cold)
    await tell(worker, former)
    expect(await holdOf(former)).toMatchObject({ state: 'queued', held_for: 'cold_limit' })
    await write(worker, former.phone, 'Halo')
    expect(await holdOf(former)).toMatchObject({ state: 'sent' })
  })

  test('gets no notice while those are switched off', async () => {
    const worker = pace({ coldNotices: false })
    const former = world.newHousehold()
    await linkAnother(worker, former)
    await tell(worker, former)
    expect(await holdOf(former)).toMatchObject({ state: 'queued', held_for: 'cold_notices_off' })
  })
})

test('a hand-over that provably never left does not count', async () => {
  const worker = pace({ contactHourLimit: 1, warmUp: [{ day: 1, limit: 1 }] })
  const household = world.newHousehold()
  await world.simulator.phones.behave(household.phone, { mode: 'busy', remaining: 2 })
  await tell(worker, household)
  expect(await holdOf(household)).toMatchObject({ state: 'queued', held_for: 'gateway_busy' })
  await runUntil(worker, new Date(world.clock.now().getTime() + MINUTE))
  expect(await holdOf(household)).toMatchObject({ state: 'sent' })
})

test('one whose outcome is unknown counts until it is proven that it never left', async () => {
  const worker = pace({ contactHourLimit: 1 })
  const household = world.newHousehold()
  const second = world.newHousehold({ phone: household.phone })
  await world.simulator.phones.behave(household.phone, { mode: 'unknown_lost', remaining: 1 })
  await tell(worker, household)
  await tell(worker, second)
  expect(await holdOf(second)).toMatchObject({ held_for: 'contact_limit' })
  world.clock.advance(4 * SECOND)
  await worker.settle()
  await worker.drain()
  expect(await holdOf(household)).toMatchObject({ state: 'sent' })
})

test('what is refused for now is given up after two days of trying', async () => {
  const worker = pace({})
  const household = world.newHousehold()
  await world.simulator.phones.behave(household.phone, { mode: 'busy' })
  await tell(worker, household)
  for (let hour = 0; hour < 47; hour++) {
    world.clock.advance(HOUR)
    await worker.drain()
  }
  expect(await world.message(household.intakeId)).toMatchObject({ state: 'queued' })
  world.clock.advance(2 * HOUR)
  await worker.drain()
  expect(await world.message(household.intakeId)).toMatchObject({ state: 'failed', outcome_code: 'gave_up' })
})

test('what waited for a week is not given up at the first refusal', async () => {
  const worker = pace({ coldNotices: false })
  const household = world.newHousehold()
  await tell(worker, household)
  world.clock.advance(7 * DAY)
  await world.simulator.phones.behave(household.phone, { mode: 'busy', remaining: 1 })
  await write(worker, household.phone, 'Halo')
  await runUntil(worker, new Date(world.clock.now().getTime() + MINUTE))
  expect(await holdOf(household)).toMatchObject({ state: 'sent' })
})

test('a number gets four notices in an hour and eight in a day, in the order in which they were written', async () => {
  const worker = pace({ contactHourLimit: 4, contactDayLimit: 8 })
  const phone = world.newPhone()
  const households = Array.from({ length: 6 }, () => world.newHousehold({ phone }))
  for (const household of households) world.settled.add(household.intakeId)
  await world.record(households.flatMap((household) => [received(household), eligible(household)]))
  const start = world.clock.now().getTime()
  await runUntil(worker, new Date(start + 3 * DAY))
  const left = await world.database.owner
    .selectFrom('simulator_message')
    .select(['at', 'reference'])
    .orderBy('id')
    .execute()
  const hours = left.map((text) => (text.at.getTime() - start) / HOUR)
  expect(hours).toEqual([0, 0, 0, 0, 1, 1, 1, 1, 24, 24, 24, 24])
  const written = await world.database.owner.selectFrom('message').select('reference').orderBy('id').execute()
  expect(left.map((text) => text.reference)).toEqual(written.map((message) => message.reference))
})

test('whoever is far behind comes back after the turns of five hundred, and is counted again then', async () => {
  const worker = pace({ jitter: { minMs: 8 * SECOND, maxMs: 8 * SECOND } })
  const [first, second, last] = [world.newHousehold(), world.newHousehold(), world.newHousehold()]
  await tell(worker, first)
  await tell(worker, second)
  expect(await holdOf(second)).toMatchObject({ held_for: 'pace' })
  await sql`
    INSERT INTO message SELECT (jsonb_populate_record(original, jsonb_build_object(
      'id', overlay(original.id::text PLACING lpad(number::text, 8, '0') FROM 1 FOR 8), 'reference', 'FAR' || number))).*
    FROM message AS original, generate_series(1, 600) AS number WHERE held_for = 'pace'`.execute(world.database.owner)
  await tell(worker, last)
  const until = new Date(world.clock.now().getTime() + (1 + 500) * 8 * SECOND)
  expect(await holdOf(last)).toEqual({ state: 'queued', held_for: 'pace', held_until: until })
})

test('another account begins its warm-up anew', async () => {
  const worker = pace({
    warmUp: [
      { day: 1, limit: 1 },
      { day: 3, limit: 2 },
    ],
  })
  const households = Array.from({ length: 4 }, () => world.newHousehold())
  const [first, second, third, fourth] = households as [Household, Household, Household, Household]
  await tell(worker, first)
  world.clock.advance(3 * DAY)
  await tell(worker, second)
  await tell(worker, third)
  expect(await holdOf(third)).toMatchObject({ state: 'sent' })
  await worker.connection.beginAccount()
  world.clock.advance(DAY)
  await tell(worker, fourth)
  expect(await holdOf(fourth)).toMatchObject({ state: 'sent' })
  const fifth = world.newHousehold()
  await tell(worker, fifth)
  expect(await holdOf(fifth)).toMatchObject({ state: 'queued', held_for: 'daily_limit' })
})
