import { afterAll, beforeAll, expect, test } from 'vitest'
import type { PacingRules } from '../../../src/features/whatsapp/index.ts'
import { createCrashingDatabase, createCrashingGateway, createCrashPoint } from './crash.ts'
import { CRASH } from './job-driver.ts'
import { DAY, FREE, HOUR, NIGHT, nextDueAt, SECOND } from './pacing-rules.ts'
import { createRandom } from './random.ts'
import { createWorld, eligible, received, type Worker, type World } from './world.ts'

let world: World
beforeAll(async () => {
  world = await createWorld()
  await world.reset()
})
afterAll(async () => {
  await world.close()
})

test('208 messages by four workers that are restarted and killed keep every rule, and none is lost', async () => {
  const rules: PacingRules = {
    quietHours: NIGHT,
    jitter: { minMs: 8 * SECOND, maxMs: 12 * SECOND },
    contactHourLimit: 4,
    contactDayLimit: 8,
    warmUp: [
      { day: 1, limit: 70 },
      { day: 2, limit: 110 },
    ],
    coldDayLimit: 60,
    coldNotices: true,
    timeZone: 'Asia/Jakarta',
  }
  const random = createRandom(20261126)
  const zones = ['Asia/Jakarta', 'Asia/Makassar', 'Asia/Jayapura'] as const
  const zoneOf = new Map<string, string>()
  // Four phones shared by eight households each, and 72 of one household; every household gets two messages.
  const shared = Array.from({ length: 4 }, () => world.newPhone())
  const households = Array.from({ length: 104 }, (_, index) => {
    const phone = index < 32 ? (shared[index % 4] ?? '') : world.newPhone()
    const timeZone = zoneOf.get(phone) ?? zones[index % 3] ?? 'Asia/Jakarta'
    zoneOf.set(phone, timeZone)
    return world.newHousehold({ phone, timeZone })
  })
  const warm = new Set(households.filter((_, index) => index % 3 === 0).map((household) => household.phone))
  const receive = world.createWorker({ gateway: world.simulator.gateway, pacing: FREE, random: () => 0 })
  for (const phone of warm) await world.simulator.phones.write(phone, 'Halo')
  await world.simulator.gateway.reportDue()
  await receive.drain(8)
  await world.database.owner.deleteFrom('simulator_event').execute()
  await world.database.owner.deleteFrom('simulator_message').execute()
  world.clock.set(new Date('2026-11-23T08:00:00.000Z'))

  for (const household of households) world.settled.add(household.intakeId)
  await world.record(households.flatMap((household) => [received(household), eligible(household)]))
  const newWorker = (): Worker => world.createWorker({ gateway: world.simulator.gateway, pacing: rules, random })
  let workers = Array.from({ length: 4 }, newWorker)
  let rounds = 0
  for (; rounds < 1_000; rounds++) {
    if (rounds % 40 === 0) workers = Array.from({ length: 4 }, newWorker)
    const living = workers.map((worker) => worker.drain(2))
    if (rounds % 8 === 0) {
      const point = createCrashPoint(1 + Math.floor(random() * 60))
      const gateway = createCrashingGateway(world.simulator.gateway, point)
      const db = createCrashingDatabase(world.database.pool, point)
      living.push(
        world
          .createWorker({ db, gateway, pacing: rules, random })
          .drain(2)
          .catch((error: unknown) => {
            if (error !== CRASH) throw error
          }),
      )
    }
    await Promise.all(living)
    if (rounds % 8 === 4) await workers[0]?.settle()
    const next = await nextDueAt(world)
    if (next === null) break
    // Now and then two could leave at once, now and then one is late.
    const soonest = world.clock.now().getTime() + 1 + Math.floor(random() * 20 * SECOND)
    world.clock.set(new Date(Math.max(next.getTime(), soonest)))
  }
  expect(rounds).toBeLessThan(1_000)
  // What a killed worker had handed over is found by asking; nobody is left behind.
  world.clock.advance(DAY)
  await workers[0]?.settle()
  await workers[0]?.drain()

  const states = await world.database.owner
    .selectFrom('message')
    .select(['state', 'id'])
    .where('kind', '=', 'notice')
    .execute()
  expect(states).toHaveLength(208)
  expect(new Set(states.map((row) => row.state))).toEqual(new Set(['sent']))

  const left = await world.database.owner
    .selectFrom('simulator_message')
    .select(['phone', 'at', 'reference', 'body'])
    .orderBy('at')
    .execute()
  expect(left).toHaveLength(208)
  expect(new Set(left.map((text) => text.reference)).size).toBe(208)

  const times = left.map((text) => text.at.getTime())
  const gaps = times.slice(1).map((time, index) => time - (times[index] ?? 0))
  expect(Math.min(...gaps)).toBeGreaterThanOrEqual(8 * SECOND)
  const most = (of: readonly number[], windowMs: number): number =>
    Math.max(...of.map((end) => of.filter((time) => time > end - windowMs && time <= end).length))
  const first = times[0] ?? 0
  expect(
    most(
      times.filter((time) => time < first + DAY),
      DAY,
    ),
  ).toBe(70)
  expect(most(times, DAY)).toBeLessThanOrEqual(110)
  expect(
    most(
      left.filter((text) => !warm.has(text.phone)).map((text) => text.at.getTime()),
      DAY,
    ),
  ).toBeLessThanOrEqual(60)
  for (const phone of zoneOf.keys()) {
    const own = left.filter((text) => text.phone === phone).map((text) => text.at.getTime())
    expect(most(own, HOUR)).toBeLessThanOrEqual(4)
    expect(most(own, DAY)).toBeLessThanOrEqual(8)
  }
  for (const phone of shared) {
    const own = left.filter((text) => text.phone === phone).map((text) => text.at.getTime())
    expect(own).toHaveLength(16)
  }
  for (const text of left) {
    const clockFace = new Intl.DateTimeFormat('en-GB', { timeZone: zoneOf.get(text.phone) ?? '', timeStyle: 'short' })
    const face = clockFace.format(text.at)
    expect(face >= '08:00' && face < '20:00', face).toBe(true)
  }
  for (const household of households) {
    const told = left.filter((text) => text.phone === household.phone).map((text) => text.body)
    const heard = (words: string) => told.findIndex((body) => body.includes(words))
    expect(heard('kami *terima*')).toBeLessThan(heard('memenuhi syarat'))
  }
}, 120_000)
