import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Actor } from '../../../src/contracts/access.ts'
import type { Comparison, NextCase, ProposalView } from '../../../src/contracts/api/proposals.ts'
import { makeMember } from '../../support/intake-body.ts'
import { BANDUNG, createVerificationFixture, type VerificationFixture } from './fixture.ts'

const MINUTE = 60_000

describe('the next case', () => {
  let fixture: VerificationFixture
  let reviewer: Actor
  let colleague: Actor
  beforeAll(async () => {
    fixture = await createVerificationFixture()
  })
  beforeEach(async () => {
    await fixture.reset()
    reviewer = fixture.actor('verifikator')
    colleague = fixture.actor('verifikator')
  })
  afterAll(() => fixture.close())

  const claimNext = async (by: Actor, queue = 'new_review'): Promise<ProposalView | null> => {
    const answer = await fixture.call(by, 'POST', `/api/v1/queues/${queue}/claim-next`)
    expect(answer.status).toBe(200)
    return answer.body.proposal as ProposalView | null
  }
  const peek = async (by: Actor, queue = 'new_review'): Promise<NextCase['next']> =>
    (await fixture.call(by, 'GET', `/api/v1/queues/${queue}/next`)).body.next as NextCase['next']
  const inQueue = async (count: number): Promise<string[]> => {
    const ids: string[] = []
    for (let index = 0; index < count; index += 1) {
      ids.push(await fixture.propose())
      fixture.clock.advance(MINUTE)
    }
    await fixture.runChecks()
    return ids
  }

  it('is the one that is due first, shown whole and held by the caller', async () => {
    const [first, second] = await inQueue(2)
    expect(await peek(reviewer)).toMatchObject({ id: first, version: 1, state: 'in_review' })
    expect(await peek(reviewer)).toMatchObject({ id: first })

    const shown = await claimNext(reviewer)
    expect(shown).toMatchObject({ id: first, lease: { holderId: reviewer.userId }, publicLabel: 'Sedang diperiksa' })
    expect(shown?.checks.length).toBeGreaterThan(0)
    expect(await peek(colleague)).toMatchObject({ id: second })
    expect(await fixture.audited('claim')).toEqual([{ subjectId: first, actorId: reviewer.userId }])
    expect(await claimNext(colleague)).toMatchObject({ id: second })
    expect(await claimNext(colleague)).toBeNull()
    expect(await peek(colleague)).toBeNull()
  })

  it('is another one for each of many at once', async () => {
    const ids = await inQueue(6)
    const shown = await Promise.all(Array.from({ length: 10 }, () => claimNext(fixture.actor('verifikator'))))
    const taken = shown.flatMap((one) => one?.id ?? [])
    expect(taken.sort()).toEqual(ids.sort())
  })

  it('waits for the reviewer who returned it, and for a supervisor', async () => {
    const id = await fixture.claimed(reviewer)
    const reasons = [{ code: 'KTP_TIDAK_TERBACA' }]
    await fixture.act(reviewer, id, 'decisions', { version: 1, decision: 'needs_correction', reasons })
    const answers = [{ field: 'documents.ktp', explanation: 'KTP sudah difoto ulang' }]
    await fixture.act(fixture.petugas, id, 'corrections', { version: 1, answers })
    await fixture.runChecks()
    expect(await claimNext(colleague, 'resubmitted')).toBeNull()
    expect(await peek(fixture.actor('supervisor'), 'resubmitted')).toMatchObject({ id })
    expect(await claimNext(reviewer, 'resubmitted')).toMatchObject({ id, version: 2 })
  })

  it('lies in the caller’s region, and was not registered by them', async () => {
    const own = await fixture.propose({}, {}, fixture.actor('petugas', { userId: reviewer.userId }))
    await fixture.runChecks()
    expect(await claimNext(reviewer)).toBeNull()
    const elsewhere = { regionCode: BANDUNG.region, officeId: BANDUNG.office, officeIds: [BANDUNG.office] }
    expect(await claimNext(fixture.actor('verifikator', elsewhere))).toBeNull()
    expect(await claimNext(colleague)).toMatchObject({ id: own })
  })

  it('is not asked of queues that nobody claims from, nor by those whose queue it is not', async () => {
    const supervisor = fixture.actor('supervisor')
    expect(await fixture.call(supervisor, 'POST', '/api/v1/queues/to_correct/claim-next')).toMatchObject({
      status: 409,
      body: { code: 'action_not_allowed' },
    })
    expect(await fixture.call(reviewer, 'POST', '/api/v1/queues/late/claim-next')).toMatchObject({ status: 403 })
  })

  it('is the most alike in the queue of duplicates', async () => {
    const person = { fullName: 'NURHAYATI BINTI SALEH', birthDate: '1985-03-04', sex: 'female' } as const
    const alike = { ...person, birthDate: '1985-04-03' }
    const [one, two] = [await fixture.propose(person), await fixture.propose(alike)]
    const other = { fullName: 'AGUS PRIYANTO', birthDate: '1971-08-09', sex: 'male' } as const
    const same = [await fixture.propose(other), await fixture.propose(other)]
    await fixture.runChecks()
    const first = await claimNext(reviewer, 'duplicates')
    expect(same).toContain(first?.id)
    expect(same).not.toContain(one)
    expect(same).not.toContain(two)
  })
})

describe('two proposals beside each other', () => {
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

  const compare = (id: string, otherId: string, by = reviewer) =>
    fixture.call(by, 'GET', `/api/v1/proposals/${id}/duplicates/${otherId}`)

  it('show what differs and say why they count as alike, without a whole number', async () => {
    const person = makeMember({ fullName: 'NURHAYATI SALEH', birthDate: '1985-03-04' })
    const id = await fixture.propose(person)
    const otherId = await fixture.propose(makeMember({ fullName: 'NURHAYATI SALEH', birthDate: '1985-04-03' }))
    await fixture.runChecks()

    const answer = await compare(id, otherId)

    expect(answer.status).toBe(200)
    const { left, right, fields, parts, judgement } = answer.body as Comparison
    expect([left.id, right.id, judgement]).toEqual([id, otherId, 'open'])
    expect(fields.filter(({ differs }) => differs).map(({ field }) => field)).toEqual(
      expect.arrayContaining(['nik', 'birthDate', 'familyCardNumber', 'whatsappNumber']),
    )
    expect(fields.filter(({ differs }) => !differs).map(({ field }) => field)).toEqual(
      expect.arrayContaining(['fullName', 'sex', 'birthPlace', 'address.street']),
    )
    const codes = Object.fromEntries(parts.map(({ field, code }) => [field, code]))
    expect(codes).toEqual({
      nik: 'nik_differs',
      fullName: 'name_same',
      birthDate: 'birth_date_swapped',
      familyCardNumber: 'family_card_differs',
      sex: 'sex_same',
    })
    expect(JSON.stringify(answer.body)).not.toContain(person.nik)
    // The random end of an id may be digits alone.
    expect(JSON.stringify(answer.body).replaceAll(/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/gu, 'id')).not.toMatch(
      /\d{10}/u,
    )
    expect(await fixture.audited('compare_duplicate')).toEqual([{ subjectId: id, actorId: reviewer.userId }])
  })

  it('may be any two that the caller sees, and no other', async () => {
    const id = await fixture.propose()
    const unlike = await fixture.propose({ fullName: 'AGUS PRIYANTO', sex: 'male' })
    expect((await compare(id, unlike)).body).toMatchObject({ judgement: null })
    const there = { regionCode: BANDUNG.region, officeId: BANDUNG.office, officeIds: [BANDUNG.office] }
    const elsewhere = await fixture.propose(
      {},
      { confirmWarnings: ['outside_domicile'] },
      fixture.actor('petugas', there),
    )
    expect(await compare(id, elsewhere)).toMatchObject({ status: 404 })
    expect(await compare(elsewhere, id)).toMatchObject({ status: 404 })
    expect(await fixture.audited('compare_duplicate')).toHaveLength(1)
  })
})
