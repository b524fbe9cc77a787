import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Actor } from '../../../src/contracts/access.ts'
import type { ProposalListItem } from '../../../src/contracts/api/proposals.ts'
import { SYSTEM } from '../../../src/features/intake/index.ts'
import { makeIntakeBody, makeMember } from '../../support/intake-body.ts'
import { createIntakeFixture, type IntakeFixture } from './fixture.ts'

// Reviewers of a kecamatan or a village. Both households were registered by one office; they live in different villages.
const HERE = '32.74.05.1003'
const ELSEWHERE = '32.74.01.1001'

type Household = { intakeId: string; proposalId: string; receiptNumber: string; nik: string; familyCardNumber: string }
let fixture: IntakeFixture
let here: Household
let elsewhere: Household
let ofHere: Actor[]
let ofElsewhere: Actor[]

beforeAll(async () => {
  fixture = await createIntakeFixture()
  here = await bringToReview(HERE, 'WIDYA WIJAYANTI')
  elsewhere = await bringToReview(ELSEWHERE, 'BUDI WIJAYANTO')
  const reviewersOf = (...codes: string[]) => codes.map((regionCode) => fixture.actor('verifikator', { regionCode }))
  ofHere = reviewersOf('32.74.05', HERE)
  ofElsewhere = reviewersOf('32.74.01', ELSEWHERE)
})
afterAll(() => fixture.close())

async function bringToReview(villageCode: string, fullName: string): Promise<Household> {
  const body = makeIntakeBody({ members: [makeMember({ fullName })] })
  const address = { ...body.address, villageCode }
  const reply = await fixture.register(fixture.actor('petugas'), { ...body, address })
  expect(reply.statusCode).toBe(201)
  const { id: intakeId, receiptNumber, proposals } = reply.json()
  const proposalId: string = proposals[0].id
  await fixture.database.db.transaction().execute(async (tx) => {
    await fixture.intake.moveMany(tx, [{ proposalId, action: 'start_checks', mover: SYSTEM }])
    const data = { membership: 'not_found' as const, flags: [] }
    await fixture.intake.moveMany(tx, [{ proposalId, action: 'complete_checks', mover: SYSTEM, data }])
  })
  const nik = body.members[0]?.nik ?? ''
  return { intakeId, proposalId, receiptNumber, nik, familyCardNumber: body.familyCardNumber }
}

async function list(actor: Actor, query: Record<string, string>): Promise<string[]> {
  const reply = await fixture.app.inject({ url: '/api/v1/proposals', headers: fixture.as(actor), query })
  expect(reply.statusCode).toBe(200)
  return reply.json().items.map((item: ProposalListItem) => item.id)
}

async function count(actor: Actor, kind: 'queue' | 'state', key: string): Promise<number> {
  const reply = await fixture.app.inject({ url: '/api/v1/queues', headers: fixture.as(actor) })
  const { queues, states } = reply.json()
  return [...queues, ...states].find((row) => row[kind] === key).total
}

test.each<[string, (household: Household) => Record<string, string>]>([
  ['by a part of a name', () => ({ q: 'WIJAYANT' })],
  ['by NIK', ({ nik }) => ({ q: nik })],
  ['by KK', ({ familyCardNumber }) => ({ q: familyCardNumber })],
  ['by receipt', ({ receiptNumber }) => ({ q: receiptNumber })],
  ['in a queue', () => ({ queue: 'new_review' })],
  ['in a queue, newest first', () => ({ queue: 'new_review', sort: '-submittedAt' })],
  ['in a queue, by name', () => ({ queue: 'new_review', sort: 'fullName' })],
  ['in a state', () => ({ state: 'in_review' })],
  ['among all', () => ({})],
  ['among all, by name', () => ({ sort: 'fullName' })],
])('finds %s only the households that live in their own villages', async (_, queryOf) => {
  for (const actor of ofHere) {
    expect(await list(actor, queryOf(here))).toEqual([here.proposalId])
    expect(await list(actor, queryOf(elsewhere))).not.toContain(elsewhere.proposalId)
  }
  for (const actor of ofElsewhere) {
    expect(await list(actor, queryOf(elsewhere))).toEqual([elsewhere.proposalId])
    expect(await list(actor, queryOf(here))).not.toContain(here.proposalId)
  }
  expect(await list(fixture.actor('verifikator', { regionCode: '32.74' }), queryOf(here))).toContain(here.proposalId)
})

test('a code that only begins with the same digits is another region', async () => {
  for (const regionCode of ['32.74.0', '32.74.05.100', '32.74.05.1004']) {
    expect(await list(fixture.actor('verifikator', { regionCode }), {})).toEqual([])
  }
})

test('opens its own households; others are not found', async () => {
  const open = async (actor: Actor, { intakeId }: Household) =>
    (await fixture.app.inject({ url: `/api/v1/intakes/${intakeId}`, headers: fixture.as(actor) })).statusCode
  for (const actor of ofHere) {
    expect([await open(actor, here), await open(actor, elsewhere)]).toEqual([200, 404])
    await expect(fixture.intake.requireVisible(actor, here.proposalId)).resolves.toMatchObject({
      intakeId: here.intakeId,
    })
    await expect(fixture.intake.requireVisible(actor, elsewhere.proposalId)).rejects.toMatchObject({
      code: 'not_found',
    })
  }
})

test('counts what it would find', async () => {
  const [reviewer] = ofHere as [Actor]
  const whole = fixture.actor('verifikator', { regionCode: '32.74' })
  expect([await count(reviewer, 'queue', 'new_review'), await count(whole, 'queue', 'new_review')]).toEqual([1, 2])
  expect([await count(reviewer, 'state', 'in_review'), await count(whole, 'state', 'in_review')]).toEqual([1, 2])
  fixture.clock.advance(7 * 24 * 60 * 60_000)
  const late = (regionCode: string) => count(fixture.actor('supervisor', { regionCode }), 'queue', 'late')
  expect([await late('32.74.05'), await late('32.74.03'), await late('32.74')]).toEqual([1, 0, 2])
  const shown = await list(fixture.actor('supervisor', { regionCode: '32.74.05' }), { queue: 'late' })
  expect(shown).toEqual([here.proposalId])
})
