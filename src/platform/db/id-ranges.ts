import { type QueryExecutorProvider, type RawBuilder, sql } from 'kysely'

/** Ids from `from` on and below `below`; null: to the end. */
export type IdRange = { from: string; below: string | null }

const FIRST_ID = '00000000-0000-0000-0000-000000000000'

export function isWithin(column: RawBuilder<unknown>, { from, below }: IdRange): RawBuilder<boolean> {
  const begun = sql<boolean>`${column} >= ${from}::uuid`
  return below === null ? begun : sql<boolean>`${begun} AND ${column} < ${below}::uuid`
}

/**
 * Cuts all ids there can be into ranges that hold `size` rows of the table each. Together they leave nothing out: ids that
 * other tables name and this one lacks fall into one of them too.
 */
export async function* listIdRanges(
  executor: QueryExecutorProvider,
  table: string,
  size: number,
): AsyncGenerator<IdRange> {
  for (let from = FIRST_ID; ; ) {
    const { rows } = await sql<{ id: string }>`
      SELECT id FROM ${sql.table(table)} WHERE id >= ${from}::uuid ORDER BY id OFFSET ${size} LIMIT 1`.execute(executor)
    const below = rows[0]?.id ?? null
    yield { from, below }
    if (below === null) return
    from = below
  }
}
