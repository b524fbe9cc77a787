import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { batchRowsAddedSchema, batchSchema } from '../../../src/contracts/api/batches.ts'
import { createEnrolmentWorld, type EnrolmentWorld, type Person } from './enrolment-world.ts'
import { killBefore } from './killing.ts'
import { copyPerson } from './many-people.ts'

const PEOPLE = 10_000
const PATIENCE_MS = 600_000

describe('a batch of ten thousand', () => {
  let world: EnrolmentWorld
  let first: Person
  beforeAll(async () => {
    world = await createEnrolmentWorld()
    first = await world.approve()
    await copyPerson(world.whole, first, PEOPLE - 1)
  }, PATIENCE_MS)
  afterAll(() => world?.close())

  const totals = async () => {
    const { rows } = await sql<Record<string, number>>`
      SELECT (SELECT count(*)::int FROM journal WHERE action = 'seal') AS sealed,
        (SELECT count(*)::int FROM journal WHERE action = 'record_membership') AS answered,
        (SELECT count(*)::int FROM membership_check) AS kept,
        (SELECT count(*)::int FROM notice WHERE template = 'submitted_to_bpjs') AS told,
        (SELECT count(*)::int FROM audit_event WHERE action = 'submit_to_bpjs') AS audited,
        (SELECT count(*)::int FROM audit_event WHERE action = 'seal_batch') AS batches,
        (SELECT count(*)::int FROM proposal_status WHERE state = 'submitted_to_bpjs') AS sent,
        (SELECT count(*)::int FROM enrolment_batch_row WHERE state = 'sealed') AS frozen`.execute(
      world.whole.database.owner,
    )
    return rows[0]
  }

  it(
    'is checked and sealed once, though the process is killed in the middle of the checks and of the sealing itself',
    async () => {
      const opened = await world.send('penyetuju', 'POST', '/api/v1/enrolment/batches', { name: 'Sepuluh ribu' })
      const { id } = batchSchema.parse(opened.body)
      const url = `/api/v1/enrolment/batches/${id}/rows`
      const added = batchRowsAddedSchema.parse((await world.send('penyetuju', 'POST', url, { filter: {} })).body)
      expect(added).toMatchObject({ added: PEOPLE, notAddedCount: 0 })
      expect((await world.askForSeal(id, PEOPLE)).status).toBe(202)

      // Rows go in the order of their ids.
      const middle = `00000000-0000-4000-a000-${(PEOPLE / 2).toString(16).padStart(12, '0')}`
      await killBefore(world, ['seal', id], sql`SELECT FROM proposal_status WHERE proposal_id = ${middle}`)
      const halfway = await world.batch(id)
      expect(halfway.state).toBe('checking')
      expect(halfway.counts.checked).toBeGreaterThan(PEOPLE / 4)
      expect(halfway.counts.checked).toBeLessThan(PEOPLE)
      const { checked } = halfway.counts
      expect(await totals()).toMatchObject({ answered: checked, kept: checked, sealed: 0, told: 0 })

      // Everything of the batch is written when a number is taken, and gone with the process.
      const { owner } = world.whole.database
      const year = new Date().getFullYear()
      await sql`INSERT INTO enrolment_batch_serial (region_code, year, last) VALUES ('32.74', ${year}, 41)`.execute(
        owner,
      )
      await killBefore(world, ['seal', id], sql`SELECT FROM enrolment_batch_serial WHERE region_code = '32.74'`)
      expect(await world.batch(id)).toMatchObject({ state: 'checking', counts: { in: PEOPLE, checked: PEOPLE } })
      expect(await totals()).toMatchObject({ answered: PEOPLE, sealed: 0, told: 0, sent: 0, frozen: 0 })

      await world.mock.reset()
      await world.goOn(id)
      expect((await world.mock.requests()).total).toBe(0)
      expect(await world.batch(id)).toMatchObject({
        state: 'sealed',
        seal: { rows: PEOPLE, number: `3274-${year}-0042` },
      })
      const once = {
        sealed: PEOPLE,
        answered: PEOPLE,
        kept: PEOPLE,
        told: PEOPLE,
        audited: PEOPLE,
        batches: 1,
        sent: PEOPLE,
        frozen: PEOPLE,
      }
      expect(await totals()).toEqual(once)
      await world.goOn(id)
      expect(await totals()).toEqual(once)
      // Every status is what its journal tells.
      expect((await world.whole.features.intake.verifyData([])).faults).toEqual([])
    },
    PATIENCE_MS,
  )
})
