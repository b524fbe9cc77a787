import { sql } from 'kysely'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createEnrolmentWorld, type EnrolmentWorld, type Person } from './enrolment-world.ts'
import { accepted, createResultSteps, type ResultSteps } from './results-world.ts'

const DAY_MS = 24 * 60 * 60 * 1000

let world: EnrolmentWorld
let steps: ResultSteps
beforeAll(async () => {
  world = await createEnrolmentWorld({ BPJS_SOURCE: 'manual' })
  steps = createResultSteps(world)
})
afterAll(() => world?.close())

const record = (person: Person, outcome: 'not_found' | 'found_active', as = 'verifikator') =>
  world.send(as, 'POST', `/api/v1/proposals/${person.id}/membership-checks`, {
    outcome,
    evidence: 'Dicek di loket kantor BPJS, dilayani petugas loket.',
    checkedAt: world.clock.now().toISOString(),
  })

it('who is accepted where nobody asks BPJS by machine becomes active by a check that somebody records, confirmed once', async () => {
  const person = await world.approve({ fullName: 'SITI AMINAH' })
  expect(await record(person, 'not_found')).toMatchObject({ status: 200 })
  const batchId = await steps.seal([person])
  // In the batch, and not answered by BPJS: nobody says what became of it.
  expect(await record(person, 'found_active')).toMatchObject({ status: 409, body: { code: 'action_not_allowed' } })

  const today = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Asia/Jakarta' }).format(world.clock.now())
  expect(await steps.apply(batchId, [accepted(person, { tmt: today.split('-').reverse().join('/') })])).toMatchObject({
    state: 'applied',
  })
  await steps.recheck()
  expect(await world.stateOf(person.id)).toBe('submitted_to_bpjs')

  world.clock.advance(DAY_MS)
  expect(await record(person, 'found_active', 'petugas')).toMatchObject({ status: 403 })
  expect(await record(person, 'found_active')).toMatchObject({ status: 200 })
  // The person who records does not confirm: the product does, when it looks next.
  expect(await world.stateOf(person.id)).toBe('submitted_to_bpjs')
  world.clock.advance(DAY_MS)
  await steps.recheck()
  await steps.recheck()
  expect(await world.stateOf(person.id)).toBe('active_confirmed')
  expect(await steps.count('journal', sql`proposal_id = ${person.id} AND action = 'confirm_active'`)).toBe(1)
  const { told, stored } = await steps.replayed(person.id)
  expect(told).toEqual(stored)
})
