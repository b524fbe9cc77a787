import { CompiledQuery, type QueryResult } from 'kysely'

/** The part of a kysely database or transaction that the outbox needs, whatever tables it knows. */
export type SqlExecutor = { executeQuery<Row>(query: CompiledQuery<Row>): Promise<QueryResult<Row>> }

/** Runs SQL text on the caller's connection. The row type is the caller's claim about the statement it wrote. */
export async function queryRows<Row>(executor: SqlExecutor, text: string, values: unknown[]): Promise<Row[]> {
  const result = await executor.executeQuery<Row>(CompiledQuery.raw(text, values) as CompiledQuery<Row>)
  return result.rows
}
