import { Readable } from 'node:stream'
import { writeCsvStream } from 'hucre/csv'
import { writeXlsxStream } from 'hucre/xlsx'

export type TableColumn = { header: string; width: number }
export type TableFormat = { kind: 'csv'; separator: string } | { kind: 'xlsx'; sheet: string }

// What a spreadsheet takes for the beginning of a formula, also behind quotes and spaces that it drops, and as full-width signs.
const FORMULA = /^[\s"'`\u00A0]*[=+\-@\t\r|＝＋－＠]|^[\t\r]/u

/** The cell as text for whoever opens the file: CSV has no types, so a sign that begins a formula gets an apostrophe before it. */
export const neutralised = (cell: string): string => (FORMULA.test(cell) ? `'${cell}` : cell)

async function* csvRows(header: string[], rows: AsyncIterable<string[]>): AsyncGenerator<string[]> {
  yield header.map(neutralised)
  for await (const row of rows) yield row.map(neutralised)
}

/**
 * The rows as a file, byte after byte: they are read no faster than the stream is, and nothing of them is kept. CSV is UTF-8
 * with a byte-order mark and every cell quoted; in XLSX every cell is a text, which no program computes or shortens.
 */
export function streamTable(columns: TableColumn[], rows: AsyncIterable<string[]>, format: TableFormat): Readable {
  const header = columns.map((column) => column.header)
  const stream =
    format.kind === 'csv'
      ? writeCsvStream(csvRows(header, rows), {
          delimiter: format.separator,
          headers: false,
          bom: true,
          quoteStyle: 'all',
        })
      : writeXlsxStream(rows, {
          name: format.sheet,
          columns: columns.map((column) => ({ ...column, numFmt: '@' })),
          freezePane: { rows: 1 },
        })
  return Readable.from(stream, { objectMode: false })
}

async function* sheetRows(lead: readonly string[][], rows: AsyncIterable<string[]>): AsyncGenerator<string[]> {
  yield* lead
  yield* rows
}

async function* neutralisedRows(rows: AsyncIterable<string[]>): AsyncGenerator<string[]> {
  for await (const row of rows) yield row.map(neutralised)
}

/**
 * As `streamTable`, for files whose shape somebody else has fixed: `lead` are the rows above the data, whatever they hold. `mark` may change the cells of
 * a CSV after they were made harmless.
 */
export function streamSheet(
  lead: readonly string[][],
  widths: readonly number[],
  rows: AsyncIterable<string[]>,
  format: TableFormat & { mark?: (cell: string) => string },
): Readable {
  const all = sheetRows(lead, rows)
  if (format.kind === 'xlsx') {
    const columns = widths.map((width) => ({ width, numFmt: '@' }))
    return Readable.from(writeXlsxStream(all, { name: format.sheet, columns, repeatHeaders: false }), {
      objectMode: false,
    })
  }
  const { mark } = format
  const marked = async function* (): AsyncGenerator<string[]> {
    for await (const row of neutralisedRows(all)) yield mark ? row.map(mark) : row
  }
  const csv = writeCsvStream(marked(), { delimiter: format.separator, headers: false, bom: true, quoteStyle: 'all' })
  return Readable.from(csv, { objectMode: false })
}
