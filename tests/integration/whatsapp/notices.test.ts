import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { holdsIdentityNumber } from '../../../src/features/whatsapp/index.ts'
import { AppError } from '../../../src/platform/errors.ts'
import { createWorld, eligible, notice, received, type World } from './world.ts'

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

describe('recording', () => {
  test('a notice is sent to the household’s phone', async () => {
    const household = world.newHousehold()
    await world.record([received(household)])
    await world.worker.drain()
    const [text] = await world.textsOn(household.phone)
    expect(text).toContain('sudah kami *terima*')
    expect(text).toContain('PDW-3274-2611-000123-K')
    expect(text).toContain('https://puntadewa.example/status')
  })

  test('nothing is sent when the decision is rolled back', async () => {
    const household = world.newHousehold()
    const decision = world.database.db.transaction().execute(async (tx) => {
      await world.worker.whatsapp.recordNotices(tx, [received(household)])
      throw new AppError('version_conflict')
    })
    await expect(decision).rejects.toThrow('version_conflict')
    await world.worker.drain()
    expect(await world.textsOn(household.phone)).toEqual([])
  })

  test('recording the same notice again, also side by side, sends one message', async () => {
    const household = world.newHousehold()
    world.settled.add(household.intakeId)
    await Promise.all(Array.from({ length: 8 }, () => world.record([received(household), eligible(household)])))
    await world.worker.drain()
    await world.record([received(household), eligible(household)])
    await world.worker.drain()
    expect(await world.textsOn(household.phone)).toHaveLength(2)
  })

  test('a new content version may be told the same outcome again', async () => {
    const household = world.newHousehold()
    world.settled.add(household.intakeId)
    await world.record([eligible(household)])
    await world.record([notice(household, { template: 'eligible', variables: { name: 'Siti A.' } }, 0, 2)])
    await world.worker.drain()
    const rows = await world.database.owner.selectFrom('notice').select('version').orderBy('version').execute()
    expect(rows).toEqual([{ version: 1 }, { version: 2 }])
  })

  test('an outcome that was taken back is news when it is decided again, and nothing is taken back twice', async () => {
    const household = world.newHousehold()
    world.settled.add(household.intakeId)
    const variables = { name: 'Siti A.' }
    const decided = (sequence: number) => notice(household, { template: 'eligible', variables }, 0, 1, sequence)
    const corrected = (sequence: number) =>
      notice(household, { template: 'correction_of_notice', variables }, 0, 1, sequence)
    for (const told of [
      decided(4),
      corrected(5),
      corrected(5),
      corrected(6),
      decided(8),
      decided(8),
      corrected(9),
      corrected(10),
    ]) {
      await world.record([told])
      await world.worker.drain()
    }
    const outcomes = (await world.textsOn(household.phone)).map(
      (text) => /memenuhi syarat|tidak berlaku lagi/.exec(text)?.[0],
    )
    expect(outcomes).toEqual(['memenuhi syarat', 'tidak berlaku lagi', 'memenuhi syarat', 'tidak berlaku lagi'])
  })

  test('the same outcome of another entry is news without a correction, once, however often and by whomever it is recorded', async () => {
    const household = world.newHousehold()
    world.settled.add(household.intakeId)
    const told = (sequence: number) =>
      notice(household, { template: 'needs_reactivation', variables: { name: 'Siti A.' } }, 0, 1, sequence)
    await world.record([told(3)])
    await world.worker.drain()
    await Promise.all(Array.from({ length: 8 }, () => world.record([told(6)])))
    await world.worker.drain()
    await world.record([told(3), told(6)])
    await world.worker.drain()
    expect(await world.textsOn(household.phone)).toHaveLength(2)
  })

  test('the same outcome twice before anybody heard of it is one line of one message', async () => {
    const household = world.newHousehold()
    world.settled.add(household.intakeId)
    const told = (sequence: number) =>
      notice(household, { template: 'needs_reactivation', variables: { name: 'Siti A.' } }, 0, 1, sequence)
    await world.record([told(3)])
    await world.record([told(6)])
    await world.worker.drain()
    await world.worker.drain()
    const [text, ...others] = await world.textsOn(household.phone)
    expect(others).toEqual([])
    expect(text?.match(/\*Siti A\.\*/g)).toHaveLength(1)
  })

  test('a correction of what an earlier version was told is told with the new version', async () => {
    const household = world.newHousehold()
    world.settled.add(household.intakeId)
    const correction = notice(household, { template: 'correction_of_notice', variables: { name: 'Siti A.' } }, 0, 2, 5)
    await world.record([correction])
    await world.worker.drain()
    expect(await world.textsOn(household.phone)).toEqual([])
    await world.record([notice(household, { template: 'eligible', variables: { name: 'Siti A.' } }, 0, 1, 4)])
    await world.worker.drain()
    await world.record([correction])
    await world.worker.drain()
    const texts = await world.textsOn(household.phone)
    expect(texts).toHaveLength(2)
    expect(texts[1]).toContain('tidak berlaku lagi')
  })

  test('what may still be undone waits for its time and holds nobody else up', async () => {
    const household = world.newHousehold({ members: 2 })
    world.settled.add(household.intakeId)
    const heldUntil = new Date(world.clock.now().getTime() + 15 * 60_000)
    const second = notice(household, { template: 'closed', variables: { name: 'Budi S.', closedAs: 'moved_away' } }, 1)
    await world.record([{ ...eligible(household), heldUntil }, second])
    await world.worker.drain()
    expect(await world.textsOn(household.phone)).toHaveLength(1)
    world.clock.advance(15 * 60_000 - 1)
    await world.worker.drain()
    expect(await world.textsOn(household.phone)).toHaveLength(1)
    world.clock.advance(1)
    await world.worker.drain()
    const texts = await world.textsOn(household.phone)
    expect(texts).toHaveLength(2)
    expect(texts[1]).toContain('memenuhi syarat')
  })

  test('an outcome that was undone while it was held is never told', async () => {
    const household = world.newHousehold()
    world.settled.add(household.intakeId)
    const heldUntil = new Date(world.clock.now().getTime() + 15_000)
    await world.record([{ ...eligible(household), heldUntil }])
    await world.worker.drain()
    await world.record([notice(household, { template: 'correction_of_notice', variables: { name: 'Siti A.' } })])
    await world.worker.drain()
    world.clock.advance(60 * 60_000)
    await world.worker.drain()
    expect(await world.textsOn(household.phone)).toEqual([])
  })

  test('an outcome taken back before it was sent is never told, and the officer can see why', async () => {
    const household = world.newHousehold()
    await world.record([eligible(household)])
    await world.record([notice(household, { template: 'correction_of_notice', variables: { name: 'Siti A.' } })])
    world.clock.advance(60_000)
    await world.worker.drain()
    expect(await world.textsOn(household.phone)).toEqual([])
    expect(await world.message(household.intakeId)).toMatchObject({ state: 'suppressed', outcome_code: 'taken_back' })
  })

  test('variables of another template are refused and nothing is stored', async () => {
    const household = world.newHousehold()
    const wrong = notice(household, { template: 'eligible', variables: { name: '' } })
    await expect(world.record([wrong])).rejects.toMatchObject({ code: 'internal_error' })
    expect(await world.database.owner.selectFrom('notice').selectAll().execute()).toEqual([])
  })

  test('neither names nor numbers nor texts stand in the database in clear', async () => {
    const household = world.newHousehold()
    await world.record([received(household)])
    await world.worker.drain()
    const { owner } = world.database
    const rows = [
      await owner.selectFrom('notice').selectAll().execute(),
      await owner.selectFrom('message').selectAll().execute(),
      await owner.selectFrom('whatsapp_contact').selectAll().execute(),
      await owner.selectFrom('outbox').selectAll().execute(),
    ]
    const clear = JSON.stringify(rows, (_, value: unknown) =>
      isBytes(value) ? Buffer.from(value.data).toString('latin1') : value,
    )
    expect(clear).not.toContain(household.phone)
    expect(clear).not.toContain('Siti')
    expect(clear).not.toContain('Puskesmas')
  })
})

describe('a household', () => {
  const family = () => world.newHousehold({ members: 3 })

  test('gets one message when its members settle within a minute', async () => {
    const household = family()
    await world.record([eligible(household, 'Siti A.', 0)])
    await world.worker.drain()
    expect(await world.textsOn(household.phone)).toEqual([])
    world.clock.advance(30_000)
    await world.record([notice(household, { template: 'already_active', variables: { name: 'Budi S.' } }, 1)])
    await world.worker.drain()
    expect(await world.textsOn(household.phone)).toEqual([])
    world.clock.advance(30_000)
    await world.worker.drain()
    const texts = await world.textsOn(household.phone)
    expect(texts).toHaveLength(1)
    expect(texts[0]).toContain('*Siti A.*: memenuhi syarat')
    expect(texts[0]).toContain('*Budi S.*: sudah aktif')
  })

  test('waits no longer than a minute from its first outcome', async () => {
    const household = family()
    await world.record([eligible(household, 'Siti A.', 0)])
    await world.worker.drain()
    world.clock.advance(59_999)
    await world.worker.drain()
    expect(await world.textsOn(household.phone)).toEqual([])
    world.clock.advance(1)
    await world.worker.drain()
    expect(await world.textsOn(household.phone)).toHaveLength(1)
    await world.record([eligible(household, 'Budi S.', 1)])
    await world.worker.drain()
    expect(await world.textsOn(household.phone)).toHaveLength(1)
    world.clock.advance(60_000)
    await world.worker.drain()
    expect(await world.textsOn(household.phone)).toHaveLength(2)
  })

  test('is told at once when nobody of it waits any more', async () => {
    const household = family()
    await world.record([eligible(household, 'Siti A.', 0)])
    await world.worker.drain()
    world.settled.add(household.intakeId)
    await world.record([eligible(household, 'Budi S.', 1)])
    await world.worker.drain()
    const texts = await world.textsOn(household.phone)
    expect(texts).toHaveLength(1)
    expect(texts[0]).toContain('Budi S.')
  })

  test('hears "received" at once and before the outcome, in two messages', async () => {
    const household = family()
    world.settled.add(household.intakeId)
    await world.record([received(household), eligible(household)])
    await world.worker.drain()
    world.clock.advance(60_000)
    await world.worker.drain()
    const texts = await world.textsOn(household.phone)
    expect(texts.map((text) => /terima|memenuhi syarat/.exec(text)?.[0])).toEqual(['terima', 'memenuhi syarat'])
  })

  test('that reads English gets English', async () => {
    const household = world.newHousehold({ language: 'en' })
    await world.record([received(household)])
    await world.worker.drain()
    expect((await world.textsOn(household.phone))[0]).toContain('has been *received*')
  })

  test('does not hear "qualified" before "received", even when "received" has to wait', async () => {
    const household = family()
    world.settled.add(household.intakeId)
    await world.simulator.phones.behave(household.phone, { mode: 'busy', remaining: 1 })
    await world.record([received(household)])
    await world.worker.drain()
    await world.record([eligible(household)])
    await world.worker.drain()
    expect(await world.textsOn(household.phone)).toEqual([])
    for (let second = 0; second < 5; second++) {
      world.clock.advance(1_000)
      await world.worker.drain()
    }
    const texts = await world.textsOn(household.phone)
    expect(texts.map((text) => /terima|memenuhi syarat/.exec(text)?.[0])).toEqual(['terima', 'memenuhi syarat'])
  })
})

test('a household that did not agree to WhatsApp gets nothing, and the officer can see why', async () => {
  const household = world.newHousehold({ consentWhatsapp: false })
  await world.record([received(household)])
  await world.worker.drain()
  expect(await world.textsOn(household.phone)).toEqual([])
  expect(await world.message(household.intakeId)).toMatchObject({ state: 'suppressed', outcome_code: 'no_consent' })
})

test('notices of an intake that is gone are dropped', async () => {
  const household = world.newHousehold()
  await world.record([received(household)])
  world.cards.delete(household.intakeId)
  await world.worker.drain()
  expect(await world.textsOn(household.phone)).toEqual([])
  expect(await world.database.owner.selectFrom('outbox').selectAll().execute()).toEqual([])
})

test('an office that calls itself by an identity number cannot make us send it', async () => {
  const household = world.newHousehold({ officeAddress: 'NIK 3274 0101 0190 0001' })
  await world.record([notice(household, { template: 'needs_reactivation', variables: { name: 'Siti A.' } })])
  world.clock.advance(60_000)
  await world.worker.drain()
  expect((await world.textsOn(household.phone)).some(holdsIdentityNumber)).toBe(false)
  expect(await world.message(household.intakeId)).toMatchObject({
    state: 'failed',
    outcome_code: 'message_holds_identity_number',
  })
})

test('the gate itself refuses by name before anything leaves', async () => {
  const phone = world.newPhone()
  const sending = world.worker.connection.gateway.send({
    to: phone,
    text: 'NIK 3274010101900001',
    reference: 'REF0000001',
    notAfter: new Date(world.clock.now().getTime() + 1_000),
    template: null,
    lastInboundAt: null,
  })
  await expect(sending).rejects.toMatchObject({ code: 'message_holds_identity_number' })
  expect(await world.textsOn(phone)).toEqual([])
})

function isBytes(value: unknown): value is { type: 'Buffer'; data: number[] } {
  return typeof value === 'object' && value !== null && 'type' in value && value.type === 'Buffer' && 'data' in value
}
