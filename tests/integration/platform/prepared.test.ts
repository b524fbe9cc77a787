import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { DB } from '../../../src/features/database.ts'
import { createKysely, createPool } from '../../../src/platform/db/database.ts'
import { prepared, preparedText } from '../../../src/platform/db/prepared.ts'
import { createOutbox } from '../../../src/platform/outbox/index.ts'
import { createTestDatabase, type TestDatabase } from '../../support/database.ts'

let database: TestDatabase<DB>
let db: ReturnType<typeof open>

const open = () =>
  createKysely<DB>(createPool({ url: database.url, role: null, poolSize: 1, applicationName: 'test' }, () => {}))
const listPrepared = async (): Promise<string[]> => {
  const { rows } = await sql<{ statement: string }>`SELECT statement FROM pg_prepared_statements ORDER BY 1`.execute(db)
  return rows.map((row) => row.statement)
}

beforeAll(async () => {
  database = await createTestDatabase<DB>()
})
beforeEach(async () => {
  await db?.destroy()
  db = open()
})
afterAll(async () => {
  await db.destroy()
  await database.close()
})

test('a marked statement is prepared once per connection and answers every time, another one is not', async () => {
  for (let times = 0; times < 3; times += 1) {
    const { rows } = await sql<{ next: number }>`${prepared} SELECT ${times}::int + 1 AS next`.execute(db)
    expect(rows).toEqual([{ next: times + 1 }])
    await sql`SELECT ${times}::int`.execute(db)
  }
  expect(await listPrepared()).toEqual([preparedText('SELECT $1::int + 1 AS next')])
})

test('the builder puts the mark behind its first word, inside a transaction as well', async () => {
  const regions = await db
    .transaction()
    .execute((tx) => tx.selectFrom('region').modifyFront(prepared).select('code').where('code', '=', '32.74').execute())
  expect(regions).toEqual([])
  expect(await listPrepared()).toEqual([expect.stringMatching(/^select \/\* prepared \*\/ "code"/)])
})

test('a statement with arrays keeps one plan, however many values they hold', async () => {
  const find = (ids: readonly string[]) =>
    sql`${prepared} SELECT u.id FROM unnest(${ids}::uuid[]) AS u (id) CROSS JOIN LATERAL (
      SELECT count(*) FROM generate_series(1, 1000) WHERE u.id IS NOT NULL OFFSET 0
    ) AS dear`.execute(db)
  const idOf = (number: number): string => `01900000-0000-7000-8000-${String(number).padStart(12, '0')}`
  // PostgreSQL tries five plans made for the values before it compares them with one for all.
  const custom = 5
  for (let times = 0; times < custom; times += 1) expect((await find([idOf(times)])).rows).toHaveLength(1)
  for (const count of [1, 2, 50, 300, 1]) {
    expect((await find(Array.from({ length: count }, (_, number) => idOf(number)))).rows).toHaveLength(count)
  }
  const { rows } = await sql<{ generic: number; custom: number }>`
    SELECT generic_plans AS generic, custom_plans AS custom FROM pg_prepared_statements`.execute(db)
  expect(rows).toEqual([{ generic: custom, custom }])
})

test('a failed statement fails its transaction only, and answers again afterwards', async () => {
  const half = (divisor: number) => sql<{ half: number }>`${prepared} SELECT 4 / ${divisor}::int AS half`
  await expect(db.transaction().execute((tx) => half(0).execute(tx))).rejects.toMatchObject({ code: '22012' })
  expect((await half(2).execute(db)).rows).toEqual([{ half: 2 }])
})

test('work is added by one prepared statement, whatever its number', async () => {
  const outbox = createOutbox({ clock: { now: () => new Date('2026-11-26T00:00:00Z') } })
  const intakeIds = ['01900000-0000-7000-8000-000000000001', '01900000-0000-7000-8000-000000000002']
  const work = intakeIds.map(
    (intakeId) => ({ topic: 'intake.received', key: intakeId, payload: { intakeId } }) as const,
  )
  await outbox.add(db, work)
  await outbox.add(db, work.slice(1))
  expect(await listPrepared()).toHaveLength(1)
  const rows = await db.selectFrom('outbox').select(['key', 'payload', 'due_at']).orderBy('key').execute()
  expect(rows).toEqual(
    intakeIds.map((intakeId) => ({ key: intakeId, payload: { intakeId }, due_at: new Date('2026-11-26T00:00:00Z') })),
  )
})
