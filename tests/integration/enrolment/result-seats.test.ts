import { afterAll, beforeAll, expect, it } from 'vitest'
import { dataChecksOf } from '../../../src/processes/wiring/data-checks.ts'
import { createEnrolmentWorld, type EnrolmentWorld } from './enrolment-world.ts'
import { createResultSteps, type ResultSteps, refused } from './results-world.ts'

let world: EnrolmentWorld
let steps: ResultSteps
beforeAll(async () => {
  world = await createEnrolmentWorld()
  steps = createResultSteps(world)
})
afterAll(() => world?.close())

const yearNow = (): number =>
  Number(new Intl.DateTimeFormat('en', { timeZone: 'Asia/Jakarta', year: 'numeric' }).format(world.clock.now()))

const balance = async (year: number) => {
  const { body } = await world.send('penyetuju', 'GET', `/api/v1/quotas/32.74/${year}`)
  const { seats, reserved, committed, waiting, free, version } = body
  return { version, counts: { seats, reserved, committed, waiting, free } }
}
const setSeats = async (seats: number, year: number): Promise<void> => {
  const { version } = await balance(year)
  const put = await world.send('penyetuju', 'PUT', `/api/v1/quotas/32.74/${year}`, { version, seats, note: '' })
  expect(put.status, JSON.stringify(put.body)).toBe(200)
}
const requireSound = async (): Promise<void> => {
  const { features } = world.whole
  expect((await features.intake.verifyData(dataChecksOf(features))).faults).toEqual([])
}

it('of a wrong file are undone: whoever moved up waits again, and the returned case has the seat that it was sealed with', async () => {
  const year = yearNow()
  const [first, second] = [await world.approve(), await world.approve()]
  await setSeats(2, year)
  const batchId = await steps.seal([first, second])
  const waits = await world.approve()
  expect(await steps.seatOf(waits.id)).toBe('waiting')
  const full = { seats: 2, reserved: 0, committed: 2, waiting: 1, free: 0 }
  expect((await balance(year)).counts).toEqual(full)

  const wrong = await steps.apply(batchId, [refused(second)])
  expect([await steps.seatOf(second.id), await steps.seatOf(waits.id)]).toEqual(['freed', 'reserved'])
  // A minute into the new year the seat is still one of the old: it was sealed in it.
  world.clock.set(new Date(`${year}-12-31T17:01:00.000Z`))
  const undone = await steps.undo(wrong.id)
  expect(undone, JSON.stringify(undone.body)).toMatchObject({ status: 200, body: { state: 'undone' } })
  expect([await steps.seatOf(second.id), await steps.seatOf(waits.id)]).toEqual(['committed', 'waiting'])
  expect((await balance(year)).counts).toEqual(full)
  expect(await world.stateOf(second.id)).toBe('submitted_to_bpjs')
  await requireSound()
})

it('are not undone once every seat is sealed: the answer says so, and seats that are added help', async () => {
  const year = yearNow()
  const [first, second] = [await world.approve(), await world.approve()]
  await setSeats(2, year)
  const batchId = await steps.seal([first, second])
  const next = await world.approve()
  const wrong = await steps.apply(batchId, [refused(first)])
  await steps.seal([next])
  const gone = await steps.undo(wrong.id)
  expect(gone).toMatchObject({ status: 409, body: { code: 'results_seats_gone', details: { rows: 1 } } })
  expect(await world.stateOf(first.id)).toBe('in_review')
  expect((await balance(year)).counts).toMatchObject({ committed: 2, waiting: 0 })
  await setSeats(3, year)
  expect((await steps.undo(wrong.id)).body).toMatchObject({ state: 'undone' })
  expect((await balance(year)).counts).toEqual({ seats: 3, reserved: 0, committed: 3, waiting: 0, free: 0 })
  await requireSound()
})
