import { afterAll, beforeAll, expect, it } from 'vitest'
import { batchSchema } from '../../../src/contracts/api/batches.ts'
import { createEnrolmentWorld, type EnrolmentWorld } from './enrolment-world.ts'

let world: EnrolmentWorld
beforeAll(async () => {
  world = await createEnrolmentWorld()
})
afterAll(() => world?.close())

const thisYear = (): number =>
  Number(new Intl.DateTimeFormat('en', { timeZone: 'Asia/Jakarta', year: 'numeric' }).format(world.clock.now()))

const setSeats = async (seats: number, year = thisYear()): Promise<void> => {
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

it('is paid from the year in which its membership takes effect, and needs seats there', async () => {
  // By the cut-off of December: in effect on the first of January.
  const year = thisYear() + 1
  world.clock.set(new Date(`${year}-12-20T03:00:00.000Z`))
  const rule = await world.send('admin', 'PUT', `/api/v1/enrolment/rules/32.74/${year}-12-20`, {
    mode: 'cut_off',
    cutOffDay: 25,
    effectiveMonths: 1,
  })
  expect(rule.status, JSON.stringify(rule.body)).toBe(200)
  await setSeats(10, year)
  await setSeats(1, year + 1)
  const first = await world.approve()
  world.clock.advance(1000)
  const second = await world.approve()
  const balances = async () =>
    await Promise.all(
      [year, year + 1].map(async (of) => {
        const { reserved, committed, waiting } = (await world.send('penyetuju', 'GET', `/api/v1/quotas/32.74/${of}`))
          .body
        return { reserved, committed, waiting }
      }),
    )
  const untouched = [
    { reserved: 2, committed: 0, waiting: 0 },
    { reserved: 0, committed: 0, waiting: 0 },
  ]
  expect(await balances()).toEqual(untouched)

  const both = await world.openBatch([first, second])
  expect((await world.askForSeal(both, 2)).status).toBe(202)
  await world.goOn(both)
  // One seat of January for two: nothing has happened, though December has ten.
  expect(await world.batch(both)).toMatchObject({ state: 'open', problem: 'quota_short', counts: { in: 2 } })
  expect(await balances()).toEqual(untouched)

  await setSeats(2, year + 1)
  expect((await world.askForSeal(both, 2)).status).toBe(202)
  await world.goOn(both)
  expect(await world.batch(both)).toMatchObject({
    state: 'sealed',
    seal: { number: expect.stringContaining(`-${year}-`), expectedActiveOn: `${year + 1}-01-01` },
  })
  expect(await balances()).toEqual([
    { reserved: 0, committed: 0, waiting: 0 },
    { reserved: 0, committed: 2, waiting: 0 },
  ])
})
