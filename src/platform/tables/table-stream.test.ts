import { execFile } from 'node:child_process'
import path from 'node:path'
import { promisify } from 'node:util'
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

  test('of a hundred thousand rows needs no more memory than one of few', async () => {
    // 17 cells a row are 70 MB of text: with 24 MB for everything it cannot be kept.
    const script = `
      import { streamTable } from ${JSON.stringify(path.join(import.meta.dirname, 'table-stream.ts'))}
      async function* rows() {
        for (let n = 0; n < 100000; n += 1) yield Array.from({ length: 17 }, (_, i) => 'sel nomor ' + n * i + ' dengan isi yang panjang')
      }
      const columns = Array.from({ length: 17 }, (_, i) => ({ header: 'K' + i, width: 9 }))
      let bytes = 0
      for await (const chunk of streamTable(columns, rows(), ${JSON.stringify(format)})) bytes += chunk.length
      console.log(bytes)`
    const { stdout } = await promisify(execFile)(process.execPath, [
      '--max-old-space-size=24',
      '--input-type=module',
      '-e',
      script,
    ])
    expect(Number(stdout)).toBeGreaterThan(1_000_000)
  }, 180_000)
})

test('a cell that would be computed is marked, and others are left alone', () => {
  for (const cell of ['=1', '+1', '-1', '@a', '\ta', '\ra', '"=1', ' "+1', '`=1', '\u00A0=1', '＋1', '|a']) {
    expect(neutralised(cell)).toBe(`'${cell}`)
  }
  for (const cell of ['', 'A-B', "O'NEIL", '2026-11-26', '••••1234', '"A"', 'a=b']) expect(neutralised(cell)).toBe(cell)
})
