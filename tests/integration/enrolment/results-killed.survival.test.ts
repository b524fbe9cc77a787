import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { batchSchema } from '../../../src/contracts/api/batches.ts'
import { createEnrolmentWorld, type EnrolmentWorld, type Person } from './enrolment-world.ts'
import { killBefore } from './killing.ts'
import { copyPerson, nikOf } from './many-people.ts'
import { createResultSteps, csvOf, type Line, type ResultSteps } from './results-world.ts'

/** Several groups of both jobs. */
const PEOPLE = 400
const HALF = PEOPLE / 2
const PATIENCE_MS = 300_000

describe('results of four hundred people', () => {
  let world: EnrolmentWorld
  let steps: ResultSteps
  let first: Person
  let copies: string[]
  let batchId: string
  beforeAll(async () => {
    world = await createEnrolmentWorld()
    steps = createResultSteps(world)
    first = await world.approve({ sex: 'female', birthDate: '1950-05-05' })
    copies = await copyPerson(world.whole, first, PEOPLE)
    const opened = await world.send('penyetuju', 'POST', '/api/v1/enrolment/batches', { name: 'Empat ratus' })
    batchId = batchSchema.parse(opened.body).id
    await world.send('penyetuju', 'POST', `/api/v1/enrolment/batches/${batchId}/rows`, { proposalIds: copies })
    await world.askForSeal(batchId, PEOPLE)
    await world.goOn(batchId)
    const { seal } = await world.batch(batchId)
    if (seal?.rows !== PEOPLE) throw new Error('the batch is not sealed')
  }, PATIENCE_MS)
  afterAll(() => world?.close())

  const totals = async () => {
    const { rows } = await sql<Record<string, number>>`
      SELECT (SELECT count(*)::int FROM journal WHERE action = 'return_from_bpjs') AS returned,
        (SELECT count(*)::int FROM journal WHERE action = 'record_flags' AND data->'addFlags' ? 'pending_effective') AS waiting,
        (SELECT count(*)::int FROM audit_event WHERE action = 'record_bpjs_answer') AS audited,
        (SELECT count(*)::int FROM enrolment_batch_row WHERE state = 'accepted') AS accepted,
        (SELECT count(*)::int FROM enrolment_batch_row WHERE state = 'refused') AS refused,
        (SELECT count(*)::int FROM enrolment_batch_row WHERE state = 'active') AS active,
        (SELECT count(*)::int FROM journal WHERE action = 'confirm_active') AS confirmed,
        (SELECT count(*)::int FROM notice WHERE template = 'active_confirmed') AS told,
        (SELECT count(*)::int FROM audit_event WHERE action = 'confirm_active') AS proved`.execute(
      world.whole.database.owner,
    )
    return rows[0] ?? {}
  }
  const before = (proposalId: string | undefined) =>
    sql`SELECT FROM proposal_status WHERE proposal_id = ${proposalId ?? ''}`

  it(
    'are applied once, and who is active is told once, though the process is killed in the middle of both',
    async () => {
      const today = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Asia/Jakarta' }).format(world.clock.now())
      const tmt = today.split('-').reverse().join('/')
      const name = first.member.fullName
      const lines = copies.map((_, index): Line => {
        const nik = nikOf(index + 1)
        return index % 2 === 0 ? { nik, name, status: 'Berhasil', tmt } : { nik, name, status: 'Gagal', code: '17' }
      })
      const ready = await steps.dryRun(batchId, csvOf(lines))
      expect(ready.counts).toMatchObject({ toApply: PEOPLE, accepted: HALF, refused: HALF })
      expect((await steps.approve(ready.id, PEOPLE)).status).toBe(202)

      await killBefore(world, ['results', ready.id], before(copies[HALF + 50]))
      const halfway = await steps.get(ready.id)
      expect(halfway).toMatchObject({ state: 'applying', progress: 0.5, counts: { applied: HALF } })
      expect(await totals()).toMatchObject({ audited: HALF, returned: HALF / 2, waiting: HALF / 2 })
      await steps.goOn(ready.id)
      await steps.goOn(ready.id)
      expect(await steps.get(ready.id)).toMatchObject({ state: 'applied', counts: { applied: PEOPLE, leftOut: 0 } })
      const applied = { audited: PEOPLE, returned: HALF, waiting: HALF, accepted: HALF, refused: HALF }
      expect(await totals()).toMatchObject(applied)

      for (const [index] of copies.entries()) {
        if (index % 2 > 0) continue
        await world.teach({ ...first, member: { ...first.member, nik: nikOf(index + 1) } })
      }
      // Due in the order in which they were applied, by the clocks of two processes: neither half begins with this one.
      await killBefore(world, ['recheck'], before(copies[HALF - 100]))
      const { active = 0, ...others } = await totals()
      expect(active).toBeGreaterThan(0)
      expect(active).toBeLessThan(HALF)
      expect(others).toMatchObject({ confirmed: active, told: active, proved: active, accepted: HALF - active })
      // Past what the killed process wrote by its own clock.
      world.clock.advance(10 * 60_000)
      await steps.recheck()
      await steps.recheck()
      const done = { active: HALF, confirmed: HALF, told: HALF, proved: HALF, accepted: 0 }
      expect(await totals()).toMatchObject(done)
      // Every status is what its journal tells.
      expect((await world.whole.features.intake.verifyData([])).faults).toEqual([])
    },
    PATIENCE_MS,
  )
})
