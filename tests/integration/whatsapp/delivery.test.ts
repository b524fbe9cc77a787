import { Writable } from 'node:stream'
import { sql } from 'kysely'
import { pino } from 'pino'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { PhoneMode } from '../../../src/contracts/api/whatsapp.ts'
import type { WhatsAppGateway } from '../../../src/features/whatsapp/index.ts'
import { createWorld, eligible, type Household, OPEN_MS, received, type World } from './world.ts'

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

async function sendTo(
  mode: PhoneMode,
  settings: { answersLookUp?: boolean; remaining?: number } = {},
): Promise<Household> {
  const household = world.newHousehold()
  await world.simulator.phones.behave(household.phone, { mode, ...settings })
  await world.record([received(household)])
  await world.worker.drain()
  return household
}

const stateOf = async (household: Household): Promise<string> => (await world.message(household.intakeId)).state

describe('a message', () => {
  test('is sent, delivered and read as the phone reports it', async () => {
    const household = await sendTo('reads')
    expect(await stateOf(household)).toBe('sent')
    await world.simulator.gateway.reportDue()
    expect(await stateOf(household)).toBe('delivered')
    world.clock.advance(1)
    await world.simulator.gateway.reportDue()
    expect(await stateOf(household)).toBe('read')
  })

  test('keeps the time of every state, also when the reports come backwards', async () => {
    const household = await sendTo('receipts_backwards')
    world.clock.advance(10)
    await world.simulator.gateway.reportDue()
    const row = await world.database.owner
      .selectFrom('message')
      .select(['state', 'queued_at', 'sending_at', 'sent_at', 'delivered_at', 'read_at', 'failed_at'])
      .where('intake_id', '=', household.intakeId)
      .executeTakeFirstOrThrow()
    expect(row).toMatchObject({
      state: 'read',
      sending_at: expect.any(Date),
      sent_at: expect.any(Date),
      delivered_at: expect.any(Date),
      read_at: expect.any(Date),
      failed_at: null,
    })
  })

  test('whose receipts came before its id was stored ends in the same state', async () => {
    expect(await stateOf(await sendTo('receipts_first'))).toBe('delivered')
  })

  test('meets its receipt at the very moment its id is stored, and neither is lost', async () => {
    const reports: Promise<void>[] = []
    const gateway: WhatsAppGateway = {
      ...world.simulator.gateway,
      async send(message) {
        const result = await world.simulator.gateway.send(message)
        reports.push(world.simulator.gateway.reportDue())
        return result
      },
    }
    const worker = world.createWorker({ gateway })
    const households = Array.from({ length: 30 }, () => world.newHousehold())
    await world.record(households.map(received))
    await worker.drain(8)
    await Promise.all(reports)
    for (const household of households) expect(await stateOf(household)).toBe('delivered')
  })

  test('fails when WhatsApp says so later', async () => {
    const household = await sendTo('fails')
    await world.simulator.gateway.reportDue()
    expect(await world.message(household.intakeId)).toMatchObject({
      state: 'failed',
      outcome_code: 'gateway_reported_failure',
    })
  })

  test('fails at once when it is refused for good, and is not tried again', async () => {
    const household = await sendTo('refuses')
    world.clock.advance(3_600_000)
    await world.worker.drain()
    expect(await world.message(household.intakeId)).toMatchObject({
      state: 'failed',
      outcome_code: 'gateway_refused',
      attempts: 1,
    })
  })

  test('that is refused for now is tried again, ever more slowly, until it gets through', async () => {
    const household = await sendTo('busy', { remaining: 3 })
    expect(await stateOf(household)).toBe('queued')
    for (let second = 0; second < 10; second++) {
      world.clock.advance(1_000)
      await world.worker.drain()
    }
    expect(await world.message(household.intakeId)).toMatchObject({ state: 'sent', attempts: 4 })
    expect(await world.textsOn(household.phone)).toHaveLength(1)
  })

  test('that nobody would take for two days is given up', async () => {
    const household = await sendTo('busy')
    world.clock.advance(49 * 3_600_000)
    await world.worker.drain()
    expect(await world.message(household.intakeId)).toMatchObject({ state: 'failed', outcome_code: 'gave_up' })
  })

  test('to a number that is not on WhatsApp fails, and the household is flagged', async () => {
    const household = await sendTo('not_on_whatsapp')
    expect(await world.message(household.intakeId)).toMatchObject({
      state: 'failed',
      outcome_code: 'not_on_whatsapp',
      attempts: 0,
    })
    expect(world.unreachable).toEqual([household.intakeId])
  })

  test('asks for the number once, and again after it was not found', async () => {
    let asked = 0
    const gateway: WhatsAppGateway = {
      ...world.simulator.gateway,
      resolve(number) {
        asked++
        return world.simulator.gateway.resolve(number)
      },
    }
    const worker = world.createWorker({ gateway })
    const phone = world.newPhone()
    await world.simulator.phones.behave(phone, { mode: 'not_on_whatsapp', remaining: 1 })
    for (const expected of [1, 2, 2]) {
      await world.record([received(world.newHousehold({ phone }))])
      await worker.drain()
      expect(asked).toBe(expected)
    }
    expect(await world.textsOn(phone)).toHaveLength(2)
  })
})

describe('a hand-over without an answer', () => {
  test('is unknown and is not repeated by itself', async () => {
    const household = await sendTo('unknown_delivered', { answersLookUp: false })
    for (let minute = 0; minute < 20; minute++) {
      world.clock.advance(60_000)
      await world.worker.settle()
      await world.worker.drain()
    }
    expect(await stateOf(household)).toBe('unknown')
    expect(await world.textsOn(household.phone)).toHaveLength(1)
  })

  test('is not asked about before its time is over', async () => {
    const household = await sendTo('unknown_lost', { remaining: 1 })
    await world.worker.settle()
    expect(await stateOf(household)).toBe('unknown')
    world.clock.advance(OPEN_MS)
    await world.worker.settle()
    await world.worker.drain()
    expect(await world.message(household.intakeId)).toMatchObject({ state: 'sent', attempts: 2 })
  })

  test('that arrived is found, and the receipts that waited for it count', async () => {
    const household = await sendTo('unknown_delivered')
    await world.simulator.gateway.reportDue()
    expect(await stateOf(household)).toBe('unknown')
    world.clock.advance(OPEN_MS)
    await world.worker.settle()
    expect(await stateOf(household)).toBe('delivered')
    expect(await world.textsOn(household.phone)).toHaveLength(1)
  })

  test('that never leaves fails after five hand-overs', async () => {
    const household = await sendTo('unknown_lost')
    for (let round = 0; round < 8; round++) {
      world.clock.advance(60_000)
      await world.worker.settle()
      await world.worker.drain()
    }
    expect(await world.message(household.intakeId)).toMatchObject({
      state: 'failed',
      outcome_code: 'gave_up',
      attempts: 5,
    })
  })

  test.each(['unknown', 'sending'] as const)(
    'that another gateway took over (%s) is asked about nowhere and never repeated',
    async (state) => {
      const asked: string[] = []
      const successor = world.createWorker({
        gateway: {
          ...world.simulator.gateway,
          name: 'web',
          async lookUpByReference(reference) {
            asked.push(reference)
            return { kind: 'not_sent' }
          },
        },
      })
      const household = await sendTo('unknown_delivered', { answersLookUp: false })
      const { id } = await world.message(household.intakeId)
      await world.database.owner.updateTable('message').set({ state }).where('id', '=', id).execute()
      for (let round = 0; round < 3; round++) {
        world.clock.advance(60 * 60_000)
        await successor.settle()
        await successor.drain()
      }
      expect(asked).toEqual([])
      expect(await world.message(household.intakeId)).toMatchObject({ state: 'unknown', attempts: 1 })
      expect(await world.textsOn(household.phone)).toHaveLength(1)
    },
  )

  test('that takes too long is unknown, and what arrives afterwards is still counted', async () => {
    const household = world.newHousehold()
    await world.simulator.phones.behave(household.phone, { mode: 'slow', delayMs: 2_200 })
    await world.record([received(household)])
    await world.worker.drain()
    expect(await stateOf(household)).toBe('unknown')
    world.clock.advance(OPEN_MS)
    await world.worker.settle()
    await world.simulator.gateway.reportDue()
    expect(await stateOf(household)).toBe('delivered')
    expect(await world.textsOn(household.phone)).toHaveLength(1)
  })

  test('is asked about ever less often', async () => {
    let asked = 0
    const gateway: WhatsAppGateway = {
      ...world.simulator.gateway,
      async lookUpByReference() {
        asked++
        return { kind: 'cannot_tell' }
      },
    }
    await sendTo('unknown_delivered')
    const worker = world.createWorker({ gateway })
    const perHour: number[] = []
    for (let hour = 0; hour < 4; hour++) {
      const before = asked
      for (let run = 0; run < 120; run++) {
        world.clock.advance(30_000)
        await worker.settle()
      }
      perHour.push(asked - before)
    }
    expect(perHour[0]).toBeGreaterThanOrEqual(5)
    expect(perHour[0]).toBeLessThan(15)
    expect(perHour.slice(1).every((count) => count <= 2)).toBe(true)
    expect(perHour[3]).toBe(1)
  })
})

test('a message whose work was given up holds back nothing that comes after it, and that is reported', async () => {
  const logged: Record<string, unknown>[] = []
  const lines = new Writable({
    write(chunk: Buffer, _, done) {
      logged.push(JSON.parse(chunk.toString()))
      done()
    },
  })
  const worker = world.createWorker({
    logger: pino({ level: 'error' }, lines),
    gateway: { ...world.simulator.gateway, resolve: (number) => resolve(number) },
  })
  let resolve: WhatsAppGateway['resolve'] = async () => ({ kind: 'unknown' })
  const household = world.newHousehold()
  world.settled.add(household.intakeId)
  await world.record([received(household)])
  await worker.drain()
  const { id: givenUp } = await world.message(household.intakeId)
  resolve = world.simulator.gateway.resolve
  await world.record([eligible(household)])
  await worker.drain()
  expect(await world.textsOn(household.phone)).toEqual([])
  await world.database.owner.updateTable('outbox').set({ state: 'dead' }).where('key', '=', givenUp).execute()
  world.clock.advance(60_000)
  await worker.drain()
  expect(await world.textsOn(household.phone)).toHaveLength(1)
  expect(await world.message(household.intakeId)).toMatchObject({ state: 'sent' })
  expect(logged).toMatchObject([{ level: 50, givenUp: [givenUp] }])
})

describe('the database itself', () => {
  const optOut = async (): Promise<void> => {
    await world.database.owner.updateTable('whatsapp_contact').set({ opted_out_at: world.clock.now() }).execute()
  }

  test.each(['sending', 'sent', 'delivered', 'read'])(
    'lets no message to an opted-out contact become %s',
    async (state) => {
      await sendTo('busy')
      await world.database.owner.updateTable('message').set({ attempts: 0 }).execute()
      await optOut()
      const update = world.database.db.updateTable('message').set({ state }).execute()
      await expect(update).rejects.toMatchObject({ constraint: 'message_not_to_opted_out_contact' })
    },
  )

  test.each(['notice', 'reply', 'answer'])('lets no %s to a wrong number be handed over', async (kind) => {
    const household = await sendTo('busy')
    await world.database.owner.updateTable('message').set({ kind }).execute()
    await world.database.owner.updateTable('whatsapp_contact').set({ wrong_number_at: world.clock.now() }).execute()
    const update = world.database.db.updateTable('message').set({ state: 'sending' }).execute()
    await expect(update).rejects.toMatchObject({ constraint: 'message_not_to_wrong_number' })
    world.clock.advance(60_000)
    await world.worker.drain()
    expect(await world.message(household.intakeId)).toMatchObject({ state: 'suppressed', outcome_code: 'wrong_number' })
    await world.record([received(world.newHousehold({ phone: household.phone }))])
    await world.worker.drain()
    expect(await world.textsOn(household.phone)).toEqual([])
  })

  test('lets no officer’s answer reach an opted-out contact, nor call it essential', async () => {
    await sendTo('busy')
    await world.database.owner.updateTable('message').set({ kind: 'answer' }).execute()
    await optOut()
    const send = world.database.db.updateTable('message').set({ state: 'sending' }).execute()
    await expect(send).rejects.toMatchObject({ constraint: 'message_not_to_opted_out_contact' })
    const pretend = world.database.db.updateTable('message').set({ essential: true }).execute()
    await expect(pretend).rejects.toMatchObject({ constraint: 'message_essential_is_confirmation' })
  })

  test('hands nothing over a second time after the wish, also what is being handed over', async () => {
    await sendTo('unknown_lost')
    await world.database.owner.updateTable('message').set({ state: 'sending' }).execute()
    await optOut()
    const again = world.database.db.updateTable('message').set({ state: 'sending', attempts: 2 }).execute()
    await expect(again).rejects.toMatchObject({ constraint: 'message_not_to_opted_out_contact' })
  })

  test('takes no message to an opted-out contact that claims to be sent', async () => {
    await sendTo('delivers')
    await optOut()
    const copy = sql`INSERT INTO message SELECT (m).* FROM (
      SELECT jsonb_populate_record(m, jsonb_build_object('id', gen_random_uuid(), 'reference', 'COPY', 'gateway_message_id', null)) AS m
      FROM message m) AS copied`.execute(world.database.db)
    await expect(copy).rejects.toMatchObject({ constraint: 'message_not_to_opted_out_contact' })
  })

  test('still stores that a message from before the wish has arrived', async () => {
    const household = await sendTo('delivers')
    await optOut()
    await world.simulator.gateway.reportDue()
    expect(await stateOf(household)).toBe('delivered')
  })

  test('lets nobody remove or rewrite a notice', async () => {
    await sendTo('delivers')
    await expect(world.database.db.deleteFrom('notice').execute()).rejects.toThrow('permission denied')
    await expect(world.database.db.updateTable('notice').set({ version: 2 }).execute()).rejects.toThrow(
      'permission denied',
    )
  })
})

test('two workers with the same message send it once', async () => {
  const household = world.newHousehold()
  world.settled.add(household.intakeId)
  await world.record([eligible(household)])
  const [first, second] = [world.createWorker(), world.createWorker()]
  await first.connection.jobs['whatsapp.compose'](
    [{ id: 1, key: household.intakeId, payload: { intakeId: household.intakeId }, attempt: 1 }],
    quietContext,
  )
  const { id } = await world.message(household.intakeId)
  const item = { id: 2, key: id, payload: { messageId: id }, attempt: 1 }
  await Promise.all(
    [first, second, first, second].map((worker) => worker.connection.jobs['whatsapp.send'](item, quietContext)),
  )
  expect(await world.textsOn(household.phone)).toHaveLength(1)
})

const quietContext = {
  settle: async () => {},
  fail: (_: number, error: unknown) => {
    throw error
  },
  each: async <Item>(items: readonly Item[], _: number, work: (item: Item) => Promise<void>) => {
    for (const item of items) await work(item)
  },
  signal: new AbortController().signal,
  logger: pino({ level: 'silent' }),
}
