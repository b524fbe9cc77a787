import { Writable } from 'node:stream'
import type { Transaction } from 'kysely'
import { pino } from 'pino'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { DB } from '../../../src/features/database.ts'
import type {
  AccountTrouble,
  LookUpResult,
  Receipt,
  SendResult,
} from '../../../src/features/whatsapp/whatsapp.ports.ts'
import { createOutbox } from '../../../src/platform/outbox/index.ts'
import { byPhone, createReporter } from './reporter.ts'
import { createWorld, type Household, OPEN_MS, received, type Worker, type World } from './world.ts'

let world: World
const logged: Record<string, unknown>[] = []
beforeAll(async () => {
  world = await createWorld()
})
beforeEach(async () => {
  await world.reset()
  logged.length = 0
})
afterAll(async () => {
  await world.close()
})

test('who writes BERHENTI while a text for that number is being postponed is heard at once: neither waits for the other', async () => {
  const reporter = createReporter(world)
  const household = world.newHousehold()
  const away = world.createWorker({
    gateway: { ...world.simulator.gateway, resolve: async () => ({ kind: 'unknown' }) },
  })
  await world.record([received(household)])
  await away.drain()
  const { id } = await world.message(household.intakeId)
  const item = { id: 0, key: id, payload: { messageId: id }, attempt: 1 }
  const context = {
    settle: async () => {},
    fail: () => {},
    each: async () => {},
    signal: new AbortController().signal,
    logger: pino({ level: 'silent' }),
  }

  // Somebody holds the piece of work for a moment, so that both have taken their other locks when they come to it.
  await meetAt(
    (tx) => tx.selectFrom('outbox').select('id').where('key', '=', id).forUpdate().execute(),
    [
      () => reporter.text(byPhone(household.phone), 'BERHENTI'),
      () => away.connection.jobs['whatsapp.send'](item, context),
    ],
  )
  expect(await world.message(household.intakeId)).toMatchObject({ state: 'suppressed', outcome_code: 'opted_out' })
})

/** Begins one piece of work after the other, each once all before it have ended or wait for a lock, while another transaction holds a row. */
async function meetAt(
  hold: (tx: Transaction<DB>) => Promise<unknown>,
  works: (() => Promise<unknown>)[],
): Promise<void> {
  let ended = 0
  const under: Promise<unknown>[] = []
  await world.database.owner.transaction().execute(async (tx) => {
    await hold(tx)
    for (const work of works) {
      under.push(work().finally(() => ended++))
      await expect
        .poll(async () => ended + (await world.countBlocked()), { interval: 5, timeout: 10_000 })
        .toBe(under.length)
    }
  })
  await Promise.all(under)
}

type Unsure = {
  worker: Worker
  report(receipt: Pick<Receipt, 'gatewayMessageId' | 'status'> & Partial<Receipt>): Promise<void>
  troubled(): Promise<void>
  answer: SendResult
  found: LookUpResult
}

/** A worker whose gateway answers, finds and reports what the test says. */
function createUnsure(): Unsure {
  let onReceipt = async (_: Receipt): Promise<void> => {}
  let onTrouble = async (_: AccountTrouble): Promise<void> => {}
  const lines = new Writable({
    write(chunk: Buffer, _, done) {
      logged.push(JSON.parse(chunk.toString()))
      done()
    },
  })
  const unsure: Unsure = {
    answer: { kind: 'unknown' },
    found: { kind: 'cannot_tell' },
    report: (receipt) => onReceipt({ at: world.clock.now(), code: null, reference: null, ...receipt }),
    troubled: () => onTrouble({ scope: 'account', code: 'TOS_BLOCK', at: world.clock.now() }),
    worker: world.createWorker({
      logger: pino({ level: 'warn' }, lines),
      gateway: {
        ...world.simulator.gateway,
        send: async () => unsure.answer,
        lookUpByReference: async () => unsure.found,
        onReceipt(handler) {
          onReceipt = handler
        },
        onTrouble(handler) {
          onTrouble = handler
        },
      },
    }),
  }
  return unsure
}

const messageOf = ({ intakeId }: Household) =>
  world.database.owner
    .selectFrom('message')
    .select(['id', 'reference', 'state', 'attempts', 'gateway_message_id'])
    .where('intake_id', '=', intakeId)
    .executeTakeFirstOrThrow()

test('a text is found in its chat while its receipt comes in: neither waits for the other', async () => {
  const unsure = createUnsure()
  const household = world.newHousehold()
  await world.record([received(household)])
  await unsure.worker.drain()
  const { id, reference } = await messageOf(household)
  unsure.found = { kind: 'sent', gatewayMessageId: 'found' }
  world.clock.advance(OPEN_MS)
  await meetAt(
    (tx) => tx.selectFrom('message').select('id').where('id', '=', id).forUpdate().execute(),
    [() => unsure.worker.settle(), () => unsure.report({ gatewayMessageId: 'found', status: 'delivered', reference })],
  )
  expect(await messageOf(household)).toMatchObject({ state: 'delivered', gateway_message_id: 'found' })
  expect(logged).toEqual([])
})

test('the text that tries the account is found while trouble of an earlier hand-over comes in: neither waits for the other', async () => {
  const unsure = createUnsure()
  const household = world.newHousehold()
  unsure.answer = { kind: 'accepted', gatewayMessageId: 'reply' }
  await world.simulator.phones.write(household.phone, 'Halo')
  await world.simulator.gateway.reportDue()
  await unsure.worker.drain()
  unsure.answer = { kind: 'unknown' }
  await world.record([received(household)])
  await unsure.worker.drain()
  const { id, reference } = await messageOf(household)
  await unsure.troubled()
  await world.database.owner.transaction().execute(async (tx) => {
    await tx.updateTable('message').set({ state: 'queued' }).where('id', '=', id).execute()
    await createOutbox({ clock: world.clock }).add(tx, [
      { topic: 'whatsapp.send', key: id, payload: { messageId: id } },
    ])
  })
  world.clock.advance(30 * 60_000)
  await unsure.worker.drain()
  expect(await messageOf(household)).toMatchObject({ state: 'unknown', attempts: 2 })
  unsure.found = { kind: 'sent', gatewayMessageId: 'second' }
  world.clock.advance(OPEN_MS)
  logged.length = 0
  await meetAt(
    (tx) => tx.selectFrom('whatsapp_account').select('gateway').forUpdate().execute(),
    [
      () => unsure.report({ gatewayMessageId: 'first', status: 'failed', code: 'account_trouble', reference }),
      () => unsure.worker.settle(),
    ],
  )
  expect(await messageOf(household)).toMatchObject({ state: 'sent', gateway_message_id: 'second' })
  expect(logged).toMatchObject([{ level: 50, scope: 'account' }])
})
