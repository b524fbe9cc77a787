import { type QueryExecutorProvider, sql } from 'kysely'
import { type IdRange, isWithin } from './id-ranges.ts'

/** What a foreign key would promise: every value of `column` stands in the column `target`. */
export type Reference = {
  table: string
  /** The column by whose values broken rows are named. */
  name: string
  column: string
  target: { table: string; column: string }
}

export type Dangling = { count: number; ids: string[] }

/** Names of rows in the range whose reference leads nowhere: how many, and the first `shown` of them. */
export async function findDangling(
  executor: QueryExecutorProvider,
  { table, name, column, target }: Reference,
  range: IdRange,
  shown: number,
): Promise<Dangling> {
  const id = sql.ref(`${table}.${name}`)
  const { rows } = await sql<{ id: string; total: number }>`
    SELECT id, count(*) OVER () AS total FROM (
      SELECT DISTINCT ${id} AS id FROM ${sql.table(table)}
      WHERE ${isWithin(id, range)} AND NOT EXISTS (
        SELECT FROM ${sql.table(target.table)}
        WHERE ${sql.ref(`${target.table}.${target.column}`)} = ${sql.ref(`${table}.${column}`)})
    ) AS dangling ORDER BY id LIMIT ${shown}`.execute(executor)
  return { count: rows[0]?.total ?? 0, ids: rows.map((row) => row.id) }
}
