import { describe, expect, test } from 'vitest'
import { neutralised, streamTable } from './table-stream.ts'

const FORMATS = [
  { kind: 'csv', separator: ';' },
  { kind: 'xlsx', sheet: 'Usulan' },
] as const
const COLUMNS = [
  { header: 'A', width: 10 },
  { header: 'B', width: 10 },
]

describe.each(FORMATS)('a table as $kind', (format) => {
  test('reads no more rows than are asked for', async () => {
    let read = 0
    async function* rows() {
      for (;;) {
        read += 1
        yield [`baris ${read}`, String(Math.sin(read))]
      }
    }
    const stream = streamTable(COLUMNS, rows(), format)
    for await (const _ of stream) break
    const after = read
    expect(after).toBeLessThan(100_000)
    expect(stream.destroyed).toBe(true)
    await new Promise((resolve) => setImmediate(resolve))
    expect(read - after).toBeLessThan(100_000)
  })

  test('breaks off when its rows do', async () => {
    async function* rows() {
      yield ['a', 'b']
      throw new Error('the rows end here')
    }
    await expect(streamTable(COLUMNS, rows(), format).toArray()).rejects.toThrow('the rows end here')
  })
})

test('a cell that would be computed is marked, and others are left alone', () => {
  for (const cell of ['=1', '+1', '-1', '@a', '\ta', '\ra', '"=1', ' "+1', '`=1', '\u00A0=1', '＋1', '|a']) {
    expect(neutralised(cell)).toBe(`'${cell}`)
  }
  for (const cell of ['', 'A-B', "O'NEIL", '2026-11-26', '••••1234', '"A"', 'a=b']) expect(neutralised(cell)).toBe(cell)
})
