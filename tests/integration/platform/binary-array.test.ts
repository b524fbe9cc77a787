import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { binaryArray, type ElementOf, type ElementType } from '../../../src/platform/db/binary-array.ts'
import { createTestDatabase, type TestDatabase } from '../../support/database.ts'

let database: TestDatabase<never>
beforeAll(async () => {
  database = await createTestDatabase<never>()
})
afterAll(() => database.close())

/** What PostgreSQL makes of the parameter, as text, beside what it makes of pg's own text form of the same values. */
async function readBack<Type extends ElementType>(
  type: Type,
  values: (ElementOf[Type] | null)[],
): Promise<{ binary: string; text: string }> {
  const { rows } = await database.pool.query<{ binary: string; text: string }>(
    `SELECT $1::${type}[]::text AS binary, $2::${type}[]::text AS text`,
    [binaryArray(type, values), values],
  )
  return rows[0] ?? { binary: '', text: 'no row' }
}

const CASES: { [Type in ElementType]: (ElementOf[Type] | null)[] } = {
  bool: [true, null, false],
  bytea: [randomBytes(32), null, Buffer.alloc(0), new Uint8Array([0, 255])],
  int4: [0, -1, 2 ** 31 - 1, null],
  int8: [0, -1, Number.MAX_SAFE_INTEGER, null],
  text: ['SITI "AMINAH"', '', null, 'NULL', 'a,b{c}\\', "Ni'mah Ünlü 🙂"],
  date: ['2000-01-01', '1945-08-17', '2026-11-22', null],
  timestamptz: [new Date('1999-12-31T23:59:59.999Z'), new Date('2026-11-22T08:00:00.123Z'), null],
  uuid: ['01930000-0000-7000-8000-0123456789ab', null],
  jsonb: ['{"flags":["awaiting_nik"]}', '[]', 'null', null],
}

test.each(Object.keys(CASES) as ElementType[])('an array of %s arrives as its text form would', async (type) => {
  const { binary, text } = await readBack(type, CASES[type])
  expect(binary).toBe(text)
})

test.each(Object.keys(CASES) as ElementType[])('an empty array of %s is empty', async (type) => {
  expect((await readBack(type, [])).binary).toBe('{}')
})

test('what is no value of the type is refused instead of stored as another', () => {
  expect(() => binaryArray('int4', [2 ** 31])).toThrow(RangeError)
  expect(() => binaryArray('int8', [1.5])).toThrow(RangeError)
  expect(() => binaryArray('date', ['not a day'])).toThrow(RangeError)
  expect(() => binaryArray('timestamptz', [new Date(Number.NaN)])).toThrow(RangeError)
  expect(() => binaryArray('uuid', ['01930000-0000-7000-8000'])).toThrow(RangeError)
  expect(() => binaryArray('uuid', ['01930000-0000-7000-8000-0123456789xx'])).toThrow(RangeError)
})
