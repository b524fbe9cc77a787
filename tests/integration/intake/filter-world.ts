import { randomUUID } from 'node:crypto'
import { type RawBuilder, sql } from 'kysely'
import type { Actor } from '../../../src/contracts/access.ts'
import type { SavedFilters } from '../../../src/contracts/api/proposal-filters.ts'
import { CHANNELS } from '../../../src/contracts/household-terms.ts'
import { queueOf, queueRule } from '../../../src/contracts/lifecycle/queues.ts'
import { type Flag, MEMBERSHIP_OUTCOMES, STATES } from '../../../src/contracts/lifecycle/states.ts'
import { placeOf } from '../../../src/features/intake/queue-place.domain.ts'
import { DEMO_OFFICES } from '../../../src/features/regions/index.ts'
import { makeIntakeBody, makeMember } from '../../support/intake-body.ts'
import { createIntakeFixture, type IntakeFixture } from './fixture.ts'

const HOUR = 3_600_000
export const VILLAGES = ['32.74.01.1001', '32.74.01.1002', '32.74.05.1003', '32.74.05.1004']
export const OFFICES = [DEMO_OFFICES.puskesmas, DEMO_OFFICES.otherPuskesmas, DEMO_OFFICES.healthOffice]
const FLAGS_SEEN: readonly Flag[] = ['potential_duplicate', 'wa_unreachable', 'outside_domicile', 'resubmitted']
const NAMES = ['ANI', 'BUDI SANTOSO', 'CITRA', 'DEWI LESTARI', 'EKO']

export type FilterWorld = { fixture: IntakeFixture; reviewer: Actor; supervisor: Actor; officer: Actor; kader: Actor }

/**
 * Cases of every state, spread over offices, villages, channels and days. How they stand is written directly: by the rules a
 * hundred of them would take minutes, and what is tested reads columns, whoever wrote them.
 */
export async function createFilterWorld(count: number): Promise<FilterWorld> {
  const fixture = await createIntakeFixture()
  const reviewer = fixture.actor('verifikator')
  const supervisor = fixture.actor('supervisor')
  const officer = fixture.actor('petugas')
  const kader = fixture.actor('kader')
  const { owner } = fixture.database
  const now = fixture.clock.now().getTime()
  const approvedBy = new Map<string, number>()
  for (let number = 0; number < count; number += 1) {
    const pick = <Value>(values: readonly Value[], spread: number): Value =>
      values[(number * spread + Math.floor(number / 7)) % values.length] as Value
    const office = pick(OFFICES, 1)
    const registrar = number % 5 === 0 ? kader : fixture.actor('petugas', { officeId: office, officeIds: [office] })
    const body = makeIntakeBody({
      channel: pick(CHANNELS, 5),
      members: [makeMember({ fullName: pick(NAMES, 3) })],
    })
    body.address.villageCode = pick(VILLAGES, 3)
    const reply = await fixture.register(registrar, body)
    if (reply.statusCode !== 201) throw new Error(`registering answered ${reply.statusCode} ${reply.body}`)
    const proposalId: string = reply.json().proposals[0].id
    const state = pick(STATES, 1)
    const flags = FLAGS_SEEN.filter((_, index) => (number >> index) % 3 === 0)
    const queue = queueOf({ state, flags })
    // Several at one moment, so that the id decides; around midnight in Cirebon, which is not midnight in UTC.
    const submittedAt = new Date(now - Math.floor(number / 3) * 5 * HOUR)
    const leaseHolder = number % 4 === 0 ? reviewer.userId : number % 4 === 1 ? randomUUID() : null
    await owner
      .updateTable('proposal_status')
      .set({
        state,
        flags,
        queue,
        due_at: queue === null ? null : new Date(now + ((number % 11) - 5) * HOUR),
        likeness: queue === 'duplicates' ? (number % 5) / 5 : 0,
        membership: number % 6 === 5 ? null : pick(MEMBERSHIP_OUTCOMES, 2),
        submitted_at: submittedAt,
        lease_holder: leaseHolder,
        lease_until: leaseHolder === null ? null : new Date(now + (number % 8 < 4 ? HOUR : -HOUR)),
        reviewer_id: reviewer.userId,
        reserved_until: flags.includes('resubmitted') && number % 2 ? new Date(now + HOUR) : null,
        reserved_for: flags.includes('resubmitted') && number % 2 ? reviewer.userId : null,
      })
      .where('proposal_id', '=', proposalId)
      .execute()
    // As the budget leaves them: of the approved some wait for a seat, some have just got one.
    if (state === 'eligible') {
      const approved = (approvedBy.get(registrar.role) ?? 0) + 1
      approvedBy.set(registrar.role, approved)
      const seat = ['waiting', 'moved up', 'reserved'][(approved - 1) % 3]
      await owner
        .insertInto('quota_seat')
        .values({
          proposal_id: proposalId,
          region_code: '32.74',
          year: 2026,
          state: seat === 'waiting' ? 'waiting' : 'reserved',
          approved_at: submittedAt,
          moved_up_at: seat === 'moved up' ? submittedAt : null,
        })
        .execute()
    }
  }
  return { fixture, reviewer, supervisor, officer, kader }
}

export const ORDERS: Record<string, string> = {
  submittedAt: 's.submitted_at, s.proposal_id',
  '-submittedAt': 's.submitted_at DESC, s.proposal_id DESC',
  dueAt: 's.due_at, s.proposal_id',
  '-dueAt': 's.due_at DESC, s.proposal_id DESC',
  fullName: 'p.full_name, p.id',
  '-fullName': 'p.full_name DESC, p.id DESC',
  state: `array_position('{${STATES.join(',')}}'::text[], s.state), s.submitted_at, s.proposal_id`,
  '-state': `array_position('{${STATES.join(',')}}'::text[], s.state) DESC, s.submitted_at DESC, s.proposal_id DESC`,
}

const among = (column: string, values: readonly string[] | undefined): RawBuilder<boolean>[] =>
  values === undefined ? [] : [sql<boolean>`${sql.raw(column)} = ANY(${values})`]

/** The same question as one plain statement without limit or place: what a list must join to. */
export async function listPlainly(
  { fixture }: FilterWorld,
  actor: Actor,
  filters: SavedFilters,
  sort: string,
): Promise<string[]> {
  const now = fixture.clock.now()
  const place = filters.queue && placeOf(filters.queue, actor, now)
  const isRunning = sql`s.lease_until IS NOT NULL AND s.lease_until > ${now}`
  const mine = sql`(s.lease_holder = ${actor.userId} AND ${isRunning})`
  const nobody = sql`(NOT (${isRunning}))`
  const conditions: RawBuilder<unknown>[] = [
    actor.role === 'petugas'
      ? sql`s.office_id = ANY(${actor.officeIds}::uuid[])`
      : actor.role === 'kader'
        ? sql`s.created_by = ${actor.userId}`
        : sql`s.region_code = ${actor.regionCode}`,
    ...among('s.state', filters.state),
    ...among('s.office_id::text', filters.office),
    ...among('i.channel', filters.channel),
    ...among('s.membership', filters.membership),
    ...(filters.flag ? [sql`EXISTS (SELECT FROM unnest(s.flags) AS f WHERE f = ANY(${filters.flag}))`] : []),
    ...(filters.regionCode
      ? [
          sql`EXISTS (SELECT FROM unnest(${filters.regionCode}::text[]) AS r WHERE i.village_code = r OR starts_with(i.village_code, r || '.'))`,
        ]
      : []),
    ...(filters.submittedFrom
      ? [sql`(s.submitted_at AT TIME ZONE 'Asia/Jakarta')::date >= ${filters.submittedFrom}`]
      : []),
    ...(filters.submittedTo ? [sql`(s.submitted_at AT TIME ZONE 'Asia/Jakarta')::date <= ${filters.submittedTo}`] : []),
    ...(filters.dueBefore ? [sql`s.queue IS NOT NULL AND s.due_at < ${filters.dueBefore}`] : []),
    ...(filters.lease
      ? [
          sql`(${sql.join([...(filters.lease.includes('mine') ? [mine] : []), ...(filters.lease.includes('nobody') ? [nobody] : [])], sql` OR `)})`,
        ]
      : []),
    ...(filters.seat
      ? [
          sql`EXISTS (SELECT FROM quota_seat q WHERE q.proposal_id = s.proposal_id
            AND CASE WHEN q.state = 'waiting' THEN 'waiting' WHEN q.moved_up_at IS NOT NULL THEN 'moved_up' END = ANY(${filters.seat}))`,
        ]
      : []),
    ...(filters.queue && place ? [sql`s.state = ANY(${queueRule(filters.queue).states})`] : []),
    ...(place?.queue ? [sql`s.queue = ${place.queue}`] : []),
    ...(place?.leaseHolder ? [mine] : []),
    ...(place?.lateBefore ? [sql`s.queue IS NOT NULL AND s.due_at < ${place.lateBefore}`] : []),
    ...(place?.firstFor
      ? [sql`(s.reserved_until IS NULL OR s.reserved_until <= ${now} OR s.reserved_for = ${place.firstFor})`]
      : []),
  ]
  const { rows } = await sql<{ id: string }>`
    SELECT s.proposal_id AS id FROM proposal_status s JOIN proposal p ON p.id = s.proposal_id JOIN intake i ON i.id = s.intake_id
    WHERE ${sql.join(conditions, sql` AND `)} ORDER BY ${sql.raw(ORDERS[sort] ?? '')}`.execute(fixture.database.owner)
  return rows.map((row) => row.id)
}
