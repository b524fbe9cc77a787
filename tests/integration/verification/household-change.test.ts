import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Actor } from '../../../src/contracts/access.ts'
import { makeFamilyCardNumber, makeIntakeBody, makeMember, makePhone } from '../../support/intake-body.ts'
import { createVerificationFixture, type VerificationFixture } from './fixture.ts'
import { INACTIVE } from './membership-stand-in.ts'

const KK_RETURN = { version: 1, decision: 'needs_correction', reasons: [{ code: 'KK_SALAH_FORMAT' }] }
const ELIGIBLE = { version: 1, decision: 'eligible' }
const RELATIONSHIPS = ['kepala_keluarga', 'istri', 'anak', 'mertua', 'famili_lain']
const newCard = () => ({ familyCardNumber: makeFamilyCardNumber() })

describe('a correction of what a household shares', () => {
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

  const decide = async (id: string, decision: object): Promise<void> => {
    await fixture.act(reviewer, id, 'claim')
    const answer = await fixture.act(reviewer, id, 'decisions', decision)
    if (answer.status !== 200) throw new Error(JSON.stringify(answer.body))
  }

  /** A family, checked; the first of it was returned for its KK number. */
  const returnedFamily = async (size: number, body: Parameters<typeof makeIntakeBody>[0] = {}): Promise<string[]> => {
    const members = RELATIONSHIPS.slice(0, size).map((relationship, index) =>
      makeMember({ relationship, fullName: `ANGGOTA ${'ABCDE'[index]}`, birthDate: `19${60 + 5 * index}-03-04` }),
    )
    const { proposals } = await fixture.register(makeIntakeBody({ members, ...body }))
    await fixture.runChecks()
    const ids = proposals.map(({ id }) => id)
    await decide(ids[0] ?? '', KK_RETURN)
    return ids
  }

  const correct = async (id: string, changes: object, version = 1): Promise<void> => {
    const answers = [{ field: 'familyCardNumber', explanation: 'sudah dicocokkan dengan KK asli' }]
    const answer = await fixture.act(fixture.petugas, id, 'corrections', { version, changes, answers })
    if (answer.status !== 204) throw new Error(JSON.stringify(answer.body))
  }
  const stand = async (ids: string[]): Promise<[string, number][]> =>
    Promise.all(
      ids.map(async (id): Promise<[string, number]> => {
        const { state, version } = await fixture.snapshot(id)
        return [state, version]
      }),
    )
  const lastEntry = async (id: string) => (await fixture.intake.listHistory(fixture.database.db, id)).at(-1)

  it('another KK number is a new version of every open member, checked again, and told by the journal', async () => {
    const ids = await returnedFamily(2)
    const [first = '', second = ''] = ids
    await correct(first, newCard())
    expect(await stand(ids)).toEqual([
      ['submitted', 2],
      ['submitted', 2],
    ])
    expect(await lastEntry(second)).toMatchObject({
      action: 'household_changed',
      actorRole: 'system',
      version: 2,
      reasons: [{ code: 'CHANGED', field: 'familyCardNumber' }],
    })
    await fixture.runChecks()
    expect(await stand(ids)).toEqual([
      ['in_review', 2],
      ['in_review', 2],
    ])
    const view = await fixture.view(reviewer, second)
    expect(view.checks.map(({ kind }) => kind).sort()).toEqual(['duplicates', 'format', 'membership'])
    expect(view.flags).toContain('resubmitted')
    for (const id of ids) await fixture.requireReplayEqual(id)
    expect((await fixture.intake.verifyData([fixture.verification.checkFindings])).faults).toEqual([])
  })

  it('nobody decides the old version any more', async () => {
    const [first = '', second = ''] = await returnedFamily(2)
    await fixture.act(reviewer, second, 'claim')
    await correct(first, newCard())
    expect((await fixture.act(reviewer, second, 'decisions', ELIGIBLE)).body.code).toBe('version_conflict')
    await fixture.runChecks()
    expect((await fixture.view(reviewer, second)).lease).toBeNull()
    await fixture.act(reviewer, second, 'claim')
    expect((await fixture.act(reviewer, second, 'decisions', ELIGIBLE)).body.code).toBe('version_conflict')
    await decide(second, { ...ELIGIBLE, version: 2 })
  })

  it('an approval falls, and the resident hears that it does', async () => {
    const [first = '', second = ''] = await returnedFamily(2)
    await decide(second, ELIGIBLE)
    await correct(first, newCard())
    expect(await stand([second])).toEqual([['submitted', 2]])
    expect(await fixture.notices(second)).toMatchObject([
      { template: 'eligible', version: 1 },
      { template: 'correction_of_notice', version: 2 },
    ])
    await fixture.runChecks()
    await decide(second, { ...ELIGIBLE, version: 2 })
    expect((await fixture.notices(second)).at(-1)).toMatchObject({ template: 'eligible', version: 2 })
  })

  it('a reactivation under way is checked again', async () => {
    const inactive = makeMember({ relationship: 'istri', birthDate: '1971-02-03', fullName: 'YANG NONAKTIF' })
    fixture.directory.teach(inactive.nik ?? '', INACTIVE)
    const members = [makeMember(), inactive]
    const { proposals } = await fixture.register(makeIntakeBody({ members }))
    const [first = '', second = ''] = proposals.map(({ id }) => id)
    await fixture.runChecks()
    await decide(first, KK_RETURN)
    expect(await stand([second])).toEqual([['needs_reactivation', 1]])
    await correct(first, newCard())
    await fixture.runChecks()
    expect(await stand([second])).toEqual([['needs_reactivation', 2]])
    expect((await fixture.notices(second)).map(({ template }) => template)).toEqual([
      'needs_reactivation',
      'correction_of_notice',
      'needs_reactivation',
    ])
  })

  it.each([
    ['that the person has died', { statusCode: '2', statusText: 'MENINGGAL' }, ['membership_deceased']],
    ['that a letter is needed', { segmentCode: '21' }, ['facility_letter_needed']],
    ['about somebody else', { outcome: 'found_mismatch' }, ['membership_mismatch']],
    ['with a status that nobody knows', { statusCode: '88', statusKnown: false }, ['membership_status_unknown']],
  ] as const)('an answer %s does not outlive the content that it was about', async (_what, answer, flags) => {
    const person = makeMember({ relationship: 'istri', birthDate: '1971-02-03', fullName: 'YANG DITANYAKAN' })
    fixture.directory.teach(person.nik ?? '', { ...INACTIVE, ...answer })
    const { proposals } = await fixture.register(makeIntakeBody({ members: [makeMember(), person] }))
    const [first = '', second = ''] = proposals.map(({ id }) => id)
    await fixture.runChecks()
    await decide(first, KK_RETURN)
    expect((await fixture.snapshot(second)).flags).toEqual(flags)
    await correct(first, newCard())
    expect(await fixture.snapshot(second)).toMatchObject({
      state: 'submitted',
      membership: null,
      flags: ['resubmitted'],
    })
    await fixture.runChecks()
    expect((await fixture.snapshot(second)).flags).toEqual([...flags, 'resubmitted'].sort())
  })

  it('what was returned stays returned with its due date, under a new version', async () => {
    const ids = await returnedFamily(2)
    const [first = '', second = ''] = ids
    await decide(second, KK_RETURN)
    const { correctionDueAt } = await fixture.snapshot(second)
    await correct(first, newCard())
    expect(await stand(ids)).toEqual([
      ['submitted', 2],
      ['needs_correction', 2],
    ])
    expect(await fixture.snapshot(second)).toMatchObject({ correctionDueAt, membership: null })
    const stale = await fixture.act(fixture.petugas, second, 'corrections', { version: 1, changes: newCard() })
    expect(stale.body.code).toBe('version_conflict')
    await correct(second, {}, 2)
    expect(await stand(ids)).toEqual([
      ['submitted', 2],
      ['submitted', 3],
    ])
    for (const id of ids) await fixture.requireReplayEqual(id)
  })

  it('a member whose case has ended is left alone', async () => {
    const [first = '', second = ''] = await returnedFamily(2)
    await decide(second, { version: 1, decision: 'rejected', reasons: [{ code: 'BUKAN_PENDUDUK_SINI' }] })
    await correct(first, newCard())
    expect(await stand([second])).toEqual([['rejected', 1]])
  })

  it('another village counts like another KK number', async () => {
    const ids = await returnedFamily(2)
    await correct(ids[0] ?? '', { address: { villageCode: '32.74.02.1001' } })
    expect(await stand(ids)).toEqual([
      ['submitted', 2],
      ['submitted', 2],
    ])
    expect(await lastEntry(ids[1] ?? '')).toMatchObject({
      reasons: [{ code: 'CHANGED', field: 'address.villageCode' }],
    })
  })

  it('a phone number, a street, or the same KK number again moves nobody else', async () => {
    const { familyCardNumber } = newCard()
    const ids = await returnedFamily(2, { familyCardNumber })
    await correct(ids[0] ?? '', {
      familyCardNumber,
      whatsappNumber: makePhone(),
      address: { street: 'Jl. Kartini 7', rw: '9' },
    })
    expect(await stand(ids)).toEqual([
      ['submitted', 2],
      ['in_review', 1],
    ])
  })

  it('members who correct the same household at once wait for each other', async () => {
    for (let round = 0; round < 5; round += 1) {
      const ids = await returnedFamily(5)
      for (const id of ids.slice(1)) await decide(id, KK_RETURN)
      const answers = await Promise.all(
        ids.map((id) => fixture.act(fixture.petugas, id, 'corrections', { version: 1, changes: newCard() })),
      )
      const accepted = ids.filter((_, index) => answers[index]?.status === 204)
      expect(accepted).toHaveLength(1)
      expect(answers.filter(({ body }) => body.code === 'version_conflict')).toHaveLength(4)
      for (const id of ids) await fixture.requireReplayEqual(id)
    }
  })

  it('a correction and a decision about the same household at once never meet half way', async () => {
    for (let round = 0; round < 5; round += 1) {
      const [first = '', second = ''] = await returnedFamily(2)
      await fixture.act(reviewer, second, 'claim')
      const [decided] = await Promise.all([
        fixture.act(reviewer, second, 'decisions', ELIGIBLE),
        correct(first, newCard()),
      ])
      expect([200, 409]).toContain(decided.status)
      expect(await stand([second])).toEqual([['submitted', 2]])
      await fixture.requireReplayEqual(second)
      const told = (await fixture.notices(second)).map(({ template }) => template)
      expect(told).toEqual(decided.status === 200 ? ['eligible', 'correction_of_notice'] : [])
    }
  })
})
