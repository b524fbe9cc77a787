import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Receipt, SendResult } from '../../../src/features/whatsapp/whatsapp.ports.ts'
import { createOutbox } from '../../../src/platform/outbox/index.ts'
import { createWorld, eligible, type Household, type Worker, type World } from './world.ts'

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

type Report = Pick<Receipt, 'gatewayMessageId' | 'status'> & Partial<Receipt>
type Gateway = {
  worker: Worker
  report(receipt: Report): Promise<void>
  /** What the next hand-overs answer, in order; nothing is known of one that finds none. */
  answers: ((message: { reference: string }) => Promise<SendResult>)[]
}

function connect(): Gateway {
  let onReceipt = async (_: Receipt): Promise<void> => {}
  const answers: Gateway['answers'] = []
  const worker = world.createWorker({
    sendTimeoutMs: 60_000,
    gateway: {
      ...world.simulator.gateway,
      onReceipt(handler) {
        onReceipt = handler
      },
      lookUpByReference: async () => ({ kind: 'cannot_tell' }),
      send: async (message) => (await answers.shift()?.(message)) ?? { kind: 'unknown' },
    },
  })
  return {
    worker,
    answers,
    report: (receipt) => onReceipt({ at: world.clock.now(), code: null, reference: null, ...receipt }),
  }
}

const accepted = (gatewayMessageId: string) => async (): Promise<SendResult> => ({ kind: 'accepted', gatewayMessageId })

async function tell({ worker }: Gateway): Promise<Household> {
  const household = world.newHousehold()
  world.settled.add(household.intakeId)
  await world.record([eligible(household)])
  await worker.drain()
  return household
}

const stored = ({ intakeId }: Household) =>
  world.database.owner
    .selectFrom('message')
    .innerJoin('whatsapp_contact as contact', 'contact.id', 'message.contact_id')
    .selectAll('message')
    .select(['contact.opted_out_at', 'contact.unreachable_at', 'contact.unreachable_code'])
    .where('intake_id', '=', intakeId)
    .executeTakeFirstOrThrow()

function permutations<Item>(items: readonly Item[]): Item[][] {
  if (items.length <= 1) return [[...items]]
  return items.flatMap((item, index) => permutations(items.toSpliced(index, 1)).map((rest) => [item, ...rest]))
}

describe('reports about one hand-over', () => {
  const CODES = [
    'not_on_whatsapp',
    'recipient_opted_out',
    'account_trouble',
    'gateway_busy',
    'window_closed',
    'ack_error',
    null,
  ]
  const STATUSES = [
    ['failed', 'delivered'],
    ['failed', 'sent', 'delivered'],
    ['failed', 'delivered', 'read'],
    ['failed', 'sent'],
  ] as const

  test.each(CODES.flatMap((code) => STATUSES.map((statuses) => [code, statuses] as const)))(
    '(failed with %s; %j) end in the same message and contact in any order',
    async (code, statuses) => {
      const ends = new Map<string, string>()
      // Before its id is known too: `answer` is the hand-over's own answer.
      for (const order of permutations([...statuses, 'answer'] as const)) {
        await world.reset()
        const gateway = connect()
        const report = async (status: (typeof order)[number]): Promise<void> => {
          if (status === 'answer') return
          await gateway.report({ gatewayMessageId: 'id', status, code: status === 'failed' ? code : null })
        }
        const answered = order.indexOf('answer')
        gateway.answers.push(async () => {
          for (const status of order.slice(0, answered)) await report(status)
          return { kind: 'accepted', gatewayMessageId: 'id' }
        })
        const household = await tell(gateway)
        for (const status of order.slice(answered)) await report(status)
        // Whatever is worth another hand-over at once has had it.
        await gateway.worker.drain()
        const row = await stored(household)
        const end = {
          state: row.state,
          outcome: row.outcome_code,
          isOptedOut: row.opted_out_at !== null,
          unreachable: [row.unreachable_at !== null, row.unreachable_code],
          isFlagged: world.unreachable.includes(household.intakeId),
          stops: world.audited.filter(({ action }) => action === 'opt_out').length,
          times: [row.sent_at, row.delivered_at, row.read_at, row.failed_at].map((at) => at !== null),
        }
        ends.set(JSON.stringify(end), order.join(' '))
      }
      expect([...ends.values()], [...ends.keys()].join('\n')).toHaveLength(1)
    },
  )

  test('say in the end that the number is on WhatsApp when a text got there, and that its owner wants none', async () => {
    const gateway = connect()
    const ends = []
    for (const code of ['not_on_whatsapp', 'recipient_opted_out']) {
      gateway.answers.push(accepted(code))
      const household = await tell(gateway)
      // Told after the failure, of the time before.
      const at = world.clock.now()
      world.clock.advance(1_000)
      await gateway.report({ gatewayMessageId: code, status: 'failed', code })
      await gateway.report({ gatewayMessageId: code, status: 'delivered', at })
      const row = await stored(household)
      ends.push([row.state, row.unreachable_code, row.opted_out_at !== null])
    }
    expect(ends).toEqual([
      ['delivered', null, false],
      ['delivered', null, true],
    ])
    expect(world.unreachable).toEqual([])
  })

  test('do not undo a wish of the resident that came after the failure', async () => {
    const gateway = connect()
    gateway.answers.push(accepted('id'))
    const household = await tell(gateway)
    await gateway.report({ gatewayMessageId: 'id', status: 'delivered' })
    await gateway.report({ gatewayMessageId: 'id', status: 'failed', code: 'recipient_opted_out' })
    await world.database.owner.updateTable('whatsapp_contact').set({ opted_out_at: null }).execute()
    await gateway.report({ gatewayMessageId: 'id', status: 'read' })
    expect(await stored(household)).toMatchObject({ state: 'read', opted_out_at: null })
  })

  test('leave the flag of a number whose owner called it a wrong one', async () => {
    const gateway = connect()
    gateway.answers.push(accepted('id'))
    const household = await tell(gateway)
    await gateway.report({ gatewayMessageId: 'id', status: 'failed', code: 'not_on_whatsapp' })
    await world.database.owner.updateTable('whatsapp_contact').set({ wrong_number_at: world.clock.now() }).execute()
    await gateway.report({ gatewayMessageId: 'id', status: 'delivered' })
    expect(world.unreachable).toEqual([household.intakeId])
  })
})

describe('a text that a person sent again because nobody knew what became of it', () => {
  async function sendAgain(gateway: Gateway): Promise<Household> {
    const household = await tell(gateway)
    const { id } = await world.message(household.intakeId)
    expect(await stored(household)).toMatchObject({ state: 'unknown', attempts: 1 })
    await world.database.owner.transaction().execute(async (tx) => {
      await tx.updateTable('message').set({ state: 'queued' }).where('id', '=', id).execute()
      await createOutbox({ clock: world.clock }).add(tx, [
        { topic: 'whatsapp.send', key: id, payload: { messageId: id } },
      ])
    })
    return household
  }

  test.each(['ack_error', 'not_on_whatsapp', 'gateway_busy'])(
    'is not failed (%s) by a late report about the first hand-over while the second one is under way',
    async (code) => {
      const gateway = connect()
      gateway.answers.push(
        async () => ({ kind: 'unknown' }),
        async ({ reference }) => {
          await gateway.report({ gatewayMessageId: 'first', status: 'failed', code, reference })
          return { kind: 'accepted', gatewayMessageId: 'second' }
        },
      )
      const household = await sendAgain(gateway)
      await gateway.worker.drain()
      expect(await stored(household)).toMatchObject({ state: 'sent', gateway_message_id: 'second', attempts: 2 })
      await gateway.report({ gatewayMessageId: 'second', status: 'delivered' })
      expect(await stored(household)).toMatchObject({ state: 'delivered', outcome_code: null, attempts: 2 })
      expect(world.unreachable).toEqual([])
    },
  )

  test('has the id that its second hand-over answered, also when a "sent" of the first came in between', async () => {
    const gateway = connect()
    gateway.answers.push(
      async () => ({ kind: 'unknown' }),
      async ({ reference }) => {
        await gateway.report({ gatewayMessageId: 'first', status: 'sent', reference })
        return { kind: 'accepted', gatewayMessageId: 'second' }
      },
    )
    const household = await sendAgain(gateway)
    await gateway.worker.drain()
    expect(await stored(household)).toMatchObject({ state: 'sent', gateway_message_id: 'second' })
    await gateway.report({ gatewayMessageId: 'second', status: 'failed', code: 'ack_error' })
    expect(await stored(household)).toMatchObject({ state: 'failed', gateway_message_id: 'second' })
  })

  test('whose second hand-over nobody answered either stays unknown, whichever of them failed', async () => {
    const gateway = connect()
    const household = await sendAgain(gateway)
    await gateway.worker.drain()
    const { reference } = await stored(household)
    await gateway.report({ gatewayMessageId: 'first', status: 'failed', code: 'ack_error', reference })
    expect(await stored(household)).toMatchObject({ state: 'unknown', gateway_message_id: null, attempts: 2 })
    world.clock.advance(1_000)
    await gateway.report({ gatewayMessageId: 'second', status: 'sent', reference })
    expect(await stored(household)).toMatchObject({ state: 'sent', gateway_message_id: 'second' })
  })
})
