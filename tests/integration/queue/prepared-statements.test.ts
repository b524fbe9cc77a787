import { sql } from 'kysely'
import { Pool } from 'pg'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import type { DB } from '../../../src/features/database.ts'
import { watchConnections } from '../../../src/platform/db/database.ts'
import { withPreparedStatements } from '../../../src/platform/queue/prepared-statements.ts'
import { createTestDatabase, type TestDatabase } from '../../support/database.ts'

let database: TestDatabase<DB>
let pool: Pool
beforeAll(async () => {
  database = await createTestDatabase<DB>()
})
beforeEach(() => {
  pool = new Pool({ connectionString: database.url, max: 1 })
  // Ended, it may still be hanging up when the database goes.
  watchConnections(pool, () => {})
})
afterEach(async () => {
  await pool.end()
})
afterAll(async () => {
  await database.close()
})

test('a statement with values is prepared once per connection, one without is not', async () => {
  const prepared = withPreparedStatements(pool)
  for (let times = 0; times < 3; times += 1) {
    expect((await prepared.query('SELECT $1::int + 1 AS next', [times])).rows).toEqual([{ next: times + 1 }])
    await prepared.query('SELECT 1; SELECT 2')
  }
  const { rows } = await pool.query('SELECT statement FROM pg_prepared_statements')
  expect(rows).toEqual([{ statement: 'SELECT $1::int + 1 AS next' }])
})

test('a statement that a migration has made stale is answered all the same', async () => {
  await sql`CREATE TABLE thing (id int)`.execute(database.owner)
  const prepared = withPreparedStatements(pool)
  await prepared.query('SELECT * FROM thing WHERE id > $1', [0])
  await sql`ALTER TABLE thing ADD COLUMN name text DEFAULT 'x'`.execute(database.owner)
  await sql`INSERT INTO thing VALUES (1)`.execute(database.owner)
  expect((await prepared.query('SELECT * FROM thing WHERE id > $1', [0])).rows).toEqual([{ id: 1, name: 'x' }])
})

test('an error of a prepared statement is the error of the statement', async () => {
  const prepared = withPreparedStatements(pool)
  await expect(prepared.query('SELECT 1 / $1::int', [0])).rejects.toMatchObject({ code: '22012' })
})
