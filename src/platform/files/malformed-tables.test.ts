import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from 'vitest'
import { MALFORMED } from '../../../tests/support/malformed-tables.ts'
import { createTemporaryDirectory } from '../../../tests/support/temporary-directory.ts'
import { readTable } from './table-reader.ts'

test.each(MALFORMED)('refuses $name', async ({ make, code, row, column, names, sheet }) => {
  const file = path.join(createTemporaryDirectory(), 'berkas')
  await writeFile(file, await make())
  const read = async () => {
    for await (const _ of readTable({ path: file }, sheet === undefined ? {} : { sheet }));
  }
  const place = { ...(row && { row }), ...(column && { column }), ...(names && { names }) }
  await expect(read()).rejects.toMatchObject({ name: 'TableError', code, ...place })
})

test('there are fifty of them and more', () => {
  expect(new Set(MALFORMED.map(({ name }) => name)).size).toBe(MALFORMED.length)
  expect(MALFORMED.length).toBeGreaterThanOrEqual(50)
})
