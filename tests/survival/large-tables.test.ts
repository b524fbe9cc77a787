import { execFile } from 'node:child_process'
import { createWriteStream } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { makeLargeWorkbook, piecesOf } from '../support/large-workbook.ts'
import { MALFORMED } from '../support/malformed-tables.ts'
import { createTemporaryDirectory } from '../support/temporary-directory.ts'

const ROWS = 1_000_000
const READER = path.join(import.meta.dirname, '../../src/platform/files/table-reader.ts')

/** Reads the files one after another in a process of its own, which tells what it found and the most memory that it ever had. */
async function readApart(files: readonly string[]): Promise<{ found: (string | number)[]; megabytes: number }> {
  const script = `
    import { readFileSync } from 'node:fs'
    const { readTable } = await import(${JSON.stringify(READER)})
    const found = []
    for (const path of JSON.parse(process.env.FILES)) {
      let rows = 0, digits = 0
      try {
        for await (const batch of readTable({ path })) {
          rows += batch.length
          for (const { cells } of batch) if (cells[1].kind === 'text' && cells[1].text.length === 16) digits += 1
        }
        found.push(rows, digits)
      } catch (error) {
        found.push(error.code)
      }
    }
    // What the system's own figure says of a child includes its parent before the start.
    const status = process.platform === 'linux' ? readFileSync('/proc/self/status', 'utf8') : ''
    const kilobytes = Number(/VmHWM:\\s+(\\d+)/.exec(status)?.[1] ?? process.resourceUsage().maxRSS)
    console.log(JSON.stringify({ found, megabytes: kilobytes / 1024 }))`
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], {
    env: { ...process.env, FILES: JSON.stringify(files) },
  })
  return JSON.parse(stdout)
}

const ownOf = (row: number): string[] => [
  String(1_000_000_000_000 + row).replace(/^1/, '0'),
  `32730${10_000_000_000 + row}`,
  `WARGA ${row}`,
]
const COMMON = ['PBI JK', '11', '2026']

test('a CSV of a million rows is read within 512 MB', async () => {
  const file = path.join(createTemporaryDirectory(), 'daftar')
  await pipeline(
    Readable.from(piecesOf(ROWS, (row) => `${[...ownOf(row), ...COMMON].join(',')}\n`)),
    createWriteStream(file),
  )
  const { found, megabytes } = await readApart([file])
  expect(found).toEqual([ROWS, ROWS])
  expect(megabytes).toBeLessThanOrEqual(512)
})

test('a workbook of a million rows and three million texts is read within 512 MB', async () => {
  const file = path.join(createTemporaryDirectory(), 'daftar')
  await writeFile(file, await makeLargeWorkbook({ rows: ROWS, ownOf, common: COMMON }))
  const { found, megabytes } = await readApart([file])
  expect(found).toEqual([ROWS, ROWS])
  expect(megabytes).toBeLessThanOrEqual(512)
})

test('malformed files, bombs among them, are refused within 512 MB', async () => {
  const directory = createTemporaryDirectory()
  const cases = MALFORMED.filter(({ sheet }) => sheet === undefined)
  const files = cases.map((_, index) => path.join(directory, String(index)))
  for (const [index, { make }] of cases.entries()) await writeFile(files[index] ?? '', await make())
  const { found, megabytes } = await readApart(files)
  expect(found).toEqual(cases.map(({ code }) => code))
  expect(megabytes).toBeLessThanOrEqual(512)
})
