import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createWorld, eligible, type Household, received, type World } from './world.ts'

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

async function write(phone: string, body: string): Promise<void> {
  await world.simulator.phones.write(phone, body)
  await world.simulator.gateway.reportDue()
  await world.worker.drain()
}

async function tell(household: Household): Promise<void> {
  world.settled.add(household.intakeId)
  await world.record([eligible(household)])
  await world.worker.drain()
}

describe('a resident who writes BERHENTI', () => {
  test('is told once that it was heard, and gets nothing any more', async () => {
    const household = world.newHousehold()
    await write(household.phone, 'Berhenti')
    await write(household.phone, 'STOP')
    await tell(household)
    const texts = await world.textsOn(household.phone)
    expect(texts).toHaveLength(1)
    expect(texts[0]).toContain('tidak akan mengirim pesan lagi')
    expect(await world.message(household.intakeId)).toMatchObject({ state: 'suppressed', outcome_code: 'opted_out' })
  })

  test('gets nothing that was queued before either', async () => {
    const household = world.newHousehold()
    await world.simulator.phones.behave(household.phone, { mode: 'busy', remaining: 1 })
    await world.record([received(household)])
    await world.worker.drain()
    await write(household.phone, 'stop')
    world.clock.advance(60_000)
    await world.worker.drain()
    expect(await world.textsOn(household.phone)).toHaveLength(1)
    expect(await world.message(household.intakeId)).toMatchObject({ state: 'suppressed', outcome_code: 'opted_out' })
  })

  test('stops every household that gave this phone', async () => {
    const first = world.newHousehold()
    const second = world.newHousehold({ phone: first.phone })
    await write(first.phone, 'STOP')
    await tell(first)
    await tell(second)
    expect(await world.textsOn(first.phone)).toHaveLength(1)
  })

  test('gets messages again after MULAI, which is confirmed once', async () => {
    const household = world.newHousehold()
    await write(household.phone, 'BERHENTI')
    await write(household.phone, 'mulai')
    await tell(household)
    const texts = await world.textsOn(household.phone)
    expect(texts).toHaveLength(3)
    expect(texts[1]).toContain('akan kami kirim lagi')
    expect(texts[2]).toContain('memenuhi syarat')
  })

  test('is audited, both ways, without the number', async () => {
    const household = world.newHousehold()
    await write(household.phone, 'BERHENTI')
    await write(household.phone, 'MULAI')
    expect(world.audited.map((event) => event.action)).toEqual(['opt_out', 'opt_in'])
    expect(JSON.stringify(world.audited)).not.toContain(household.phone)
  })
})

describe('a resident who writes something else', () => {
  test('gets a short help text, at most once in 24 hours', async () => {
    const phone = world.newPhone()
    await write(phone, 'Halo, apakah sudah jadi?')
    await write(phone, 'Halo?')
    world.clock.advance(24 * 3_600_000 - 1)
    await write(phone, 'Halo??')
    expect(await world.textsOn(phone)).toHaveLength(1)
    expect((await world.textsOn(phone))[0]).toContain('https://puntadewa.example/status')
    world.clock.advance(1)
    await write(phone, 'Halo???')
    expect(await world.textsOn(phone)).toHaveLength(2)
  })

  test('gets no help text after having asked us to stop', async () => {
    const phone = world.newPhone()
    await write(phone, 'STOP')
    await write(phone, 'Halo?')
    expect(await world.textsOn(phone)).toHaveLength(1)
  })

  test('is stored sealed, whatever it holds', async () => {
    const phone = world.newPhone()
    await write(phone, 'NIK saya 3274010101900001')
    const [row] = await world.database.owner.selectFrom('inbound_message').select(['body', 'meaning']).execute()
    expect(row?.meaning).toBe('other')
    expect(row?.body.toString('latin1')).not.toContain('3274010101900001')
  })
})

test('a text reported many times, also side by side, has its effect once', async () => {
  const phone = world.newPhone()
  const text = { gatewayMessageId: 'same', from: phone, body: 'STOP', at: world.clock.now() }
  let receive = async (_: typeof text): Promise<void> => {}
  world.createWorker({
    gateway: {
      ...world.simulator.gateway,
      onInbound(handler) {
        receive = handler
      },
    },
  })
  await Promise.all(Array.from({ length: 8 }, () => receive(text)))
  await world.worker.drain()
  expect(await world.textsOn(phone)).toHaveLength(1)
  expect(await world.database.owner.selectFrom('inbound_message').selectAll().execute()).toHaveLength(1)
})

test('answering marks what stood on the phone as read', async () => {
  const household = world.newHousehold()
  await world.record([received(household)])
  await world.worker.drain()
  await write(household.phone, 'Terima kasih')
  expect((await world.message(household.intakeId)).state).toBe('read')
})

test('a wish to stop and a hand-over that meet at the same moment end in one of the two orders, never in a text after the confirmation', async () => {
  for (let round = 0; round < 10; round++) {
    const household = world.newHousehold()
    world.settled.add(household.intakeId)
    await world.record([eligible(household)])
    await world.simulator.phones.write(household.phone, 'STOP')
    await Promise.all([world.worker.drain(), world.simulator.gateway.reportDue()])
    await world.worker.drain()
    const texts = await world.textsOn(household.phone)
    expect(texts.at(-1)).toContain('tidak akan mengirim pesan lagi')
    expect(texts.length).toBeLessThanOrEqual(2)
  }
})
