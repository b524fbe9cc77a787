import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { composeReceiptNumber } from '../../../src/contracts/primitives/receipt-number.ts'
import { byAlias, byPhone, createReporter } from './reporter.ts'
import { createWorld, eligible, type Household, received, type World } from './world.ts'

const RECEIPT = composeReceiptNumber('32.74', '2611', 123)

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

const conversation = () =>
  world.database.owner.selectFrom('whatsapp_conversation').selectAll().executeTakeFirstOrThrow()
const contact = () => world.database.owner.selectFrom('whatsapp_contact').selectAll().executeTakeFirstOrThrow()
const actions = (): string[] => world.audited.map((event) => event.action)

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
    expect(actions()).toEqual(['link_intake', 'opt_out', 'opt_in'])
    expect(JSON.stringify(world.audited)).not.toContain(household.phone)
  })
})

describe('a resident who writes something else', () => {
  test('gets the choices, then a person, and no more than that', async () => {
    const phone = world.newPhone()
    await write(phone, 'Kata adik saya begitu')
    await write(phone, 'Nah iya itu maksudnya')
    await write(phone, 'Tadi juga begitu')
    expect(await world.textsOn(phone)).toEqual([
      expect.stringContaining('*PETUGAS*'),
      expect.stringContaining('kami teruskan kepada petugas'),
    ])
    expect(await conversation()).toMatchObject({ status: 'waiting', waiting_since: world.clock.now(), unread: 3 })
    expect(actions()).toEqual(['hand_over'])
  })

  test('gets what the bot knows while waiting for a person who has not come yet', async () => {
    const phone = world.newPhone()
    await write(phone, 'PETUGAS')
    await write(phone, 'petugas')
    await write(phone, 'SYARAT')
    expect(await world.textsOn(phone)).toEqual([
      expect.stringContaining('kami teruskan kepada petugas'),
      expect.stringContaining('KK asli'),
    ])
    expect(await conversation()).toMatchObject({ status: 'waiting' })
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

describe('a number', () => {
  test('that is called wrong gets nothing any more, and every household that gave it is flagged', async () => {
    const first = world.newHousehold()
    const second = world.newHousehold({ phone: first.phone })
    await world.simulator.phones.behave(first.phone, { mode: 'busy', remaining: 1 })
    await world.record([received(first)])
    await world.worker.drain()
    await write(first.phone, 'Maaf, salah nomor')
    await write(first.phone, 'Salah nomor!')
    world.clock.advance(60_000)
    await tell(second)
    expect(await world.textsOn(first.phone)).toEqual([expect.stringContaining('Kami tidak akan mengirim kabar')])
    for (const { intakeId } of [first, second]) {
      expect(await world.message(intakeId)).toMatchObject({ state: 'suppressed', outcome_code: 'wrong_number' })
    }
    expect(new Set(world.unreachable)).toEqual(new Set([first.intakeId, second.intakeId]))
    expect(await contact()).toMatchObject({ wrong_number_at: expect.any(Date), verified_at: null })
    expect(actions()).toContain('wrong_number')
  })

  test('is confirmed by whoever names the receipt from it', async () => {
    const household = world.newHousehold({ receiptNumber: RECEIPT })
    await write(household.phone, RECEIPT)
    expect(await contact()).toMatchObject({ verified_at: world.clock.now(), wrong_number_at: null })
    expect(actions()).toEqual(['link_intake', 'confirm_number'])
  })

  test('that is hidden confirms nothing, and shows only what the public status shows', async () => {
    world.newHousehold({ receiptNumber: RECEIPT })
    const reporter = createReporter(world)
    await reporter.text(byAlias('31@lid'), RECEIPT)
    await reporter.worker.drain()
    expect(await contact()).toMatchObject({ verified_at: null })
    expect(await world.textsOn('31@lid')).toEqual([expect.stringContaining('empat angka terakhir')])
  })
})

test('a photo is refused kindly, and nothing of it is kept', async () => {
  const phone = world.newPhone()
  const reporter = createReporter(world)
  await reporter.text(byPhone(phone), '', { kind: 'attachment' })
  await reporter.worker.drain()
  expect(await world.textsOn(phone)).toEqual([expect.stringContaining('tidak kami simpan')])
})

test('a text reported many times, also side by side, has its effect once', async () => {
  const phone = world.newPhone()
  const reporter = createReporter(world)
  await Promise.all(
    Array.from({ length: 8 }, () => reporter.text(byPhone(phone), 'STOP', { gatewayMessageId: 'same' })),
  )
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
