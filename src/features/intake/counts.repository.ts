import { sql } from 'kysely'
import { STORED_QUEUES } from '../../contracts/lifecycle/queues.ts'
import type { Db } from '../database.ts'
import type { Scope } from './scope.ts'

export type CountRow = { state: string; queue: string; total: number }

/** Counts of a scope from the rolled-up totals and the changes not yet rolled up: exact at the moment of reading. */
export async function readCounts(db: Db, scope: Scope): Promise<CountRow[]> {
  if (scope.column === 'created_by') {
    const own = await sql<CountRow>`
      SELECT state, coalesce(queue, '') AS queue, count(*)::int AS total FROM proposal_status
      WHERE created_by = ANY(${scope.values}::text[]) GROUP BY 1, 2`.execute(db)
    return own.rows
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

/** Live leases and late cases are few and change with the clock alone: counted on their index. */
export async function countMine(db: Db, userId: string, now: Date): Promise<number> {
  const row = await db
    .selectFrom('proposal_status')
    .select((eb) => eb.fn.countAll<number>().as('total'))
    .where('lease_holder', '=', userId)
    .where('lease_until', '>', now)
    .executeTakeFirstOrThrow()
  return row.total
}

/** Beyond this nobody needs the exact figure, and counting on would cost more than the page itself. */
export const LATE_COUNT_MAX = 1000

/** Cases past their clock, at most `LATE_COUNT_MAX`. */
export async function countLate(db: Db, scope: Scope, now: Date): Promise<number> {
  const column = sql.ref(scope.column)
  const values = scope.column === 'office_id' ? sql`ANY(${scope.values}::uuid[])` : sql`ANY(${scope.values}::text[])`
  const result = await sql<{ total: number }>`
    SELECT count(*)::int AS total FROM (
      SELECT FROM proposal_status
      WHERE queue = ANY(${STORED_QUEUES}::text[]) AND ${column} = ${values} AND due_at < ${now} LIMIT ${LATE_COUNT_MAX}
    ) AS late`.execute(db)
  return result.rows[0]?.total ?? 0
}
