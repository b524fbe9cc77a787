import { createReadStream } from 'node:fs'
import { finished } from 'node:stream/promises'
import { CsvError, parse } from 'csv-parse'
import { asTableError, TableError } from '../table-error.ts'
import { EMPTY_CELL, type TableCell, type TableLimits, type TableRow } from '../table-row.ts'
import { type Delimiter, findDelimiter } from './delimiter.ts'
import { createTextDecoder, type TextEncodingName } from './encoding.ts'
import { createPlainRows } from './plain-rows.ts'

const PIECE_BYTES = 64 * 1024
const LINE_FEED = 0x0a

export type CsvOptions = {
  delimiter: Delimiter | undefined
  limits: TableLimits
  onText: (facts: { encoding: TextEncodingName; delimiter: Delimiter }) => void
}

const count = (bytes: Buffer, byte: number): number => {
  let found = 0
  for (let at = bytes.indexOf(byte); at !== -1; at = bytes.indexOf(byte, at + 1)) found += 1
  return found
}

const FAULTS: Record<string, 'broken_quotes'> = {
  CSV_INVALID_CLOSING_QUOTE: 'broken_quotes',
  INVALID_OPENING_QUOTE: 'broken_quotes',
  CSV_QUOTE_NOT_CLOSED: 'broken_quotes',
}

/** Takes the records of the library, which knows nothing of our limits, and says where one is broken. */
function createRowTaker(limits: TableLimits) {
  let rows: TableRow[] = []
  let line = 0
  // Bytes since the last whole row: what a row without end, or a quote without its partner, would gather.
  let pending = 0
  let pendingDelimiters = 0
  let pendingLines = 0

  const toCell = (text: string, index: number): TableCell => {
    if (text === '') return EMPTY_CELL
    if (text.length > limits.cellCharacters) throw new TableError('cell_too_long', { row: line, column: index + 1 })
    return { kind: 'text', text }
  }
  return {
    take(record: string[]): void {
      line += 1
      pending = 0
      pendingDelimiters = 0
      pendingLines = 0
      let length = record.length
      while (length > 0 && record[length - 1] === '') length -= 1
      if (length === 0) return
      if (line > limits.rows) throw new TableError('too_many_rows', { row: line })
      if (length > limits.columns) throw new TableError('too_many_columns', { row: line, column: limits.columns + 1 })
      record.length = length
      rows.push({ line, cells: record.map(toCell) })
    },
    /** Call after each piece; `taken` is the line before it. */
    end(piece: Buffer, delimiter: string, taken: number): void {
      if (line !== taken) return
      pending += piece.length
      pendingDelimiters += count(piece, delimiter.charCodeAt(0))
      pendingLines += count(piece, LINE_FEED)
      if (pending <= limits.rowBytes) return
      const place = { row: line + 1 }
      // Lines that end no row are within quotes.
      if (pendingLines > 0) throw new TableError('broken_quotes', place)
      if (pendingDelimiters >= limits.columns) throw new TableError('too_many_columns', place)
      throw new TableError('row_too_long', place)
    },
    line: () => line,
    rows(): TableRow[] {
      const taken = rows
      rows = []
      return taken
    },
  }
}

/** The rows of a CSV, numbered as a spreadsheet program does: a text of several lines within quotes is one row, an empty line one too. */
export async function* readCsv(file: string, options: CsvOptions): AsyncGenerator<TableRow[]> {
  const { limits } = options
  const taker = createRowTaker(limits)
  const decoder = createTextDecoder()
  let delimiter = options.delimiter
  let plain: ReturnType<typeof createPlainRows> | undefined
  let parser: ReturnType<typeof createParser> | undefined

  function createParser(sign: Delimiter) {
    const made = parse({
      delimiter: sign,
      record_delimiter: ['\r\n', '\n', '\r'],
      relax_column_count: true,
      on_record: (record: string[]) => {
        taker.take(record)
        return null
      },
    })
    // Each write tells its error itself.
    made.on('error', () => {})
    made.resume()
    return made
  }
  const failure = (error: unknown): unknown => {
    const fault = error instanceof CsvError ? FAULTS[error.code] : undefined
    return asTableError(error, fault ?? 'damaged', { row: taker.line() + 1 })
  }
  const check = (text: Buffer): void => {
    const nul = text.indexOf(0)
    if (nul === -1) return
    throw new TableError('nul_bytes', { row: taker.line() + count(text.subarray(0, nul), LINE_FEED) + 1 })
  }
  const decode = (piece: Buffer, isLast: boolean): Buffer => {
    try {
      return decoder.decode(piece, isLast)
    } catch (error) {
      if (!(error instanceof TableError) || error.row === undefined) throw error
      throw new TableError(error.code, { row: taker.line() + error.row }, { cause: error })
    }
  }
  const parseQuoted = async (text: Buffer, sign: Delimiter): Promise<void> => {
    parser ??= createParser(sign)
    const target = parser
    await new Promise<void>((resolve, reject) => {
      target.write(text, (error) => (error ? reject(failure(error)) : resolve()))
    })
  }
  const parsePiece = async (piece: Buffer, isLast: boolean): Promise<void> => {
    let text = decode(piece, isLast)
    check(text)
    if (plain === undefined) {
      const found = findDelimiter(text.toString('utf8'))
      delimiter ??= found.delimiter
      plain = createPlainRows(delimiter, taker.take)
      if (found.said > 0) {
        taker.take([])
        text = text.subarray(found.said)
      }
    }
    const before = taker.line()
    const quoted = parser ? text : plain.write(text)
    if (quoted) await parseQuoted(quoted, delimiter ?? ',')
    taker.end(text, delimiter ?? ',', before)
  }

  try {
    const pieces: AsyncIterable<Buffer> = createReadStream(file, { highWaterMark: PIECE_BYTES })
    for await (const piece of pieces) {
      await parsePiece(piece, false)
      const rows = taker.rows()
      if (rows.length > 0) yield rows
    }
    await parsePiece(Buffer.alloc(0), true)
    const last: ReturnType<typeof createParser> | undefined = parser
    if (last === undefined) plain?.end()
    else {
      last.end()
      await finished(last).catch((error: unknown) => {
        throw failure(error)
      })
    }
    const rows = taker.rows()
    if (rows.length > 0) yield rows
    options.onText({ encoding: decoder.encoding(), delimiter: delimiter ?? ',' })
  } finally {
    parser?.destroy()
  }
}
