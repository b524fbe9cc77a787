import { randomBytes } from 'node:crypto'
import type { PoolClient } from 'pg'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { copyIn } from '../../../src/platform/db/copy-in.ts'
import { type CopyRows, createCopyRows } from '../../../src/platform/db/copy-rows.ts'
import { createTestDatabase, type TestDatabase } from '../../support/database.ts'

type Row = { name: string | null; key: Buffer; small: number | null; number: number }

let database: TestDatabase<never>
let client: PoolClient
beforeAll(async () => {
  database = await createTestDatabase<never>()
  client = await database.pool.connect()
  await client.query('CREATE TEMP TABLE copied (position serial, name text, key bytea, small int2, number int4)')
})
afterAll(async () => {
  client.release(true)
  await database.close()
})
beforeEach(async () => {
  await client.query('TRUNCATE copied RESTART IDENTITY')
})

const ROWS: Row[] = [
  { name: "NI'MAH ÜNLÜ 🙂", key: randomBytes(32), small: 7, number: 0 },
  { name: null, key: Buffer.alloc(0), small: null, number: -1 },
  { name: '', key: Buffer.from([0, 255]), small: -32_768, number: 2 ** 31 - 1 },
  { name: 'A'.repeat(5_000), key: randomBytes(3_000), small: 32_767, number: 5 },
]

function add(to: CopyRows, { name, key, small, number }: Row): void {
  to.row(4)
  to.text(name)
  to.bytes(key)
  to.int2(small)
  to.int4(number)
}

async function write(copy: Uint8Array | undefined): Promise<Row[]> {
  if (!copy) throw new Error('no rows')
  await copyIn(client, 'COPY copied (name, key, small, number) FROM STDIN WITH (FORMAT binary)', copy)
  const { rows } = await client.query<Row>('SELECT name, key, small, number FROM copied ORDER BY position')
  return rows
}

test.each([32, 1 << 20])('rows arrive as they were given, when %i bytes were thought to be enough', async (start) => {
  const rows = createCopyRows(start)
  for (const row of ROWS) add(rows, row)
  expect(rows.rows).toBe(ROWS.length)
  expect(await write(rows.take())).toEqual(ROWS)
})

test('what is taken is a batch, and its memory serves for another', async () => {
  const rows = createCopyRows(64)
  expect(rows.take()).toBeUndefined()
  for (const row of ROWS) add(rows, row)
  const first = rows.take()
  expect(await write(first)).toEqual(ROWS)
  if (first) rows.reuse(first.buffer)
  for (let turn = 0; turn < 3; turn += 1) {
    await client.query('TRUNCATE copied')
    const [one] = ROWS.slice(turn)
    if (one) add(rows, one)
    const taken = rows.take()
    expect(await write(taken)).toEqual([one])
    if (turn === 1) expect(taken?.buffer).toBe(first?.buffer)
  }
  expect(rows.take()).toBeUndefined()
})

test('a number that does not fit is refused instead of stored as another', () => {
  const rows = createCopyRows(64)
  rows.row(1)
  expect(() => rows.int2(32_768)).toThrow(RangeError)
  expect(() => rows.int4(2 ** 31)).toThrow(RangeError)
})
