import { sql } from 'kysely'
import type { Db } from '../../database.ts'

export type Figure = 'decided' | 'delivered' | 'failed' | 'unknown'
export type FigureScope = { officeIds: readonly string[] } | { regionCodes: readonly string[] }

/** What was counted in the hours from `since` on: rolled up and not yet rolled up, exact at the moment of reading. */
export async function readFigures(db: Db, scope: FigureScope, since: Date): Promise<Map<Figure, number>> {
  const inScope =
    'officeIds' in scope
      ? sql<boolean>`office_id = ANY(${scope.officeIds}::uuid[])`
      : sql<boolean>`region_code = ANY(${scope.regionCodes}::text[])`
  const { rows } = await sql<{ figure: Figure; total: number }>`
    SELECT figure, sum(total)::int AS total FROM (
      SELECT figure, total FROM hour_figure WHERE ${inScope} AND hour >= ${since}
      UNION ALL
      SELECT figure, change FROM hour_figure_delta WHERE ${inScope} AND hour >= ${since}
    ) AS counted GROUP BY figure`.execute(db)
  return new Map(rows.map(({ figure, total }) => [figure, total]))
}

/** Joins the deltas into the totals and removes them, in one statement. Two processes may run it: they share the rows out. */
export async function rollUpFigures(db: Db): Promise<void> {
  await sql`
    WITH taken AS (
      DELETE FROM hour_figure_delta WHERE id IN (
        SELECT id FROM hour_figure_delta ORDER BY id LIMIT 50000 FOR UPDATE SKIP LOCKED)
      RETURNING region_code, hour, office_id, figure, change
    )
    INSERT INTO hour_figure AS present (region_code, hour, office_id, figure, total)
    SELECT region_code, hour, office_id, figure, sum(change) FROM taken
    GROUP BY region_code, hour, office_id, figure ORDER BY region_code, hour, office_id, figure
    ON CONFLICT (region_code, hour, office_id, figure) DO UPDATE SET total = present.total + EXCLUDED.total`.execute(db)
}

export async function forgetFigures(db: Db, before: Date): Promise<void> {
  await db.deleteFrom('hour_figure').where('hour', '<', before).execute()
}
