import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type {
  FindNumberResult,
  InboundText,
  Peer,
  Receipt,
  WhatsAppGateway,
} from '../../../src/features/whatsapp/whatsapp.ports.ts'
import { byAlias, byPhone } from './reporter.ts'
import { createWorld, eligible, type Household, received, type Worker, type World } from './world.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS

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

/** WhatsApp as it names people: `numbers` are those that it tells when it is asked for a LID. */
type Transport = {
  numbers: Map<string, string>
  asked: string[]
  sentTo: string[]
  isBusy: boolean
  find: NonNullable<WhatsAppGateway['findNumber']>
  /** A process that holds it; every later one is the same transport after a restart. */
  connect(name?: 'web' | 'cloud'): Connected
}
type Alias = NonNullable<Peer['alias']>
type Connected = Worker & {
  text(from: Peer, body: string, at?: Date): Promise<void>
  receipt(receipt: Pick<Receipt, 'gatewayMessageId' | 'to'>): Promise<void>
}

function createTransport(): Transport {
  const transport: Transport = {
    numbers: new Map(),
    asked: [],
    sentTo: [],
    isBusy: false,
    async find({ value }): Promise<FindNumberResult> {
      transport.asked.push(value)
      const phone = transport.numbers.get(value)
      return phone === undefined ? { kind: 'not_yet' } : { kind: 'found', phone }
    },
    connect(name = 'web') {
      let receive = async (_: InboundText): Promise<void> => {}
      let receiveReceipt = async (_: Receipt): Promise<void> => {}
      const worker = world.createWorker({
        gateway: {
          ...world.simulator.gateway,
          name,
          // The official interface cannot be asked.
          ...(name === 'web' && { findNumber: (alias: Alias) => transport.find(alias) }),
          async send({ to, reference }) {
            if (transport.isBusy) return { kind: 'refused', code: 'gateway_busy', retryable: true }
            transport.sentTo.push(to)
            return { kind: 'accepted', gatewayMessageId: `id-${reference}` }
          },
          onInbound(handler) {
            receive = handler
          },
          onReceipt(handler) {
            receiveReceipt = handler
          },
        },
      })
      return {
        ...worker,
        text: (from, body, at = world.clock.now()) =>
          receive({ gatewayMessageId: randomUUID(), from, body, kind: 'text', at, backfilled: false }),
        receipt: (receipt) =>
          receiveReceipt({ ...receipt, status: 'delivered', at: world.clock.now(), code: null, reference: null }),
      }
    },
  }
  return transport
}

let lids = 0
const newLid = (): string => `${500_000 + ++lids}@lid`

/** A household whose first notice waits in the queue. */
async function waitingHousehold(transport: Transport, worker: Worker): Promise<Household> {
  const household = world.newHousehold()
  transport.isBusy = true
  await world.record([received(household)])
  await worker.drain()
  expect(await world.message(household.intakeId)).toMatchObject({ state: 'queued' })
  transport.isBusy = false
  return household
}
const stateOf = async ({ intakeId }: Household): Promise<string> => (await world.message(intakeId)).state
const openQuestions = () =>
  world.database.owner.selectFrom('outbox').select('due_at').where('topic', '=', 'whatsapp.identify').execute()

describe('a wish from somebody whose number nobody has learnt yet', () => {
  test('BERHENTI stops what waits for the number, at once when WhatsApp tells which it is', async () => {
    const transport = createTransport()
    const worker = transport.connect()
    const household = await waitingHousehold(transport, worker)
    const lid = newLid()
    transport.numbers.set(lid, household.phone)
    await worker.text(byAlias(lid), 'BERHENTI')
    await worker.drain()
    expect(await world.message(household.intakeId)).toMatchObject({ state: 'suppressed', outcome_code: 'opted_out' })
    world.settled.add(household.intakeId)
    await world.record([eligible(household)])
    await worker.drain()
    expect(await world.message(household.intakeId)).toMatchObject({ state: 'suppressed', outcome_code: 'opted_out' })
    // That the wish was heard, once.
    expect(transport.sentTo).toHaveLength(1)
    expect(await openQuestions()).toEqual([])
  })

  test('SALAH NOMOR stops it too and flags the household', async () => {
    const transport = createTransport()
    const worker = transport.connect()
    const household = await waitingHousehold(transport, worker)
    const lid = newLid()
    transport.numbers.set(lid, household.phone)
    await worker.text(byAlias(lid), 'SALAH NOMOR')
    await worker.drain()
    expect(await world.message(household.intakeId)).toMatchObject({ state: 'suppressed', outcome_code: 'wrong_number' })
    expect(world.unreachable).toEqual([household.intakeId])
  })

  test('is kept where WhatsApp cannot be asked, and holds as soon as a receipt names the person', async () => {
    const transport = createTransport()
    const cloud = transport.connect('cloud')
    const household = world.newHousehold()
    const alias = { kind: 'user_id', value: 'ID.4711' } as const
    await world.record([received(household)])
    await cloud.drain()
    await cloud.text({ phone: null, alias }, 'BERHENTI')
    expect(await openQuestions()).toEqual([])
    const { gateway_message_id: gatewayMessageId } = await world.database.owner
      .selectFrom('message')
      .select('gateway_message_id')
      .where('intake_id', '=', household.intakeId)
      .executeTakeFirstOrThrow()
    const waiting = world.newHousehold({ phone: household.phone })
    transport.isBusy = true
    await world.record([received(waiting)])
    await cloud.drain()
    expect(await stateOf(waiting)).toBe('queued')
    await cloud.receipt({ gatewayMessageId: gatewayMessageId ?? '', to: { phone: household.phone, alias } })
    expect(await world.message(waiting.intakeId)).toMatchObject({ state: 'suppressed', outcome_code: 'opted_out' })
  })
})

describe('the number behind an alias', () => {
  test('is asked for again until it is told, also by the process that comes after, and when WhatsApp fails or is silent', async () => {
    const transport = createTransport()
    const before = transport.connect()
    const household = await waitingHousehold(transport, before)
    const lid = newLid()
    const { find } = transport
    const answers = [
      find,
      async () => {
        throw new Error('the page is gone')
      },
      () => new Promise<never>(() => {}),
    ]
    transport.find = async (alias) => await (answers.shift() ?? find)(alias)
    await before.text(byAlias(lid), 'BERHENTI')
    transport.isBusy = true
    for (let round = 0; round < 3; round++) {
      await before.drain()
      world.clock.advance(MINUTE_MS)
    }
    expect(answers).toEqual([])
    expect(await stateOf(household)).toBe('queued')
    transport.numbers.set(lid, household.phone)
    world.clock.advance(HOUR_MS)
    await transport.connect().drain()
    expect(await world.message(household.intakeId)).toMatchObject({ state: 'suppressed', outcome_code: 'opted_out' })
  })

  test('is asked for at most for two days after a text, ever more seldom, and anew with the next text', async () => {
    const transport = createTransport()
    const worker = transport.connect()
    const lid = newLid()
    await worker.text(byAlias(lid), 'BERHENTI')
    for (let hours = 0; hours < 60; hours++) {
      await worker.drain()
      world.clock.advance(HOUR_MS)
    }
    expect(await openQuestions()).toEqual([])
    expect(transport.asked.length).toBeGreaterThan(10)
    expect(transport.asked.length).toBeLessThan(60)
    const household = await waitingHousehold(transport, worker)
    transport.numbers.set(lid, household.phone)
    await worker.text(byAlias(lid), 'Halo')
    await worker.drain()
    expect(await world.message(household.intakeId)).toMatchObject({ state: 'suppressed', outcome_code: 'opted_out' })
  })

  test('is not asked for when a later text has told it', async () => {
    const transport = createTransport()
    const worker = transport.connect()
    const [phone, lid] = [world.newPhone(), newLid()]
    await worker.text(byAlias(lid), 'Halo')
    await worker.text({ phone, alias: { kind: 'lid', value: lid } }, 'Ini nomor saya')
    await worker.drain()
    expect(transport.asked).toEqual([])
    expect(await openQuestions()).toEqual([])
  })
})

describe('once the number is told, of all wishes the last one counts', () => {
  type Said = readonly [by: 'alias' | 'number', body: string]
  const STOPS = 'suppressed'
  const GOES = 'sent'
  test.each<[string, Said[], string]>([
    ['stop', [['alias', 'BERHENTI']], STOPS],
    [
      'stop, then start from the number',
      [
        ['alias', 'BERHENTI'],
        ['number', 'MULAI'],
      ],
      GOES,
    ],
    [
      'stop of the number, then start under the alias',
      [
        ['number', 'BERHENTI'],
        ['alias', 'MULAI'],
      ],
      GOES,
    ],
    [
      'start under the alias, then stop of the number',
      [
        ['alias', 'MULAI'],
        ['number', 'BERHENTI'],
      ],
      STOPS,
    ],
    [
      'stop, start under the alias, stop again',
      [
        ['number', 'BERHENTI'],
        ['alias', 'MULAI'],
        ['number', 'STOP'],
      ],
      STOPS,
    ],
    [
      'stop under both, then start',
      [
        ['alias', 'BERHENTI'],
        ['number', 'BERHENTI'],
        ['number', 'MULAI'],
      ],
      GOES,
    ],
    [
      'wrong number, then right from the number',
      [
        ['alias', 'SALAH NOMOR'],
        ['number', 'BENAR'],
      ],
      GOES,
    ],
    [
      'right from the number, then wrong number',
      [
        ['number', 'BENAR'],
        ['alias', 'SALAH NOMOR'],
      ],
      STOPS,
    ],
  ])('%s', async (_, said, state) => {
    const transport = createTransport()
    const worker = transport.connect()
    const household = world.newHousehold()
    const lid = newLid()
    for (const [by, body] of said) {
      await worker.text(by === 'alias' ? byAlias(lid) : byPhone(household.phone), body)
      world.clock.advance(MINUTE_MS)
    }
    transport.numbers.set(lid, household.phone)
    await worker.drain()
    await world.record([received(household)])
    await worker.drain()
    expect(await stateOf(household)).toBe(state)
  })

  /** Minutes ago, in the order in which we hear of it. */
  type Found = readonly [by: 'alias' | 'number', body: string, ago: number]
  test.each<[string, Found[], string]>([
    [
      'stop, found after the start that followed it',
      [
        ['number', 'MULAI', 10],
        ['alias', 'BERHENTI', 20],
      ],
      GOES,
    ],
    [
      'stop and start a minute later, both found an hour after',
      [
        ['alias', 'MULAI', 60],
        ['number', 'STOP', 61],
      ],
      GOES,
    ],
    [
      'the same in the order in which they were written',
      [
        ['number', 'STOP', 61],
        ['alias', 'MULAI', 60],
      ],
      GOES,
    ],
    [
      'start and stop a minute later, both found an hour after',
      [
        ['alias', 'STOP', 60],
        ['number', 'MULAI', 61],
      ],
      STOPS,
    ],
    [
      'wrong number, found after the right one that followed it',
      [
        ['number', 'BENAR', 0],
        ['alias', 'SALAH NOMOR', 60],
      ],
      GOES,
    ],
  ])('by when it was written, not by when we heard of it: %s', async (_, found, state) => {
    const transport = createTransport()
    const worker = transport.connect()
    const household = world.newHousehold()
    const lid = newLid()
    const now = world.clock.now().getTime()
    for (const [by, body, ago] of found) {
      const from = by === 'alias' ? byAlias(lid) : byPhone(household.phone)
      await worker.text(from, body, new Date(now - ago * MINUTE_MS))
    }
    transport.numbers.set(lid, household.phone)
    await worker.drain()
    await world.record([received(household)])
    await worker.drain()
    expect(await stateOf(household)).toBe(state)
  })
})

test('whoever turns out to have the number of a household is met by its office', async () => {
  const transport = createTransport()
  const worker = transport.connect()
  const household = world.newHousehold()
  const lid = newLid()
  transport.numbers.set(lid, household.phone)
  await worker.text(byAlias(lid), 'PETUGAS')
  await worker.drain()
  const links = await world.database.owner.selectFrom('whatsapp_conversation_intake').select('intake_id').execute()
  expect(links).toEqual([{ intake_id: household.intakeId }])
})
