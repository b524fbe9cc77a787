import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Actor } from '../../../src/contracts/access.ts'
import type { FoundMembership } from '../../../src/features/bpjs/index.ts'
import { makeNik } from '../../support/intake-body.ts'
import { createVerificationFixture, type VerificationFixture } from './fixture.ts'
import { INACTIVE } from './membership-stand-in.ts'

const MINUTE = 60_000
const DAY = 24 * 60 * MINUTE
const BORN = { birthDate: '1990-05-06', nik: makeNik('1990-05-06', 'female') }
const decision = (name: string) => ({ version: 1, decision: name })

describe('decisions and what BPJS answered', () => {
  let fixture: VerificationFixture
  let reviewer: Actor
  beforeAll(async () => {
    fixture = await createVerificationFixture()
  })
  beforeEach(async () => {
    await fixture.reset()
    reviewer = fixture.actor('verifikator')
  })
  afterAll(() => fixture.close())

  /** Claimed while BPJS knew nothing of the person; asking again finds this answer. */
  const claimedThenFound = async (answer: Partial<FoundMembership>): Promise<string> => {
    const id = await fixture.claimed(reviewer, BORN)
    fixture.directory.teach(BORN.nik, answer)
    expect((await fixture.act(reviewer, id, 'membership-checks/refresh')).status).toBe(200)
    return id
  }
  const decide = (id: string, name: string) => fixture.act(reviewer, id, 'decisions', decision(name))

  it.each([
    ['already_active', {}],
    ['needs_reactivation', INACTIVE],
  ])('%s needs an answer younger than a day', async (name, answer) => {
    const id = await claimedThenFound(answer)
    fixture.clock.advance(DAY + MINUTE)
    await fixture.act(reviewer, id, 'claim')
    expect(await decide(id, name)).toMatchObject({ status: 409, body: { code: 'membership_stale' } })
    await fixture.act(reviewer, id, 'membership-checks/refresh')
    expect(await decide(id, name)).toMatchObject({ status: 200, body: { state: name } })
    expect((await fixture.notices(id)).map((notice) => notice.template)).toEqual([name])
    await fixture.requireReplayEqual(id)
  })

  it('already_active is only for an active member, needs_reactivation only for an inactive one', async () => {
    const stranger = await fixture.claimed(reviewer, { birthDate: '1981-02-03' })
    for (const name of ['already_active', 'needs_reactivation']) {
      expect((await decide(stranger, name)).body.code).toBe('action_not_allowed')
    }
    const id = await claimedThenFound({})
    expect((await decide(id, 'needs_reactivation')).body.code).toBe('action_not_allowed')
    fixture.directory.teach(BORN.nik, INACTIVE)
    await fixture.act(reviewer, id, 'membership-checks/refresh')
    expect((await decide(id, 'already_active')).body.code).toBe('action_not_allowed')
  })

  it.each([
    ['about somebody else', { outcome: 'found_mismatch' }, 'membership_mismatch'],
    [
      'with an unknown status',
      { outcome: 'found_inactive', statusCode: '77', statusText: 'BARU', statusKnown: false },
      'membership_status_unknown',
    ],
    [
      'that the person has died',
      { outcome: 'found_inactive', statusCode: '2', statusText: 'MENINGGAL' },
      'membership_deceased',
    ],
  ] as const)('an answer %s approves nobody until a better one replaces it', async (_what, answer, flag) => {
    const id = await claimedThenFound(answer)
    const view = await fixture.view(reviewer, id)
    expect(view.flags).toEqual([flag])
    expect(view.allowedActions).not.toContain('decide_eligible')
    expect(await decide(id, 'eligible')).toMatchObject({ status: 409, body: { code: 'membership_doubtful' } })
    const checkedAt = fixture.clock.now().toISOString()
    const evidence = 'Loket BPJS, petugas Rini, orangnya hadir'
    const manual = { outcome: 'not_found', evidence, checkedAt }
    expect((await fixture.act(reviewer, id, 'membership-checks', manual)).body).toMatchObject({ flags: [] })
    expect(await decide(id, 'eligible')).toMatchObject({ status: 200, body: { state: 'eligible' } })
    await fixture.requireReplayEqual(id)
  })

  it('nobody reactivates the card of somebody who has died', async () => {
    const id = await claimedThenFound({ outcome: 'found_inactive', statusCode: '2', statusText: 'MENINGGAL' })
    expect((await decide(id, 'needs_reactivation')).body.code).toBe('membership_doubtful')
  })
})
