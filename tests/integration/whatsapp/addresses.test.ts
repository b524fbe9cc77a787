import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { InboundText, OutgoingText, Peer, WhatsAppGateway } from '../../../src/features/whatsapp/whatsapp.ports.ts'
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

const lidOf = (phone: string): string => `9${phone}@lid`

type Transport = Worker & { sentTo: string[]; asked: string[]; text(from: Peer, body: string): Promise<void> }

/** A worker of a transport that takes every text; `resolve` says how it names a number. */
function connect(
  name: WhatsAppGateway['name'],
  resolve: (number: string) => string,
  send: (message: OutgoingText) => { to?: string } = () => ({}),
): Transport {
  let receive = async (_: InboundText): Promise<void> => {}
  let sent = 0
  const sentTo: string[] = []
  const asked: string[] = []
  const worker = world.createWorker({
    gateway: {
      ...world.simulator.gateway,
      name,
      async resolve(number) {
        asked.push(number)
        return { kind: 'registered', address: resolve(number) }
      },
      async send(message) {
        sentTo.push(message.to)
        return { kind: 'accepted', gatewayMessageId: `${name}-${++sent}-${message.reference}`, ...send(message) }
      },
      onInbound(handler) {
        receive = handler
      },
    },
  })
  const text = (from: Peer, body: string): Promise<void> =>
    receive({
      gatewayMessageId: `${name}-in-${++sent}`,
      from,
      body,
      kind: 'text',
      at: world.clock.now(),
      backfilled: false,
    })
  return { ...worker, sentTo, asked, text }
}
const connectWeb = () => connect('web', lidOf)
const connectCloud = () => connect('cloud', (number) => number)

async function tell(worker: Worker, household: Household): Promise<void> {
  world.settled.add(household.intakeId)
  await world.record([eligible(household)])
  await worker.drain()
}

describe('a wish under the name that WhatsApp gave to a number', () => {
  const wish = (phone: string): Peer => ({ phone: null, alias: { kind: 'lid', value: lidOf(phone) } })

  test('stops what goes to the number', async () => {
    const household = world.newHousehold()
    const web = connectWeb()
    await world.record([received(household)])
    await web.drain()
    await web.text(wish(household.phone), 'BERHENTI')
    await tell(web, household)
    expect(await world.message(household.intakeId)).toMatchObject({ state: 'suppressed', outcome_code: 'opted_out' })
  })

  test('that came before the number was ever asked for stops the very text that asks', async () => {
    const household = world.newHousehold()
    const web = connectWeb()
    await web.text(wish(household.phone), 'BERHENTI')
    await web.drain()
    web.sentTo.length = 0
    await tell(web, household)
    expect(await world.message(household.intakeId)).toMatchObject({ state: 'suppressed', outcome_code: 'opted_out' })
    expect(web.sentTo).toEqual([])
  })

  test('"wrong number" from there flags the household', async () => {
    const household = world.newHousehold()
    const web = connectWeb()
    await world.record([received(household)])
    await web.drain()
    await web.text(wish(household.phone), 'SALAH NOMOR')
    expect(world.unreachable).toEqual([household.intakeId])
  })

  test('counts also when the name was learnt only by sending', async () => {
    const household = world.newHousehold()
    const web = connect(
      'web',
      (number) => number,
      ({ to }) => (to.endsWith('@lid') ? {} : { to: lidOf(to) }),
    )
    await world.record([received(household)])
    await web.drain()
    await tell(web, household)
    expect(web.sentTo).toEqual([household.phone, lidOf(household.phone)])
    await web.text(wish(household.phone), 'BERHENTI')
    const other = world.newHousehold({ phone: household.phone })
    await tell(web, other)
    expect(await world.message(other.intakeId)).toMatchObject({ state: 'suppressed', outcome_code: 'opted_out' })
  })
})

test('a reply that waits for a former alias goes to the number, and nobody is asked for the alias as a number', async () => {
  const [former, present] = [world.newPhone(), world.newPhone()]
  const web = connectWeb()
  const alias = { kind: 'lid', value: '66@lid' } as const
  await web.text({ phone: null, alias }, 'BERHENTI')
  await web.text({ phone: former, alias }, 'Ini nomor saya')
  await web.text({ phone: present, alias }, 'Nomor saya ganti')
  await web.drain()
  expect(web.asked).toContain(former)
  expect(web.asked).not.toContain('66@lid')
  expect(web.sentTo).toContain(lidOf(former))
})

describe('when the office changes the way to WhatsApp', () => {
  test('a number that was resolved before is asked for again, and again on the way back', async () => {
    const household = world.newHousehold()
    const web = connectWeb()
    await world.record([received(household)])
    await web.drain()
    expect(web.sentTo).toEqual([lidOf(household.phone)])

    const cloud = connectCloud()
    await tell(cloud, household)
    expect(cloud.sentTo).toEqual([household.phone])

    const other = world.newHousehold({ phone: household.phone })
    const again = connectWeb()
    await tell(again, other)
    expect([again.asked, again.sentTo]).toEqual([[household.phone], [lidOf(household.phone)]])
  })

  test('an answer to an alias that the new way does not know fails, and says why', async () => {
    const web = connectWeb()
    await web.text({ phone: null, alias: { kind: 'lid', value: '777@lid' } }, 'BERHENTI')
    const cloud = connectCloud()
    await cloud.drain()
    expect([cloud.asked, cloud.sentTo]).toEqual([[], []])
    const [message] = await world.database.owner.selectFrom('message').select(['state', 'outcome_code']).execute()
    expect(message).toEqual({ state: 'failed', outcome_code: 'no_address' })
  })
})

test('an address that turns out to be somebody else’s while a text is on its way to it is not written to', async () => {
  const household = world.newHousehold()
  const web = connectWeb()
  await world.record([received(household)])
  await web.drain()
  world.settled.add(household.intakeId)
  await world.record([eligible(household)])
  await web.compose(household.intakeId)
  let sending: Promise<void> | undefined
  await world.database.owner.transaction().execute(async (tx) => {
    const contacts = tx.selectFrom('whatsapp_contact').select('id').where('phone', 'is not', null)
    const { id } = await contacts.forUpdate().executeTakeFirstOrThrow()
    sending = web.drain()
    // It has read the address, and waits for the contact.
    await expect.poll(() => world.countBlocked(), { interval: 5, timeout: 10_000 }).toBe(1)
    const forgotten = { address: null, address_gateway: null }
    await tx.updateTable('whatsapp_contact').set(forgotten).where('id', '=', id).execute()
  })
  await sending
  expect(web.sentTo).toHaveLength(1)
  expect(await world.message(household.intakeId)).toMatchObject({ state: 'queued', attempts: 0 })
  world.clock.advance(60_000)
  await web.drain()
  expect(web.asked).toEqual([household.phone, household.phone])
  expect(await world.message(household.intakeId)).toMatchObject({ state: 'sent', attempts: 1 })
})
