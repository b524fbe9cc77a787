import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Actor } from '../../../src/contracts/access.ts'
import { BULK_UNDO_MS, UNDO_MS } from '../../../src/contracts/lifecycle/allowed.ts'
import type { Snapshot } from '../../../src/contracts/lifecycle/snapshot.ts'
import { makeIntakeBody, makeMember } from '../../support/intake-body.ts'
import { createVerificationFixture, type VerificationFixture } from './fixture.ts'

const UNDOABLE = { version: 1, undoable: true }
const ELIGIBLE = { ...UNDOABLE, decision: 'eligible' }
const RETURN = { ...UNDOABLE, decision: 'needs_correction', reasons: [{ code: 'KTP_TIDAK_TERBACA' }] }
const REJECT = { ...UNDOABLE, decision: 'rejected', reasons: [{ code: 'BUKAN_PENDUDUK_SINI' }] }
const DEATH = { ...UNDOABLE, decision: 'rejected', reasons: [{ code: 'MENINGGAL' }] }
const UNDO = { version: 1 }

const withoutSequence = ({ sequence: _, ...rest }: Snapshot) => rest

describe('undoing a decision', () => {
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

  it.each([
    ['an approval', ELIGIBLE],
    ['a return', RETURN],
    ['a rejection', REJECT],
    ['a closing', DEATH],
  ])('puts %s back as it was, in the hands of whoever made it', async (_name, decision) => {
    const id = await fixture.claimed(reviewer)
    const before = await fixture.snapshot(id)
    fixture.clock.advance(60_000)
    const decided = await fixture.act(reviewer, id, 'decisions', decision)
    expect(decided).toMatchObject({ status: 200, body: { allowedActions: expect.arrayContaining(['undo']) } })
    expect(decided.body.undoUntil).toBe(new Date(fixture.clock.now().getTime() + UNDO_MS).toISOString())
    fixture.clock.advance(UNDO_MS - 1)

    const undone = await fixture.act(reviewer, id, 'undo', UNDO)

    expect(undone).toMatchObject({
      status: 200,
      body: { state: 'in_review', lease: { holderId: reviewer.userId }, undoUntil: null },
    })
    expect(withoutSequence(await fixture.snapshot(id))).toEqual(withoutSequence(before))
    await fixture.requireReplayEqual(id)
    expect(await fixture.audited('undo_decision')).toEqual([{ subjectId: id, actorId: reviewer.userId }])
    expect(await fixture.act(reviewer, id, 'decisions', ELIGIBLE)).toMatchObject({ status: 200 })
  })

  it('is offered only where it was asked for, and not after its time', async () => {
    const plain = await fixture.claimed(reviewer)
    const answer = await fixture.act(reviewer, plain, 'decisions', { ...ELIGIBLE, undoable: false })
    expect(answer.body).toMatchObject({ undoUntil: null })
    expect(await fixture.act(reviewer, plain, 'undo', UNDO)).toMatchObject({
      status: 409,
      body: { code: 'undo_closed' },
    })

    const late = await fixture.claimed(reviewer)
    await fixture.act(reviewer, late, 'decisions', ELIGIBLE)
    fixture.clock.advance(UNDO_MS)
    expect(await fixture.act(reviewer, late, 'undo', UNDO)).toMatchObject({
      status: 409,
      body: { code: 'undo_closed' },
    })
    expect(await fixture.snapshot(late)).toMatchObject({ state: 'eligible' })
  })

  it('is for whoever decided, once, and not for a case that has moved on', async () => {
    const id = await fixture.claimed(reviewer)
    await fixture.act(reviewer, id, 'decisions', RETURN)
    const supervisor = fixture.actor('supervisor')
    for (const other of [fixture.actor('verifikator'), supervisor]) {
      expect(await fixture.act(other, id, 'undo', UNDO)).toMatchObject({ status: 409, body: { code: 'undo_closed' } })
    }
    await fixture.act(supervisor, id, 'notes', { note: 'Warga sudah di loket' })
    expect(await fixture.act(reviewer, id, 'undo', UNDO)).toMatchObject({ status: 409, body: { code: 'undo_closed' } })

    const again = await fixture.claimed(reviewer)
    await fixture.act(reviewer, again, 'decisions', ELIGIBLE)
    expect(await fixture.act(reviewer, again, 'undo', UNDO)).toMatchObject({ status: 200 })
    expect(await fixture.act(reviewer, again, 'undo', UNDO)).toMatchObject({
      status: 409,
      body: { code: 'undo_closed' },
    })
  })

  it('of a link forgets a pair that only the slip had made', async () => {
    const id = await fixture.claimed(reviewer)
    const other = await fixture.propose({ fullName: 'BUDI SANTOSO', sex: 'male' })
    await fixture.runChecks()
    await fixture.act(reviewer, id, 'decisions', { ...UNDOABLE, decision: 'duplicate_of', duplicateOf: other })
    expect(await fixture.snapshot(id)).toMatchObject({ state: 'closed', closedAs: 'duplicate_of' })
    const undone = await fixture.act(reviewer, id, 'undo', UNDO)
    expect(undone).toMatchObject({
      status: 200,
      body: { state: 'in_review', flags: [], duplicateOf: null, duplicates: [] },
    })
  })

  it('of a rejection is refused when the NIK was registered again meanwhile', async () => {
    const member = makeMember()
    const id = await fixture.claimed(reviewer, member)
    await fixture.act(reviewer, id, 'decisions', REJECT)
    await fixture.register(makeIntakeBody({ members: [member] }))
    expect(await fixture.act(reviewer, id, 'undo', UNDO)).toMatchObject({
      status: 409,
      body: { code: 'nik_already_proposed' },
    })
  })

  it('keeps the public status silent until it is over', async () => {
    const body = makeIntakeBody({ members: [makeMember()] })
    const created = await fixture.register(body)
    const id = created.proposals[0]?.id ?? ''
    await fixture.runChecks()
    await fixture.act(reviewer, id, 'claim')
    await fixture.act(reviewer, id, 'decisions', ELIGIBLE)
    const status = async () => {
      const query = { receiptNumber: created.receiptNumber, phoneLast4: body.whatsappNumber.slice(-4) }
      const answer = await fixture.call(reviewer, 'POST', '/api/public/status', query)
      return (answer.body.members as { status: string }[]).map((member) => member.status)
    }
    expect(await status()).toEqual(['being_checked'])
    fixture.clock.advance(UNDO_MS)
    expect(await status()).toEqual(['approved_waiting'])
  })

  it('leaves the notice waiting for longer than the undo', async () => {
    const id = await fixture.claimed(reviewer)
    await fixture.act(reviewer, id, 'decisions', ELIGIBLE)
    const [notice] = await fixture.notices(id)
    const heldMs = new Date(notice?.heldUntil ?? 0).getTime() - fixture.clock.now().getTime()
    expect(heldMs).toBeGreaterThan(UNDO_MS)
    expect(heldMs).toBeLessThan(BULK_UNDO_MS)
    await fixture.act(reviewer, id, 'undo', UNDO)
    expect((await fixture.notices(id)).map(({ template }) => template)).toEqual(['eligible', 'correction_of_notice'])
  })
})

describe('what was about to be decided', () => {
  let fixture: VerificationFixture
  let first: Actor
  let second: Actor
  beforeAll(async () => {
    fixture = await createVerificationFixture()
  })
  beforeEach(async () => {
    await fixture.reset()
    first = fixture.actor('verifikator')
    second = fixture.actor('supervisor')
  })
  afterAll(() => fixture.close())

  const draft = {
    version: 1,
    decision: 'needs_correction',
    reasons: [{ code: 'LAINNYA', field: 'documents.kk', note: 'NIK 3274014505900001 di KK tidak sama' }],
    note: 'Hubungi Siti dulu',
  }
  const save = (by: Actor, id: string, body: object = draft) =>
    fixture.call(by, 'PUT', `/api/v1/proposals/${id}/draft`, body)

  it('is kept for its author, and a suggestion to whoever takes the case over', async () => {
    const id = await fixture.claimed(first)
    expect(await save(first, id)).toEqual({ status: 200, body: { kept: 'draft' } })
    expect(await fixture.view(first, id)).toMatchObject({ draft: { decision: 'needs_correction' }, suggestions: [] })
    expect(await fixture.view(second, id)).toMatchObject({ draft: null, suggestions: [] })

    await fixture.act(second, id, 'claim', { takeOver: true })

    expect((await fixture.view(second, id)).suggestions).toEqual([
      {
        by: { id: first.userId, name: first.displayName },
        at: fixture.clock.now().toISOString(),
        decision: draft.decision,
        reasons: draft.reasons,
        note: draft.note,
      },
    ])
    expect(await fixture.audited('save_draft')).toEqual([{ subjectId: id, actorId: first.userId }])
  })

  it('comes in late without a conflict, from somebody whose lease ran out', async () => {
    const id = await fixture.claimed(first)
    fixture.clock.advance(21 * 60_000)
    await fixture.act(second, id, 'claim')
    expect(await save(first, id)).toEqual({ status: 200, body: { kept: 'suggestion' } })
    expect((await fixture.view(second, id)).suggestions).toHaveLength(1)
  })

  it('goes with the decision, and is not kept afterwards', async () => {
    const id = await fixture.claimed(first)
    await save(first, id)
    await fixture.act(first, id, 'decisions', ELIGIBLE)
    expect(await save(first, id)).toEqual({ status: 200, body: { kept: 'none' } })
    const { rows } = await sql`SELECT FROM proposal_draft`.execute(fixture.database.owner)
    expect(rows).toEqual([])
  })

  it('lies sealed in the database', async () => {
    const id = await fixture.claimed(first)
    await save(first, id)
    const { rows } = await sql<{ text: string }>`
      SELECT encode(content_sealed, 'escape') AS text FROM proposal_draft`.execute(fixture.database.owner)
    expect(rows).toHaveLength(1)
    expect(rows[0]?.text).not.toMatch(/3274014505900001|Siti|LAINNYA/u)
  })

  it('is not taken from whoever registered the case', async () => {
    const both = fixture.actor('petugas')
    const id = await fixture.propose({}, {}, both)
    await fixture.runChecks()
    expect(await save({ ...fixture.actor('verifikator', { userId: both.userId }) }, id)).toMatchObject({
      status: 403,
      body: { code: 'own_intake' },
    })
  })
})
