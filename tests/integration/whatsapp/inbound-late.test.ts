import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { byAlias, byBoth, byPhone, createReporter, type Reporter } from './reporter.ts'
import { createWorld, received, type World } from './world.ts'

const MINUTE_MS = 60_000

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

const ago = (minutes: number): Date => new Date(world.clock.now().getTime() - minutes * MINUTE_MS)
const late = (phone: string, body: string, minutes: number): Promise<void> =>
  reporter.text(byPhone(phone), body, { backfilled: true, at: ago(minutes) })
const texts = async (phone: string): Promise<string[]> => {
  await reporter.worker.drain()
  return await world.textsOn(phone)
}
const conversation = () =>
  world.database.owner.selectFrom('whatsapp_conversation').selectAll().executeTakeFirstOrThrow()

describe('a text that is found late', () => {
  test('is kept and shown, and gets one apology with the choices instead of an answer', async () => {
    const phone = world.newPhone()
    await late(phone, 'Apakah sudah jadi?', 90)
    await late(phone, 'Halo?', 60)
    const [apology, ...others] = await texts(phone)
    expect(apology).toContain('Mohon maaf, pesan Anda baru kami terima')
    expect(others).toEqual([])
    expect(await conversation()).toMatchObject({ unread: 2 })
    const rows = await world.database.owner.selectFrom('inbound_message').select('backfilled').execute()
    expect(rows.map((row) => row.backfilled)).toEqual([true, true])
  })

  test('is apologised for again the next day at the earliest', async () => {
    const phone = world.newPhone()
    await late(phone, 'Halo?', 10)
    world.clock.advance(24 * 60 * MINUTE_MS - 1)
    await late(phone, 'Halo?', 10)
    expect(await texts(phone)).toHaveLength(1)
    world.clock.advance(1)
    await late(phone, 'Halo?', 10)
    expect(await texts(phone)).toHaveLength(2)
  })

  test('and told as new all the same, after a gap or an outage of ours, is answered for a quarter of an hour and no longer', async () => {
    const [inTime, tooLate] = [world.newPhone(), world.newPhone()]
    const at = ago(15)
    await reporter.text(byPhone(inTime), 'Halo', { at })
    world.clock.advance(1)
    await reporter.text(byPhone(tooLate), 'Halo', { at })
    expect(await texts(inTime)).toEqual([expect.stringContaining('Balas dengan')])
    expect(await texts(tooLate)).toEqual([expect.stringContaining('Mohon maaf, pesan Anda baru kami terima')])
    const rows = await world.database.owner.selectFrom('inbound_message').select('backfilled').orderBy('id').execute()
    expect(rows.map((row) => row.backfilled)).toEqual([false, true])
  })

  test('"wrong number" says nothing of a number that was called right since then', async () => {
    const household = world.newHousehold()
    await reporter.text(byPhone(household.phone), 'BENAR', { at: ago(5) })
    await reporter.text(byPhone(household.phone), 'SALAH NOMOR', { at: ago(60) })
    await late(household.phone, 'SALAH NOMOR', 50)
    const contact = await world.database.owner.selectFrom('whatsapp_contact').selectAll().executeTakeFirstOrThrow()
    expect(contact).toMatchObject({ verified_at: ago(5), wrong_number_at: null })
    expect(world.unreachable).toEqual([])
    await world.record([received(household)])
    await reporter.worker.drain()
    expect(await world.message(household.intakeId)).toMatchObject({ state: 'sent' })
  })

  test('needs no apology when it was answered meanwhile', async () => {
    const phone = world.newPhone()
    await reporter.text(byPhone(phone), 'Halo', { at: ago(0) })
    await late(phone, 'Halo?', 30)
    expect(await texts(phone)).toHaveLength(1)
  })

  test('needs no apology when somebody of the office answered from the phone itself', async () => {
    const phone = world.newPhone()
    await reporter.own(byPhone(phone), 'Sudah kami proses ya, Bu.', { at: ago(120) })
    await late(phone, 'Apakah sudah jadi?', 130)
    expect(await texts(phone)).toEqual([])
  })

  test('stops messages all the same, confirmed once', async () => {
    const household = world.newHousehold()
    await world.simulator.phones.behave(household.phone, { mode: 'busy', remaining: 1 })
    await world.record([received(household)])
    await reporter.worker.drain()
    await late(household.phone, 'BERHENTI', 90)
    await late(household.phone, 'STOP', 80)
    world.clock.advance(MINUTE_MS)
    expect(await texts(household.phone)).toEqual([expect.stringContaining('tidak akan mengirim pesan lagi')])
    expect(await world.message(household.intakeId)).toMatchObject({ state: 'suppressed', outcome_code: 'opted_out' })
  })

  test('does not take back a wish that is newer than it', async () => {
    const phone = world.newPhone()
    await reporter.text(byPhone(phone), 'STOP', { at: ago(120) })
    await reporter.text(byPhone(phone), 'MULAI', { at: ago(10) })
    await late(phone, 'BERHENTI', 60)
    expect(await texts(phone)).toHaveLength(2)
    const contact = await world.database.owner.selectFrom('whatsapp_contact').selectAll().executeTakeFirstOrThrow()
    expect(contact.opted_out_at).toBeNull()
    expect(contact.last_inbound_at).toEqual(ago(10))
  })

  test('gets nothing at all when the resident has asked us to stop', async () => {
    const phone = world.newPhone()
    await reporter.text(byPhone(phone), 'STOP', { at: ago(30) })
    await late(phone, 'Halo?', 60)
    expect(await texts(phone)).toHaveLength(1)
  })
})

describe('a text that somebody of the office typed on the phone itself', () => {
  test('is kept, counts as an answer, and keeps the bot out of it for an hour', async () => {
    const phone = world.newPhone()
    await reporter.text(byPhone(phone), 'Halo')
    expect(await texts(phone)).toHaveLength(1)
    world.clock.advance(25 * 60 * MINUTE_MS)
    await reporter.own(byPhone(phone), 'Selamat pagi, Bu.')
    expect(await conversation()).toMatchObject({ unread: 0 })
    world.clock.advance(60 * MINUTE_MS - 1)
    await reporter.text(byPhone(phone), 'Terima kasih')
    expect(await texts(phone)).toHaveLength(1)
    expect(await conversation()).toMatchObject({ unread: 1 })
    world.clock.advance(1)
    await reporter.text(byPhone(phone), 'Halo lagi')
    expect(await texts(phone)).toHaveLength(2)
    const rows = await world.database.owner.selectFrom('inbound_message').select('kind').orderBy('id').execute()
    expect(rows.map((row) => row.kind)).toEqual(['text', 'own', 'text', 'text'])
  })

  test('is found late as one that was told at once: flagged, an answer to what came before it, and no word for the bot', async () => {
    const phone = world.newPhone()
    await reporter.text(byPhone(phone), 'Halo', { at: ago(50) })
    expect(await texts(phone)).toHaveLength(1)
    await reporter.own(byPhone(phone), 'BERHENTI merokok ya, Pak. Berkasnya sudah lengkap.', {
      at: ago(30),
      backfilled: true,
    })
    expect(await conversation()).toMatchObject({ unread: 0, bot_paused_until: ago(-30) })
    // Written before the answer and found after it.
    await late(phone, 'Berkas saya sudah lengkap?', 40)
    expect(await conversation()).toMatchObject({ unread: 0 })
    await late(phone, 'Terima kasih', 20)
    expect(await conversation()).toMatchObject({ unread: 1 })
    await reporter.text(byPhone(phone), 'Halo lagi')
    expect(await texts(phone)).toHaveLength(1)
    const rows = await world.database.owner
      .selectFrom('inbound_message')
      .select(['kind', 'meaning', 'backfilled'])
      .orderBy('id')
      .execute()
    expect(rows[1]).toEqual({ kind: 'own', meaning: 'other', backfilled: true })
    const contact = await world.database.owner.selectFrom('whatsapp_contact').selectAll().executeTakeFirstOrThrow()
    expect(contact.opted_out_at).toBeNull()
  })

  test('keeps the bot out for what is left of its hour only, when it is found late', async () => {
    const phone = world.newPhone()
    await reporter.own(byPhone(phone), 'Selamat pagi, Bu.', { at: ago(61), backfilled: true })
    await reporter.text(byPhone(phone), 'Halo')
    expect(await texts(phone)).toHaveLength(1)
  })

  test('does not keep the bot from a wish to stop', async () => {
    const phone = world.newPhone()
    await reporter.own(byPhone(phone), 'Selamat pagi, Bu.')
    await reporter.text(byPhone(phone), 'STOP')
    expect(await texts(phone)).toEqual([expect.stringContaining('tidak akan mengirim pesan lagi')])
  })

  test('is stored once however often it is reported, also side by side', async () => {
    const phone = world.newPhone()
    const same = { gatewayMessageId: 'same' }
    await Promise.all(Array.from({ length: 8 }, () => reporter.own(byPhone(phone), 'Halo', same)))
    expect(await world.database.owner.selectFrom('inbound_message').selectAll().execute()).toHaveLength(1)
  })

  test('that was typed long ago does not keep the bot out now', async () => {
    const phone = world.newPhone()
    await reporter.own(byPhone(phone), 'Selamat pagi, Bu.', { at: ago(61) })
    await reporter.text(byPhone(phone), 'Halo')
    expect(await texts(phone)).toHaveLength(1)
  })
})

test('an attachment is kept as that, with the words that came along', async () => {
  await reporter.text(byPhone(world.newPhone()), '', { kind: 'attachment' })
  const rows = await world.database.owner.selectFrom('inbound_message').select(['kind', 'meaning']).execute()
  expect(rows).toEqual([{ kind: 'attachment', meaning: 'other' }])
})

test('a text of any length and with broken characters is taken', async () => {
  await reporter.text(byPhone(world.newPhone()), `${'a'.repeat(4095)}😀${'b'.repeat(70_000)}`)
  await reporter.text(byPhone(world.newPhone()), '\ud800 halo')
  expect(await world.database.owner.selectFrom('inbound_message').select('id').execute()).toHaveLength(2)
})

describe('a notice of ours that turns up in a chat', () => {
  const sent = async () => {
    const household = world.newHousehold()
    await world.simulator.phones.behave(household.phone, { mode: 'unknown_lost' })
    await world.record([received(household)])
    await reporter.worker.drain()
    const { reference } = await world.database.owner.selectFrom('message').select('reference').executeTakeFirstOrThrow()
    return { ...household, reference }
  }
  const stored = () => world.database.owner.selectFrom('inbound_message').select('kind').execute()

  test('is that notice when the chat is its recipient’s, and no text of the office', async () => {
    const { intakeId, phone, reference } = await sent()
    expect(await world.message(intakeId)).toMatchObject({ state: 'unknown' })
    await reporter.own(byPhone(phone), `Halo\nRef ${reference}`, { gatewayMessageId: 'ours', reference })
    await reporter.receipt({ gatewayMessageId: 'ours', status: 'read', reference, readInChat: byPhone(phone) })
    expect(await world.message(intakeId)).toMatchObject({ state: 'read' })
    expect(await stored()).toEqual([])
  })

  test('is known by the alias of its recipient too', async () => {
    const { intakeId, phone, reference } = await sent()
    await reporter.text(byBoth(phone, '4711@lid'), 'Halo')
    await reporter.receipt({ gatewayMessageId: 'ours', status: 'read', reference, readInChat: byAlias('4711@lid') })
    expect(await world.message(intakeId)).toMatchObject({ state: 'read' })
  })

  test('is a text of the office when it was forwarded to somebody else, and says nothing of the notice', async () => {
    const { intakeId, reference } = await sent()
    const other = byPhone(world.newPhone())
    await reporter.own(other, `Halo\nRef ${reference}`, { gatewayMessageId: 'copy', reference })
    await reporter.receipt({ gatewayMessageId: 'copy', status: 'read', reference, readInChat: other })
    expect(await world.message(intakeId)).toMatchObject({ state: 'unknown' })
    expect(await stored()).toEqual([{ kind: 'own' }])
  })
})
