import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Actor, ROLES, type Role } from '../../../src/contracts/access.ts'
import type { ProposalListItem } from '../../../src/contracts/api/proposals.ts'
import type { Action } from '../../../src/contracts/lifecycle/actions.ts'
import type { JournalData } from '../../../src/contracts/lifecycle/journal.ts'
import { QUEUE_KEYS, type QueueKey } from '../../../src/contracts/lifecycle/queues.ts'
import type { Flag } from '../../../src/contracts/lifecycle/states.ts'
import { type Mover, SYSTEM } from '../../../src/features/intake/index.ts'
import { makeIntakeBody, makeMember } from '../../support/intake-body.ts'
import { createIntakeFixture, type IntakeFixture } from './fixture.ts'

// Every queue for every role: may it be opened, what is in it, in which order, and what its count says. All tables here are
// written by hand, apart from the table under test: a queue without its rows does not compile.

const OPENS: Record<QueueKey, readonly Role[]> = {
  urgent_care: ['petugas', 'kader', 'verifikator', 'supervisor'],
  membership_unknown: ['verifikator', 'supervisor'],
  duplicates: ['verifikator', 'supervisor'],
  bpjs_returned: ['verifikator', 'supervisor'],
  resubmitted: ['verifikator', 'supervisor'],
  new_review: ['verifikator', 'supervisor'],
  reactivation: ['petugas', 'kader', 'verifikator', 'supervisor'],
  to_correct: ['petugas', 'kader', 'supervisor'],
  to_seal: ['penyetuju', 'supervisor'],
  not_yet_active: ['penyetuju', 'supervisor'],
  mine: ['verifikator', 'supervisor'],
  late: ['supervisor'],
}

type Kind = { urgentCare?: boolean; flags: Flag[]; next: Action[] }
const IN_REVIEW: Kind = { flags: [], next: [] }
const RETURNED: Kind = { flags: [], next: ['decide_needs_correction'] }
const KINDS = {
  fresh: IN_REVIEW,
  odd: { flags: ['outside_domicile', 'wa_unreachable'], next: [] },
  silent: { flags: ['membership_unknown'], next: [] },
  silentTwin: { flags: ['membership_unknown', 'potential_duplicate'], next: [] },
  twin: { flags: ['potential_duplicate'], next: [] },
  corrected: { flags: [], next: ['decide_needs_correction', 'correct', 'start_checks', 'complete_checks'] },
  urgent: { urgentCare: true, flags: [], next: [] },
  urgentTwin: { urgentCare: true, flags: ['potential_duplicate', 'membership_unknown'], next: [] },
  urgentInactive: { urgentCare: true, flags: [], next: ['auto_reactivation'] },
  inactive: { flags: [], next: ['auto_reactivation'] },
  returned: RETURNED,
  approved: { flags: [], next: ['decide_eligible'] },
  sent: { flags: [], next: ['decide_eligible', 'seal'] },
  overdue: { flags: [], next: ['decide_eligible', 'seal', 'record_flags'] },
  refusedByBpjs: { flags: [], next: ['decide_eligible', 'seal', 'return_from_bpjs'] },
  rejected: { flags: [], next: ['decide_rejected'] },
  active: { flags: [], next: ['auto_already_active'] },
  withdrawn: { flags: [], next: ['withdraw'] },
} as const satisfies Record<string, Kind>
type KindName = keyof typeof KINDS

const HOLDS: Record<QueueKey, readonly KindName[]> = {
  urgent_care: ['urgent', 'urgentTwin', 'urgentInactive'],
  membership_unknown: ['silent', 'silentTwin'],
  duplicates: ['twin'],
  bpjs_returned: ['refusedByBpjs'],
  resubmitted: ['corrected'],
  new_review: ['fresh', 'odd'],
  reactivation: ['inactive'],
  to_correct: ['returned'],
  to_seal: ['approved'],
  not_yet_active: ['overdue'],
  // Made below: the claimed one, and whatever waits since the year began.
  mine: [],
  late: [],
}

type Made = { id: string; kind: KindName; isOld: boolean }
const SECOND = 1000
const DAY = 24 * 60 * 60 * SECOND

let fixture: IntakeFixture
let people: Record<Role, Actor>
/** Who returned the corrected cases. */
let former: Actor
const made: Made[] = []

beforeAll(async () => {
  fixture = await createIntakeFixture()
  people = Object.fromEntries(ROLES.map((role) => [role, fixture.actor(role)])) as Record<Role, Actor>
  former = fixture.actor('verifikator')
  for (const isOld of [true, false]) {
    for (const kind of Object.keys(KINDS) as KindName[]) {
      for (let copy = 0; copy < 2; copy += 1) made.push({ kind, isOld, id: await bring(kind, copy) })
    }
    if (isOld) fixture.clock.advance(28 * DAY)
  }
  const mover = { id: people.verifikator.userId, role: people.verifikator.role }
  for (const { id } of claimedBy('verifikator')) await fixture.intake.claim(fixture.database.db, id, mover, false)
})
afterAll(() => fixture.close())

/** The youngest of the fresh ones. */
function claimedBy(role: Role): Made[] {
  return role === 'verifikator' ? made.filter((one) => one.kind === 'fresh').slice(-1) : []
}

async function bring(name: KindName, copy: number): Promise<string> {
  const kind: Kind = KINDS[name]
  fixture.clock.advance(SECOND)
  const urgent = kind.urgentCare ? { urgentCare: true } : {}
  const reply = await fixture.register(people.kader, makeIntakeBody({ members: [makeMember(urgent)] }))
  const proposalId: string = reply.json().proposals[0].id
  const flags: Flag[] = [...kind.flags, ...(kind.urgentCare ? (['urgent_care'] as const) : [])]
  const move = (action: Action, mover: Mover, data: JournalData): Promise<void> =>
    fixture.database.db.transaction().execute(async (tx) => {
      const [result] = await fixture.intake.moveMany(tx, [{ proposalId, action, mover, data }])
      if (!result?.moved) throw new Error(`${action} was refused: ${result?.refusal}`)
    })
  const registrar = { id: people.kader.userId, role: people.kader.role }
  const reviewer = { id: former.userId, role: former.role }
  const membershipAt = fixture.clock.now().toISOString()
  const step = async (action: Action, isAgain: boolean): Promise<void> => {
    fixture.clock.advance(SECOND)
    if (action.startsWith('decide_')) {
      await fixture.intake.claim(fixture.database.db, proposalId, reviewer, false)
      await move(action, reviewer, { correctionDueAt: new Date(fixture.clock.now().getTime() + DAY).toISOString() })
    } else if (action === 'withdraw') await move(action, registrar, { closedAs: 'withdrawn' })
    else if (action === 'seal') await move(action, { id: people.penyetuju.userId, role: 'penyetuju' }, {})
    else if (action === 'record_flags') await move(action, SYSTEM, { addFlags: ['not_yet_active'] })
    else if (action === 'correct') await move(action, registrar, { flags: ['resubmitted'] })
    else if (action === 'complete_checks') {
      await move(action, SYSTEM, { membership: 'not_found', membershipAt, ...(isAgain ? {} : { flags }) })
    } else await move(action, SYSTEM, {})
  }
  await step('start_checks', false)
  await step('complete_checks', false)
  for (const action of kind.next) await step(action, true)
  const likeness = new Map([[proposalId, kind.flags.includes('potential_duplicate') ? 0.8 + copy / 10 : 0]])
  await fixture.intake.recordLikeness(fixture.database.db, likeness)
  return proposalId
}

function expectedIn(queue: QueueKey, role: Role): string[] {
  if (queue === 'mine') return claimedBy(role).map((one) => one.id)
  const waiting = new Set(Object.values(HOLDS).flat())
  if (queue === 'late') return made.filter((one) => one.isOld && waiting.has(one.kind)).map((one) => one.id)
  return made
    .filter((one) => HOLDS[queue].includes(one.kind))
    .filter((one) => queue !== 'resubmitted' || role === 'supervisor' || one.isOld)
    .map((one) => one.id)
}

async function open(actor: Actor, query: Record<string, string>) {
  const reply = await fixture.app.inject({ url: '/api/v1/proposals', headers: fixture.as(actor), query })
  return { status: reply.statusCode, body: reply.json() }
}

async function walk(actor: Actor, query: Record<string, string>): Promise<ProposalListItem[]> {
  const items: ProposalListItem[] = []
  let cursor: string | null = null
  do {
    const { body } = await open(actor, { ...query, ...(cursor ? { cursor } : {}) })
    items.push(...body.items)
    cursor = body.nextCursor
  } while (cursor)
  return items
}

async function countsOf(actor: Actor): Promise<{ queue: QueueKey; total: number }[]> {
  const reply = await fixture.app.inject({ url: '/api/v1/queues', headers: fixture.as(actor) })
  return reply.statusCode === 200 ? reply.json().queues : []
}

const inOrder = (items: readonly ProposalListItem[], queue: QueueKey): ProposalListItem[] => {
  const key = (item: ProposalListItem): string | number =>
    queue === 'duplicates' ? -(item.likeness ?? 0) : `${item.dueAt}`
  const before = (a: ProposalListItem, b: ProposalListItem): boolean =>
    key(a) === key(b) ? a.id < b.id : key(a) < key(b)
  return items.toSorted((a, b) => (before(a, b) ? -1 : 1))
}

describe.each(ROLES)('to a %s', (role) => {
  test.each(QUEUE_KEYS)('the queue %s opens, holds, is sorted and counts as the table says', async (queue) => {
    const actor = people[role]
    const { status } = await open(actor, { queue })
    expect(status).toBe(OPENS[queue].includes(role) ? 200 : 403)
    const counted = (await countsOf(actor)).filter((row) => row.queue === queue)
    if (status !== 200) return expect(counted).toEqual([])
    const expected = expectedIn(queue, role)
    const items = await walk(actor, { queue, limit: '100' })
    expect(items.map((item) => item.id).sort()).toEqual(expected.sort())
    expect(items).toEqual(inOrder(items, queue))
    expect(await walk(actor, { queue, limit: '1' })).toEqual(items)
    expect(counted).toEqual([{ queue, total: expected.length }])
  })
})

test('a kader finds the same queues for the own captures only', async () => {
  const stranger = fixture.actor('kader')
  expect(await walk(stranger, { queue: 'to_correct' })).toEqual([])
  expect(new Set((await countsOf(stranger)).map((row) => row.total))).toEqual(new Set([0]))
})

test('a queue of two states can be narrowed to one of them', async () => {
  for (const [state, kinds] of [
    ['in_review', ['urgent', 'urgentTwin']],
    ['needs_reactivation', ['urgentInactive']],
  ] as const) {
    const expected = made.filter((one) => (kinds as readonly string[]).includes(one.kind)).map((one) => one.id)
    for (const query of [{}, { sort: 'fullName' }]) {
      const items = await walk(people.verifikator, { queue: 'urgent_care', state, ...query })
      expect(items.map((item) => item.id).sort()).toEqual(expected.toSorted())
    }
    expect(await walk(people.supervisor, { queue: 'late', state, limit: '100' })).toEqual(
      (await walk(people.supervisor, { queue: 'late', limit: '100' })).filter((item) => item.state === state),
    )
  }
})

describe('a corrected case', () => {
  test('is in the queue of the reviewer who returned it, and marked wherever others find it', async () => {
    const all = made.filter((one) => one.kind === 'corrected').map((one) => one.id)
    const own = await walk(former, { queue: 'resubmitted' })
    expect(own.map((item) => item.id).sort()).toEqual(all.toSorted())
    expect(own.filter((item) => item.reservedFor !== null)).toHaveLength(2)
    expect((await countsOf(former)).find((row) => row.queue === 'resubmitted')?.total).toBe(4)
    for (const actor of [people.supervisor, people.verifikator]) {
      const found = (await walk(actor, { state: 'in_review' })).filter((item) => item.reservedFor !== null)
      expect(new Set(found.map((item) => item.reservedFor))).toEqual(new Set([former.userId]))
      expect(found).toHaveLength(2)
    }
  })

  test('is counted for the reviewers of its village as they see it', async () => {
    for (const regionCode of ['32.74.01', '32.74.03']) {
      const reviewer = fixture.actor('verifikator', { regionCode })
      const seen = await walk(reviewer, { queue: 'resubmitted' })
      expect((await countsOf(reviewer)).find((row) => row.queue === 'resubmitted')?.total).toBe(seen.length)
      expect(seen).toHaveLength(regionCode === '32.74.01' ? 2 : 0)
    }
  })
})

describe('sorting by likeness', () => {
  test('goes with names and states, and with every page length', async () => {
    const scores = (await walk(people.supervisor, { queue: 'duplicates', limit: '3' })).map((item) => item.likeness)
    expect(scores).toEqual([0.9, 0.9, 0.8, 0.8])
    const province = fixture.actor('verifikator', { regionCode: '32' })
    expect((await walk(province, { queue: 'duplicates', limit: '1' })).map((item) => item.likeness)).toEqual(scores)
    const due = await walk(people.verifikator, { queue: 'duplicates', sort: 'dueAt' })
    expect(due.map((item) => item.dueAt)).toEqual(due.map((item) => item.dueAt).sort())
    const found = await walk(people.verifikator, { queue: 'duplicates', q: 'AMINAH', sort: 'likeness', limit: '1' })
    expect(found.map((item) => item.likeness)).toEqual(scores)
  })

  test('is refused outside the queue of likely duplicates', async () => {
    for (const query of [{}, { queue: 'new_review' }, { queue: 'mine' }]) {
      const { body } = await open(people.verifikator, { ...query, sort: 'likeness' })
      expect(body.errors).toMatchObject([{ path: 'sort', code: 'sort_needs_duplicates' }])
    }
    const cursor = Buffer.from(JSON.stringify(['likeness', 'Infinity', made[0]?.id])).toString('base64url')
    expect((await open(people.verifikator, { queue: 'duplicates', cursor })).status).toBe(400)
  })
})
