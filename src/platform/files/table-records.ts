import { TableError } from './table-error.ts'
import {
  createRecordMaker,
  findHeader,
  HEADER_WITHIN,
  type TableHeader,
  type TableProfile,
  type TableRecord,
} from './table-header.ts'
import { readTable, type TableOptions } from './table-reader.ts'
import type { TableArea, TableRow } from './table-row.ts'

export type RecordOptions<Name extends string> = Omit<TableOptions, 'onMergedCells'> & {
  /** Called once, before the first record: for a preview of which column is which. */
  onHeader?: (header: TableHeader<Name>) => void
}

/**
 * Reads a table by a profile: finds its header and gives the rows below as records, in batches. Cells merged in titles and headers are
 * what forms look like; below the header they are refused as `merged_cells`. A table that ends with its header is `no_rows`.
 */
export async function* readRecords<Name extends string>(
  source: { path: string },
  profile: TableProfile<Name>,
  options: RecordOptions<Name> = {},
): AsyncGenerator<readonly TableRecord<Name>[], void, undefined> {
  let waiting: TableRow[] = []
  let lowest: TableArea | undefined
  let start: ReturnType<typeof begin> | undefined
  let isEmpty = true

  const begin = (rows: readonly TableRow[]) => {
    const header = findHeader(rows, profile)
    options.onHeader?.(header)
    return { header, make: createRecordMaker(header, profile), rows: rows.filter((row) => row.line > header.row) }
  }
  const keepLowest = (area: TableArea): void => {
    if (lowest === undefined || area.lastRow > lowest.lastRow) lowest = area
  }
  for await (const batch of readTable(source, { ...options, onMergedCells: keepLowest })) {
    let rows: readonly TableRow[] = batch
    if (start === undefined) {
      waiting.push(...batch)
      // One more than may be the header: what follows it is looked at too.
      if (waiting.length <= HEADER_WITHIN) continue
      start = begin(waiting)
      rows = start.rows
      waiting = []
    }
    if (rows.length === 0) continue
    isEmpty = false
    yield rows.map(start.make)
  }
  // A short table.
  const { header, make, rows } = start ?? begin(waiting)
  if (lowest !== undefined && lowest.lastRow > header.row) {
    throw new TableError('merged_cells', { row: Math.max(lowest.firstRow, header.row + 1), column: lowest.firstColumn })
  }
  if (start === undefined && rows.length > 0) {
    isEmpty = false
    yield rows.map(make)
  }
  if (isEmpty) throw new TableError('no_rows', { row: header.row })
}
