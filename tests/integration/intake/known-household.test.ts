import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Actor } from '../../../src/contracts/access.ts'
import { lookUpRegistrations } from '../../../src/features/intake/registration.repository.ts'
import { DEMO_OFFICES } from '../../../src/features/regions/index.ts'
import {
  type IntakeBody,
  type MemberBody,
  makeFamilyCardNumber,
  makeIntakeBody,
  makeMember,
  makeNik,
} from '../../support/intake-body.ts'
import { createIntakeFixture, type IntakeFixture } from './fixture.ts'

const BORN = '2026-10-01'

let fixture: IntakeFixture
let petugas: Actor
let elsewhere: Actor
beforeAll(async () => {
  fixture = await createIntakeFixture()
  petugas = fixture.actor('petugas')
  const officeId = DEMO_OFFICES.otherPuskesmas
  elsewhere = fixture.actor('petugas', { officeId, officeIds: [officeId] })
})
afterAll(() => fixture.close())

const makeBaby = (changes: Partial<MemberBody> = {}): MemberBody =>
  makeMember({
    nik: null,
    fullName: 'AISYAH PUTRI',
    relationship: 'anak',
    birthDate: BORN,
    maritalStatus: 'belum_kawin',
    ...changes,
  })

/** A household registered before by the petugas; what it was registered with is kept. */
async function registerBefore(members: MemberBody[], changes: Partial<IntakeBody> = {}) {
  const body = makeIntakeBody({ members, ...changes })
  const reply = await fixture.register(petugas, body)
  expect(reply.statusCode, reply.body).toBe(201)
  const created: { receiptNumber: string; proposals: { id: string }[] } = reply.json()
  return { familyCardNumber: body.familyCardNumber, ...created }
}

const lookUp = async (actor: Actor, familyCardNumber: string) =>
  (
    await fixture.app.inject({
      method: 'POST',
      url: '/api/v1/households/lookup',
      headers: fixture.as(actor),
      payload: { familyCardNumber },
    })
  ).json()

describe('a baby without NIK that comes a second time', () => {
  test('is refused with the receipt of its own office', async () => {
    const { familyCardNumber, receiptNumber } = await registerBefore([makeMember(), makeBaby()])
    const again = await fixture.register(petugas, makeIntakeBody({ familyCardNumber, members: [makeBaby()] }))
    expect(again.statusCode).toBe(409)
    const [fault, ...others] = again.json().errors
    expect(fault).toMatchObject({ path: 'members.0.fullName', code: 'member_already_proposed' })
    expect(fault.message).toContain(receiptNumber)
    expect(others).toEqual([])
  })

  test('is refused by another office without a receipt', async () => {
    const { familyCardNumber, receiptNumber } = await registerBefore([makeMember(), makeBaby()])
    const again = await fixture.register(elsewhere, makeIntakeBody({ familyCardNumber, members: [makeBaby()] }))
    expect(again.json().errors).toMatchObject([{ path: 'members.0.fullName', code: 'member_proposed_elsewhere' }])
    expect(again.body).not.toContain(receiptNumber)
  })

  test('is refused although its NIK has come: that belongs to the proposal that waits for it', async () => {
    const { familyCardNumber } = await registerBefore([makeMember(), makeBaby()])
    const members = [makeBaby({ nik: makeNik(BORN, 'female') })]
    const again = await fixture.register(petugas, makeIntakeBody({ familyCardNumber, members }))
    expect(again.json().errors).toMatchObject([{ code: 'member_already_proposed' }])
  })

  test('is taken once the first proposal is closed', async () => {
    const { familyCardNumber, proposals } = await registerBefore([makeMember(), makeBaby()])
    const withdrawn = await fixture.app.inject({
      method: 'POST',
      url: `/api/v1/proposals/${proposals[1]?.id}/withdraw`,
      headers: fixture.as(petugas),
      payload: { version: 1, note: 'atas permintaan warga' },
    })
    expect(withdrawn.statusCode).toBe(204)
    const again = await fixture.register(petugas, makeIntakeBody({ familyCardNumber, members: [makeBaby()] }))
    expect(again.statusCode).toBe(201)
  })

  test('is somebody else under another name, on another day, on another KK, or when both have a NIK', async () => {
    const { familyCardNumber } = await registerBefore([makeMember(), makeBaby()])
    const sister = makeBaby({ fullName: 'AISYAH PUTRI KEDUA' })
    const cousin = makeBaby({ birthDate: '2026-10-02' })
    const both = makeIntakeBody({ familyCardNumber, members: [sister, cousin] })
    expect((await fixture.register(petugas, both)).statusCode).toBe(201)
    expect((await fixture.register(petugas, makeIntakeBody({ members: [makeMember(), makeBaby()] }))).statusCode).toBe(
      201,
    )
    const twins = [makeMember(), makeBaby({ nik: makeNik(BORN, 'female', '0001') })]
    const first = await registerBefore(twins)
    const second = makeIntakeBody({
      familyCardNumber: first.familyCardNumber,
      members: [makeBaby({ nik: makeNik(BORN, 'female', '0002') })],
    })
    expect((await fixture.register(petugas, second)).statusCode).toBe(201)
  })
})

describe('a head of the family', () => {
  test.each([
    ['proposed without NIK', { propose: true }],
    ['only listed, without NIK', { propose: false }],
  ])('%s, counts on the next visit', async (_case, { propose }) => {
    const head = makeMember({ nik: null, propose })
    const members = [head, makeMember({ relationship: 'istri' })]
    const { familyCardNumber } = await registerBefore(members, { confirmWarnings: ['nik_missing_not_newborn'] })
    expect(await lookUp(petugas, familyCardNumber)).toMatchObject({ headKnown: true })
    const baby = makeIntakeBody({ familyCardNumber, members: [makeBaby()] })
    expect((await fixture.register(petugas, baby)).statusCode).toBe(201)
  })
})

describe('the look-up of a household', () => {
  test('tells who was listed and never proposed, with the receipt of the newest visit', async () => {
    const husband = makeMember({ fullName: 'BAMBANG', relationship: 'suami', sex: 'male', propose: false })
    const baby = makeBaby({ fullName: 'DEWI', propose: false })
    const { familyCardNumber } = await registerBefore([makeMember(), husband, baby])
    fixture.clock.advance(1000)
    const next = makeIntakeBody({
      familyCardNumber,
      members: [{ ...husband, propose: true }, baby],
    })
    const { receiptNumber } = (await fixture.register(petugas, next)).json()
    const known = await lookUp(petugas, familyCardNumber)
    expect(known.members.map((member: { fullName: string }) => member.fullName)).toEqual(['SITI AMINAH', 'BAMBANG'])
    expect(known.otherMembers).toEqual([{ receiptNumber, fullName: 'DEWI', relationship: 'anak', nikMasked: null }])
  })

  test('tells another office, and another kader, only that the KK is known', async () => {
    const members = [makeMember(), makeBaby({ propose: false })]
    const { familyCardNumber } = await registerBefore(members)
    const nothing = { known: true, headKnown: true, members: [], otherMembers: [] }
    expect(await lookUp(elsewhere, familyCardNumber)).toEqual(nothing)
    expect(await lookUp(fixture.actor('kader'), familyCardNumber)).toEqual(nothing)
  })

  test('tells a kader its own captures', async () => {
    const kader = fixture.actor('kader')
    const body = makeIntakeBody({ members: [makeMember(), makeBaby({ propose: false })] })
    await fixture.register(kader, body)
    expect(await lookUp(kader, body.familyCardNumber)).toMatchObject({
      members: [{ fullName: 'SITI AMINAH' }],
      otherMembers: [{ fullName: 'AISYAH PUTRI' }],
    })
    expect((await lookUp(petugas, body.familyCardNumber)).members).toHaveLength(1)
  })
})

test('no name, masked NIK or receipt of another office leaves the database', async () => {
  const member = makeMember({ fullName: 'RAHASIA SEKALI' })
  const familyCardNumber = makeFamilyCardNumber()
  const { receiptNumber } = await registerBefore([member], { familyCardNumber })
  const row = await fixture.database.owner
    .selectFrom('proposal')
    .innerJoin('intake', 'intake.id', 'proposal.intake_id')
    .select(['proposal.nik_index', 'proposal.nik_masked', 'intake.family_card_index'])
    .where('receipt_number', '=', receiptNumber)
    .executeTakeFirstOrThrow()
  const question = (officeIds: string[] | null, actorId: string) => ({
    actorId,
    officeIds,
    idempotencyKey: '',
    familyCardIndex: row.family_card_index,
    nikIndexes: row.nik_index ? [row.nik_index] : [],
    members: [{ fullName: 'RAHASIA SEKALI', birthDate: member.birthDate }],
  })
  const answers = await lookUpRegistrations(fixture.database.pool, [
    question([DEMO_OFFICES.puskesmas], elsewhere.userId),
    question([DEMO_OFFICES.otherPuskesmas], petugas.userId),
    question([], petugas.userId),
    question(null, elsewhere.userId),
    question(null, petugas.userId),
  ])
  expect(answers.map(({ proposals }) => proposals[0]?.seen?.receiptNumber ?? null)).toEqual([
    receiptNumber,
    null,
    null,
    null,
    receiptNumber,
  ])
  for (const { proposals } of answers.slice(1, 4)) {
    expect(proposals).toEqual([
      { takenNik: row.nik_index, member: 0, hasNik: true, open: true, sameFamilyCard: true, seen: null },
    ])
  }
})
