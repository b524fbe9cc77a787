import { isPgPool, type PgPool } from 'bullmq'
import type { Pool } from 'pg'

/** BullMQ has about a hundred commands; past this something makes texts up as it goes, which must not fill the server. */
const MOST_STATEMENTS = 200

/** PostgreSQL's answer when a table has changed shape under a prepared statement. */
const isStalePlan = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === '0A000' && error.message.includes('cached plan')

/**
 * The same pool, with every statement prepared once per connection. BullMQ sends its commands unprepared, and parsing and
 * planning them takes a quarter of their time (0.76 against 0.58 ms for taking a job on two busy cores). A statement that
 * a newer version's migration has made stale is sent as it was meant.
 */
export function withPreparedStatements(pool: Pool): PgPool {
  const names = new Map<string, string>()
  const nameOf = (text: string): string | undefined => {
    const known = names.get(text)
    if (known !== undefined || names.size === MOST_STATEMENTS) return known
    const name = `bullmq_${names.size}`
    names.set(text, name)
    return name
  }
  const query = async (text: string, values?: unknown[]) => {
    const name = values && nameOf(text)
    if (!name) return await pool.query(text, values)
    try {
      return await pool.query({ name, text, values })
    } catch (error) {
      if (!isStalePlan(error)) throw error
      return await pool.query(text, values)
    }
  }
  const prepared = new Proxy(pool, {
    get(target, property) {
      if (property === 'query') return query
      const value: unknown = Reflect.get(target, property, target)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
  if (!isPgPool(prepared)) throw new Error('BullMQ does not take this pool')
  return prepared
}
