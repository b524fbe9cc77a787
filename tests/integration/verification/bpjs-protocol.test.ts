import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { makeNik } from '../../support/intake-body.ts'
import { type MockControl, startMock } from '../bpjs/mock-world.ts'
import { createVerificationFixture, type VerificationFixture } from './fixture.ts'

const BORN = '1990-05-06'
const MINUTE = 60_000
const PERSON = {
  nama: 'SITI AMINAH',
  tglLahir: BORN,
  sex: 'P',
  noKartu: '0001234567890',
  jenis: { kode: '22', keterangan: 'PBI (APBD)' },
}
const ACTIVE = { kode: '0', keterangan: 'AKTIF' }

describe('checks over the real BPJS protocol', () => {
  // The mock refuses signatures whose time is not its own, so both follow this clock.
  const times = { now: new Date('2026-11-23T03:00:00.000Z') }
  let bpjs: MockControl
  let fixture: VerificationFixture
  beforeAll(async () => {
    bpjs = await startMock({ now: () => times.now })
    fixture = await createVerificationFixture({ bpjsUrl: bpjs.url })
  })
  afterAll(async () => {
    await fixture.close()
    await bpjs.mock.close()
  })

  const advance = (minutes: number): void => {
    fixture.clock.advance(minutes * MINUTE)
    times.now = fixture.clock.now()
  }
  const proposeNew = async (fullName = PERSON.nama): Promise<{ id: string; nik: string }> => {
    const nik = makeNik(BORN, 'female')
    return { nik, id: await fixture.propose({ nik, birthDate: BORN, fullName }) }
  }

  // Names far apart: with a likeness the second of these would go to a person.
  it.each([
    ['an active member', 'AGUS WIJAYA', { status: ACTIVE }, { state: 'already_active', membership: 'found_active' }],
    [
      'a member in arrears',
      'RATNA KUSUMA',
      { status: { kode: '9', keterangan: 'NON AKTIF KARENA PREMI' } },
      { state: 'needs_reactivation', membership: 'found_inactive' },
    ],
    [
      'somebody of another name',
      'HENDRA PURNOMO',
      { nama: 'BUDI SANTOSO', status: ACTIVE },
      { state: 'in_review', membership: 'found_mismatch' },
    ],
    ['nobody', 'JOKO SUSILO', null, { state: 'in_review', membership: 'not_found' }],
  ])('moves a case by what BPJS says: %s', async (_who, nama, member, expected) => {
    const { id, nik } = await proposeNew(nama)
    if (member) expect(await bpjs.teach(nik, { ...PERSON, nama, ...member })).toBe(200)
    await fixture.runChecks()
    expect(await fixture.snapshot(id)).toMatchObject(expected)
  })

  it.each(['hang', '500', 'html', 'empty', 'text', 'badJson', 'wrongKey', 'rateLimit', 'clockSkew'])(
    'decides nothing on the fault "%s" and settles the case once it is over',
    async (fault) => {
      const { id, nik } = await proposeNew()
      await bpjs.teach(nik, { ...PERSON, status: ACTIVE })
      await bpjs.fault(fault)
      await fixture.runChecks()
      expect(await fixture.snapshot(id)).toMatchObject({ state: 'checking', membership: null })
      await bpjs.fault('none')
      for (let minutes = 0; minutes < 25; minutes += 5) {
        advance(5)
        await fixture.runChecks()
      }
      expect(await fixture.snapshot(id)).toMatchObject({ state: 'already_active' })
      expect(await fixture.notices(id)).toHaveLength(1)
      expect(await fixture.openChecks()).toBe(0)
    },
  )
})

describe('with BPJS away for three quarters of an hour', () => {
  const times = { now: new Date('2026-11-23T03:00:00.000Z') }
  const clock = { now: () => times.now }
  let bpjs: MockControl
  let fixture: VerificationFixture
  beforeAll(async () => {
    bpjs = await startMock(clock)
    fixture = await createVerificationFixture({ bpjsUrl: bpjs.url })
  })
  afterAll(async () => {
    await fixture.close()
    await bpjs.mock.close()
  })

  const pass = async (minutes: number): Promise<void> => {
    for (let minute = 0; minute < minutes; minute += 1) {
      fixture.clock.advance(MINUTE)
      times.now = fixture.clock.now()
      await fixture.handOver()
      await fixture.runChecks()
    }
  }
  const proposeNew = async (fullName: string): Promise<{ id: string; nik: string }> => {
    const nik = makeNik(BORN, 'female')
    return { nik, id: await fixture.propose({ nik, birthDate: BORN, fullName }) }
  }

  it('intake goes on, nothing is decided, people see it after 30 minutes, and each is asked about once when it is back', async () => {
    const { port } = new URL(bpjs.url)
    await bpjs.mock.close()
    const active = await proposeNew('AGUS WIJAYA')
    await fixture.runChecks()
    await pass(29)
    const unknown = await proposeNew('RATNA KUSUMA')
    await fixture.runChecks()
    expect(await fixture.snapshot(active.id)).toMatchObject({ state: 'checking', flags: [], membership: null })
    await pass(2)
    expect(await fixture.snapshot(active.id)).toMatchObject({ state: 'in_review', flags: ['membership_unknown'] })
    await pass(14)
    expect((await fixture.snapshot(unknown.id)).state).toBe('checking')
    expect(await fixture.notices()).toEqual([])

    bpjs = await startMock(clock, Number(port))
    await bpjs.teach(active.nik, { ...PERSON, nama: 'AGUS WIJAYA', status: ACTIVE })
    await pass(10)
    expect(await fixture.snapshot(active.id)).toMatchObject({ state: 'already_active', flags: [] })
    expect(await fixture.snapshot(unknown.id)).toMatchObject({ state: 'in_review', membership: 'not_found', flags: [] })
    expect(await fixture.notices()).toMatchObject([{ proposalId: active.id, template: 'already_active' }])
    expect(await fixture.openChecks()).toBe(0)
    expect((await bpjs.requests()).total).toBe(2)
    for (const { id } of [active, unknown]) await fixture.requireReplayEqual(id)
  })

  it('what an officer found out about one person decides nothing by itself about another one under the same NIK', async () => {
    await bpjs.fault('500')
    const first = await proposeNew('JOKO SUSILO')
    await fixture.runChecks()
    await pass(31)
    const reviewer = fixture.actor('verifikator')
    await fixture.act(reviewer, first.id, 'claim')
    const check = {
      outcome: 'found_active',
      evidence: 'Loket BPJS Cirebon, petugas Rini',
      checkedAt: times.now.toISOString(),
    }
    expect((await fixture.act(reviewer, first.id, 'membership-checks', check)).status).toBe(200)
    const decision = { version: 1, decision: 'already_active' }
    expect((await fixture.act(reviewer, first.id, 'decisions', decision)).status).toBe(200)

    const second = await fixture.propose({ nik: first.nik, birthDate: BORN, fullName: 'HENDRA PURNOMO' })
    await fixture.runChecks()
    expect(await fixture.snapshot(second)).toMatchObject({ state: 'in_review', flags: ['potential_duplicate'] })
    expect(await fixture.notices(second)).toEqual([])
  })

  it.each([
    { outcome: 'found_active' },
    { outcome: 'found_inactive', statusText: 'NON AKTIF KARENA PREMI' },
    { outcome: 'not_found' },
  ])('a finding of $outcome is told to nobody who types that NIK at a counter', async (finding) => {
    await bpjs.fault('500')
    const { id, nik } = await proposeNew('RATNA KUSUMA')
    await fixture.runChecks()
    await pass(31)
    const reviewer = fixture.actor('verifikator')
    await fixture.act(reviewer, id, 'claim')
    const check = { ...finding, evidence: 'Loket BPJS Cirebon, petugas Rini', checkedAt: times.now.toISOString() }
    expect((await fixture.act(reviewer, id, 'membership-checks', check)).status).toBe(200)
    await pass(1)

    for (const person of [{ nik }, { nik, fullName: 'HENDRA PURNOMO' }]) {
      const { status, body } = await fixture.call(fixture.petugas, 'POST', '/api/v1/persons/lookup', person)
      expect(status).toBe(200)
      expect(body['membership']).toEqual({
        outcome: 'unavailable',
        statusCode: null,
        statusText: null,
        differences: [],
        asOf: null,
        checkedAt: times.now.toISOString(),
      })
    }
    // Its own proposal goes on with it.
    expect(await fixture.snapshot(id)).toMatchObject({ membership: finding.outcome })
  })
})
