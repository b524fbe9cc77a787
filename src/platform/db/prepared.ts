import { type PostgresPool, type PostgresPoolClient, sql } from 'kysely'
import type { Pool, PoolClient } from 'pg'

const MARK = '/* prepared */'
/** It follows the first word at the latest, or is the last. */
const MARK_ENDS_BY = 32
const isMarked = (text: string): boolean => text.endsWith(MARK) || text.slice(0, MARK_ENDS_BY).includes(MARK)

/**
 * Stands at the beginning or the end of a statement that every batch or message sends: it is then parsed and planned once per connection, which
 * is a sixth of what the database does for a batch of checks. Only where the text is always the same (arrays, or `IN`
 * lists of one length), limits are part of it, the columns are named (a prepared `*` fails once a column is added) and one plan fits all values.
 */
export const prepared = sql.raw(MARK)
/** The same for statements written as text. */
export const preparedText = (text: string): string => `${MARK} ${text}`

const ARRAY = /\$\d+::\w+\[\]/g
const statements = new Map<string, { name: string; text: string }>()

/**
 * Arrays stand in sub-selects, where the planner does not see how long they are. It would else find a plan made for just these
 * values cheaper than the one it keeps, and plan anew each time: a third of what a lone registration cost the database.
 */
function statementOf(text: string): { name: string; text: string } {
  const known = statements.get(text)
  if (known) return known
  const hidden = text.replace(ARRAY, (array) => `((SELECT ${array})${array.slice(array.indexOf('::'))})`)
  const statement = { name: `prepared_${statements.size}`, text: hidden }
  statements.set(text, statement)
  return statement
}

/** The pool as kysely sees it, with marked statements sent by name. */
export function withPreparedStatements(pool: Pool): PostgresPool {
  // Kysely knows its connections by the client it was given.
  const known = new WeakMap<PoolClient, PostgresPoolClient>()
  const wrap = (client: PoolClient): PostgresPoolClient => {
    const query = (text: string, values: unknown[]): unknown =>
      isMarked(text) ? client.query({ ...statementOf(text), values }) : client.query(text, values)
    return { query: query as PostgresPoolClient['query'], release: (destroy) => client.release(destroy) }
  }
  return {
    options: pool.options,
    async connect() {
      const client = await pool.connect()
      const wrapped = known.get(client) ?? wrap(client)
      known.set(client, wrapped)
      return wrapped
    },
    end: () => pool.end(),
  }
}
