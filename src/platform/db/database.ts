import { Kysely, PostgresDialect } from 'kysely'
import { Pool, types } from 'pg'
import { withPreparedStatements } from './prepared.ts'

// int8 and numeric arrive as text in pg; every int8 of ours (counts, ids) is far below 2^53.
types.setTypeParser(types.builtins.INT8, Number)
// A date is a calendar day, not an instant: keep "yyyy-MM-dd" as it is.
types.setTypeParser(types.builtins.DATE, (value) => value)

/** A process that stands still in a transaction lets its locks go then; no transaction of ours waits for anything but the database. */
const IDLE_IN_TRANSACTION_MS = 15_000

export type DatabaseOptions = {
  url: string
  /** The role every connection drops to; null keeps the login's own rights (migrations, tests that look at everything). */
  role: string | null
  poolSize: number
  /** Shown in pg_stat_activity. */
  applicationName: string
  statementTimeoutMs?: number
}

/**
 * Opens a pool. Connections are made on demand; nothing is checked here.
 * A connection that breaks while idle is dropped by the pool and reported to `onIdleError`, it never ends the process.
 */
export function createPool(options: DatabaseOptions, onIdleError: (error: Error) => void): Pool {
  const settings = [
    options.role ? `-c role=${options.role}` : '',
    `-c statement_timeout=${options.statementTimeoutMs ?? 30_000}`,
    `-c idle_in_transaction_session_timeout=${IDLE_IN_TRANSACTION_MS}`,
    '-c timezone=UTC',
  ]
  const pool = new Pool({
    connectionString: options.url,
    max: options.poolSize,
    application_name: options.applicationName,
    connectionTimeoutMillis: 10_000,
    idleTimeoutMillis: 60_000,
    options: settings.filter(Boolean).join(' '),
  })
  watchConnections(pool, onIdleError)
  return pool
}

/**
 * Keeps a lost connection from ending the process: idle ones are reported, and those in use reject their query. Without
 * the listener on each client a connection that breaks while it is checked out is an uncaught error.
 */
export function watchConnections(pool: Pool, onIdleError: (error: Error) => void): void {
  // A pool that is ending has let its connections go; whether the server or we hang up first is no news.
  pool.on('error', (error) => {
    if (!pool.ending) onIdleError(error)
  })
  pool.on('connect', (client) => client.on('error', () => {}))
}

export function createKysely<Tables>(pool: Pool): Kysely<Tables> {
  return new Kysely<Tables>({ dialect: new PostgresDialect({ pool: withPreparedStatements(pool) }) })
}
