import { readdir } from 'node:fs/promises'
import path from 'node:path'
import { runner } from 'node-pg-migrate'
import { Client } from 'pg'

const MIGRATIONS_DIRECTORY = path.join(import.meta.dirname, '../../../migrations')
const MIGRATIONS_TABLE = 'schema_migration'

type MigrateOptions = { databaseUrl: string; log: (line: string) => void }

/**
 * Brings the schema up to date, each file in its own transaction. Repeatable; of several processes that start at once the
 * first migrates and the others wait for it. Returns the names of the files it ran.
 */
export async function migrate(options: MigrateOptions): Promise<string[]> {
  return await runMigrations(options, { direction: 'up' })
}

/** Takes back the last `count` files. The data they held is gone: for tests and for a release that failed at once. */
export async function rollBack(options: MigrateOptions, count: number): Promise<string[]> {
  return await runMigrations(options, { direction: 'down', count })
}

/**
 * The files that a database still lacks. Throws when the database knows files that this release does not: it was migrated by a
 * newer one.
 */
export async function listPendingMigrations(databaseUrl: string): Promise<string[]> {
  const files = await readdir(MIGRATIONS_DIRECTORY)
  const known = files
    .filter((file) => file.endsWith('.sql'))
    .map((file) => path.basename(file, '.sql'))
    .sort()
  const client = new Client({ connectionString: databaseUrl, connectionTimeoutMillis: 10_000 })
  await client.connect()
  try {
    const table = await client.query<{ found: boolean }>('SELECT to_regclass($1) IS NOT NULL AS found', [
      MIGRATIONS_TABLE,
    ])
    if (!table.rows[0]?.found) return known
    const { rows } = await client.query<{ name: string }>(`SELECT name FROM ${MIGRATIONS_TABLE}`)
    const ran = new Set(rows.map((row) => row.name))
    const unknown = [...ran].find((name) => !known.includes(name))
    if (unknown !== undefined) throw new Error(`the database was migrated by a newer release (it has ${unknown})`)
    return known.filter((name) => !ran.has(name))
  } finally {
    await client.end()
  }
}

async function runMigrations(
  options: MigrateOptions,
  step: { direction: 'up' } | { direction: 'down'; count: number },
): Promise<string[]> {
  const ran = await runner({
    databaseUrl: options.databaseUrl,
    dir: MIGRATIONS_DIRECTORY,
    migrationsTable: MIGRATIONS_TABLE,
    checkOrder: true,
    advisoryLockMode: 'wait',
    logger: {
      debug: () => {},
      info: () => {},
      warn: options.log,
      error: options.log,
    },
    ...step,
  })
  return ran.map((migration) => migration.name)
}
