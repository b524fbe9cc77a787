import path from 'node:path'
import { runner } from 'node-pg-migrate'

const MIGRATIONS_DIRECTORY = path.join(import.meta.dirname, '../../../migrations')

/**
 * Brings the schema up to date, under an advisory lock, each file in its own transaction. Repeatable.
 * Returns the names of the files it ran.
 */
export async function migrate(options: { databaseUrl: string; log: (line: string) => void }): Promise<string[]> {
  const ran = await runner({
    databaseUrl: options.databaseUrl,
    dir: MIGRATIONS_DIRECTORY,
    direction: 'up',
    migrationsTable: 'schema_migration',
    checkOrder: true,
    logger: {
      debug: () => {},
      info: () => {},
      warn: options.log,
      error: options.log,
    },
  })
  return ran.map((migration) => migration.name)
}
