import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { BulkJob, BulkRow } from '../../../src/contracts/api/bulk-jobs.ts'
import { makeMember } from '../../support/intake-body.ts'
import { tamper } from '../../support/tampering.ts'
import type { Person } from './enrolment-world.ts'
import { createReactivationWorld, type ReactivationWorld, SEGMENT, STATUS } from './reactivation-world.ts'

let world: ReactivationWorld
beforeAll(async () => {
  world = await createReactivationWorld()
})
afterAll(() => world?.close())

const noticesOf = async (id: string): Promise<string[]> => {
  const rows = await world.whole.database.owner
    .selectFrom('notice')
    .select('template')
    .where('proposal_id', '=', id)
    .orderBy('id')
    .execute()
  return rows.map(({ template }) => template)
}

describe('at the sealing of a batch, whoever another segment pays for by the fresh answer', () => {
  const teach = ({ member }: Pick<Person, 'member'>, status: object, segment: object) =>
    world.mock.teach(member.nik ?? '', {
      nama: member.fullName,
      tglLahir: member.birthDate,
      sex: member.sex === 'male' ? 'L' : 'P',
      noKartu: '0001234567890',
      status,
      jenis: segment,
    })
  const seal = async (batchId: string, rows: number, wish = {}) => {
    expect((await world.askForSeal(batchId, rows, wish)).status).toBe(202)
    await world.goOn(batchId)
    return world.batch(batchId)
  }

  it('is left out with the reason, back in review, without a seat', async () => {
    const budget = `/api/v1/quotas/32.74/${world.clock.now().getFullYear()}`
    await world.send('penyetuju', 'PUT', budget, { version: 0, seats: 100 })
    const [employed, debtor, ours, fit] = [
      await world.approve(),
      await world.approve(),
      await world.approve(),
      await world.approve(),
    ]
    const seatsTaken = async () => (await world.send('penyetuju', 'GET', budget)).body['reserved']
    const before = Number(await seatsTaken())
    await teach(employed, STATUS.premium, SEGMENT.employee)
    await teach(debtor, STATUS.premium, SEGMENT.self)
    // The region stopped paying: it may pay again, and a person says so.
    await teach(ours, STATUS.premium, SEGMENT.region)
    const batchId = await world.openBatch([employed, debtor, ours, fit])
    expect(await seal(batchId, 4)).toMatchObject({
      state: 'open',
      problem: 'rows_set_aside',
      counts: { in: 1, setAside: 3 },
    })
    expect(await world.codes(batchId)).toEqual({
      [employed.id]: 'other_segment_pays',
      [debtor.id]: 'other_segment_pays',
      [ours.id]: 'member_inactive',
      [fit.id]: 'in',
    })
    for (const { id } of [employed, debtor]) {
      expect(await world.view(id, 'verifikator')).toMatchObject({
        state: 'in_review',
        membership: { outcome: 'found_inactive' },
        history: expect.arrayContaining([
          expect.objectContaining({
            action: 'recall',
            actorId: null,
            reasons: [expect.objectContaining({ code: 'NOTE' })],
          }),
        ]),
      })
      const { rows } = await sql<{ role: string; details: object }>`
        SELECT actor_role AS role, details FROM audit_event WHERE subject_id = ${id} AND action = 'recall'`.execute(
        world.whole.database.owner,
      )
      expect(rows).toEqual([{ role: 'system', details: { why: 'other_segment_pays' } }])
      // The guard of the decision is the same one.
      expect((await world.decide(id, { decision: 'eligible' })).body['code']).toBe('other_segment_pays')
    }
    expect(await world.stateOf(ours.id)).toBe('eligible')
    expect(await seatsTaken()).toBe(before - 2)

    const url = `/api/v1/enrolment/batches/${batchId}/rows`
    const again = await world.send('penyetuju', 'POST', url, { proposalIds: [employed.id], acceptInactive: true })
    expect(again.body).toMatchObject({ added: 0, notAdded: [{ proposalId: employed.id, code: 'not_eligible' }] })
    expect((await tamper(world.whole)).faults).toEqual([])
  })

  it('hears that it is looked at anew when it had heard of the approval', async () => {
    const member = makeMember()
    const id = await world.register(STATUS.premium, SEGMENT.region, member)
    const { checklist } = await world.wayOf(id)
    for (const { item, kind } of checklist) {
      expect(kind).toBe('seen')
      await world.record(id, item)
    }
    expect((await world.complete(id)).status).toBe(204)
    expect((await world.decide(id, { decision: 'eligible' })).status).toBe(200)
    expect(await noticesOf(id)).toContain('eligible')
    await teach({ member }, STATUS.premium, SEGMENT.employee)
    const opened = await world.send('penyetuju', 'POST', '/api/v1/enrolment/batches', { name: 'Berkas uji' })
    const batchId = String(opened.body['id'])
    const rows = { proposalIds: [id], acceptInactive: true }
    await world.send('penyetuju', 'POST', `/api/v1/enrolment/batches/${batchId}/rows`, rows)
    expect(await seal(batchId, 1)).toMatchObject({ state: 'open', counts: { in: 0, setAside: 1 } })
    expect(await noticesOf(id)).toContain('correction_of_notice')
  })

  it('is left out also when the approver has taken inactive members in, and the others go', async () => {
    const [employed, ours] = [await world.approve(), await world.approve()]
    await teach(employed, STATUS.monthEnd, SEGMENT.region)
    await teach(ours, STATUS.premium, SEGMENT.region)
    const opened = await world.send('penyetuju', 'POST', '/api/v1/enrolment/batches', { name: 'Tidak aktif' })
    const batchId = String(opened.body['id'])
    const proposalIds = [employed.id, ours.id]
    const url = `/api/v1/enrolment/batches/${batchId}/rows`
    await world.send('penyetuju', 'POST', url, { proposalIds, acceptInactive: true })
    // Hired since the batch was filled.
    await teach(employed, STATUS.premium, SEGMENT.employee)
    expect(await seal(batchId, 2, { sealRest: true })).toMatchObject({ state: 'sealed', seal: { rows: 1 } })
    expect(await world.codes(batchId)).toEqual({ [employed.id]: 'other_segment_pays', [ours.id]: 'sealed' })
    expect(await world.stateOf(employed.id)).toBe('in_review')
    expect(await world.stateOf(ours.id)).toBe('submitted_to_bpjs')
    expect((await tamper(world.whole)).faults).toEqual([])
  })
})

describe('many at once', () => {
  const run = async (body: object): Promise<BulkJob> => {
    const begun = await world.send('verifikator', 'POST', '/api/v1/bulk-jobs', body)
    expect(begun.status, JSON.stringify(begun.body)).toBe(202)
    const jobId = String(begun.body['id'])
    const signal = new AbortController().signal
    await world.whole.features.verification.goOnWithBulk({ payload: { jobId } }, { signal })
    return (await world.send('verifikator', 'GET', `/api/v1/bulk-jobs/${jobId}`)).body as BulkJob
  }
  const codeOf = async ({ id }: BulkJob): Promise<(string | null)[]> => {
    const { body } = await world.send('verifikator', 'GET', `/api/v1/bulk-jobs/${id}/rows`)
    return (body['items'] as BulkRow[]).map(({ code, outcome }) => code ?? outcome)
  }

  it('are not approved while another segment pays, in a dry run as in earnest, and are closed for that reason', async () => {
    const id = await world.register(STATUS.notCovered, SEGMENT.employee)
    await world.record(id, 'lives_here')
    await world.record(id, 'no_employer')
    expect((await world.complete(id)).status).toBe(204)
    const reason = { reason: 'employer_must_enrol', note: 'ditanyakan kepada kantor cabang' }
    expect((await world.put('verifikator', id, 'reason', reason)).status).toBe(200)
    const approval = { action: 'eligible', proposalIds: [id], reasons: [] }
    expect(await codeOf(await run({ ...approval, dryRun: true }))).toEqual(['other_segment_pays'])
    const job = await run({ ...approval, dryRun: false })
    expect(job).toMatchObject({ state: 'failed', counts: { done: 0, refused: 1 } })
    expect(await codeOf(job)).toEqual(['other_segment_pays'])
    expect(await world.stateOf(id)).toBe('in_review')
    const refusal = { action: 'rejected', proposalIds: [id], reasons: [{ code: 'SEGMEN_PEKERJA' }], dryRun: false }
    expect(await run(refusal)).toMatchObject({ state: 'done' })
    expect(await world.view(id, 'verifikator')).toMatchObject({ state: 'closed', closedAs: 'other_segment' })
  })

  it('whom nobody else pays for, but who are members, still need a look', async () => {
    const id = await world.register(STATUS.notCovered, SEGMENT.employee)
    await world.record(id, 'lives_here')
    await world.record(id, 'no_employer')
    expect((await world.complete(id)).status).toBe(204)
    const job = await run({ action: 'eligible', proposalIds: [id], reasons: [], dryRun: false })
    expect(await codeOf(job)).toEqual(['not_clean'])
  })
})
