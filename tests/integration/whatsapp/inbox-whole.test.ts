import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import type { ConversationList, ConversationView } from '../../../src/contracts/api/whatsapp-inbox.ts'
import { readIndonesianMobile } from '../../../src/contracts/primitives/phone.ts'
import type { InboundText, Peer } from '../../../src/features/whatsapp/whatsapp.ports.ts'
import { makeIntakeBody } from '../../support/intake-body.ts'
import { createWholeApp, type WholeApp } from '../../support/whole-app.ts'
import { byAlias, byPhone } from './reporter.ts'

const createdSchema = z.object({
  receiptNumber: z.string(),
  proposals: z.tuple([z.object({ id: z.string() })]),
})

let whole: WholeApp
let receive = async (_: InboundText): Promise<void> => {}
beforeAll(async () => {
  whole = await createWholeApp()
  whole.features.whatsapp.connect({
    ...whole.features.simulator.gateway,
    onInbound(handler) {
      receive = handler
    },
  })
})
afterAll(() => whole.close())

const write = (from: Peer, body: string): Promise<void> =>
  receive({ gatewayMessageId: randomUUID(), from, body, kind: 'text', at: new Date(), backfilled: false })

async function register(): Promise<{ phone: string; receiptNumber: string; proposalId: string }> {
  const body = makeIntakeBody()
  const reply = await whole.send({
    as: 'petugas',
    method: 'POST',
    url: '/api/v1/intakes',
    headers: { 'idempotency-key': randomUUID() },
    payload: body,
  })
  const { receiptNumber, proposals } = createdSchema.parse(reply.json())
  const read = readIndonesianMobile(body.whatsappNumber)
  if (!('number' in read)) throw new Error('the body holds no number')
  return { phone: read.number, receiptNumber, proposalId: proposals[0].id }
}

const get = async <Body>(as: string, url: string): Promise<Body> =>
  (await whole.send({ as, method: 'GET', url: `/api/v1/${url}` })).json<Body>()
const listOf = async (as: string) => (await get<ConversationList>(as, 'conversations?limit=100')).items
const act = async (as: string, id: string, path: string, payload?: object) =>
  await whole.send({ as, method: 'POST', url: `/api/v1/conversations/${id}/${path}`, ...(payload && { payload }) })

test('a resident who writes from the number of the intake is met by the office that registered the household', async () => {
  const { phone, receiptNumber, proposalId } = await register()
  await write(byPhone(phone), 'PETUGAS')
  const [item] = await listOf('petugas')
  expect(item).toMatchObject({ status: 'waiting', stranger: false, phoneMasked: `•••• ${phone.slice(-4)}` })
  const id = item?.id ?? ''
  expect((await act('petugas', id, 'claim')).statusCode).toBe(204)
  const text = 'Silakan datang besok pagi, Bu.'
  expect((await act('petugas', id, 'answers', { key: randomUUID(), text })).statusCode).toBe(200)
  const view = await get<ConversationView>('verifikator', `conversations/${id}`)
  expect(view.proposals).toMatchObject([{ id: proposalId, receiptNumber, state: expect.any(String) }])
  expect(view.conversation.claimedBy?.name).not.toBe('')
  expect(view.messages.map(({ kind }) => kind)).toEqual(['answer', 'reply', 'text'])
  expect(view.messages[0]?.sentBy?.name).toBe(view.conversation.claimedBy?.name)
})

test('a wrong number shows on the proposal and in the inbox', async () => {
  const { phone, proposalId } = await register()
  const flags = async (): Promise<string[]> =>
    (await get<{ flags: string[] }>('verifikator', `proposals/${proposalId}`)).flags
  // A sentence about it is asked back first; the words alone count.
  await write(byPhone(phone), 'Salah nomor, saya tidak kenal')
  expect(await flags()).not.toContain('wa_unreachable')
  await write(byPhone(phone), 'SALAH NOMOR')
  expect(await flags()).toContain('wa_unreachable')
  const [latest] = await listOf('petugas')
  expect(latest).toMatchObject({ wrongNumber: true, verified: false })
})

test('a stranger who proves to know a receipt is still a stranger to offices, and somebody sees the question', async () => {
  const { receiptNumber, phone } = await register()
  await write(byAlias('77@lid'), `CEK ${receiptNumber} ${phone.slice(-4)}`)
  await write(byAlias('77@lid'), 'PETUGAS')
  expect((await listOf('supervisor')).find((item) => item.stranger)).toMatchObject({
    status: 'waiting',
    phoneMasked: null,
  })
  expect((await listOf('verifikator')).filter((item) => item.stranger)).toEqual([])
})

test('what a resident writes never stands in a log, an address or the audit log', async () => {
  const { phone } = await register()
  const nik = '3274014505901234'
  await write(byPhone(phone), `NIK saya ${nik} dan KK 3274-0101-0120-9876`)
  const replies = [await listOf('petugas'), await get('petugas', `conversations/${(await listOf('petugas'))[0]?.id}`)]
  const audited = await whole.database.owner.selectFrom('audit_event').selectAll().execute()
  const events = audited.map(({ action, subject_id, details }) => ({ action, subject_id, details }))
  for (const written of [whole.log(), JSON.stringify(replies), JSON.stringify(events)]) {
    expect(written).not.toContain(nik)
    expect(written).not.toContain('0120-9876')
    expect(written).not.toContain(phone)
  }
  expect(events.map(({ action }) => action)).toEqual(
    expect.arrayContaining(['link_intake', 'read_messages', 'hand_over']),
  )
})
