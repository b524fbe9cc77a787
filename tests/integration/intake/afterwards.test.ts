import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Actor } from '../../../src/contracts/access.ts'
import { replay } from '../../../src/contracts/lifecycle/journal.ts'
import { SYSTEM } from '../../../src/features/intake/index.ts'
import { makeIntakeBody, makeMember, makeNik } from '../../support/intake-body.ts'
import { createIntakeFixture, type IntakeFixture } from './fixture.ts'

let fixture: IntakeFixture
let petugas: Actor
beforeAll(async () => {
  fixture = await createIntakeFixture()
  petugas = fixture.actor('petugas')
})
afterAll(() => fixture.close())

const post = (actor: Actor, url: string, payload: object) =>
  fixture.app.inject({ method: 'POST', url, headers: fixture.as(actor), payload })

const bornToday = (): string => fixture.clock.now().toISOString().slice(0, 10)

async function registerHeld(body = makeIntakeBody({ members: [makeMember({ nik: null, birthDate: bornToday() })] })) {
  const created = (await fixture.register(petugas, body)).json()
  return {
    body,
    receiptNumber: created.receiptNumber as string,
    intakeId: created.id as string,
    id: created.proposals[0].id as string,
  }
}

async function returnForCorrection(proposalId: string, reasons: { code: string; field: string }[]): Promise<void> {
  const { userId, role } = fixture.actor('verifikator')
  const mover = { id: userId, role }
  const correctionDueAt = new Date(fixture.clock.now().getTime() + 7 * 24 * 3_600_000).toISOString()
  await fixture.database.db.transaction().execute(async (tx) => {
    await fixture.intake.moveMany(tx, [{ proposalId, action: 'start_checks', mover: SYSTEM }])
    await fixture.intake.moveMany(tx, [
      { proposalId, action: 'complete_checks', mover: SYSTEM, data: { membership: 'not_found' } },
    ])
    await fixture.intake.claim(tx, proposalId, mover, false)
    await fixture.intake.moveMany(tx, [
      { proposalId, action: 'decide_needs_correction', mover, reasons, data: { correctionDueAt } },
    ])
  })
}

describe('corrections', () => {
  test('bring a held newborn back to the checks under a new version, with its age', async () => {
    const { id } = await registerHeld()
    const nik = makeNik('1990-05-05', 'female')
    fixture.clock.advance(3_600_000)
    const done = await post(petugas, `/api/v1/proposals/${id}/corrections`, {
      version: 1,
      changes: { nik, birthDate: '1990-05-05', sex: 'female' },
    })
    expect(done.statusCode).toBe(204)
    const row = await fixture.database.owner
      .selectFrom('proposal_status')
      .selectAll()
      .where('proposal_id', '=', id)
      .executeTakeFirstOrThrow()
    expect(row).toMatchObject({ state: 'submitted', version: 2, flags: ['resubmitted'] })
    expect(row.submitted_at.getTime()).toBe(row.state_since.getTime() - 3_600_000)
    const work = await fixture.database.owner.selectFrom('outbox').selectAll().where('key', '=', `${id}-2`).execute()
    expect(work).toHaveLength(1)
    const history = await fixture.intake.listHistory(fixture.database.db, id)
    expect(replay(history)).toMatchObject({ state: 'submitted', version: 2, sequence: 3 })
  })

  test('must touch or answer every returned field, and look at the version that was returned', async () => {
    const created = (await fixture.register(petugas)).json()
    const id: string = created.proposals[0].id
    await returnForCorrection(id, [{ code: 'NIK_DATA_BEDA', field: 'nik' }])
    const url = `/api/v1/proposals/${id}/corrections`
    const untouched = await post(petugas, url, { version: 1, changes: { fullName: 'SITI' } })
    expect(untouched.json()).toMatchObject({
      code: 'invalid_input',
      errors: [{ path: 'changes.nik', code: 'returned_field_untouched' }],
    })
    const stale = await post(petugas, url, { version: 7, changes: {} })
    expect(stale.json()).toMatchObject({ code: 'version_conflict', details: { version: 1 } })
    const answers = [{ field: 'nik', explanation: 'sudah dicocokkan dengan KTP asli' }]
    expect((await post(petugas, url, { version: 1, changes: {}, answers })).statusCode).toBe(204)
  })

  test('need the NIK that a newborn was held for', async () => {
    const { id } = await registerHeld()
    const without = await post(petugas, `/api/v1/proposals/${id}/corrections`, {
      version: 1,
      changes: { fullName: 'SITI' },
    })
    expect(without.json().errors).toMatchObject([{ path: 'changes.nik', code: 'required' }])
  })

  test('refuse a NIK that another open proposal holds, and change nothing', async () => {
    const member = makeMember({ birthDate: '1990-05-05' })
    const { receiptNumber } = (await fixture.register(petugas, makeIntakeBody({ members: [member] }))).json()
    const { id } = await registerHeld()
    const taken = await post(petugas, `/api/v1/proposals/${id}/corrections`, {
      version: 1,
      changes: { nik: member.nik, birthDate: member.birthDate, sex: member.sex, fullName: 'NAMA LAIN' },
    })
    expect(taken.statusCode).toBe(409)
    expect(taken.json()).toMatchObject({
      code: 'nik_already_proposed',
      errors: [{ path: 'changes.nik', code: 'nik_already_proposed', message: expect.stringContaining(receiptNumber) }],
    })
    const row = await fixture.database.owner
      .selectFrom('proposal')
      .selectAll()
      .where('id', '=', id)
      .executeTakeFirstOrThrow()
    expect(row).toMatchObject({ full_name: 'SITI AMINAH', nik_index: null })
  })

  test('belong to the office: another one finds nothing', async () => {
    const { id } = await registerHeld()
    const stranger = fixture.actor('petugas', { officeId: null, officeIds: [] })
    expect((await post(stranger, `/api/v1/proposals/${id}/corrections`, { version: 1, changes: {} })).statusCode).toBe(
      404,
    )
  })

  test('that never come close the case, and the resident is told once', async () => {
    const { id } = await registerHeld()
    fixture.notices.length = 0
    for (const step of [fixture.intake.remindUnanswered, fixture.intake.expireUnanswered]) {
      fixture.clock.advance(200 * 24 * 3_600_000)
      await step()
      await step()
    }
    const told = fixture.notices.filter((notice) => notice.proposalId === id)
    expect(told).toMatchObject([
      { template: 'correction_reminder' },
      { template: 'closed', variables: { closedAs: 'expired' } },
    ])
  })
})

describe('one household', () => {
  test('shows each member with its own state, numbers masked, and is audited', async () => {
    const { body, intakeId } = await registerHeld(
      makeIntakeBody({
        members: [
          makeMember(),
          makeMember({ nik: null, birthDate: bornToday(), relationship: 'anak' }),
          makeMember({ relationship: 'suami', propose: false }),
        ],
      }),
    )
    const view = await fixture.app.inject({ url: `/api/v1/intakes/${intakeId}`, headers: fixture.as(petugas) })
    expect(view.json()).toMatchObject({
      proposals: [{ state: 'submitted' }, { state: 'needs_correction', flags: ['awaiting_nik'] }],
      otherMembers: [{ relationship: 'suami' }],
      address: { villageName: 'Kejaksan' },
    })
    expect(view.body).not.toContain(body.familyCardNumber)
    expect(view.body).not.toContain(body.members[0]?.nik)
    expect(fixture.audited.at(-1)).toMatchObject({ action: 'read_intake', subjectId: intakeId })
  })

  test('full numbers are shown only by an audited reveal', async () => {
    const body = makeIntakeBody()
    const created = (await fixture.register(petugas, body)).json()
    const shown = await post(petugas, `/api/v1/proposals/${created.proposals[0].id}/reveal`, {})
    expect(shown.json()).toEqual({
      nik: body.members[0]?.nik,
      familyCardNumber: body.familyCardNumber,
      whatsappNumber: `62${body.whatsappNumber.slice(1)}`,
    })
    expect(fixture.audited.at(-1)).toMatchObject({ action: 'reveal' })
  })
})

describe('a note', () => {
  test('is kept in the history and changes neither state nor age', async () => {
    const created = (await fixture.register(petugas)).json()
    const id = created.proposals[0].id
    await fixture.database.db.transaction().execute(async (tx) => {
      await fixture.intake.moveMany(tx, [{ proposalId: id, action: 'start_checks', mover: SYSTEM }])
      await fixture.intake.moveMany(tx, [
        { proposalId: id, action: 'complete_checks', mover: SYSTEM, data: { membership: 'not_found' } },
      ])
    })
    const read = () =>
      fixture.database.owner
        .selectFrom('proposal_status')
        .select(['state', 'due_at', 'submitted_at', 'state_since'])
        .where('proposal_id', '=', id)
        .executeTakeFirstOrThrow()
    const before = await read()
    fixture.clock.advance(60_000)
    expect((await post(petugas, `/api/v1/proposals/${id}/notes`, { note: 'warga menelepon' })).statusCode).toBe(204)
    expect(await read()).toEqual(before)
  })
})

describe('idempotency keys', () => {
  test('are forgotten after 180 days, not before', async () => {
    await fixture.register(petugas)
    const count = async () => (await fixture.database.owner.selectFrom('idempotency_key').selectAll().execute()).length
    const before = await count()
    await fixture.intake.purgeIdempotencyKeys()
    expect(await count()).toBeGreaterThan(0)
    expect(await count()).toBeLessThanOrEqual(before)
    fixture.clock.advance(181 * 24 * 3_600_000)
    await fixture.intake.purgeIdempotencyKeys()
    expect(await count()).toBe(0)
  })
})
