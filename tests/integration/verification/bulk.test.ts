import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Actor } from '../../../src/contracts/access.ts'
import type { BulkJob, BulkRow } from '../../../src/contracts/api/bulk-jobs.ts'
import { BULK_UNDO_MS } from '../../../src/contracts/lifecycle/allowed.ts'
import { BANDUNG, createVerificationFixture, type VerificationFixture } from './fixture.ts'

const RETURNED = [{ code: 'KTP_TIDAK_TERBACA' }]

describe('acts on many cases', () => {
  let fixture: VerificationFixture
  let reviewer: Actor
  let supervisor: Actor
  beforeAll(async () => {
    fixture = await createVerificationFixture()
  })
  beforeEach(async () => {
    await fixture.reset()
    reviewer = fixture.actor('verifikator')
    supervisor = fixture.actor('supervisor')
  })
  afterAll(() => fixture.close())

  const create = (by: Actor, body: object) => fixture.call(by, 'POST', '/api/v1/bulk-jobs', body)
  const jobOf = async (by: Actor, id: string) => fixture.call(by, 'GET', `/api/v1/bulk-jobs/${id}`)
  const goOn = (jobId: string): Promise<void> =>
    fixture.verification.goOnWithBulk({ payload: { jobId } }, { signal: new AbortController().signal })
  /** Created, gone on with, and the job as it is then. */
  const through = async (by: Actor, body: object): Promise<BulkJob> => {
    const begun = await create(by, body)
    expect(begun.status, JSON.stringify(begun.body)).toBe(202)
    const { id } = begun.body as BulkJob
    await goOn(id)
    return (await jobOf(by, id)).body as BulkJob
  }
  const codesOf = async (by: Actor, id: string): Promise<Record<string, string>> => {
    const { items } = (await fixture.call(by, 'GET', `/api/v1/bulk-jobs/${id}/rows`)).body as { items: BulkRow[] }
    return Object.fromEntries(items.map(({ proposalId, outcome, code }) => [proposalId, code ?? outcome]))
  }
  const inReview = async (count: number): Promise<string[]> => {
    const ids: string[] = []
    for (let index = 0; index < count; index += 1) ids.push(await fixture.propose())
    await fixture.runChecks()
    return ids
  }

  it('return what a filter finds, each as a single return would', async () => {
    const ids = await inReview(3)
    const job = await through(reviewer, {
      action: 'needs_correction',
      filter: { queue: 'new_review' },
      reasons: RETURNED,
      dryRun: false,
    })
    expect(job).toMatchObject({ state: 'done', counts: { total: 3, done: 3, refused: 0 } })
    for (const id of ids) {
      expect(await fixture.view(reviewer, id)).toMatchObject({
        state: 'needs_correction',
        lease: null,
        history: expect.arrayContaining([
          expect.objectContaining({ action: 'claim', actorId: reviewer.userId }),
          expect.objectContaining({ action: 'decide_needs_correction', actorId: reviewer.userId }),
        ]),
      })
      await fixture.requireReplayEqual(id)
      const [notice] = await fixture.notices(id)
      expect(notice).toMatchObject({ template: 'needs_correction', variables: { reasons: ['KTP_TIDAK_TERBACA'] } })
      expect(notice?.heldUntil?.getTime()).toBeGreaterThan(fixture.clock.now().getTime() + BULK_UNDO_MS)
    }
    expect(await fixture.audited('decide')).toHaveLength(3)
  })

  it('only tell in a dry run, and do nothing for what it refused', async () => {
    const [own = '', held = '', free = ''] = await inReview(3)
    const mine = await fixture.propose({}, {}, fixture.actor('petugas', { userId: reviewer.userId }))
    await fixture.runChecks()
    await fixture.act(reviewer, own, 'claim')
    await fixture.act(supervisor, held, 'claim')
    const body = {
      action: 'rejected',
      proposalIds: [own, held, free, mine],
      reasons: [{ code: 'BUKAN_PENDUDUK_SINI' }],
    }

    const told = await through(reviewer, body)

    expect(told).toMatchObject({ state: 'ready', counts: { allowed: 2, refused: 2 } })
    const expected = { [own]: 'allowed', [free]: 'allowed', [held]: 'already_claimed', [mine]: 'own_intake' }
    expect(await codesOf(reviewer, told.id)).toEqual(expected)
    for (const id of Object.keys(expected)) expect(await fixture.snapshot(id)).toMatchObject({ state: 'in_review' })

    // Free by now, but the owner of the job was told otherwise.
    await fixture.act(supervisor, held, 'release')
    expect(await fixture.call(reviewer, 'POST', `/api/v1/bulk-jobs/${told.id}/run`)).toMatchObject({ status: 202 })
    await goOn(told.id)
    const done = await jobOf(reviewer, told.id)
    expect(done).toMatchObject({ status: 207, body: { state: 'partly_done', counts: { done: 2, refused: 2 } } })
    expect(await fixture.snapshot(held)).toMatchObject({ state: 'in_review' })
    expect(await fixture.snapshot(free)).toMatchObject({ state: 'rejected' })
    expect(await fixture.call(reviewer, 'POST', `/api/v1/bulk-jobs/${told.id}/run`)).toMatchObject({ status: 409 })
  })

  it('approve only what nobody has to look at', async () => {
    const [clean = '', stale = ''] = await inReview(2)
    const warned = await fixture.propose(
      {},
      {
        confirmWarnings: ['outside_domicile', 'nik_region_differs'],
        address: {
          street: 'Jl. Dadali 1',
          rt: '001',
          rw: '002',
          villageCode: '32.73.01.1001',
        },
      },
    )
    await fixture.runChecks()
    const job = await through(reviewer, { action: 'eligible', proposalIds: [clean, warned] })
    expect(await codesOf(reviewer, job.id)).toEqual({ [clean]: 'allowed', [warned]: 'not_clean' })

    fixture.clock.advance(25 * 60 * 60_000)
    const late = await through(reviewer, { action: 'eligible', proposalIds: [stale] })
    expect(await codesOf(reviewer, late.id)).toEqual({ [stale]: 'membership_stale' })
  })

  it('say that they failed when no row went well', async () => {
    const [id = ''] = await inReview(1)
    await fixture.act(supervisor, id, 'claim')
    const job = await through(reviewer, {
      action: 'needs_correction',
      proposalIds: [id],
      reasons: RETURNED,
      dryRun: false,
    })
    expect(await jobOf(reviewer, job.id)).toMatchObject({ status: 207, body: { state: 'failed', undoUntil: null } })
  })

  it('are undone for fifteen minutes, and by nobody else', async () => {
    const [one = '', other = ''] = await inReview(2)
    const before = await fixture.snapshot(one)
    const body = { action: 'needs_correction', reasons: RETURNED, dryRun: false }
    const job = await through(reviewer, { ...body, proposalIds: [one] })
    fixture.clock.advance(BULK_UNDO_MS - 1)
    expect(await fixture.call(supervisor, 'POST', `/api/v1/bulk-jobs/${job.id}/undo`)).toMatchObject({ status: 404 })
    expect(await fixture.call(reviewer, 'POST', `/api/v1/bulk-jobs/${job.id}/undo`)).toMatchObject({ status: 202 })
    await goOn(job.id)
    expect(await jobOf(reviewer, job.id)).toMatchObject({ status: 200, body: { state: 'undone' } })
    expect({ ...(await fixture.snapshot(one)), sequence: 0 }).toEqual({ ...before, sequence: 0 })
    await fixture.requireReplayEqual(one)

    const late = await through(reviewer, { ...body, proposalIds: [other] })
    fixture.clock.advance(BULK_UNDO_MS)
    expect(await fixture.call(reviewer, 'POST', `/api/v1/bulk-jobs/${late.id}/undo`)).toMatchObject({
      status: 409,
      body: { code: 'undo_closed' },
    })
  })

  it('leave a later decision of the same person alone', async () => {
    const [id = ''] = await inReview(1)
    const job = await through(reviewer, {
      action: 'needs_correction',
      proposalIds: [id],
      reasons: RETURNED,
      dryRun: false,
    })
    await fixture.act(reviewer, id, 'undo', { version: 1 })
    const reasons = [{ code: 'BUKAN_PENDUDUK_SINI' }]
    await fixture.act(reviewer, id, 'decisions', { version: 1, decision: 'rejected', reasons, undoable: true })
    await fixture.call(reviewer, 'POST', `/api/v1/bulk-jobs/${job.id}/undo`)
    await goOn(job.id)
    expect(await codesOf(reviewer, job.id)).toEqual({ [id]: 'undo_closed' })
    expect(await fixture.snapshot(id)).toMatchObject({ state: 'rejected' })
  })

  it('set aside, give back and check anew, one by one', async () => {
    const [rejected = '', open = ''] = await inReview(2)
    await fixture.act(reviewer, rejected, 'claim')
    const reasons = [{ code: 'BUKAN_PENDUDUK_SINI' }]
    await fixture.act(reviewer, rejected, 'decisions', { version: 1, decision: 'rejected', reasons })
    const aside = { action: 'set_aside', proposalIds: [rejected, open], note: 'salah pilih saringan', dryRun: false }
    expect(await create(reviewer, aside)).toMatchObject({ status: 403 })
    const job = await through(supervisor, aside)
    expect(await codesOf(supervisor, job.id)).toEqual({ [rejected]: 'done', [open]: 'action_not_allowed' })
    expect(await fixture.snapshot(rejected)).toMatchObject({ state: 'in_review' })
    expect(await fixture.call(supervisor, 'POST', `/api/v1/bulk-jobs/${job.id}/undo`)).toMatchObject({
      status: 409,
      body: { code: 'action_not_allowed' },
    })

    await fixture.act(reviewer, open, 'claim')
    const release = await through(reviewer, { action: 'release', filter: { queue: 'mine' }, dryRun: false })
    expect(await codesOf(reviewer, release.id)).toEqual({ [open]: 'done' })
    expect(await fixture.view(reviewer, open)).toMatchObject({ lease: null })

    const recheck = { action: 'recheck_membership', proposalIds: [open], dryRun: false }
    fixture.clock.advance(60_000)
    const checked = await through(reviewer, recheck)
    expect(checked).toMatchObject({ state: 'done' })
    expect((await fixture.snapshot(open)).membershipAt).toBe(fixture.clock.now().toISOString())
    fixture.directory.isDown = true
    const down = await through(reviewer, recheck)
    expect(await codesOf(reviewer, down.id)).toEqual({ [open]: 'bpjs_unavailable' })
  })

  it('end for somebody who was switched off meanwhile', async () => {
    const [id = ''] = await inReview(1)
    const begun = await create(reviewer, {
      action: 'needs_correction',
      proposalIds: [id],
      reasons: RETURNED,
      dryRun: false,
    })
    fixture.forget(reviewer)
    await goOn((begun.body as BulkJob).id)
    expect(await fixture.snapshot(id)).toMatchObject({ state: 'in_review' })
  })

  it('are refused before a row is looked at when the wish fits none', async () => {
    const [id = ''] = await inReview(1)
    const there = { regionCode: BANDUNG.region, officeId: BANDUNG.office, officeIds: [BANDUNG.office] }
    const elsewhere = await fixture.propose(
      {},
      { confirmWarnings: ['outside_domicile'] },
      fixture.actor('petugas', there),
    )
    const wishes: [object, string, string][] = [
      [{ action: 'eligible' }, 'filter', 'bulk_selection'],
      [{ action: 'eligible', filter: {}, proposalIds: [id] }, 'filter', 'bulk_selection'],
      [{ action: 'needs_correction', proposalIds: [id] }, 'reasons', 'reason_required'],
      [{ action: 'eligible', proposalIds: [id], reasons: RETURNED }, 'reasons', 'unknown_field'],
      [
        { action: 'rejected', proposalIds: [id], reasons: [{ code: 'DIDUGA_PALSU' }] },
        'reasons.0.code',
        'reason_needs_second_person',
      ],
      [{ action: 'eligible', filter: { queue: 'late' } }, '', 'forbidden'],
      [{ action: 'eligible', filter: { queue: 'duplicates' } }, 'filter', 'bulk_nothing_selected'],
      [{ action: 'eligible', proposalIds: [id, elsewhere] }, 'proposalIds', 'proposal_unknown'],
    ]
    for (const [wish, path, code] of wishes) {
      const answer = await create(reviewer, wish)
      const told = path === '' ? { code } : { code: 'invalid_input', errors: [expect.objectContaining({ path, code })] }
      expect(answer.body, JSON.stringify(wish)).toMatchObject(told)
    }
  })

  it('are their owner’s alone', async () => {
    const [id = ''] = await inReview(1)
    const { id: jobId } = await through(reviewer, { action: 'release', proposalIds: [id] })
    for (const path of ['', '/rows']) {
      expect(await fixture.call(supervisor, 'GET', `/api/v1/bulk-jobs/${jobId}${path}`)).toMatchObject({ status: 404 })
    }
    expect(await fixture.call(supervisor, 'POST', `/api/v1/bulk-jobs/${jobId}/run`)).toMatchObject({ status: 404 })
    expect((await fixture.call(supervisor, 'GET', '/api/v1/bulk-jobs')).body).toEqual({ items: [] })
    expect((await fixture.call(reviewer, 'GET', '/api/v1/bulk-jobs')).body).toMatchObject({ items: [{ id: jobId }] })
  })
})
