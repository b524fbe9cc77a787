import { afterAll, beforeAll, expect, it } from 'vitest'
import { batchSchema } from '../../../src/contracts/api/batches.ts'
import { createEnrolmentWorld, type EnrolmentWorld } from './enrolment-world.ts'

let world: EnrolmentWorld
beforeAll(async () => {
  world = await createEnrolmentWorld()
})
afterAll(() => world?.close())

const setSeats = async (seats: number): Promise<void> => {
  const year = new Intl.DateTimeFormat('en', { timeZone: 'Asia/Jakarta', year: 'numeric' }).format(world.clock.now())
  const url = `/api/v1/quotas/32.74/${year}`
  const { version } = (await world.send('penyetuju', 'GET', url)).body
  const put = await world.send('penyetuju', 'PUT', url, { version, seats, note: '' })
  expect(put.status, JSON.stringify(put.body)).toBe(200)
}

const open = async (): Promise<string> =>
  batchSchema.parse((await world.send('penyetuju', 'POST', '/api/v1/enrolment/batches', { name: 'Berkas kursi' })).body)
    .id

const add = (batchId: string, rows: object) =>
  world.send('penyetuju', 'POST', `/api/v1/enrolment/batches/${batchId}/rows`, rows)

it('is sealed without the eligible cases that wait for a seat of the budget', async () => {
  const paid = await world.approve()
  world.clock.advance(1000)
  const waiting = await world.approve()
  await setSeats(1)
  const batchId = await open()
  expect(await add(batchId, { filter: {} })).toMatchObject({
    status: 200,
    body: {
      added: 1,
      notAdded: [{ proposalId: waiting.id, receiptNumber: waiting.receiptNumber, code: 'waiting_for_seat' }],
      notAddedCount: 1,
    },
  })
  expect(await add(batchId, { proposalIds: [waiting.id] })).toMatchObject({ body: { added: 0, notAddedCount: 1 } })
  expect((await world.askForSeal(batchId, 1)).status).toBe(202)
  await world.goOn(batchId)
  expect(await world.batch(batchId)).toMatchObject({ state: 'sealed', counts: { sealed: 1, setAside: 0 } })
  expect(await world.stateOf(paid.id)).toBe('submitted_to_bpjs')
  expect(await world.stateOf(waiting.id)).toBe('eligible')
})

it('sets aside what lost its seat after it was taken in, and seals the others', async () => {
  await setSeats(3)
  const first = await world.approve()
  world.clock.advance(1000)
  const last = await world.approve()
  await setSeats(100)
  const batchId = await world.openBatch([first, last])
  // Two are paid already or held: one sealed, and the one that waited in the other test.
  await setSeats(3)
  expect((await world.askForSeal(batchId, 2)).status).toBe(202)
  await world.goOn(batchId)
  expect(await world.batch(batchId)).toMatchObject({
    state: 'open',
    problem: 'rows_set_aside',
    counts: { in: 1, setAside: 1 },
  })
  expect(await world.codes(batchId)).toEqual({ [first.id]: 'in', [last.id]: 'waiting_for_seat' })
  expect((await world.askForSeal(batchId, 1, { sealRest: true })).status).toBe(202)
  await world.goOn(batchId)
  expect(await world.batch(batchId)).toMatchObject({ state: 'sealed', seal: { rows: 1 } })
  expect(await world.stateOf(last.id)).toBe('eligible')
})
