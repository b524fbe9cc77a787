import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../support/database.ts'

let database: TestDatabase<Record<string, never>>
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.close())

test('a connection lost in the middle of a transaction fails that transaction and nothing else', async () => {
  const lost = database.db.transaction().execute(async (tx) => {
    const { rows } = await sql<{ pid: number }>`SELECT pg_backend_pid() AS pid`.execute(tx)
    await sql`SELECT pg_terminate_backend(${rows[0]?.pid})`.execute(database.owner)
    await new Promise((resolve) => setTimeout(resolve, 50))
    await sql`SELECT 1`.execute(tx)
  })
  await expect(lost).rejects.toThrow()
  const { rows } = await sql<{ one: number }>`SELECT 1 AS one`.execute(database.db)
  expect(rows).toEqual([{ one: 1 }])
})

test('the app role cannot rewrite what happened', async () => {
  for (const table of ['journal', 'audit_event']) {
    await expect(sql`DELETE FROM ${sql.table(table)}`.execute(database.db)).rejects.toThrow('permission denied')
    await expect(sql`TRUNCATE ${sql.table(table)}`.execute(database.db)).rejects.toThrow('permission denied')
  }
  await expect(sql`UPDATE journal SET action = 'x'`.execute(database.db)).rejects.toThrow('permission denied')
})
