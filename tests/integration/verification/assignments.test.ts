import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Actor } from '../../../src/contracts/access.ts'
import type { BulkJob, BulkRow } from '../../../src/contracts/api/bulk-jobs.ts'
import type { ProposalListItem } from '../../../src/contracts/api/proposals.ts'
import { BULK_UNDO_MS } from '../../../src/contracts/lifecycle/allowed.ts'
import { BANDUNG, createVerificationFixture, type VerificationFixture } from './fixture.ts'

describe('giving cases to a reviewer', () => {
  let fixture: VerificationFixture
  let supervisor: Actor
  let siti: Actor
  let colleague: Actor
  beforeAll(async () => {
    fixture = await createVerificationFixture()
  })
  beforeEach(async () => {
    await fixture.reset()
    // Monday, 10 o'clock in Cirebon.
    fixture.clock.set(new Date('2026-11-23T03:00:00.000Z'))
    supervisor = fixture.actor('supervisor')
    siti = fixture.actor('verifikator', { displayName: 'Siti' })
    colleague = fixture.actor('verifikator')
  })
  afterAll(() => fixture.close())

  const inReview = async (count: number): Promise<string[]> => {
    const ids: string[] = []
    for (let index = 0; index < count; index += 1) ids.push(await fixture.propose())
    await fixture.runChecks()
    return ids
  }
  const assign = (id: string, reviewer: Actor, by = supervisor) =>
    fixture.act(by, id, 'assignment', { version: 1, reviewerId: reviewer.userId })
  const listed = async (by: Actor, query: string): Promise<ProposalListItem[]> =>
    (await fixture.call(by, 'GET', `/api/v1/proposals?${query}`)).body['items'] as ProposalListItem[]
  const idsIn = async (by: Actor, query: string): Promise<string[]> =>
    (await listed(by, query)).map(({ id }) => id).sort()
  const counted = async (by: Actor, queue: string): Promise<number | undefined> => {
    const { queues } = (await fixture.call(by, 'GET', '/api/v1/queues')).body as {
      queues: { queue: string; total: number }[]
    }
    return queues.find((one) => one.queue === queue)?.total
  }
  const create = (by: Actor, body: object) => fixture.call(by, 'POST', '/api/v1/bulk-jobs', body)
  const jobOf = async (id: string) => (await fixture.call(supervisor, 'GET', `/api/v1/bulk-jobs/${id}`)).body
  const goOn = (jobId: string): Promise<void> =>
    fixture.verification.goOnWithBulk({ payload: { jobId } }, { signal: new AbortController().signal })
  const through = async (body: object): Promise<BulkJob> => {
    const begun = await create(supervisor, body)
    expect(begun.status, JSON.stringify(begun.body)).toBe(202)
    const { id } = begun.body as BulkJob
    await goOn(id)
    return (await jobOf(id)) as BulkJob
  }
  const codesOf = async (id: string): Promise<Record<string, string>> => {
    const { items } = (await fixture.call(supervisor, 'GET', `/api/v1/bulk-jobs/${id}/rows`)).body as {
      items: BulkRow[]
    }
    return Object.fromEntries(items.map(({ proposalId, outcome, code }) => [proposalId, code ?? outcome]))
  }

  describe('one by one', () => {
    it('keeps the case for them alone, by name, until two working days are over', async () => {
      const [id = '', other = ''] = await inReview(2)
      expect((await assign(id, siti)).status).toBe(204)

      expect(await idsIn(colleague, 'queue=new_review')).toEqual([other])
      expect(await counted(colleague, 'new_review')).toBe(1)
      expect(await idsIn(siti, 'queue=new_review')).toEqual([id, other].sort())
      expect(await counted(siti, 'new_review')).toBe(2)
      expect(await fixture.act(colleague, id, 'claim')).toMatchObject({
        status: 409,
        body: {
          code: 'reserved_for_reviewer',
          details: { reviewer: { id: siti.userId, name: 'Siti' }, until: '2026-11-25T03:00:00.000Z' },
        },
      })
      expect((await fixture.call(colleague, 'POST', '/api/v1/queues/new_review/claim-next')).body).toMatchObject({
        proposal: { id: other },
      })
      const [item] = (await listed(supervisor, 'queue=new_review')).filter((one) => one.id === id)
      expect(item).toMatchObject({ reservedFor: siti.userId, reservedForName: 'Siti', leaseHolder: null })
      expect(await fixture.view(siti, id)).toMatchObject({
        reserved: { reviewerId: siti.userId, reviewerName: 'Siti', until: '2026-11-25T03:00:00.000Z' },
      })
      expect((await fixture.view(siti, id)).history.at(-1)).toMatchObject({ action: 'assign', actorRole: 'supervisor' })

      fixture.clock.set(new Date('2026-11-25T03:00:00.000Z'))
      expect((await fixture.act(colleague, id, 'claim')).status).toBe(200)
      await fixture.requireReplayEqual(id)
    })

    it('stays theirs whatever else is written about the case, until it leaves review', async () => {
      const [id = ''] = await inReview(1)
      await assign(id, siti)
      expect((await fixture.act(siti, id, 'notes', { note: 'ditanyakan ke kantor' })).status).toBe(204)
      expect((await fixture.act(colleague, id, 'claim')).body).toMatchObject({ code: 'reserved_for_reviewer' })
      expect((await fixture.act(siti, id, 'claim')).status).toBe(200)
      const reasons = [{ code: 'DIDUGA_PALSU' }]
      const proposed = await fixture.act(siti, id, 'decisions', { version: 1, decision: 'rejected', reasons })
      expect(proposed.status).toBe(200)
      // Another person has to answer that.
      expect((await fixture.act(colleague, id, 'claim')).status).toBe(200)
    })

    it('hands on what the supervisor holds, and nothing that somebody else is at work on', async () => {
      const [mine = '', held = ''] = await inReview(2)
      await fixture.act(supervisor, mine, 'claim')
      await fixture.act(colleague, held, 'claim')
      expect((await assign(mine, siti)).status).toBe(204)
      expect((await fixture.act(siti, mine, 'claim')).status).toBe(200)
      expect(await assign(held, siti)).toMatchObject({
        status: 409,
        body: { code: 'already_claimed', details: { holder: { name: colleague.displayName } } },
      })
    })

    it('is for reviewers of the region, who may decide the case, and asked by supervisors alone', async () => {
      const [id = ''] = await inReview(1)
      const away = fixture.actor('verifikator', { regionCode: BANDUNG.region })
      for (const nobody of [away, fixture.actor('auditor')]) {
        expect(await assign(id, nobody)).toMatchObject({
          status: 400,
          body: { errors: [{ path: 'reviewerId', code: 'reviewer_unknown' }] },
        })
      }
      const registrar = fixture.actor('petugas')
      const own = await fixture.propose({}, {}, registrar)
      await fixture.runChecks()
      expect(await assign(own, fixture.actor('verifikator', { userId: registrar.userId }))).toMatchObject({
        status: 409,
        body: { code: 'reviewer_unsuitable' },
      })
      expect((await assign(id, siti, siti)).status).toBe(403)
      expect((await assign(id, siti, fixture.actor('supervisor', { regionCode: BANDUNG.region }))).status).toBe(404)
      const { items } = (await fixture.call(supervisor, 'GET', '/api/v1/reviewers')).body as { items: { id: string }[] }
      expect(items.map((one) => one.id)).toContain(siti.userId)
      expect(items.map((one) => one.id)).not.toContain(away.userId)
    })

    it('ends when the account is switched off', async () => {
      const [id = ''] = await inReview(1)
      await assign(id, siti)
      fixture.forget(siti)
      await fixture.intake.endReservations(fixture.database.db, siti.userId)
      expect((await fixture.act(colleague, id, 'claim')).status).toBe(200)
    })
  })

  describe('many at once', () => {
    it('tells in a dry run what would be given, then gives it, and audits each', async () => {
      const [free = '', other = '', held = ''] = await inReview(3)
      await fixture.act(colleague, held, 'claim')
      const told = await through({ action: 'assign', reviewerId: siti.userId, filter: { state: ['in_review'] } })
      expect(told).toMatchObject({ state: 'ready', reviewerName: 'Siti', counts: { total: 3, allowed: 2, refused: 1 } })
      expect(await codesOf(told.id)).toEqual({ [free]: 'allowed', [other]: 'allowed', [held]: 'already_claimed' })
      expect((await listed(supervisor, 'state=in_review')).filter((one) => one.reservedFor !== null)).toEqual([])

      await fixture.call(supervisor, 'POST', `/api/v1/bulk-jobs/${told.id}/run`)
      await goOn(told.id)

      expect(await jobOf(told.id)).toMatchObject({ state: 'partly_done', counts: { done: 2, refused: 1 } })
      expect(await idsIn(siti, 'queue=new_review')).toEqual([free, other, held].sort())
      expect(await idsIn(colleague, 'queue=new_review')).toEqual([held])
      expect((await fixture.audited('assign')).map(({ subjectId }) => subjectId).sort()).toEqual([free, other].sort())
      for (const id of [free, other]) await fixture.requireReplayEqual(id)
    })

    it('gives them back for fifteen minutes, each to whom it was kept for before, and nothing that was begun', async () => {
      const [plain = '', formerly = '', begun = ''] = await inReview(3)
      await assign(formerly, colleague)
      const body = { action: 'assign', reviewerId: siti.userId, proposalIds: [plain, formerly, begun], dryRun: false }
      const job = await through(body)
      expect(job).toMatchObject({ state: 'done', counts: { done: 3 } })
      await fixture.act(siti, begun, 'claim')

      await fixture.call(supervisor, 'POST', `/api/v1/bulk-jobs/${job.id}/undo`)
      await goOn(job.id)

      expect(await jobOf(job.id)).toMatchObject({ state: 'partly_undone', counts: { undone: 2, notUndone: 1 } })
      expect(await codesOf(job.id)).toEqual({ [plain]: 'undone', [formerly]: 'undone', [begun]: 'undo_closed' })
      const keptFor = Object.fromEntries(
        (await listed(supervisor, 'state=in_review')).map(({ id, reservedFor }) => [id, reservedFor]),
      )
      expect(keptFor).toEqual({ [plain]: null, [formerly]: colleague.userId, [begun]: siti.userId })
      expect((await fixture.act(fixture.actor('verifikator'), plain, 'claim')).status).toBe(200)

      const late = await through({ ...body, proposalIds: [formerly] })
      fixture.clock.advance(BULK_UNDO_MS)
      expect((await fixture.call(supervisor, 'POST', `/api/v1/bulk-jobs/${late.id}/undo`)).body).toMatchObject({
        code: 'undo_closed',
      })
    })

    it('refuses every row when the reviewer was switched off after the dry run', async () => {
      const [id = ''] = await inReview(1)
      const told = await through({ action: 'assign', reviewerId: siti.userId, proposalIds: [id] })
      fixture.forget(siti)
      await fixture.call(supervisor, 'POST', `/api/v1/bulk-jobs/${told.id}/run`)
      await goOn(told.id)
      expect(await codesOf(told.id)).toEqual({ [id]: 'reviewer_unsuitable' })
    })

    it('is begun by supervisors alone, and says to whom', async () => {
      const [id = ''] = await inReview(1)
      const wish = { action: 'assign', proposalIds: [id] }
      expect((await create(colleague, { ...wish, reviewerId: siti.userId })).status).toBe(403)
      expect((await create(supervisor, wish)).body).toMatchObject({
        errors: [{ path: 'reviewerId', code: 'required' }],
      })
      expect((await create(supervisor, { ...wish, reviewerId: fixture.petugas.userId })).body).toMatchObject({
        errors: [{ path: 'reviewerId', code: 'reviewer_unknown' }],
      })
      const release = { action: 'release', proposalIds: [id], reviewerId: siti.userId }
      expect((await create(supervisor, release)).body).toMatchObject({
        errors: [{ path: 'reviewerId', code: 'unknown_field' }],
      })
    })
  })

  it('is seen with who holds a case, and until when, in the list', async () => {
    const [id = ''] = await inReview(1)
    await fixture.act(siti, id, 'claim')
    const held = { leaseHolder: siti.userId, leaseHolderName: 'Siti', leaseUntil: '2026-11-23T03:20:00.000Z' }
    expect(await listed(supervisor, 'state=in_review')).toMatchObject([{ id, ...held }])
    fixture.clock.advance(20 * 60_000)
    expect(await listed(supervisor, 'state=in_review')).toMatchObject([
      { id, leaseHolder: null, leaseHolderName: null, leaseUntil: null },
    ])
  })
})
