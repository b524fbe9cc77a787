import { execFile } from 'node:child_process'
import path from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

const STREAM = path.join(import.meta.dirname, '../../src/platform/tables/table-stream.ts')
const FORMATS = [
  { kind: 'csv', separator: ';' },
  { kind: 'xlsx', sheet: 'Usulan' },
] as const

test.each(FORMATS)(
  'a $kind of a hundred thousand rows needs no more memory than one of few',
  async (format) => {
    // 17 cells a row are 70 MB of text: with 24 MB for everything it cannot be kept.
    const script = `
      import { streamTable } from ${JSON.stringify(STREAM)}
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
  },
  180_000,
)
