import { randomBytes } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { Client } from 'pg'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { listPendingMigrations, migrate, rollBack } from '../../../src/platform/db/migrate.ts'
import { onServer } from '../../support/database.ts'

const MIGRATIONS = path.join(import.meta.dirname, '../../../migrations')
const files = readdirSync(MIGRATIONS)
  .map((file) => path.basename(file, '.sql'))
  .sort()

const { serverUrl } = inject('database')
const name = `pdw_roundtrip_${randomBytes(6).toString('hex')}`
const url = new URL(serverUrl)
url.pathname = `/${name}`
const options = { databaseUrl: url.href, log: (line: string) => void line }
let client: Client

beforeAll(async () => {
  await onServer(serverUrl, `CREATE DATABASE ${name}`)
  client = new Client({ connectionString: url.href })
  await client.connect()
})

afterAll(async () => {
  await client.end()
  await onServer(serverUrl, `DROP DATABASE ${name} WITH (FORCE)`)
})

/** What the migrations make, as sorted text: tables with columns and grants, constraints, indexes, functions, triggers. */
async function describeSchema(): Promise<string[]> {
  const { rows } = await client.query<{ line: string }>(`
    WITH own AS (
      SELECT oid, relname, relkind, relacl FROM pg_class
      WHERE relnamespace = 'public'::regnamespace AND relname NOT LIKE 'schema_migration%'
    )
    SELECT format('%s %s %s', relkind, relname, relacl) AS line FROM own
    UNION ALL
    SELECT format('column %s.%s %s %s %s', relname, attname, format_type(atttypid, atttypmod), attnotnull,
                  pg_get_expr(adbin, adrelid))
    FROM own JOIN pg_attribute ON attrelid = own.oid AND attnum > 0 AND NOT attisdropped
    LEFT JOIN pg_attrdef ON adrelid = own.oid AND adnum = attnum
    WHERE relkind IN ('r', 'p', 'v', 'm')
    UNION ALL
    SELECT format('constraint %s %s', conname, pg_get_constraintdef(c.oid)) FROM pg_constraint c JOIN own ON own.oid = conrelid
    UNION ALL
    SELECT format('index %s', pg_get_indexdef(indexrelid)) FROM pg_index JOIN own ON own.oid = indrelid
    UNION ALL
    SELECT format('trigger %s', pg_get_triggerdef(t.oid)) FROM pg_trigger t JOIN own ON own.oid = tgrelid WHERE NOT tgisinternal
    UNION ALL
    SELECT format('function %s %s', p.oid::regprocedure, p.prosrc) FROM pg_proc p
    WHERE pronamespace = 'public'::regnamespace
      AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')
    ORDER BY line`)
  return rows.map((row) => row.line)
}

test('every file can be taken back, last one first, down to an empty schema, and run again', async () => {
  expect(await listPendingMigrations(url.href)).toEqual(files)
  expect(await migrate(options)).toEqual(files)
  const schema = await describeSchema()
  expect(schema.length).toBeGreaterThan(50)
  for (const file of files.toReversed()) expect(await rollBack(options, 1)).toEqual([file])
  expect(await describeSchema()).toEqual([])
  expect(await migrate(options)).toEqual(files)
  expect(await describeSchema()).toEqual(schema)
})

test('the last file alone can be taken back and run again', async () => {
  const schema = await describeSchema()
  await rollBack(options, 1)
  expect(await listPendingMigrations(url.href)).toEqual(files.slice(-1))
  await migrate(options)
  expect(await describeSchema()).toEqual(schema)
})

test('of several processes that migrate at once one does it and the others wait', async () => {
  await rollBack(options, 1)
  const runs = await Promise.all([migrate(options), migrate(options), migrate(options)])
  expect(runs.flat()).toEqual(files.slice(-1))
})

test('a database of a newer release is refused', async () => {
  await client.query("INSERT INTO schema_migration (name, run_on) VALUES ('29991231000000_from-the-future', now())")
  await expect(listPendingMigrations(url.href)).rejects.toThrow('newer release (it has 29991231000000_from-the-future)')
})

test('every foreign key has an index that starts with its columns', async () => {
  const { rows } = await client.query<{ name: string }>(`
    SELECT conname AS name FROM pg_constraint c
    WHERE contype = 'f' AND connamespace = 'public'::regnamespace AND NOT EXISTS (
      SELECT 1 FROM pg_index i
      WHERE i.indrelid = c.conrelid
        AND (SELECT array_agg(k ORDER BY k) FROM unnest((i.indkey::int2[])[0:cardinality(c.conkey) - 1]) k)
          = (SELECT array_agg(k ORDER BY k) FROM unnest(c.conkey) k))`)
  expect(rows.map((row) => row.name)).toEqual([])
})

test.each(files)('%s says what it does in two halves', (file) => {
  const text = readFileSync(path.join(MIGRATIONS, `${file}.sql`), 'utf8')
  expect(file).toMatch(/^\d{14}_[a-z]+(-[a-z0-9]+)+$/)
  expect(text).toMatch(/^-- Up Migration\n[^]+\n-- Down Migration\n[^]*\S/)
})
