import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { batchSchema } from '../../../src/contracts/api/batches.ts'
import { replay } from '../../../src/contracts/lifecycle/journal.ts'
import { createEnrolmentWorld, type EnrolmentWorld } from './enrolment-world.ts'

const INACTIVE = { kode: '9', keterangan: 'NON AKTIF KARENA PREMI' }
const NOTE = 'Warga menelepon kantor'

describe('a batch to BPJS', () => {
  let world: EnrolmentWorld
  beforeAll(async () => {
    world = await createEnrolmentWorld()
  })
  beforeEach(async () => {
    await world.mock.fault('none')
    // Past the pause of a circuit breaker that an earlier test opened.
    world.clock.advance(60_000)
  })
  afterAll(() => world?.close())

  const sealed = async (batchId: string, rows: number, wish = {}) => {
    const asked = await world.askForSeal(batchId, rows, wish)
    expect(asked.status, JSON.stringify(asked.body)).toBe(202)
    await world.goOn(batchId)
    return world.batch(batchId)
  }
  const rowsOf = async (table: string, where: ReturnType<typeof sql>): Promise<number> => {
    const { rows } = await sql<{ total: number }>`
      SELECT count(*)::int AS total FROM ${sql.table(table)} WHERE ${where}`.execute(world.whole.database.owner)
    return rows[0]?.total ?? 0
  }
  const expectReplayed = async (proposalId: string): Promise<void> => {
    const { db } = world.whole.database
    const history = await world.whole.features.intake.listHistory(db, proposalId)
    const rebuilt = replay(
      history.map(({ sequence, action, actorId, at, data }) => ({ sequence, action, actorId, at, data })),
    )
    const { rows } = await sql<{ state: string; sequence: number; membership: string | null }>`
      SELECT state, sequence, membership FROM proposal_status WHERE proposal_id = ${proposalId}`.execute(db)
    const { state, sequence, membership } = rebuilt
    expect(rows).toEqual([{ state, sequence, membership }])
  }

  it('is sealed after every row was asked about anew, locks its proposals and tells each family once', async () => {
    const people = [await world.approve(), await world.approve({ sex: 'male', fullName: 'BUDI CONTOH' })]
    const batchId = await world.openBatch(people)
    await world.mock.reset()
    const batch = await sealed(batchId, 2, { letterNumber: '440/123/Dinkes' })
    expect(batch).toMatchObject({
      state: 'sealed',
      problem: null,
      counts: { in: 0, sealed: 2, setAside: 0 },
      seal: {
        rows: 2,
        letterNumber: '440/123/Dinkes',
        totals: { people: 2, families: 2, male: 1, female: 1 },
        sealedBy: { id: await world.whole.userIdOf('penyetuju') },
        profile: null,
      },
    })
    expect(batch.seal?.number).toMatch(/^3274-\d{4}-\d{4}$/)
    expect(batch.seal?.sha256).toMatch(/^[0-9a-f]{64}$/)
    expect((await world.mock.requests()).total).toBe(2)
    for (const { id } of people) {
      expect(await world.stateOf(id)).toBe('submitted_to_bpjs')
      await expectReplayed(id)
      const told = sql`proposal_id = ${id} AND template = 'submitted_to_bpjs'`
      expect(await rowsOf('notice', told)).toBe(1)
      expect(await rowsOf('audit_event', sql`subject_id = ${id} AND action = 'submit_to_bpjs'`)).toBe(1)
      const recalled = await world.send('supervisor', 'POST', `/api/v1/proposals/${id}/recall`, {
        version: 1,
        note: NOTE,
      })
      expect(recalled).toMatchObject({ status: 409, body: { code: 'action_not_allowed' } })
      const withdrawn = await world.send('petugas', 'POST', `/api/v1/proposals/${id}/withdraw`, {
        version: 1,
        note: NOTE,
      })
      expect(withdrawn.status).toBe(409)
    }
    // The job once more changes nothing, and neither does another wish.
    await world.goOn(batchId)
    expect(await world.askForSeal(batchId, 2)).toMatchObject({ status: 409, body: { code: 'action_not_allowed' } })
    expect(await world.batch(batchId)).toEqual(batch)
    expect(await rowsOf('notice', sql`template = 'submitted_to_bpjs'`)).toBe(2)
    expect((await world.whole.features.intake.verifyData([])).faults).toEqual([])
  })

  it('sets rows aside that BPJS knows, or that have moved on, and waits for a person', async () => {
    const [active, inactive, recalled, fit] = [
      await world.approve(),
      await world.approve(),
      await world.approve(),
      await world.approve(),
    ]
    await world.teach(active)
    await world.teach(inactive, INACTIVE)
    const batchId = await world.openBatch([active, inactive, recalled, fit])
    const recall = { version: 1, note: NOTE }
    expect((await world.send('verifikator', 'POST', `/api/v1/proposals/${recalled.id}/recall`, recall)).status).toBe(
      200,
    )
    expect(await sealed(batchId, 4)).toMatchObject({
      state: 'open',
      problem: 'rows_set_aside',
      counts: { in: 1, checked: 1, setAside: 3 },
      seal: null,
    })
    expect(await world.codes(batchId)).toEqual({
      [active.id]: 'member_active',
      [inactive.id]: 'member_inactive',
      [recalled.id]: 'not_eligible',
      [fit.id]: 'in',
    })
    expect(await world.stateOf(active.id)).toBe('eligible')
    const view = await world.send('verifikator', 'GET', `/api/v1/proposals/${active.id}`)
    expect(view.body).toMatchObject({ membership: { outcome: 'found_active' } })
    await expectReplayed(active.id)

    // A person takes the inactive member in again, knowing it, and the others out.
    const url = `/api/v1/enrolment/batches/${batchId}/rows`
    const again = await world.send('penyetuju', 'POST', url, { proposalIds: [inactive.id], acceptInactive: true })
    expect(again).toMatchObject({ status: 200, body: { added: 1, notAddedCount: 0 } })
    expect((await world.send('penyetuju', 'POST', `${url}/remove`, { setAside: true })).body).toMatchObject({
      counts: { in: 2, setAside: 0 },
    })
    await world.mock.reset()
    expect(await sealed(batchId, 2)).toMatchObject({ state: 'sealed', seal: { rows: 2 } })
    // The answer about the fit one was young enough.
    expect((await world.mock.requests()).total).toBe(1)
    expect(await world.stateOf(active.id)).toBe('eligible')
    expect(await world.stateOf(inactive.id)).toBe('submitted_to_bpjs')
  })

  it('seals the rest at once when it was asked for so', async () => {
    const [active, fit] = [await world.approve(), await world.approve()]
    await world.teach(active)
    const batchId = await world.openBatch([active, fit])
    expect(await sealed(batchId, 2, { sealRest: true })).toMatchObject({
      state: 'sealed',
      counts: { sealed: 1, setAside: 1 },
      seal: { rows: 1 },
    })
    // What was set aside may go into another batch.
    const other = await world.openBatch([active])
    expect(await world.batch(other)).toMatchObject({ counts: { in: 1 } })
  })

  it('waits while BPJS is silent, and sets aside after half an hour what nobody answered', async () => {
    const people = [await world.approve(), await world.approve()]
    const batchId = await world.openBatch(people)
    await world.mock.fault('500')
    expect((await world.askForSeal(batchId, 2)).status).toBe(202)
    await expect(world.goOn(batchId)).rejects.toMatchObject({ code: 'bpjs_unavailable' })
    expect(await world.batch(batchId)).toMatchObject({ state: 'checking', problem: 'bpjs_unavailable' })
    world.clock.advance(31 * 60_000)
    await world.goOn(batchId)
    expect(await world.batch(batchId)).toMatchObject({ state: 'open', counts: { in: 0, setAside: 2 } })
    expect(new Set(Object.values(await world.codes(batchId)))).toEqual(new Set(['membership_unknown']))
    for (const { id } of people) expect(await world.stateOf(id)).toBe('eligible')
  })

  it('is not sealed by whoever decided one of its rows, who is told which', async () => {
    const mine = await world.approve()
    const others = await world.approve()
    const batchId = await world.openBatch([mine, others])
    const penyetuju = await world.whole.userIdOf('penyetuju')
    // Somebody who reviewed it before the role changed.
    await world.move(
      mine.id,
      { action: 'recall', mover: { id: await world.whole.userIdOf('supervisor'), role: 'supervisor' } },
      { action: 'decide_eligible', mover: { id: penyetuju, role: 'verifikator' }, claims: true },
    )
    const refused = await world.askForSeal(batchId, 2)
    expect(refused).toMatchObject({ status: 403, body: { code: 'second_person_required' } })
    expect(refused.body.details).toEqual({ proposals: [{ proposalId: mine.id, receiptNumber: mine.receiptNumber }] })
    const third = await world.send('penyetuju', 'POST', '/api/v1/enrolment/batches', { name: 'Berkas lain' })
    await world.send('penyetuju', 'POST', `/api/v1/enrolment/batches/${batchId}/rows/remove`, {
      proposalIds: [mine.id],
    })
    const added = await world.send(
      'penyetuju',
      'POST',
      `/api/v1/enrolment/batches/${batchSchema.parse(third.body).id}/rows`,
      {
        proposalIds: [mine.id, others.id],
      },
    )
    expect(added.body).toMatchObject({ added: 0, notAddedCount: 2 })
    expect(added.body.notAdded).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ proposalId: mine.id, code: 'second_person_required' }),
        expect.objectContaining({ proposalId: others.id, code: 'in_other_batch' }),
      ]),
    )
  })

  it('is not sealed with another number of rows than was read', async () => {
    const batchId = await world.openBatch([await world.approve()])
    expect(await world.askForSeal(batchId, 2)).toMatchObject({
      status: 409,
      body: { code: 'batch_changed', details: { rows: 1 } },
    })
  })

  it('can be stopped and given up, and its proposals go elsewhere', async () => {
    const person = await world.approve()
    const batchId = await world.openBatch([person])
    expect((await world.askForSeal(batchId, 1)).status).toBe(202)
    const url = `/api/v1/enrolment/batches/${batchId}`
    expect((await world.send('penyetuju', 'POST', `${url}/rows/remove`, { setAside: true })).status).toBe(409)
    expect((await world.send('penyetuju', 'POST', `${url}/stop`)).body).toMatchObject({ state: 'open' })
    await world.goOn(batchId)
    expect(await world.batch(batchId)).toMatchObject({ state: 'open', seal: null })
    expect((await world.send('penyetuju', 'POST', `${url}/discard`)).body).toMatchObject({ state: 'discarded' })
    expect(await world.batch(await world.openBatch([person]))).toMatchObject({ counts: { in: 1 } })
  })

  it('takes in what a filter finds, and nothing that does not wait to be sent', async () => {
    const village = '32.74.05.1005'
    const address = { street: 'Jl. Uji 1', rt: '001', rw: '001', villageCode: village }
    const found = await world.approve({}, { address })
    const opened = await world.send('penyetuju', 'POST', '/api/v1/enrolment/batches', { name: 'Argasunya' })
    const { id } = batchSchema.parse(opened.body)
    await world.send('petugas', 'POST', '/api/v1/intakes', { ...found.body, familyCardNumber: '3274010101200009' })
    const added = await world.send('penyetuju', 'POST', `/api/v1/enrolment/batches/${id}/rows`, {
      filter: { regionCode: [village] },
    })
    expect(added).toMatchObject({ status: 200, body: { added: 1, already: 0, notAddedCount: 0 } })
    const again = await world.send('penyetuju', 'POST', `/api/v1/enrolment/batches/${id}/rows`, {
      filter: { regionCode: [village] },
    })
    expect(again.body).toMatchObject({ added: 0, already: 1 })
  })

  it('gives numbers without gaps, and the date that the rule of the region gives', async () => {
    const rule = { mode: 'prioritas', branchName: 'Kantor Cabang Cirebon' }
    const tomorrow = new Date(world.clock.now().getTime() + 24 * 3_600_000).toISOString().slice(0, 10)
    const path = '/api/v1/enrolment/rules/32.74'
    expect((await world.send('admin', 'PUT', `${path}/${tomorrow}`, { mode: 'cut_off', cutOffDay: 20 })).status).toBe(
      200,
    )
    expect((await world.send('admin', 'PUT', `${path}/2020-01-01`, rule)).body).toMatchObject({ code: 'invalid_input' })
    const localToday = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Asia/Jakarta' }).format(world.clock.now())
    expect((await world.send('admin', 'PUT', `${path}/${localToday}`, rule)).status).toBe(200)
    const first = await sealed(await world.openBatch([await world.approve()]), 1)
    const second = await sealed(await world.openBatch([await world.approve()]), 1)
    expect(Number(second.seal?.number.slice(-4))).toBe(Number(first.seal?.number.slice(-4)) + 1)
    expect(first.seal).toMatchObject({ rule: { mode: 'prioritas' }, expectedActiveOn: localToday })

    const letter = await world.whole.send({
      as: 'auditor',
      method: 'GET',
      url: `/api/v1/enrolment/batches/${first.id}/letter`,
    })
    expect(letter.statusCode).toBe(200)
    expect(letter.headers['content-type']).toBe('text/html; charset=utf-8')
    expect(letter.headers['content-security-policy']).toContain("default-src 'none'")
    for (const said of ['Kantor Cabang Cirebon', first.seal?.number, first.seal?.sha256, '@page { size: A4']) {
      expect(letter.body).toContain(said)
    }
    expect(letter.body).not.toMatch(/\d{16}/)
    const unsealed = await world.openBatch([await world.approve()])
    const early = await world.send('penyetuju', 'GET', `/api/v1/enrolment/batches/${unsealed}/letter`)
    expect(early).toMatchObject({ status: 409, body: { code: 'batch_not_sealed' } })
  })
})
