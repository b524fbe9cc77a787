import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Actor } from '../../../src/contracts/access.ts'
import type { FoundMembership } from '../../../src/features/bpjs/index.ts'
import { makeNik } from '../../support/intake-body.ts'
import { createVerificationFixture, type VerificationFixture } from './fixture.ts'
import { INACTIVE } from './membership-stand-in.ts'

const DAY = 24 * 60 * 60_000
const BORN = { birthDate: '1990-05-06', nik: makeNik('1990-05-06', 'female') }
const PBI_APBN: Partial<FoundMembership> = { ...INACTIVE, segmentCode: '21', segmentText: 'PBI (APBN)' }
const PAPERS = { version: 1, note: 'surat dan KTP sudah dilihat' }

describe('a reactivation', () => {
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

  const inReactivation = async (answer: Partial<FoundMembership>): Promise<string> => {
    fixture.directory.teach(BORN.nik, answer)
    const id = await fixture.propose(BORN)
    await fixture.runChecks()
    expect(await fixture.snapshot(id)).toMatchObject({ state: 'needs_reactivation' })
    return id
  }
  const complete = (id: string, body: object = PAPERS) => fixture.act(fixture.petugas, id, 'reactivation-papers', body)

  it('comes back to review with its papers, keeps its age, and is audited as what it is', async () => {
    const id = await inReactivation(INACTIVE)
    const before = await fixture.view(reviewer, id)
    fixture.clock.advance(3 * DAY)
    expect((await complete(id)).status).toBe(204)
    const after = await fixture.view(reviewer, id)
    expect(after).toMatchObject({ state: 'in_review', version: 1, correctionDueAt: null, flags: [] })
    expect(after.submittedAt).toBe(before.submittedAt)
    // Review counts from the submission: four working hours of Monday 10:00.
    expect(after.dueAt).toBe('2026-11-23T07:00:00.000Z')
    expect(await fixture.audited('complete_reactivation')).toEqual([{ subjectId: id, actorId: fixture.petugas.userId }])
    expect(await fixture.audited('correct')).toEqual([])
    await fixture.requireReplayEqual(id)
    expect((await complete(id)).body.code).toBe('action_not_allowed')
  })

  it('of a former PBI (APBN) needs the word that the letter of the health facility was seen', async () => {
    const id = await inReactivation(PBI_APBN)
    expect((await fixture.view(fixture.petugas, id)).flags).toEqual(['facility_letter_needed'])
    for (const body of [PAPERS, { ...PAPERS, facilityLetterSeen: false }]) {
      expect(await complete(id, body)).toMatchObject({
        status: 400,
        body: { code: 'invalid_input', errors: [{ path: 'facilityLetterSeen', code: 'required' }] },
      })
    }
    expect((await fixture.snapshot(id)).state).toBe('needs_reactivation')
    expect(await fixture.audited('complete_reactivation')).toEqual([])
    expect((await complete(id, { ...PAPERS, facilityLetterSeen: true })).status).toBe(204)
    const { history } = await fixture.view(reviewer, id)
    expect(history.at(-1)).toMatchObject({
      action: 'complete_reactivation',
      reasons: [{ code: 'NOTE', note: PAPERS.note }, { code: 'FACILITY_LETTER_SEEN' }],
    })
    await fixture.requireReplayEqual(id)
  })
})
