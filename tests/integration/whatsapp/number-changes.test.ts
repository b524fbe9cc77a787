import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { createWholeApp, type WholeApp } from '../../support/whole-app.ts'
import { correctNumber, countBlocked, listMessages, type Office, openOffice, register } from './changed-number.ts'
import { byPhone } from './reporter.ts'

const listSchema = z.object({ items: z.array(z.object({ phoneMasked: z.string(), stranger: z.boolean() })) })

const idsSchema = z.object({ items: z.array(z.object({ id: z.string() })) })

let whole: WholeApp
let office: Office
beforeAll(async () => {
  whole = await createWholeApp()
})
beforeEach(async () => {
  // What an earlier test left waiting would leave in the middle of this one.
  await whole.database.owner.deleteFrom('outbox').execute()
  office = openOffice(whole)
})
afterAll(() => whole.close())

test('what waits for the number that a household gave before goes to the number it gives now', async () => {
  const household = await register(whole)
  office.isAway = true
  await office.drain()
  expect(await listMessages(whole, household.id)).toEqual([{ state: 'queued', outcome_code: null }])
  expect((await correctNumber(whole, household.waitingId, '081377770001')).statusCode).toBe(204)
  office.isAway = false
  await office.drain()
  expect(office.sentTo).toEqual(['6281377770001'])
  expect(await listMessages(whole, household.id)).toEqual([
    { state: 'suppressed', outcome_code: 'number_changed' },
    { state: 'sent', outcome_code: null },
  ])
})

test('a correction that is refused leaves what waits as it was', async () => {
  const household = await register(whole)
  office.isAway = true
  await office.drain()
  const changes = { whatsappNumber: '081377770002', relationship: 'kepala_keluarga' }
  const url = `/api/v1/proposals/${household.waitingId}/corrections`
  const refused = await whole.send({ as: 'petugas', method: 'POST', url, payload: { version: 1, changes } })
  expect(refused.json()).toMatchObject({ code: 'invalid_input' })
  expect(await listMessages(whole, household.id)).toEqual([{ state: 'queued', outcome_code: null }])
})

test('whoever has the former number is a stranger to the office of the household from then on', async () => {
  const household = await register(whole)
  const list = async (as: string) => {
    const reply = await whole.send({ as, method: 'GET', url: '/api/v1/conversations?limit=100' })
    return listSchema.parse(reply.json()).items
  }
  const former = `•••• ${household.phone.slice(-4)}`
  await office.write(byPhone(household.phone), 'PETUGAS')
  expect(await list('petugas')).toEqual([{ phoneMasked: former, stranger: false }])
  await correctNumber(whole, household.waitingId, '081377770003')
  await office.write(byPhone('6281377770003'), 'PETUGAS')
  expect(await list('petugas')).toEqual([{ phoneMasked: '•••• 0003', stranger: false }])
  expect(await list('supervisor')).toContainEqual({ phoneMasked: former, stranger: true })
})

const BUSY = { kind: 'refused', code: 'gateway_busy', retryable: true } as const
const LOST = { kind: 'refused', code: 'gateway_refused', retryable: false } as const

const settle = (id: string) =>
  whole.send({
    as: 'supervisor',
    method: 'POST',
    url: `/api/v1/whatsapp/messages/${id}/settle`,
    payload: { as: 'send_again' },
  })
const listFor = async (state: string): Promise<string[]> => {
  const reply = await whole.send({ as: 'supervisor', method: 'GET', url: `/api/v1/whatsapp/messages?state=${state}` })
  return idsSchema.parse(reply.json()).items.map(({ id }) => id)
}
/** So long ago that nothing is waited for any more. */
const LONG_AGO = new Date(Date.now() - 60 * 60_000)
const age = async (intakeId: string): Promise<string> => {
  const [message] = await whole.database.owner
    .updateTable('message')
    .set({ sending_at: LONG_AGO, unknown_at: LONG_AGO })
    .where('intake_id', '=', intakeId)
    .returning('id')
    .execute()
  await whole.database.owner
    .updateTable('outbox')
    .set({ due_at: LONG_AGO })
    .where('topic', '=', 'whatsapp.send')
    .execute()
  return message?.id ?? expect.unreachable('no message')
}

describe('what was handed over before a number was corrected', () => {
  test.each([
    ['unknown', { kind: 'unknown' }, null],
    ['failed', LOST, 'gateway_refused'],
  ] as const)(
    'and is %s is sent again to the number the household gives now, once; what became of it stays',
    async (state, result, outcome) => {
      const household = await register(whole)
      const { send } = office
      office.send = () => result
      await office.drain()
      expect(await listMessages(whole, household.id)).toEqual([{ state, outcome_code: outcome }])
      const number = state === 'unknown' ? '081377770031' : '081377770032'
      await correctNumber(whole, household.waitingId, number)
      office.send = send
      office.sentTo.length = 0
      const id = await age(household.id)
      expect(await listFor(state)).toContain(id)
      const answers = await Promise.all(Array.from({ length: 5 }, () => settle(id)))
      expect(answers.map(({ statusCode }) => statusCode).sort()).toEqual([204, 409, 409, 409, 409])
      await office.drain()
      expect(office.sentTo).toEqual([`62${number.slice(1)}`])
      expect(await listMessages(whole, household.id)).toEqual([
        { state, outcome_code: outcome },
        { state: 'sent', outcome_code: null },
      ])
      expect(await listFor(state)).not.toContain(id)
      const audited = await whole.database.owner
        .selectFrom('audit_event')
        .select('details')
        .where('action', '=', 'settle_message')
        .where('subject_id', '=', id)
        .execute()
      expect(audited).toEqual([{ details: { as: 'send_again', to: 'present_number' } }])
      // It may still turn out to have arrived, or never to have left; neither sends it to the former number.
      office.lookUp = async () => ({ kind: 'not_sent' })
      await office.settle()
      await office.drain()
      expect(office.sentTo).toHaveLength(1)
    },
  )

  test('and turns out never to have left goes to the number the household gives now', async () => {
    const household = await register(whole)
    const { send } = office
    office.send = () => ({ kind: 'unknown' })
    await office.drain()
    await correctNumber(whole, household.waitingId, '081377770033')
    office.send = send
    office.sentTo.length = 0
    office.lookUp = async () => ({ kind: 'not_sent' })
    await age(household.id)
    await office.settle()
    await office.drain()
    expect(office.sentTo).toEqual(['6281377770033'])
    expect(await listMessages(whole, household.id)).toEqual([
      { state: 'suppressed', outcome_code: 'number_changed' },
      { state: 'sent', outcome_code: null },
    ])
  })

  test('and was refused for now while the number was corrected does not leave for the former one', async () => {
    const household = await register(whole)
    const { send } = office
    office.send = async () => {
      office.send = send
      expect((await correctNumber(whole, household.waitingId, '081377770034')).statusCode).toBe(204)
      return BUSY
    }
    await office.drain()
    await age(household.id)
    await office.drain()
    expect(office.sentTo).toEqual([household.phone, '6281377770034'])
    expect(await listMessages(whole, household.id)).toEqual([
      { state: 'suppressed', outcome_code: 'number_changed' },
      { state: 'sent', outcome_code: null },
    ])
  })
})

test('an answer of the bot that names a household and waits does not leave for the number that the household gave before', async () => {
  const household = await register(whole)
  await office.drain()
  office.isAway = true
  await office.write(byPhone(household.phone), 'CEK')
  await correctNumber(whole, household.waitingId, '081377770041')
  office.isAway = false
  office.sentTo.length = 0
  await office.drain()
  expect(office.sentTo).toEqual([])
})

/** Runs both, the second once the first has gone as far as it can; whoever must wait waits. `held`: what the first is stopped by. */
async function interleave(
  held: (work: () => Promise<void>) => Promise<void>,
  first: () => Promise<unknown>,
  second: () => Promise<unknown>,
) {
  let ended = 0
  const track = (work: Promise<unknown>) => work.finally(() => ended++)
  const under: Promise<unknown>[] = []
  const untilStill = (count: number) =>
    expect.poll(async () => ended + (await countBlocked(whole)), { interval: 5, timeout: 20_000 }).toBe(count)
  await held(async () => {
    under.push(track(first()))
    await untilStill(1)
    under.push(track(second()))
    await untilStill(2)
  })
  await Promise.all(under)
}

const linksOf = (intakeId: string) =>
  whole.database.owner
    .selectFrom('whatsapp_conversation_intake')
    .select('contact_id')
    .where('intake_id', '=', intakeId)
    .execute()

test('a text from the number that is being corrected does not link it to the household again, whichever is first', async () => {
  const heldMessages = (work: () => Promise<void>) =>
    whole.database.owner.transaction().execute(async (tx) => {
      // A reply cannot be stored, and nothing of a correction suppressed.
      await sql`LOCK TABLE message IN SHARE MODE`.execute(tx)
      await work()
    })
  const textFirst = await register(whole)
  await interleave(
    heldMessages,
    () => office.write(byPhone(textFirst.phone), 'PETUGAS'),
    () => correctNumber(whole, textFirst.waitingId, '081377770011'),
  )
  expect(await linksOf(textFirst.id)).toEqual([])

  const correctionFirst = await register(whole)
  const heldProposals = (work: () => Promise<void>) =>
    whole.database.owner.transaction().execute(async (tx) => {
      const ids = [correctionFirst.headId, correctionFirst.waitingId]
      await tx.selectFrom('proposal_status').select('proposal_id').where('proposal_id', 'in', ids).forUpdate().execute()
      await work()
    })
  await interleave(
    heldProposals,
    () => correctNumber(whole, correctionFirst.waitingId, '081377770012'),
    () => office.write(byPhone(correctionFirst.phone), 'PETUGAS'),
  )
  expect(await linksOf(correctionFirst.id)).toEqual([])
})

test('texts from a number that is being corrected and the correction wait for each other in one order only', async () => {
  const household = await register(whole)
  await office.write(byPhone(household.phone), 'PETUGAS')
  const heldLinks = (work: () => Promise<void>) =>
    whole.database.owner.transaction().execute(async (tx) => {
      await tx
        .selectFrom('whatsapp_conversation_intake')
        .select('intake_id')
        .where('intake_id', '=', household.id)
        .forUpdate()
        .execute()
      await work()
    })
  // The correction has the household and wants the conversation; the text has the contact and wants both.
  const replies: number[] = []
  await interleave(
    heldLinks,
    async () => void replies.push((await correctNumber(whole, household.waitingId, '081377770013')).statusCode),
    () => office.write(byPhone(household.phone), 'PETUGAS'),
  )
  expect(replies).toEqual([204])
  expect(await linksOf(household.id)).toEqual([])
})
