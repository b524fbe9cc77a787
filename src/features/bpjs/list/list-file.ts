import { createHash } from 'node:crypto'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { CsvError, parse } from 'csv-parse'
import type { ListFileFault } from '../../../contracts/api/bpjs.ts'
import { AppError } from '../../../platform/errors.ts'

/** Opens the file from its beginning; called twice, because the whole file's hash is needed before its first row. */
export type OpenFile = () => Readable

export type ListFileFacts = { hash: Buffer; delimiter: ',' | ';' | '\t' | '|' }

const SNIFFED_BYTES = 64 * 1024
const DELIMITERS = [';', ',', '\t', '|'] as const
/** A forgotten closing quote would otherwise swallow the rest of the file into memory. */
const MAX_RECORD_CHARACTERS = 64 * 1024

export function refuseFile(code: ListFileFault, row?: number): AppError {
  return new AppError('invalid_input', { issues: [{ path: row === undefined ? 'file' : `file.${row}`, code }] })
}

/** Hash and delimiter, in one pass. Refuses what is not a text file of rows. */
export async function inspectFile(open: OpenFile): Promise<ListFileFacts> {
  const hash = createHash('sha256')
  let head = Buffer.alloc(0)
  for await (const chunk of open()) {
    const bytes = Buffer.from(chunk)
    hash.update(bytes)
    if (head.length < SNIFFED_BYTES) head = Buffer.concat([head, bytes])
  }
  if (head.length === 0) throw refuseFile('file_empty')
  // Spreadsheet files are ZIP archives ("PK"); UTF-16 text has zero bytes between its letters.
  if (head.subarray(0, 2).toString('latin1') === 'PK' || head.subarray(0, SNIFFED_BYTES).includes(0)) {
    throw refuseFile('file_not_csv')
  }
  return { hash: hash.digest(), delimiter: findDelimiter(head.toString('utf8')) }
}

/**
 * Hands each row to `onRow` with its number as a spreadsheet shows it, one at a time: the file is read no faster than rows are
 * taken, and memory does not grow with it. Blank rows count and are not handed over.
 */
export async function readRows(
  open: OpenFile,
  delimiter: string,
  onRow: (cells: string[], row: number) => Promise<void>,
): Promise<void> {
  const parser = parse({
    bom: true,
    delimiter,
    relax_column_count: true,
    relax_quotes: true,
    max_record_size: MAX_RECORD_CHARACTERS,
  })
  let row = 0
  try {
    await pipeline(open(), parser, async (records: AsyncIterable<string[]>) => {
      for await (const cells of records) {
        row += 1
        if (cells.some((cell) => cell.trim() !== '')) await onRow(cells, row)
      }
    })
  } catch (cause) {
    // The parser runs ahead of the rows handed over; it knows how many it has read.
    if (cause instanceof CsvError) throw refuseFile('row_unreadable', Number(cause.records) + 1)
    throw cause
  }
}

/** The one that occurs most in the first lines; "sep=;" is a spreadsheet's own hint. */
function findDelimiter(head: string): ListFileFacts['delimiter'] {
  const lines = head.split(/\r\n|\r|\n/, 10)
  const hint = DELIMITERS.find((candidate) => lines[0]?.replace('\uFEFF', '').toLowerCase() === `sep=${candidate}`)
  if (hint) return hint
  const counts = DELIMITERS.map((candidate) => ({
    candidate,
    count: Math.max(...lines.map((line) => line.split(candidate).length)),
  }))
  return counts.reduce((best, next) => (next.count > best.count ? next : best)).candidate
}
