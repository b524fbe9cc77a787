import { type RawBuilder, sql } from 'kysely'
import type { Db } from '../database.ts'
import { codeRange, type Scope } from './scope.ts'

/** Where a household registered and lives, and who entered it. */
export type HouseholdPlace = { regionCode: string; officeId: string; createdBy: string; villageCode: string }

/** By intake; unknown ones are left out. */
export async function listHouseholdPlaces(db: Db, intakeIds: readonly string[]): Promise<Map<string, HouseholdPlace>> {
  const { rows } = await sql<HouseholdPlace & { id: string }>`
    SELECT id, region_code AS "regionCode", office_id AS "officeId", created_by AS "createdBy", village_code AS "villageCode"
    FROM intake WHERE id = ANY(${intakeIds}::uuid[])`.execute(db)
  return new Map(rows.map(({ id, ...place }) => [id, place]))
}

export type RunOut = HouseholdPlace & { proposalId: string }

/**
 * Leases and reservations whose time ended in the span, at most `limit` of each. Cases under a lease are few and have an index;
 * one on their end would be written at every renewal.
 */
export async function listRunOut(db: Db, span: { after: Date; upTo: Date }, limit: number): Promise<RunOut[]> {
  const { rows } = await sql<RunOut>`
    SELECT s.proposal_id AS "proposalId", s.region_code AS "regionCode", s.office_id AS "officeId", s.created_by AS "createdBy",
      i.village_code AS "villageCode"
    FROM (
      (SELECT proposal_id, intake_id, region_code, office_id, created_by FROM proposal_status
        WHERE lease_holder IS NOT NULL AND lease_until > ${span.after} AND lease_until <= ${span.upTo} LIMIT ${limit})
      UNION
      (SELECT proposal_id, intake_id, region_code, office_id, created_by FROM proposal_status
        WHERE reserved_until > ${span.after} AND reserved_until <= ${span.upTo} LIMIT ${limit})
    ) AS s JOIN intake i ON i.id = s.intake_id`.execute(db)
  return rows
}

export type QueueQuestion = {
  queue: string
  /** Due before: amber, unless it is red. */
  amberBefore: Date
  /** Without what waits for another reviewer. */
  firstFor: string | null
}
export type QueueClock = { queue: string; submittedAt: Date | null; dueAt: Date | null; amber: number; red: number }

const CASTS = { office_id: 'uuid[]', region_code: 'text[]', created_by: 'text[]' } as const

/** A range of an index for each value of the scope: none is read further than `limit`. */
function among(scope: Scope, rest: RawBuilder<unknown>): RawBuilder<unknown> {
  const range = scope.villagesIn === null ? null : codeRange(scope.villagesIn)
  const household =
    range === null
      ? sql``
      : sql`JOIN intake i ON i.id = s.intake_id AND i.village_code >= ${range.from} AND i.village_code < ${range.before}`
  return sql`unnest(${scope.values}::${sql.raw(CASTS[scope.column])}) AS scope (value) CROSS JOIN LATERAL (
    SELECT s.submitted_at, s.due_at FROM proposal_status s ${household} WHERE s.${sql.raw(scope.column)} = scope.value ${rest}
  ) AS one`
}

/** Of each queue the case that is due first, and how many are late or nearly so, at most `limit`. */
export async function readQueueClocks(
  db: Db,
  scope: Scope,
  questions: readonly QueueQuestion[],
  { now, limit }: { now: Date; limit: number },
): Promise<QueueClock[]> {
  const mine = sql`AND s.queue = asked.queue
    AND (asked.first_for IS NULL OR s.reserved_until IS NULL OR s.reserved_until <= ${now} OR s.reserved_for = asked.first_for)`
  const first = among(scope, sql`${mine} ORDER BY s.due_at, s.proposal_id LIMIT 1`)
  const red = among(scope, sql`${mine} AND s.due_at < ${now} LIMIT ${limit}`)
  const amber = among(scope, sql`${mine} AND s.due_at >= ${now} AND s.due_at < asked.amber_before LIMIT ${limit}`)
  const { rows } = await sql<QueueClock>`
    SELECT asked.queue, first.submitted_at AS "submittedAt", first.due_at AS "dueAt",
      least(amber.total, ${limit})::int AS amber, least(red.total, ${limit})::int AS red
    FROM unnest(
      ${questions.map(({ queue }) => queue)}::text[], ${questions.map(({ amberBefore }) => amberBefore)}::timestamptz[],
      ${questions.map(({ firstFor }) => firstFor)}::text[]) AS asked (queue, amber_before, first_for)
    LEFT JOIN LATERAL (SELECT one.* FROM ${first} ORDER BY one.due_at LIMIT 1) AS first ON true
    CROSS JOIN LATERAL (SELECT count(*) AS total FROM ${red}) AS red
    CROSS JOIN LATERAL (SELECT count(*) AS total FROM ${amber}) AS amber`.execute(db)
  return rows
}

export async function listOwnLeases(
  db: Db,
  holder: string,
  { now, limit }: { now: Date; limit: number },
): Promise<{ proposalId: string; until: Date; dueAt: Date | null }[]> {
  const { rows } = await sql<{ proposalId: string; until: Date; dueAt: Date | null }>`
    SELECT proposal_id AS "proposalId", lease_until AS until, due_at AS "dueAt" FROM proposal_status
    WHERE lease_holder = ${holder} AND lease_until > ${now} ORDER BY lease_until, proposal_id LIMIT ${limit}`.execute(
    db,
  )
  return rows
}

/** Submitted since then, whatever became of it, at most `limit` counted: a range of the index for each state. */
export async function countSubmitted(
  db: Db,
  scope: Scope,
  { since, states, limit }: { since: Date; states: readonly string[]; limit: number },
): Promise<number> {
  const counted = among(scope, sql`AND s.state = asked.state AND s.submitted_at >= ${since} LIMIT ${limit}`)
  const { rows } = await sql<{ total: number }>`
    SELECT least(count(*), ${limit})::int AS total FROM (
      SELECT FROM unnest(${states}::text[]) AS asked (state) CROSS JOIN LATERAL (SELECT FROM ${counted}) AS found LIMIT ${limit}
    ) AS all_found`.execute(db)
  return rows[0]?.total ?? 0
}
