/**
 * What a cell is: `number` and `date` are what a spreadsheet program computes with, so a card or identity number in one may have lost
 * its zeros or last digit. `formula` holds the value that the program computed last.
 */
export type TableCellKind = 'text' | 'number' | 'date' | 'boolean' | 'formula' | 'error' | 'empty'

/**
 * `text` is as stored: a number as written in the file (`3.27E+15`), a date as `yyyy-MM-dd` (with `THH:mm:ss` when it has a time),
 * whatever date system the file has. Every cell of a CSV is `text` or `empty`.
 */
export type TableCell = { kind: TableCellKind; text: string }

/** `line` is the row's number in a spreadsheet program, from one. Empty cells at the end are left out. */
export type TableRow = { line: number; cells: readonly TableCell[] }

export const EMPTY_CELL: TableCell = Object.freeze({ kind: 'empty', text: '' })

/** From one, both ends within. */
export type TableArea = { firstRow: number; firstColumn: number; lastRow: number; lastColumn: number }

export type TableLimits = {
  rows: number
  columns: number
  cellCharacters: number
  /** Of one row of a CSV, in bytes. A quote that is never closed is found by it. */
  rowBytes: number
  /** Of all parts of an XLSX that are read. */
  unpackedBytes: number
  /** How often smaller than its content a part may be. Sheets of real lists: up to 40. */
  unpackedRatio: number
  archiveEntries: number
  /** Of the texts that an XLSX keeps apart from its cells: they must be at hand while the rows are read. */
  sharedTextBytes: number
}

export const TABLE_LIMITS: TableLimits = {
  // What a spreadsheet program takes.
  rows: 1_048_576,
  // The widest layout known has 37.
  columns: 256,
  // What a spreadsheet program takes.
  cellCharacters: 32_767,
  rowBytes: 1024 * 1024,
  unpackedBytes: 2 * 1024 * 1024 * 1024,
  unpackedRatio: 200,
  archiveEntries: 2_000,
  // A million rows of ten columns of text; with it the whole stays under 512 MB.
  sharedTextBytes: 192 * 1024 * 1024,
}
