import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { InboundText } from '../../../src/features/whatsapp/whatsapp.ports.ts'
import { byAlias, byBoth, byPhone, createReporter, type Reporter } from './reporter.ts'
import { createWorld, eligible, received, type World } from './world.ts'

let world: World
let reporter: Reporter
beforeAll(async () => {
  world = await createWorld()
})
beforeEach(async () => {
  await world.reset()
  reporter = createReporter(world)
})
afterAll(async () => {
  await world.close()
})

const contacts = () =>
  world.database.owner.selectFrom('whatsapp_contact').selectAll().where('merged_into', 'is', null).execute()
const inbound = () => world.database.owner.selectFrom('inbound_message').selectAll().execute()
const conversations = () => world.database.owner.selectFrom('whatsapp_conversation').selectAll().execute()
const aliases = () => world.database.owner.selectFrom('whatsapp_alias').selectAll().execute()

let lids = 0
const newLid = (): string => `${100_000 + ++lids}@lid`

describe('somebody whose number WhatsApp hides', () => {
  test('is answered at the alias, and is the same person the next time', async () => {
    const lid = newLid()
    await reporter.text(byAlias(lid), 'STOP')
    await reporter.text(byAlias(lid), 'MULAI')
    await reporter.worker.drain()
    expect(await world.textsOn(lid)).toHaveLength(2)
    expect(await contacts()).toMatchObject([{ phone: null, merged_into: null }])
    expect(await conversations()).toMatchObject([{ unread: 2, status: 'bot' }])
  })

  test('is made once by texts that come side by side', async () => {
    const lid = newLid()
    await Promise.all(Array.from({ length: 8 }, () => reporter.text(byAlias(lid), 'Halo')))
    expect(await contacts()).toHaveLength(1)
    expect(await inbound()).toHaveLength(8)
    expect(await conversations()).toMatchObject([{ unread: 8 }])
  })

  test('is stored sealed', async () => {
    await reporter.text(byAlias('778899@lid'), 'Halo')
    const [alias] = await aliases()
    const [contact] = await contacts()
    for (const stored of [alias?.value, alias?.value_index, contact?.address]) {
      expect(stored?.toString('latin1')).not.toContain('778899')
    }
  })
})

describe('an alias and its number', () => {
  type Report = 'alias' | 'number' | 'both'
  const orders: Report[][] = [
    ['alias', 'number', 'both'],
    ['alias', 'both', 'number'],
    ['number', 'alias', 'both'],
    ['number', 'both', 'alias'],
    ['both', 'alias', 'number'],
    ['both', 'number', 'alias'],
  ]
  const send = (report: Report, phone: string, lid: string, changes: Partial<InboundText> = {}): Promise<void> => {
    const peers = { alias: byAlias(lid), number: byPhone(phone), both: byBoth(phone, lid) }
    return reporter.text(peers[report], `dari ${report}`, changes)
  }

  const expectOnePerson = async (texts: number): Promise<void> => {
    const [contact, ...others] = await contacts()
    expect(others).toEqual([])
    expect(contact?.phone).not.toBeNull()
    const rows = await inbound()
    expect(rows).toHaveLength(texts)
    for (const row of rows) expect(row.contact_id).toBe(contact?.id)
    expect(await conversations()).toMatchObject([{ contact_id: contact?.id, unread: texts }])
    expect(await aliases()).toMatchObject([{ contact_id: contact?.id }])
  }

  test.each(orders)('are one person when reported as %s, %s, %s', async (...order) => {
    const [phone, lid] = [world.newPhone(), newLid()]
    for (const report of order) await send(report, phone, lid)
    await expectOnePerson(3)
  })

  test('are one person when all of it is reported at the same moment, many times', async () => {
    for (let round = 0; round < 5; round++) {
      await world.reset()
      reporter = createReporter(world)
      const [phone, lid] = [world.newPhone(), newLid()]
      const reports = (['alias', 'number', 'both'] as const).flatMap((report) =>
        Array.from({ length: 4 }, () => send(report, phone, lid, { gatewayMessageId: `${round}-${report}` })),
      )
      await Promise.all(reports)
      await expectOnePerson(3)
    }
  })

  test('are remembered with the last time they were seen, whatever order the reports come in', async () => {
    const [phone, lid] = [world.newPhone(), newLid()]
    const at = world.clock.now()
    await send('both', phone, lid, { at })
    await send('alias', phone, lid, { at: new Date(at.getTime() - 60_000) })
    expect(await aliases()).toMatchObject([{ first_seen_at: new Date(at.getTime() - 60_000), last_seen_at: at }])
  })

  test('keep what was sent to either, and what waits is still sent once', async () => {
    const household = world.newHousehold()
    const lid = newLid()
    await world.record([received(household)])
    await reporter.worker.drain()
    await reporter.text(byAlias(lid), 'Halo')
    await reporter.text(byBoth(household.phone, lid), 'Ini saya')
    await reporter.worker.drain()
    await reporter.worker.drain()
    const sent = await world.database.owner.selectFrom('message').selectAll().execute()
    const [contact] = await contacts()
    expect(new Set(sent.map((message) => message.contact_id))).toEqual(new Set([contact?.id]))
    expect(sent.map((message) => message.state).filter((state) => state === 'queued')).toEqual([])
    expect(world.audited.map((event) => event.action)).toContain('merge_contact')
  })

  test('share the wish to be left alone: what waited for the number is not sent', async () => {
    const household = world.newHousehold()
    const lid = newLid()
    await world.simulator.phones.behave(household.phone, { mode: 'busy', remaining: 1 })
    await world.record([received(household)])
    await reporter.worker.drain()
    await reporter.text(byAlias(lid), 'BERHENTI')
    await reporter.worker.drain()
    await reporter.text(byBoth(household.phone, lid), 'Halo')
    world.clock.advance(60_000)
    await reporter.worker.drain()
    expect(await world.message(household.intakeId)).toMatchObject({ state: 'suppressed', outcome_code: 'opted_out' })
    world.settled.add(household.intakeId)
    await world.record([eligible(household)])
    await reporter.worker.drain()
    expect(await world.textsOn(household.phone)).toEqual([])
  })

  const [STOP, GO_ON] = ['BERHENTI', 'MULAI']
  test.each([
    ['the number stopped us, then the alias asked for messages', 'number', STOP, 'alias', GO_ON, 'sent'],
    ['the alias asked for messages, then the number stopped us', 'alias', GO_ON, 'number', STOP, 'suppressed'],
    ['the alias stopped us, then the number asked for messages', 'alias', STOP, 'number', GO_ON, 'sent'],
    ['the number asked for messages, then the alias stopped us', 'number', GO_ON, 'alias', STOP, 'suppressed'],
  ] as const)('are told what the later wish says: %s', async (_, first, firstWish, second, secondWish, state) => {
    const household = world.newHousehold()
    const lid = newLid()
    const peers = { alias: byAlias(lid), number: byPhone(household.phone) }
    await reporter.text(peers[first], firstWish)
    world.clock.advance(60_000)
    await reporter.text(peers[second], secondWish)
    world.clock.advance(60_000)
    await reporter.text(byBoth(household.phone, lid), 'Halo')
    world.settled.add(household.intakeId)
    await world.record([eligible(household)])
    await reporter.worker.drain()
    expect(await world.message(household.intakeId)).toMatchObject({ state })
  })

  test('share that the number is a wrong one, also with the bot: who says "right" after it gets a person', async () => {
    const household = world.newHousehold()
    const lid = newLid()
    await reporter.text(byAlias(lid), 'SALAH NOMOR')
    world.clock.advance(60_000)
    // The later conversation of the two knows nothing of it.
    await reporter.text(byPhone(household.phone), 'Halo')
    await reporter.text(byBoth(household.phone, lid), 'BENAR')
    expect(world.unreachable).toEqual([household.intakeId])
    expect(await conversations()).toMatchObject([{ status: 'waiting' }])
    await world.record([received(household)])
    await reporter.worker.drain()
    expect(await world.message(household.intakeId)).toMatchObject({ state: 'suppressed', outcome_code: 'wrong_number' })
  })

  test('part when the alias comes with another number: each number keeps its own conversation', async () => {
    const [first, second, lid] = [world.newPhone(), world.newPhone(), newLid()]
    await reporter.text(byBoth(first, lid), 'Nomor lama')
    await reporter.text(byBoth(second, lid), 'Nomor baru')
    await reporter.text(byAlias(lid), 'Tanpa nomor')
    expect(await contacts()).toHaveLength(2)
    expect((await conversations()).map(({ unread }) => unread).sort()).toEqual([1, 2])
    expect(world.audited.map((event) => event.action)).toContain('move_alias')
  })
})

test('nothing about a number or an alias stands in the audit log', async () => {
  const [phone, lid] = [world.newPhone(), newLid()]
  await reporter.text(byPhone(phone), 'Halo')
  await reporter.text(byAlias(lid), 'STOP')
  await reporter.text(byBoth(phone, lid), 'MULAI')
  const written = JSON.stringify(world.audited)
  expect(written).toContain('merge_contact')
  expect(written).not.toContain(phone)
  expect(written).not.toContain(lid.slice(0, 6))
})
