import { type RawBuilder, sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { tamper } from '../../support/tampering.ts'
import { createEnrolmentWorld, type EnrolmentWorld, type Person } from './enrolment-world.ts'
import { accepted, createResultSteps, refused, written } from './results-world.ts'

let world: EnrolmentWorld
let batch: string
let open: string
/** Sealed and unanswered, accepted, refused, active, in an open batch, and again in review after a batch that was given up. */
let people: Record<'sent' | 'waiting' | 'returned' | 'active' | 'in' | 'released', Person>
beforeAll(async () => {
  world = await createEnrolmentWorld()
  const steps = createResultSteps(world)
  people = {
    sent: await world.approve(),
    waiting: await world.approve(),
    returned: await world.approve(),
    active: await world.approve(),
    in: await world.approve(),
    released: await world.approve(),
  }
  const { sent, waiting, returned, active } = people
  batch = await steps.seal([sent, waiting, returned, active])
  const wrong = await steps.apply(batch, [refused(sent)])
  await steps.undo(wrong.id)
  const dayIn = (days: number): string =>
    written(new Date(world.clock.now().getTime() + days * 86_400_000).toISOString().slice(0, 10))
  await steps.apply(batch, [
    accepted(waiting, { tmt: dayIn(30) }),
    refused(returned),
    accepted(active, { tmt: dayIn(0) }),
  ])
  await world.teach(active)
  world.clock.advance(36 * 3_600_000)
  await steps.recheck()
  open = await world.openBatch([people.in])
  const given = await world.openBatch([people.released])
  await world.send('penyetuju', 'POST', `/api/v1/enrolment/batches/${given}/discard`)
})
afterAll(() => world?.close())

const faultsOf = async (...statements: RawBuilder<unknown>[]) => (await tamper(world.whole, ...statements)).faults
const rowOf = ({ id }: Person) => sql`proposal_id = ${id}`
const named = (kind: string, ...ids: string[]) => ({ kind, count: ids.length, ids: ids.toSorted() })

test('batches, their rows, results, cases and journal agree', async () => {
  const { rows } = await sql<{ state: string }>`
    SELECT state FROM enrolment_batch_row ORDER BY state`.execute(world.whole.database.owner)
  expect(rows.map(({ state }) => state)).toEqual(['accepted', 'active', 'in', 'refused', 'released', 'sealed'])
  const results = await sql<{ state: string }>`
    SELECT state FROM enrolment_result ORDER BY state`.execute(world.whole.database.owner)
  expect(results.rows.map(({ state }) => state)).toEqual(['applied', 'undone'])
  expect(await world.stateOf(people.active.id)).toBe('active_confirmed')
  expect(await faultsOf()).toEqual([])
  expect((await world.whole.features.intake.verifyData([])).faults).toEqual([])
})

test('a batch whose frozen rows are not what was sealed is named, and nobody in it', async () => {
  const hash = await tamper(
    world.whole,
    sql`UPDATE enrolment_batch SET content_hash = sha256('another') WHERE id = ${batch}`,
  )
  expect(hash.faults).toEqual([named('batch_differs', batch)])
  expect(hash.printed).toContain(`SHA-256 saat disegel:\n  ${batch}`)
  expect(hash.printed).not.toMatch(/\d{16}/)
  const altered = sql`UPDATE enrolment_batch_row SET content = set_byte(content, 40, get_byte(content, 40) # 1)
    WHERE batch_id = ${batch} AND position = 2`
  expect(await faultsOf(altered)).toEqual([named('batch_differs', batch)])
  const swapped = [
    sql`UPDATE enrolment_batch_row SET position = 99 WHERE batch_id = ${batch} AND position = 1`,
    sql`UPDATE enrolment_batch_row SET position = 1 WHERE batch_id = ${batch} AND position = 2`,
    sql`UPDATE enrolment_batch_row SET position = 2 WHERE batch_id = ${batch} AND position = 99`,
  ]
  expect(await faultsOf(...swapped)).toEqual([named('batch_differs', batch)])
  expect(await faultsOf(sql`UPDATE enrolment_batch SET row_count = 3 WHERE id = ${batch}`)).toEqual([
    named('batch_differs', batch),
  ])
})

test('a row that was taken away is missing in the batch, the case and the result', async () => {
  expect(await faultsOf(sql`DELETE FROM enrolment_batch_row WHERE ${rowOf(people.waiting)}`)).toEqual([
    named('batch_row_differs', people.waiting.id),
    named('result_row_differs', people.waiting.id),
    named('batch_differs', batch),
  ])
})

test('rows that do not go by the state of their case are named', async () => {
  const { sent, waiting, returned, active } = people
  const setRow = (person: Person, state: string) =>
    sql`UPDATE enrolment_batch_row SET state = ${state}, recheck_at = NULL WHERE ${rowOf(person)}`
  expect(await faultsOf(setRow(sent, 'accepted'))).toEqual([
    named('batch_row_differs', sent.id),
    named('result_row_differs', sent.id),
  ])
  expect(await faultsOf(setRow(waiting, 'sealed'))).toEqual([
    named('batch_row_differs', waiting.id),
    named('result_row_differs', waiting.id),
  ])
  expect(await faultsOf(setRow(active, 'accepted'))).toEqual([named('batch_row_differs', active.id)])
  expect(await faultsOf(setRow(returned, 'sealed'))).toEqual([
    named('batch_row_differs', returned.id),
    named('result_row_differs', returned.id),
  ])
})

test('a case that is sent without a row, or was sent by no journal, is named', async () => {
  const state = sql`UPDATE proposal_status SET state = 'submitted_to_bpjs' WHERE ${rowOf(people.in)}`
  expect((await faultsOf(state)).find(({ kind }) => kind === 'batch_row_differs')).toEqual(
    named('batch_row_differs', people.in.id),
  )
  const journal = sql`DELETE FROM journal WHERE ${rowOf(people.returned)} AND action = 'return_from_bpjs'`
  const faults = await faultsOf(journal)
  expect(faults).toContainEqual(named('batch_row_differs', people.returned.id))
  expect(faults).toContainEqual(named('result_row_differs', people.returned.id))
})

test('a person in two batches that count, and a row in a batch that is over, are named', async () => {
  const twice = [
    sql`DROP INDEX enrolment_batch_row_one_batch`,
    sql`INSERT INTO enrolment_batch_row (batch_id, proposal_id, version, state, added_by, added_at)
      SELECT ${open}::uuid, proposal_id, version, 'in', added_by, added_at FROM enrolment_batch_row WHERE ${rowOf(people.sent)}`,
  ]
  expect(await faultsOf(...twice)).toEqual([named('batch_row_differs', people.sent.id)])
  const ended = sql`UPDATE enrolment_batch SET state = 'discarded' WHERE id = ${open}`
  expect(await faultsOf(ended)).toEqual([named('batch_row_differs', people.in.id)])
})

test('an applied row of a result that the journal does not have at its place is named', async () => {
  const moved = sql`UPDATE enrolment_result_row SET sequence = 1 WHERE ${rowOf(people.returned)} AND applied`
  expect(await faultsOf(moved)).toEqual([named('result_row_differs', people.returned.id)])
  const taken = sql`UPDATE enrolment_result SET state = 'undone'`
  expect(await faultsOf(taken)).toEqual([
    named('result_row_differs', people.waiting.id, people.returned.id, people.active.id),
  ])
})
