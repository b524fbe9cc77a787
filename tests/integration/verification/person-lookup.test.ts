import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Actor } from '../../../src/contracts/access.ts'
import { makeMember, makeNik } from '../../support/intake-body.ts'
import { BANDUNG, createVerificationFixture, type VerificationFixture } from './fixture.ts'

const BORN = '1990-05-05'

let fixture: VerificationFixture
let officer: Actor
beforeAll(async () => {
  fixture = await createVerificationFixture()
})
beforeEach(async () => {
  await fixture.reset()
  officer = fixture.actor('petugas')
})
afterAll(() => fixture.close())

const lookUp = (by: Actor, person: { nik: string; fullName?: string; birthDate?: string }) =>
  fixture.call(by, 'POST', '/api/v1/persons/lookup', person)

describe('an open proposal of the NIK', () => {
  const nik = makeNik(BORN, 'female', '0101')
  beforeEach(() => fixture.propose({ nik, birthDate: BORN }))

  test('is told to its own office with receipt and state', async () => {
    const { status, body } = await lookUp(officer, { nik })
    expect(status).toBe(200)
    expect(body).toMatchObject({
      proposed: 'here',
      proposal: { receiptNumber: expect.stringMatching(/^PDW-/), state: 'submitted' },
    })
  })

  test('is told to another office without any detail', async () => {
    const elsewhere = fixture.actor('petugas', {
      regionCode: BANDUNG.region,
      officeId: BANDUNG.office,
      officeIds: [BANDUNG.office],
    })
    expect((await lookUp(elsewhere, { nik })).body).toMatchObject({ proposed: 'elsewhere', proposal: null })
  })

  test('is told to a kader without any detail unless it is their own', async () => {
    const kader = fixture.actor('kader')
    expect((await lookUp(kader, { nik })).body).toMatchObject({ proposed: 'elsewhere', proposal: null })
    const own = makeMember()
    await fixture.propose(own, {}, kader)
    expect((await lookUp(kader, { nik: own.nik ?? '' })).body).toMatchObject({ proposed: 'here' })
  })

  test('is none once it has ended', async () => {
    const { body } = await lookUp(officer, { nik })
    const { id } = body['proposal'] as { id: string }
    await fixture.act(officer, id, 'withdraw', { version: 1, note: 'atas permintaan warga' })
    expect((await lookUp(officer, { nik })).body).toMatchObject({ proposed: 'no', proposal: null })
  })
})

describe('membership', () => {
  const nik = makeNik(BORN, 'female', '0102')

  test('of an active member is told, without card number or arrears', async () => {
    fixture.directory.teach(nik, { cardNumber: '0009876543210', arrears: 50_000 })
    const { body } = await lookUp(officer, { nik, fullName: 'Siti Aminah', birthDate: BORN })
    expect(body['membership']).toMatchObject({ outcome: 'found_active', statusCode: '0', statusText: 'AKTIF' })
    expect(JSON.stringify(body)).not.toMatch(/0009876543210|50000/)
  })

  test('of an inactive member is told with its status', async () => {
    fixture.directory.teach(nik, { outcome: 'found_inactive', statusCode: '9', statusText: 'NON AKTIF KARENA PREMI' })
    expect((await lookUp(officer, { nik })).body['membership']).toMatchObject({
      outcome: 'found_inactive',
      statusCode: '9',
      statusText: 'NON AKTIF KARENA PREMI',
    })
  })

  test('of somebody else tells what differs and nothing of their status', async () => {
    fixture.directory.teach(nik, {
      outcome: 'found_mismatch',
      statusText: 'NON AKTIF KARENA PREMI',
      differences: [{ field: 'fullName', degree: 'different' }],
    })
    expect((await lookUp(officer, { nik, fullName: 'Siti Aminah' })).body['membership']).toMatchObject({
      outcome: 'found_mismatch',
      statusCode: null,
      statusText: null,
      differences: ['fullName'],
    })
  })

  test('of nobody is told', async () => {
    expect((await lookUp(officer, { nik })).body['membership']).toMatchObject({ outcome: 'not_found' })
  })

  test('that BPJS does not tell now is an outcome, and the proposal is told all the same', async () => {
    await fixture.propose({ nik, birthDate: BORN })
    fixture.directory.isDown = true
    const { status, body } = await lookUp(officer, { nik })
    expect(status).toBe(200)
    expect(body).toMatchObject({ proposed: 'here', membership: { outcome: 'unavailable', statusText: null } })
  })
})

test('every look-up is in the audit log, without the number', async () => {
  const nik = makeNik(BORN, 'female', '0103')
  await lookUp(officer, { nik })
  const searches = await fixture.audited('search')
  expect(searches).toEqual([expect.objectContaining({ actorId: officer.userId, subjectId: null })])
})

test('an impossible NIK is refused at its field', async () => {
  const { status, body } = await lookUp(officer, { nik: '3274013505900001' })
  expect(status).toBe(400)
  expect(body['errors']).toMatchObject([{ path: 'nik', code: 'nik_day_invalid' }])
})

test.each(['verifikator', 'supervisor', 'penyetuju', 'auditor', 'admin'] as const)('a %s may not ask', async (role) => {
  expect((await lookUp(fixture.actor(role), { nik: makeNik(BORN, 'female') })).status).toBe(403)
})
