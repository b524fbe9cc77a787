import { sql } from 'kysely'
import { STORED_QUEUES } from '../../contracts/lifecycle/queues.ts'
import type { Db } from '../database.ts'
import type { Place } from './queue-place.domain.ts'
import { codeRange, type Scope } from './scope.ts'

export type CountRow = { state: string; queue: string; total: number }

/**
 * Counts of a scope from the rolled-up totals and the changes not yet rolled up: exact at the moment of reading. Of an agent's
 * own captures and of part of a kab/kota there are no totals: these are counted.
 */
export async function readCounts(db: Db, scope: Scope): Promise<CountRow[]> {
  if (scope.column === 'created_by') {
    const own = await sql<CountRow>`
      SELECT state, coalesce(queue, '') AS queue, count(*)::int AS total FROM proposal_status
      WHERE created_by = ANY(${scope.values}::text[]) GROUP BY 1, 2`.execute(db)
    return own.rows
  }
  if (scope.villagesIn !== null) {
    const { from, before } = codeRange(scope.villagesIn)
    const within = await sql<CountRow>`
      SELECT s.state, coalesce(s.queue, '') AS queue, count(*)::int AS total
      FROM proposal_status s JOIN intake i ON i.id = s.intake_id
      WHERE s.region_code = ANY(${scope.values}::text[]) AND i.village_code >= ${from} AND i.village_code < ${before}
      GROUP BY 1, 2`.execute(db)
    return within.rows
  }
  const inScope =
    scope.column === 'office_id'
      ? sql<boolean>`office_id = ANY(${scope.values}::uuid[])`
      : sql<boolean>`region_code = ANY(${scope.values}::text[])`
  const result = await sql<CountRow>`
    SELECT state, queue, sum(total)::int AS total FROM (
      SELECT state, queue, total FROM proposal_count WHERE ${inScope}
      UNION ALL
      SELECT state, queue, change FROM proposal_count_delta WHERE ${inScope}
    ) AS counted GROUP BY state, queue HAVING sum(total) <> 0`.execute(db)
  return result.rows
}

/** Joins the changes into the totals and removes them, in one statement. Two processes may run it: they share the rows out. */
export async function rollUpCounts(db: Db): Promise<void> {
  await sql`
    WITH taken AS (
      DELETE FROM proposal_count_delta WHERE id IN (
        SELECT id FROM proposal_count_delta ORDER BY id LIMIT 50000 FOR UPDATE SKIP LOCKED)
      RETURNING region_code, office_id, state, queue, change
    )
    INSERT INTO proposal_count AS present (region_code, office_id, state, queue, total)
    SELECT region_code, office_id, state, queue, sum(change) FROM taken
    GROUP BY region_code, office_id, state, queue ORDER BY region_code, office_id, state, queue
    ON CONFLICT (region_code, office_id, state, queue) DO UPDATE SET total = present.total + EXCLUDED.total`.execute(db)
}

/** Rows `s` of the scope. */
function within(scope: Scope) {
  const column = sql.ref(`s.${scope.column}`)
  const values = scope.column === 'office_id' ? sql`ANY(${scope.values}::uuid[])` : sql`ANY(${scope.values}::text[])`
  const range = scope.villagesIn === null ? null : codeRange(scope.villagesIn)
  const household =
    range === null
      ? sql``
      : sql`JOIN intake i ON i.id = s.intake_id AND i.village_code >= ${range.from} AND i.village_code < ${range.before}`
  return { household, condition: sql`${column} = ${values}` }
}

/** Beyond this nobody needs the exact figure, and counting on would cost more than the page itself. */
export const VIEW_COUNT_MAX = 1000

/** Live leases and late cases are few and change with the clock alone: counted on their index, at most `VIEW_COUNT_MAX`. */
export async function countView(
  db: Db,
  scope: Scope,
  { leaseHolder, lateBefore }: Pick<Place, 'leaseHolder' | 'lateBefore'>,
  now: Date,
): Promise<number> {
  const { household, condition } = within(scope)
  const held = leaseHolder === null ? sql`` : sql`AND s.lease_holder = ${leaseHolder} AND s.lease_until > ${now}`
  const late =
    lateBefore === null ? sql`` : sql`AND s.queue = ANY(${STORED_QUEUES}::text[]) AND s.due_at < ${lateBefore}`
  const result = await sql<{ total: number }>`
    SELECT count(*)::int AS total FROM (
      SELECT FROM proposal_status s ${household} WHERE ${condition} ${held} ${late} LIMIT ${VIEW_COUNT_MAX}
    ) AS counted`.execute(db)
  return result.rows[0]?.total ?? 0
}

/** Of each queue, what is kept for another reviewer: a few days of cases, on an index of their own. */
export async function countReserved(
  db: Db,
  scope: Scope,
  { firstFor, now }: { firstFor: string; now: Date },
): Promise<Map<string, number>> {
  const { household, condition } = within(scope)
  const { rows } = await sql<{ queue: string; total: number }>`
    SELECT s.queue, count(*)::int AS total FROM proposal_status s ${household}
    WHERE s.reserved_until > ${now} AND s.queue IS NOT NULL AND s.reserved_for <> ${firstFor} AND ${condition}
    GROUP BY s.queue`.execute(db)
  return new Map(rows.map(({ queue, total }) => [queue, total]))
}
