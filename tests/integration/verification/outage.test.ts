import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { makeNik } from '../../support/intake-body.ts'
import { createVerificationFixture, type VerificationFixture } from './fixture.ts'
import { INACTIVE } from './membership-stand-in.ts'

const MINUTE = 60_000
const BORN = '1985-03-04'

describe('while BPJS does not answer', () => {
  let fixture: VerificationFixture
  beforeAll(async () => {
    fixture = await createVerificationFixture()
  })
  beforeEach(() => fixture.reset())
  afterAll(() => fixture.close())

  /** Moves the clock on, with the schedule and the due checks of every minute. */
  const pass = async (minutes: number): Promise<void> => {
    for (let minute = 0; minute < minutes; minute += 1) {
      fixture.clock.advance(MINUTE)
      await fixture.handOver()
      await fixture.runChecks()
    }
  }
  const proposeMany = (names: string[]): Promise<{ id: string; nik: string }[]> =>
    Promise.all(
      names.map(async (fullName) => {
        const nik = makeNik(BORN, 'female')
        return { nik, id: await fixture.propose({ nik, birthDate: BORN, fullName }) }
      }),
    )
  const NAMES = ['AGUS WIJAYA', 'RATNA SARI', 'JOKO PURNOMO', 'HENDRA KUSUMA']

  it('registering goes on and nothing is decided for half an hour', async () => {
    fixture.directory.isDown = true
    const before = await proposeMany(NAMES.slice(0, 2))
    await fixture.runChecks()
    await pass(15)
    const during = await proposeMany(NAMES.slice(2))
    await pass(14)

    for (const { id } of [...before, ...during]) {
      expect(await fixture.snapshot(id)).toMatchObject({ state: 'checking', flags: [], membership: null })
    }
    expect(await fixture.notices()).toEqual([])
    expect(await fixture.openChecks()).toBe(4)
    const view = await fixture.view(fixture.actor('verifikator'), before[0]?.id ?? '')
    expect(view.membership).toMatchObject({ outcome: 'unavailable', source: 'mock' })
    expect(view.checks.find((check) => check.kind === 'format')?.outcome).toBe('ok')
  })

  it('a reviewer sees the case after 30 minutes, may return it, and may not decide it otherwise', async () => {
    fixture.directory.isDown = true
    const [one, other] = await proposeMany(NAMES.slice(0, 2))
    await fixture.runChecks()
    await pass(30)

    const reviewer = fixture.actor('verifikator')
    const id = one?.id ?? ''
    expect(await fixture.snapshot(id)).toMatchObject({
      state: 'in_review',
      flags: ['membership_unknown'],
      membership: 'unavailable',
    })
    const listed = await fixture.call(reviewer, 'GET', '/api/v1/proposals?queue=membership_unknown')
    expect(listed.body).toMatchObject({ items: [{}, {}] })
    expect((await fixture.act(reviewer, id, 'claim')).status).toBe(200)
    for (const decision of ['eligible', 'already_active', 'needs_reactivation']) {
      expect(await fixture.act(reviewer, id, 'decisions', { version: 1, decision })).toMatchObject({
        status: 409,
        body: { code: 'membership_unknown' },
      })
    }
    const rejected = await fixture.act(reviewer, id, 'decisions', {
      version: 1,
      decision: 'rejected',
      reasons: [{ code: 'PINDAH' }],
    })
    expect(rejected).toMatchObject({ status: 409, body: { code: 'membership_unknown' } })
    const linked = await fixture.act(reviewer, id, 'decisions', {
      version: 1,
      decision: 'duplicate_of',
      duplicateOf: other?.id,
    })
    expect(linked).toMatchObject({ status: 409, body: { code: 'membership_unknown' } })
    expect((await fixture.view(reviewer, id)).allowedActions).not.toContain('decide_eligible')
    const returned = await fixture.act(reviewer, id, 'decisions', {
      version: 1,
      decision: 'needs_correction',
      reasons: [{ code: 'KTP_TIDAK_TERBACA' }],
    })
    expect(returned.status).toBe(200)
  })

  it('recovery drains the backlog, each case once', async () => {
    fixture.directory.isDown = true
    const [active, inactive, stranger, fresh] = await proposeMany(NAMES)
    await fixture.runChecks()
    await pass(45)
    for (const one of [active, inactive, stranger, fresh]) {
      expect((await fixture.snapshot(one?.id ?? '')).flags).toEqual(['membership_unknown'])
    }
    fixture.directory.teach(active?.nik ?? '', {})
    fixture.directory.teach(inactive?.nik ?? '', INACTIVE)
    fixture.directory.isDown = false
    await pass(10)

    expect(await fixture.snapshot(active?.id ?? '')).toMatchObject({ state: 'already_active', flags: [] })
    expect(await fixture.snapshot(inactive?.id ?? '')).toMatchObject({ state: 'needs_reactivation', flags: [] })
    expect(await fixture.snapshot(stranger?.id ?? '')).toMatchObject({
      state: 'in_review',
      flags: [],
      membership: 'not_found',
    })
    expect((await fixture.notices()).map((notice) => notice.template).sort()).toEqual([
      'already_active',
      'needs_reactivation',
    ])
    expect(await fixture.openChecks()).toBe(0)
    for (const one of [active, inactive, stranger, fresh]) await fixture.requireReplayEqual(one?.id ?? '')
    const history = await fixture.intake.listHistory(fixture.database.db, stranger?.id ?? '')
    expect(history.map((entry) => entry.action)).toEqual([
      'submit',
      'start_checks',
      'complete_checks',
      'record_membership',
    ])
  })

  it('an answer within the half hour completes the checks as if nothing had been', async () => {
    fixture.directory.isDown = true
    const [one] = await proposeMany(['AGUS WIJAYA'])
    await fixture.runChecks()
    await pass(20)
    fixture.directory.isDown = false
    await pass(6)
    expect(await fixture.snapshot(one?.id ?? '')).toMatchObject({
      state: 'in_review',
      flags: [],
      membership: 'not_found',
    })
  })

  it('leaves the decision to the reviewer who holds the case when the late answer comes', async () => {
    fixture.directory.isDown = true
    const [one] = await proposeMany(['AGUS WIJAYA'])
    const id = one?.id ?? ''
    await fixture.runChecks()
    await pass(31)
    const reviewer = fixture.actor('verifikator')
    await fixture.act(reviewer, id, 'claim')
    fixture.directory.teach(one?.nik ?? '', {})
    fixture.directory.isDown = false
    await pass(10)

    const view = await fixture.view(reviewer, id)
    expect(view).toMatchObject({ state: 'in_review', flags: [], membership: { outcome: 'found_active' } })
    expect(view.allowedActions).toContain('decide_already_active')
    expect(view.allowedActions).not.toContain('decide_eligible')
    expect(await fixture.notices(id)).toEqual([])
    expect((await fixture.act(reviewer, id, 'decisions', { version: 1, decision: 'already_active' })).status).toBe(200)
    expect(await fixture.notices(id)).toMatchObject([{ template: 'already_active' }])
  })

  it('an officer who asked at a counter may answer instead, and BPJS is not asked on', async () => {
    fixture.directory.isDown = true
    const [one] = await proposeMany(['AGUS WIJAYA'])
    const id = one?.id ?? ''
    await fixture.runChecks()
    await pass(31)
    const reviewer = fixture.actor('verifikator')
    const check = {
      outcome: 'not_found',
      evidence: 'Loket BPJS Cirebon, petugas Rini',
      checkedAt: fixture.clock.now().toISOString(),
    }
    expect(await fixture.act(reviewer, id, 'membership-checks', { ...check, evidence: 'ya' })).toMatchObject({
      status: 400,
      body: { errors: [{ path: 'evidence' }] },
    })
    const recorded = await fixture.act(reviewer, id, 'membership-checks', check)
    expect(recorded).toMatchObject({
      status: 200,
      body: { flags: [], membership: { outcome: 'not_found', source: 'manual' } },
    })
    fixture.directory.teach(one?.nik ?? '', {})
    fixture.directory.isDown = false
    await pass(10)
    expect(await fixture.snapshot(id)).toMatchObject({ state: 'in_review', membership: 'not_found' })
    expect(await fixture.openChecks()).toBe(0)
    expect(await fixture.audited('record_membership')).toHaveLength(2)
  })

  it('a question that can never be answered goes to a person at once and is asked no more', async () => {
    fixture.directory.isDown = true
    fixture.directory.isRetryable = false
    const [one] = await proposeMany(['AGUS WIJAYA'])
    await fixture.runChecks()
    expect(await fixture.snapshot(one?.id ?? '')).toMatchObject({ state: 'in_review', flags: ['membership_unknown'] })
    expect(await fixture.openChecks()).toBe(0)
  })

  it('the half hour of a corrected case counts from its correction', async () => {
    const [one] = await proposeMany(['AGUS WIJAYA'])
    const id = one?.id ?? ''
    await fixture.runChecks()
    const reviewer = fixture.actor('verifikator')
    await fixture.act(reviewer, id, 'claim')
    const reasons = [{ code: 'KTP_TIDAK_TERBACA' }]
    await fixture.act(reviewer, id, 'decisions', { version: 1, decision: 'needs_correction', reasons })
    fixture.clock.advance(60 * MINUTE)
    fixture.directory.isDown = true
    const answers = [{ field: 'documents.ktp', explanation: 'KTP sudah difoto ulang' }]
    expect((await fixture.act(fixture.petugas, id, 'corrections', { version: 1, answers })).status).toBe(204)
    await fixture.runChecks()
    await pass(29)
    expect((await fixture.snapshot(id)).state).toBe('checking')
    await pass(2)
    expect(await fixture.snapshot(id)).toMatchObject({
      state: 'in_review',
      flags: ['membership_unknown', 'resubmitted'],
    })
  })
})
