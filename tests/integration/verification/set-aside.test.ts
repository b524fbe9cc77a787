import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Actor } from '../../../src/contracts/access.ts'
import { makeIntakeBody, makeMember, makeNik } from '../../support/intake-body.ts'
import { createVerificationFixture, type VerificationFixture } from './fixture.ts'

const HOUR = 60 * 60_000
const NOTE = { version: 1, note: 'keluarga datang dengan surat baru' }

describe('setting an end aside', () => {
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

  const setAside = (id: string) => fixture.act(supervisor, id, 'set-aside', NOTE)
  const allowedFor = async (actor: Actor, id: string) => (await fixture.view(actor, id)).allowedActions

  it('is possible for an active member that checks found by themselves', async () => {
    const nik = makeNik('1990-05-06', 'female')
    fixture.directory.teach(nik, {})
    const id = await fixture.propose({ nik, birthDate: '1990-05-06' })
    await fixture.runChecks()
    expect(await allowedFor(supervisor, id)).toEqual(['set_aside'])
    expect((await setAside(id)).body).toMatchObject({ state: 'in_review', membership: { outcome: 'found_active' } })
    expect(await fixture.openChecks()).toBe(0)
    await fixture.requireReplayEqual(id)
  })

  it('is not possible for what the family took back', async () => {
    const id = await fixture.claimed(reviewer)
    await fixture.act(fixture.petugas, id, 'withdraw', NOTE)
    expect(await allowedFor(supervisor, id)).toEqual([])
    expect((await setAside(id)).body.code).toBe('action_not_allowed')
  })

  it('asks BPJS what it had not answered when the case ended', async () => {
    fixture.directory.isDown = true
    const id = await fixture.propose()
    await fixture.runChecks()
    fixture.clock.advance(HOUR)
    await fixture.handOver()
    await fixture.act(reviewer, id, 'claim')
    const reasons = [{ code: 'KTP_TIDAK_TERBACA' }]
    await fixture.act(reviewer, id, 'decisions', { version: 1, decision: 'needs_correction', reasons })
    await expireReturned()
    fixture.directory.isDown = false
    await fixture.runChecks()
    expect(await fixture.openChecks()).toBe(0)

    expect((await setAside(id)).body).toMatchObject({ state: 'in_review', flags: ['membership_unknown'] })
    await fixture.runChecks()
    expect(await fixture.snapshot(id)).toMatchObject({ state: 'in_review', membership: 'not_found', flags: [] })
    await fixture.requireReplayEqual(id)
  })

  it('leaves a newborn without NIK closed: there is nothing to check yet', async () => {
    const created = await fixture.register(
      makeIntakeBody({ confirmWarnings: ['nik_missing_not_newborn'], members: [makeMember({ nik: null })] }),
    )
    const id = created.proposals[0]?.id ?? ''
    await expireReturned()
    expect(await fixture.snapshot(id)).toMatchObject({ state: 'closed', closedAs: 'expired', flags: ['awaiting_nik'] })
    expect(await allowedFor(supervisor, id)).toEqual([])
    expect(await setAside(id)).toMatchObject({ status: 409, body: { code: 'awaiting_nik' } })
    expect(await fixture.snapshot(id)).toMatchObject({ state: 'closed' })
  })

  /** Long after every due date. */
  const expireReturned = async (): Promise<void> => {
    for (const step of [fixture.intake.remindUnanswered, fixture.intake.expireUnanswered]) {
      fixture.clock.advance(200 * 24 * HOUR)
      await step()
    }
  }
})
