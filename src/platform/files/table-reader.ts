import type { Delimiter } from './csv/delimiter.ts'
import type { TextEncodingName } from './csv/encoding.ts'
import { readCsv } from './csv/read-csv.ts'
import { TableError } from './table-error.ts'
import { findTableKind } from './table-kind.ts'
import { TABLE_LIMITS, type TableArea, type TableLimits, type TableRow } from './table-row.ts'
import { readXlsx } from './xlsx/read-xlsx.ts'

/** How a file was read: to be shown to whoever sent it, since encoding and delimiter of a CSV are found, not told. */
export type TableFacts =
  | { kind: 'csv'; encoding: TextEncodingName; delimiter: Delimiter }
  | { kind: 'xlsx'; sheet: string }

export type TableOptions = {
  /** Which sheet of an XLSX. Without it there may be only one visible sheet with rows. */
  sheet?: string
  /** Of a CSV, when it is known. */
  delimiter?: Delimiter
  limits?: Partial<TableLimits>
  /**
   * Called for each area of merged cells. They come after all rows: the format has them there. Without it any of them is refused as
   * `merged_cells`, since the cells that it covers hold nothing.
   */
  onMergedCells?: (area: TableArea) => void
  /** Called once, after the last row. */
  onRead?: (facts: TableFacts) => void
}

export const refuseMergedCells = ({ firstRow, firstColumn }: TableArea): never => {
  throw new TableError('merged_cells', { row: firstRow, column: firstColumn })
}

/**
 * Reads the rows of a CSV or XLSX, in batches of some hundred, as they come from disk: a million rows of six columns within 512 MB of
 * memory for the whole process. Rows without any content are left out. Throws `TableError`, also after rows have been given: whoever
 * acts on rows before the end must be able to take that back.
 */
export async function* readTable(
  source: { path: string },
  options: TableOptions = {},
): AsyncGenerator<readonly TableRow[], void, undefined> {
  const limits = { ...TABLE_LIMITS, ...options.limits }
  const kind = await findTableKind(source.path)
  let facts: TableFacts | undefined
  const rows =
    kind === 'csv'
      ? readCsv(source.path, {
          delimiter: options.delimiter,
          limits,
          onText: (text) => {
            facts = { kind, ...text }
          },
        })
      : readXlsx(source.path, {
          sheet: options.sheet,
          limits,
          onMergedCells: options.onMergedCells ?? refuseMergedCells,
          onSheet: (sheet) => {
            facts = { kind, sheet }
          },
        })
  let isEmpty = true
  for await (const batch of rows) {
    isEmpty = false
    yield batch
  }
  if (isEmpty) throw new TableError('no_rows')
  if (facts !== undefined) options.onRead?.(facts)
}
