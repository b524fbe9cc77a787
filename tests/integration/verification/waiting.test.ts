import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Actor } from '../../../src/contracts/access.ts'
import { makeIntakeBody, makeMember, makeNik } from '../../support/intake-body.ts'
import { CIREBON, createVerificationFixture, type VerificationFixture } from './fixture.ts'
import { INACTIVE } from './membership-stand-in.ts'

const BORN = { birthDate: '1990-05-06', nik: makeNik('1990-05-06', 'female') }
const RETURN = { version: 1, decision: 'needs_correction', reasons: [{ code: 'KTP_TIDAK_TERBACA' }] }
const NOTE = { version: 1, note: 'keluarga datang dengan surat baru' }

/** The clock begins on Monday, 23 November 2026, at 10:00 in Cirebon. */
describe('a case that waits for its household', () => {
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

  const returned = async (): Promise<string> => {
    const id = await fixture.claimed(reviewer)
    expect((await fixture.act(reviewer, id, 'decisions', RETURN)).status).toBe(200)
    return id
  }
  const inReactivation = async (): Promise<string> => {
    fixture.directory.teach(BORN.nik, INACTIVE)
    const id = await fixture.propose(BORN)
    await fixture.runChecks()
    return id
  }
  const at = (local: string): void => fixture.clock.set(new Date(`${local}+07:00`))
  const templates = async (id: string) => (await fixture.notices(id)).map((notice) => notice.template)
  const remind = () => fixture.intake.remindUnanswered()
  const expire = () => fixture.intake.expireUnanswered()

  it('is reminded once, after three working days, with the day on which it ends', async () => {
    const id = await returned()
    at('2026-11-26T09:45')
    expect(await remind()).toBe(0)
    at('2026-11-26T10:00')
    expect(await remind()).toBe(1)
    expect(await remind()).toBe(0)
    expect((await fixture.notices(id)).at(-1)).toMatchObject({
      template: 'correction_reminder',
      variables: { dueOn: '2026-11-30' },
    })
    expect(await fixture.snapshot(id)).toMatchObject({
      state: 'needs_correction',
      flags: ['reminded'],
      correctionDueAt: '2026-11-30T03:00:00.000Z',
    })
    await fixture.requireReplayEqual(id)
  })

  it('is closed when the day has passed after the reminder, and tells the household', async () => {
    const id = await returned()
    at('2026-11-26T10:00')
    await remind()
    at('2026-11-30T10:00')
    expect(await expire()).toBe(0)
    at('2026-11-30T10:15')
    expect(await expire()).toBe(1)
    expect(await fixture.snapshot(id)).toMatchObject({ state: 'closed', closedAs: 'expired', flags: [] })
    expect(await templates(id)).toEqual(['needs_correction', 'correction_reminder', 'closed'])
    expect((await fixture.act(supervisor, id, 'set-aside', NOTE)).body).toMatchObject({ state: 'in_review' })
    await fixture.requireReplayEqual(id)
  })

  it('leaves an entry of the system in the audit log when it is closed, not when it is reminded', async () => {
    const id = await returned()
    at('2026-11-26T10:00')
    await remind()
    at('2026-11-30T10:15')
    await expire()
    await expire()
    const entries = await fixture.database.owner
      .selectFrom('audit_event')
      .select(['actor_id', 'action', 'subject_type', 'subject_id', 'office_id', 'region_code'])
      .where('actor_role', '=', 'system')
      .execute()
    expect(entries).toEqual([
      {
        actor_id: null,
        action: 'expire',
        subject_type: 'proposal',
        subject_id: id,
        office_id: CIREBON.office,
        region_code: CIREBON.region,
      },
    ])
  })

  it('is never closed without a reminder: one that comes late leaves a working day', async () => {
    const id = await returned()
    at('2026-12-04T15:00')
    expect(await expire()).toBe(0)
    expect(await remind()).toBe(1)
    expect((await fixture.snapshot(id)).correctionDueAt).toBe('2026-12-07T08:00:00.000Z')
    expect((await fixture.notices(id)).at(-1)).toMatchObject({ variables: { dueOn: '2026-12-07' } })
    at('2026-12-07T14:00')
    expect(await expire()).toBe(0)
    at('2026-12-07T15:01')
    expect(await expire()).toBe(1)
    await fixture.requireReplayEqual(id)
  })

  it('is not reminded when the answer has come, and again when it is returned again', async () => {
    const id = await returned()
    const answers = [{ field: 'documents.ktp', explanation: 'KTP sudah difoto ulang' }]
    at('2026-11-26T10:00')
    await remind()
    await fixture.act(fixture.petugas, id, 'corrections', { version: 1, answers })
    await fixture.runChecks()
    expect((await fixture.snapshot(id)).flags).toEqual(['resubmitted'])
    expect(await remind()).toBe(0)
    await fixture.act(reviewer, id, 'claim')
    await fixture.act(reviewer, id, 'decisions', { ...RETURN, version: 2 })
    at('2026-12-01T10:00')
    expect(await remind()).toBe(1)
    expect((await templates(id)).filter((template) => template === 'correction_reminder')).toHaveLength(2)
    await fixture.requireReplayEqual(id)
  })

  it('for the NIK of a newborn is reminded near its end, not after three days', async () => {
    const created = await fixture.register(
      makeIntakeBody({ confirmWarnings: ['nik_missing_not_newborn'], members: [makeMember({ nik: null })] }),
    )
    at('2026-11-26T10:00')
    expect(await remind()).toBe(0)
    const { correctionDueAt } = await fixture.snapshot(created.proposals[0]?.id ?? '')
    fixture.clock.set(new Date(correctionDueAt ?? ''))
    expect(await remind()).toBe(1)
  })

  it('for the papers of a reactivation is reminded and closed after 13 weeks, and frees its NIK', async () => {
    const id = await inReactivation()
    expect(await fixture.snapshot(id)).toMatchObject({
      state: 'needs_reactivation',
      correctionDueAt: '2027-02-22T03:00:00.000Z',
    })
    at('2027-02-18T10:00')
    expect(await remind()).toBe(1)
    at('2027-02-22T10:15')
    expect(await expire()).toBe(1)
    expect(await fixture.snapshot(id)).toMatchObject({ state: 'closed', closedAs: 'expired' })
    expect(await templates(id)).toEqual(['needs_reactivation', 'correction_reminder', 'closed'])
    await fixture.requireReplayEqual(id)
    await fixture.propose(BORN)
  })

  it('waits as long when a reviewer sent it to reactivation', async () => {
    const id = await fixture.claimed(reviewer, BORN)
    fixture.directory.teach(BORN.nik, INACTIVE)
    await fixture.act(reviewer, id, 'membership-checks/refresh')
    const answer = await fixture.act(reviewer, id, 'decisions', { version: 1, decision: 'needs_reactivation' })
    expect(answer.body).toMatchObject({ correctionDueAt: '2027-02-22T03:00:00.000Z' })
  })
})
