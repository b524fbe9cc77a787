import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import path from 'node:path'
import { Client } from 'pg'
import { migrate } from '../src/platform/db/migrate.ts'
import { startTestPostgres } from '../tests/support/test-postgres.ts'

// Row types come from a freshly migrated scratch database, so that they cannot say anything else than the migrations do.
// The server is the one of TEST_DATABASE_URL, else an embedded one. With --verify nothing is written and a difference ends with exit code 1.
const OUTPUT = path.join(import.meta.dirname, '../src/features/database.generated.ts')

const { serverUrl, stop } = await startTestPostgres()
const scratch = `pdw_types_${randomBytes(6).toString('hex')}`
const server = new Client({ connectionString: serverUrl })
await server.connect()
await server.query(`CREATE DATABASE ${scratch}`)
try {
  const url = new URL(serverUrl)
  url.pathname = `/${scratch}`
  await migrate({ databaseUrl: url.href, log: console.error })
  const codegen = path.join(import.meta.dirname, '../node_modules/kysely-codegen/dist/cli/bin.js')
  const options = [
    codegen,
    '--dialect=postgres',
    `--url=${url.href}`,
    `--out-file=${OUTPUT}`,
    '--numeric-parser=string',
    '--date-parser=string',
    '--exclude-pattern=schema_migration',
    '--type-mapping={"int8":"number"}',
  ]
  if (process.argv.includes('--verify')) options.push('--verify')
  execFileSync(process.execPath, options, { stdio: 'inherit' })
} finally {
  await server.query(`DROP DATABASE ${scratch} WITH (FORCE)`)
  await server.end()
  await stop()
}
