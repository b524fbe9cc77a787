import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Actor } from '../../../src/contracts/access.ts'
import type { IntakeCreated } from '../../../src/contracts/api/intakes.ts'
import { type ReasonRecord, SYSTEM } from '../../../src/features/intake/index.ts'
import {
  type IntakeBody,
  type MemberBody,
  makeFamilyCardNumber,
  makeIntakeBody,
  makeMember,
  makeNik,
} from '../../support/intake-body.ts'
import { createIntakeFixture, type IntakeFixture } from './fixture.ts'

let fixture: IntakeFixture
let petugas: Actor
beforeAll(async () => {
  fixture = await createIntakeFixture()
  petugas = fixture.actor('petugas')
})
afterAll(() => fixture.close())

/** Born this month: waits for its NIK, and so for a correction. */
const BORN = '2026-11-01'
const newborn = (changes: Partial<MemberBody> = {}): MemberBody =>
  makeMember({ nik: null, birthDate: BORN, relationship: 'anak', maritalStatus: 'belum_kawin', ...changes })
const nikOfNewborn = (): { nik: string } => ({ nik: makeNik(BORN, 'female') })
/** Issued in Kabupaten Cirebon, so that it agrees with an address there. */
const issuedNearby = (nik: string): string => nik.replace(/^\d{6}/, '320920')
const wife = (changes: Partial<MemberBody> = {}): MemberBody => makeMember({ relationship: 'istri', ...changes })

async function register(body: IntakeBody): Promise<IntakeCreated> {
  const response = await fixture.register(petugas, body)
  if (response.statusCode !== 201) throw new Error(response.body)
  return response.json<IntakeCreated>()
}

/** A family of a head and a held newborn, whom corrections are made to. */
async function registerFamily(changes: Partial<IntakeBody> = {}) {
  const body = makeIntakeBody({ members: [makeMember(), newborn()], ...changes })
  const created = await register(body)
  const ids = created.proposals.map((proposal) => proposal.id)
  return { body, intakeId: created.id, headId: ids[0] ?? '', childId: ids.at(-1) ?? '', ids }
}

async function giveBack(proposalId: string, reasons: ReasonRecord[] = []): Promise<void> {
  const { userId, role } = fixture.actor('verifikator')
  const mover = { id: userId, role }
  const correctionDueAt = new Date(fixture.clock.now().getTime() + 7 * 24 * 3_600_000).toISOString()
  await fixture.database.db.transaction().execute(async (tx) => {
    await fixture.intake.moveMany(tx, [
      { proposalId, action: 'start_checks', mover: SYSTEM },
      { proposalId, action: 'complete_checks', mover: SYSTEM, data: { membership: 'not_found' } },
    ])
    await fixture.intake.claim(tx, proposalId, mover, false)
    await fixture.intake.moveMany(tx, [
      { proposalId, action: 'decide_needs_correction', mover, reasons, data: { correctionDueAt } },
    ])
  })
}

async function correct(proposalId: string, changes: object, more: object = {}, actor = petugas) {
  const response = await fixture.app.inject({
    method: 'POST',
    url: `/api/v1/proposals/${proposalId}/corrections`,
    headers: fixture.as(actor),
    payload: { version: 1, changes, ...more },
  })
  const body = response.body === '' ? {} : response.json()
  const errors = (body.errors ?? []) as { path: string; code: string; message: string }[]
  return { status: response.statusCode, code: body.code as string | undefined, errors }
}
const DONE = { status: 204 }
const refused = (path: string, code: string) => ({ errors: [{ path, code }] })

const household = async (intakeId: string) =>
  (await fixture.app.inject({ url: `/api/v1/intakes/${intakeId}`, headers: fixture.as(petugas) })).json()
const memberOf = async (intakeId: string, proposalId: string) =>
  (await household(intakeId)).proposals.find((proposal: { id: string }) => proposal.id === proposalId)

describe('one head per KK, whatever is corrected', () => {
  test('a second head is refused, proposed or only listed', async () => {
    const { childId } = await registerFamily()
    const change = { ...nikOfNewborn(), relationship: 'kepala_keluarga' }
    expect(await correct(childId, change)).toMatchObject(refused('changes.relationship', 'family_card_two_heads'))
    const listed = await registerFamily({ members: [makeMember({ propose: false }), newborn()] })
    expect(await correct(listed.childId, change)).toMatchObject(
      refused('changes.relationship', 'family_card_two_heads'),
    )
  })

  test('the only head stays the head', async () => {
    const { headId } = await registerFamily()
    await giveBack(headId)
    expect(await correct(headId, { relationship: 'famili_lain' })).toMatchObject(
      refused('changes.relationship', 'family_card_without_head'),
    )
  })

  test('unless an earlier visit named the head of the KK', async () => {
    const first = await registerFamily()
    const { familyCardNumber } = first.body
    const head = makeMember()
    const second = await registerFamily({
      familyCardNumber,
      members: [head, newborn({ fullName: 'ADIK SITI' })],
      confirmWarnings: ['family_head_differs'],
    })
    await giveBack(second.headId)
    expect(await correct(second.headId, { relationship: 'famili_lain' })).toMatchObject(DONE)
    expect((await memberOf(second.intakeId, second.headId)).warnings).toEqual([])
  })

  test('a head without NIK that an earlier visit named counts as one', async () => {
    const first = await registerFamily({
      members: [makeMember({ nik: null, propose: false }), newborn()],
    })
    const second = await registerFamily()
    const { familyCardNumber } = first.body
    await giveBack(second.headId)
    const change = { familyCardNumber, relationship: 'famili_lain' }
    expect(await correct(second.headId, change)).toMatchObject(DONE)
  })

  test('a household that knows its head from an earlier visit cannot move to a KK of which nobody knows one', async () => {
    const first = await registerFamily()
    const members = [newborn({ fullName: 'ADIK SITI' })]
    const second = await registerFamily({ familyCardNumber: first.body.familyCardNumber, members })
    const change = { ...nikOfNewborn(), familyCardNumber: makeFamilyCardNumber() }
    expect(await correct(second.childId, change)).toMatchObject(
      refused('changes.familyCardNumber', 'family_card_without_head'),
    )
  })

  test('two members change places in one correction', async () => {
    const { headId, ids, intakeId } = await registerFamily({ members: [makeMember(), wife()] })
    const [, wifeId = ''] = ids
    await giveBack(wifeId)
    expect(await correct(wifeId, { relationship: 'anak', formerHeadRelationship: 'suami' })).toMatchObject(
      refused('changes.formerHeadRelationship', 'no_head_replaced'),
    )
    const change = { relationship: 'kepala_keluarga', formerHeadRelationship: 'famili_lain' }
    expect(await correct(wifeId, change)).toMatchObject(DONE)
    expect(await memberOf(intakeId, headId)).toMatchObject({ relationship: 'famili_lain', state: 'submitted' })
    expect(await memberOf(intakeId, wifeId)).toMatchObject({ relationship: 'kepala_keluarga' })
    const history = await fixture.intake.listHistory(fixture.database.db, headId)
    expect(history.at(-1)).toMatchObject({
      action: 'household_changed',
      version: 2,
      reasons: [{ code: 'CHANGED', field: 'relationship' }],
    })
  })

  test('a member who is only listed gives up the place as well', async () => {
    const { childId, intakeId } = await registerFamily({ members: [makeMember({ propose: false }), newborn()] })
    const change = { ...nikOfNewborn(), relationship: 'kepala_keluarga', formerHeadRelationship: 'orang_tua' }
    expect(await correct(childId, change)).toMatchObject(DONE)
    expect((await household(intakeId)).otherMembers).toMatchObject([{ relationship: 'orang_tua' }])
  })

  test('a corrected NIK of the head is the one that the next visit is compared with', async () => {
    const head = makeMember()
    const { headId, body } = await registerFamily({ members: [head] })
    await giveBack(headId)
    const nik = makeNik(head.birthDate, head.sex)
    expect(await correct(headId, { nik })).toMatchObject(DONE)
    const next = makeIntakeBody({
      familyCardNumber: body.familyCardNumber,
      members: [{ ...head, nik, propose: false }, newborn()],
    })
    expect((await fixture.register(petugas, next)).statusCode).toBe(201)
  })

  test('another head than an earlier visit stated has to be confirmed', async () => {
    const earlier = await registerFamily()
    const { headId, childId, intakeId } = await registerFamily()
    const change = { ...nikOfNewborn(), familyCardNumber: earlier.body.familyCardNumber }
    expect(await correct(childId, change)).toMatchObject({
      code: 'warnings_unconfirmed',
      ...refused('changes.familyCardNumber', 'family_head_differs'),
    })
    expect(await correct(childId, change, { confirmWarnings: ['family_head_differs'] })).toMatchObject(DONE)
    expect((await memberOf(intakeId, headId)).warnings).toEqual(['family_head_differs'])
    expect((await memberOf(intakeId, childId)).warnings).toEqual([])
  })
})

describe('warnings of a correction', () => {
  test('an old confirmation does not cover another NIK', async () => {
    const odd = makeMember({ birthDate: '1990-05-05', nik: makeNik('1990-05-06', 'female') })
    const { headId } = await registerFamily({ members: [odd], confirmWarnings: ['nik_birthdate_differs'] })
    await giveBack(headId)
    const unconfirmed = { code: 'warnings_unconfirmed', ...refused('changes.nik', 'nik_birthdate_differs') }
    expect(await correct(headId, { nik: makeNik('1990-05-07', 'female') })).toMatchObject(unconfirmed)
    expect(await correct(headId, { birthDate: '1990-05-08' })).toMatchObject(unconfirmed)
    expect(await correct(headId, { nik: odd.nik, fullName: 'NAMA LAIN' })).toMatchObject(DONE)
  })

  test('another KK number has its own, and takes those of the old one away', async () => {
    const unknown = '9974010101200001'
    const { childId, headId, intakeId } = await registerFamily({
      familyCardNumber: unknown,
      confirmWarnings: ['family_card_region_unknown'],
    })
    expect(await memberOf(intakeId, headId)).toMatchObject({ flags: ['kk_region_unknown'] })
    const late = '3274014501200001'
    const change = { ...nikOfNewborn(), familyCardNumber: late }
    expect(await correct(childId, change)).toMatchObject({
      code: 'warnings_unconfirmed',
      ...refused('changes.familyCardNumber', 'family_card_day_over_31'),
    })
    expect(await correct(childId, change, { confirmWarnings: ['family_card_day_over_31'] })).toMatchObject(DONE)
    expect(await memberOf(intakeId, childId)).toMatchObject({
      warnings: ['family_card_day_over_31'],
      flags: ['resubmitted'],
    })
    expect(await memberOf(intakeId, headId)).toMatchObject({ warnings: ['family_card_day_over_31'], flags: [] })
  })

  test('a KK number of an unknown region flags the case', async () => {
    const { childId, headId, intakeId } = await registerFamily()
    const change = { ...nikOfNewborn(), familyCardNumber: '9974010101200002' }
    expect(await correct(childId, change)).toMatchObject(
      refused('changes.familyCardNumber', 'family_card_region_unknown'),
    )
    expect(await correct(childId, change, { confirmWarnings: ['family_card_region_unknown'] })).toMatchObject(DONE)
    for (const id of [childId, headId]) {
      expect((await memberOf(intakeId, id)).flags).toContain('kk_region_unknown')
    }
  })

  test('what was confirmed about the household stays with the case', async () => {
    const body = makeIntakeBody()
    const [head = makeMember()] = body.members
    const { childId, intakeId } = await registerFamily({
      members: [{ ...head, nik: issuedNearby(head.nik ?? '') }, newborn()],
      address: { ...body.address, villageCode: '32.09.99.2999' },
      confirmWarnings: ['village_code_unknown', 'outside_domicile'],
    })
    expect(await correct(childId, { nik: issuedNearby(nikOfNewborn().nik) })).toMatchObject(DONE)
    expect(await memberOf(intakeId, childId)).toMatchObject({
      warnings: ['village_code_unknown', 'outside_domicile'],
      flags: ['outside_domicile', 'resubmitted'],
    })
  })
})

describe('the numbers of a household', () => {
  test('a KK number that is the NIK of any member is refused', async () => {
    const listed = wife({ propose: false })
    const { body, childId } = await registerFamily({ members: [makeMember(), listed, newborn()] })
    for (const nik of [body.members[0]?.nik, listed.nik]) {
      expect(await correct(childId, { ...nikOfNewborn(), familyCardNumber: nik })).toMatchObject(
        refused('changes.familyCardNumber', 'family_card_is_nik'),
      )
    }
    expect(await correct(childId, { nik: body.familyCardNumber }, { confirmWarnings: [] })).toMatchObject(
      refused('changes.nik', 'nik_is_family_card'),
    )
  })

  test('a NIK that another member has is refused, proposed or only listed, and no member is named by a number', async () => {
    // On the card the listed one comes second; proposed members are kept before listed ones.
    const listed = wife({ propose: false })
    const { body, childId } = await registerFamily({ members: [makeMember(), listed, newborn()] })
    for (const { nik, birthDate, sex } of [body.members[0] ?? listed, listed]) {
      const answer = await correct(childId, { nik, birthDate, sex })
      expect(answer).toMatchObject(refused('changes.nik', 'nik_of_member'))
      expect(answer.errors[0]?.message).toContain('sama dengan NIK anggota lain keluarga ini')
      expect(answer.errors[0]?.message).not.toMatch(/\d/)
    }
  })

  test('the NIK of a member who has withdrawn is free again', async () => {
    const { body, headId, childId } = await registerFamily()
    await fixture.app.inject({
      method: 'POST',
      url: `/api/v1/proposals/${headId}/withdraw`,
      headers: fixture.as(petugas),
      payload: { version: 1, note: 'salah tulis NIK' },
    })
    const { nik, birthDate, sex } = body.members[0] ?? newborn()
    expect(await correct(childId, { nik, birthDate, sex })).toMatchObject(DONE)
  })

  test('a NIK that an open proposal holds is refused, with its receipt number if the caller may see it', async () => {
    const member = makeMember({ birthDate: '1990-05-05' })
    const { nik, birthDate, sex } = member
    const { receiptNumber } = await register(makeIntakeBody({ members: [member] }))
    const { childId } = await registerFamily()
    const taken = await correct(childId, { nik, birthDate, sex })
    expect(taken).toMatchObject({
      status: 409,
      code: 'nik_already_proposed',
      ...refused('changes.nik', 'nik_already_proposed'),
    })
    expect(taken.errors[0]?.message).toContain(receiptNumber)

    const kader = fixture.actor('kader')
    const own = await fixture.register(kader, makeIntakeBody({ members: [makeMember(), newborn()] }))
    const elsewhere = await correct(own.json().proposals[1].id, { nik, birthDate, sex }, {}, kader)
    expect(elsewhere).toMatchObject({ status: 409, ...refused('changes.nik', 'nik_proposed_elsewhere') })
    expect(JSON.stringify(elsewhere)).not.toContain(receiptNumber)
  })
})

describe('the address', () => {
  test('is corrected in parts, and read as it now is', async () => {
    const { childId, intakeId, body } = await registerFamily()
    const address = { street: 'Jl. Kartini 7', rt: '4', postalCode: null }
    expect(await correct(childId, { ...nikOfNewborn(), address })).toMatchObject(DONE)
    expect((await household(intakeId)).address).toMatchObject({
      street: 'Jl. Kartini 7',
      rt: '004',
      rw: body.address.rw,
      villageCode: body.address.villageCode,
      postalCode: null,
    })
    const history = await fixture.intake.listHistory(fixture.database.db, childId)
    expect(history.at(-1)?.reasons.map((reason) => reason.field)).toEqual([
      'nik',
      'address.street',
      'address.rt',
      'address.postalCode',
    ])
  })

  test('a village of another kabupaten is compared with the NIK again', async () => {
    const { childId, intakeId } = await registerFamily()
    const change = { ...nikOfNewborn(), address: { villageCode: '32.09.20.2008' } }
    const asked = await correct(childId, change, { confirmWarnings: ['outside_domicile'] })
    expect(asked).toMatchObject({
      code: 'warnings_unconfirmed',
      errors: [{ path: 'changes.nik', code: 'nik_region_differs' }],
    })
    const confirmWarnings = ['outside_domicile', 'nik_region_differs']
    expect(await correct(childId, change, { confirmWarnings })).toMatchObject(DONE)
    expect((await memberOf(intakeId, childId)).flags).toContain('nik_region_differs')
  })

  test('a village has the same warnings as at the counter', async () => {
    const { childId, headId, intakeId } = await registerFamily()
    const change = { nik: issuedNearby(nikOfNewborn().nik), address: { villageCode: '32.09.99.2999' } }
    expect(await correct(childId, change)).toMatchObject({
      code: 'warnings_unconfirmed',
      errors: [
        { path: 'changes.address.villageCode', code: 'village_code_unknown' },
        { path: 'changes.address.villageCode', code: 'outside_domicile' },
      ],
    })
    const confirmWarnings = ['village_code_unknown', 'outside_domicile']
    expect(await correct(childId, change, { confirmWarnings })).toMatchObject(DONE)
    expect((await household(intakeId)).address.villageCode).toBe('32.09.99.2999')
    for (const id of [childId, headId]) {
      expect(await memberOf(intakeId, id)).toMatchObject({ warnings: confirmWarnings })
      expect((await memberOf(intakeId, id)).flags).toContain('outside_domicile')
    }
  })

  test('whatever a return names can be corrected: the village by its name, the address by any part of it', async () => {
    for (const field of ['address.villageCode', 'address']) {
      const { headId } = await registerFamily({ members: [makeMember()] })
      await giveBack(headId, [{ code: 'LAINNYA', field }])
      expect(await correct(headId, { fullName: 'SITI' })).toMatchObject(
        refused(`changes.${field}`, 'returned_field_untouched'),
      )
      expect(await correct(headId, { address: { villageCode: '32.74.01.1002' } })).toMatchObject(DONE)
    }
  })
})
