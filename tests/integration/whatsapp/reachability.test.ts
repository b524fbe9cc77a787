import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { z } from 'zod'
import { createWholeApp, type WholeApp } from '../../support/whole-app.ts'
import {
  correctNumber,
  listMessages,
  type Office,
  openOffice,
  type RegisteredHousehold,
  register,
} from './changed-number.ts'
import { byPhone } from './reporter.ts'

const flagsSchema = z.object({ flags: z.array(z.string()) })
const listSchema = z.object({ items: z.array(z.object({ id: z.string(), wrongNumber: z.boolean() })) })

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

/** How many of the two proposals of a household are flagged. */
async function countFlagged({ headId, waitingId }: RegisteredHousehold): Promise<number> {
  const flagged = await Promise.all(
    [headId, waitingId].map(async (id) => {
      const reply = await whole.send({ as: 'verifikator', method: 'GET', url: `/api/v1/proposals/${id}` })
      return flagsSchema.parse(reply.json()).flags.includes('wa_unreachable')
    }),
  )
  return flagged.filter(Boolean).length
}

/** A household whose number WhatsApp does not know. */
async function unreachableHousehold(): Promise<RegisteredHousehold> {
  const household = await register(whole)
  const { send } = office
  office.send = () => ({ kind: 'refused', code: 'not_on_whatsapp', retryable: false })
  await office.drain()
  office.send = send
  expect(await countFlagged(household)).toBe(2)
  return household
}

const idOfLast = async (intakeId: string): Promise<string> => {
  const { gateway_message_id: id } = await whole.database.owner
    .selectFrom('message')
    .select('gateway_message_id')
    .where('intake_id', '=', intakeId)
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirstOrThrow()
  return id ?? expect.unreachable('nothing was sent')
}

test('who writes from a number that was called unreachable is reachable', async () => {
  const household = await unreachableHousehold()
  await office.write(byPhone(household.phone), 'Halo', new Date(Date.now() - 60_000))
  expect(await countFlagged(household)).toBe(2)
  await office.write(byPhone(household.phone), 'Halo')
  expect(await countFlagged(household)).toBe(0)
})

test('a text that arrives proves the number for every household that gives it', async () => {
  const household = await unreachableHousehold()
  const other = await register(whole, `0${household.phone.slice(2)}`)
  await office.drain()
  // That the text was taken proves nothing yet.
  expect(await countFlagged(household)).toBe(2)
  await office.receipt({ gatewayMessageId: await idOfLast(other.id), status: 'delivered' })
  expect([await countFlagged(household), await countFlagged(other)]).toEqual([0, 0])
})

test('a wrong number stays flagged, whatever arrives there, until an officer confirms it', async () => {
  const household = await register(whole)
  await office.drain()
  const sentId = await idOfLast(household.id)
  await office.write(byPhone(household.phone), 'SALAH NOMOR')
  await office.write(byPhone(household.phone), 'Halo')
  await office.receipt({ gatewayMessageId: sentId, status: 'delivered' })
  expect(await countFlagged(household)).toBe(2)
  const listed = await whole.send({ as: 'petugas', method: 'GET', url: '/api/v1/conversations?limit=100' })
  const id = listSchema.parse(listed.json()).items.find(({ wrongNumber }) => wrongNumber)?.id
  const act = (what: string) =>
    whole.send({ as: 'petugas', method: 'POST', url: `/api/v1/conversations/${id}/${what}` })
  await act('claim')
  expect((await act('confirm-number')).statusCode).toBe(204)
  expect(await countFlagged(household)).toBe(0)
})

test('a corrected number is flagged only when it is known as a wrong one', async () => {
  const household = await unreachableHousehold()
  expect((await correctNumber(whole, household.waitingId, '081377770021')).statusCode).toBe(204)
  await office.drain()
  expect(await countFlagged(household)).toBe(0)

  const stranger = '6281377770022'
  await office.write(byPhone(stranger), 'SALAH NOMOR')
  const corrected = await register(whole)
  expect((await correctNumber(whole, corrected.waitingId, `0${stranger.slice(2)}`)).statusCode).toBe(204)
  await office.drain()
  expect((await listMessages(whole, corrected.id)).at(-1)).toEqual({
    state: 'suppressed',
    outcome_code: 'wrong_number',
  })
  expect(await countFlagged(corrected)).toBe(2)
})
