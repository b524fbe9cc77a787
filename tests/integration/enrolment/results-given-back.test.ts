import { sql } from 'kysely'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { batchSchema } from '../../../src/contracts/api/batches.ts'
import { createEnrolmentWorld, type EnrolmentWorld } from './enrolment-world.ts'
import { copyPerson, nikOf } from './many-people.ts'
import { createResultSteps, csvOf, type Line, type ResultSteps } from './results-world.ts'

/** More than are applied in one transaction. */
const PEOPLE = 104
const AT_ONCE = 100

let world: EnrolmentWorld
let steps: ResultSteps
beforeAll(async () => {
  world = await createEnrolmentWorld()
  steps = createResultSteps(world)
})
afterAll(() => world?.close())

/** A run that dies in its second transaction. */
const applyHalf = async (id: string): Promise<void> => {
  const { owner } = world.whole.database
  await sql`
    CREATE FUNCTION break_off() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'the disk is full'; END $$`.execute(
    owner,
  )
  await sql`
    CREATE TRIGGER break_off BEFORE UPDATE ON enrolment_result_row FOR EACH ROW
    WHEN (NEW.applied AND NEW.line > ${sql.lit(AT_ONCE + 1)}) EXECUTE FUNCTION break_off()`.execute(owner)
  await expect(steps.goOn(id)).rejects.toThrow('the disk is full')
  await sql`DROP TRIGGER break_off ON enrolment_result_row`.execute(owner)
  await sql`DROP FUNCTION break_off`.execute(owner)
}

it('results that were given back half-applied cannot be ended as if nothing had happened, but undone as a whole', async () => {
  const first = await world.approve({ sex: 'female', birthDate: '1950-05-05' })
  const copies = await copyPerson(world.whole, first, PEOPLE)
  const opened = await world.send('penyetuju', 'POST', '/api/v1/enrolment/batches', { name: 'Setengah jalan' })
  const batchId = batchSchema.parse(opened.body).id
  await world.send('penyetuju', 'POST', `/api/v1/enrolment/batches/${batchId}/rows`, { proposalIds: copies })
  await world.askForSeal(batchId, PEOPLE)
  await world.goOn(batchId)
  const name = first.member.fullName
  const lines = copies.map((_, index): Line => {
    const nik = nikOf(index + 1)
    return index % 2 === 0 ? { nik, name, status: 'Berhasil' } : { nik, name, status: 'Gagal', code: '17' }
  })
  const file = csvOf(lines)
  const ready = await steps.dryRun(batchId, file)
  expect(ready.counts).toMatchObject({ toApply: PEOPLE })

  const username = 'penyetuju.lain'
  const approver = await world.whole.addAccount({ username, role: 'penyetuju', regionCode: '32.74', officeIds: [] })
  expect((await steps.approve(ready.id, PEOPLE, username)).status).toBe(202)
  await applyHalf(ready.id)
  const ended = await world.whole.send({
    as: 'admin',
    method: 'PATCH',
    url: `/api/v1/accounts/${approver}`,
    payload: { version: 1, active: false },
  })
  expect(ended.statusCode).toBe(200)
  await steps.goOn(ready.id)
  const given = { state: 'dry_run_ready', problem: 'forbidden', counts: { applied: AT_ONCE, toApply: PEOPLE } }
  expect(await steps.get(ready.id)).toMatchObject(given)

  expect(await world.send('penyetuju', 'POST', `/api/v1/enrolment/results/${ready.id}/abort`)).toMatchObject({
    status: 409,
    body: { code: 'results_half_applied', details: { rows: AT_ONCE } },
  })
  expect(await steps.get(ready.id)).toMatchObject(given)
  expect(await world.batch(batchId)).toMatchObject({ counts: { sealed: PEOPLE - AT_ONCE } })

  expect((await steps.undo(ready.id)).body).toMatchObject({ state: 'undone', problem: null })
  expect(await world.batch(batchId)).toMatchObject({ counts: { sealed: PEOPLE, accepted: 0, refused: 0 } })
  expect((await world.whole.features.intake.verifyData([])).faults).toEqual([])

  // It may be sent again, and one that has applied nothing is ended and not undone.
  const again = await steps.dryRun(batchId, file)
  expect(again).toMatchObject({ state: 'dry_run_ready', counts: { applied: 0, toApply: PEOPLE } })
  expect((await steps.undo(again.id)).body).toMatchObject({ code: 'action_not_allowed' })
  const stopped = await world.send('penyetuju', 'POST', `/api/v1/enrolment/results/${again.id}/abort`)
  expect(stopped.body).toMatchObject({ state: 'aborted' })
}, 60_000)
