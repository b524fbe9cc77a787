/** Why a file cannot be read as a table. Each has its text: `issue.table_<code>` in `contracts/text/{id,en}/fields.json`. */
export const TABLE_FAULTS = [
  // The file as a whole.
  'encrypted',
  'old_format',
  'macros',
  'unsupported_format',
  'damaged',
  'document_type',
  'unpacks_too_large',
  'too_much_text',
  'broken_encoding',
  // Which of its sheets.
  'several_sheets',
  'sheet_unknown',
  'no_rows',
  // A place in it.
  'nul_bytes',
  'broken_quotes',
  'merged_cells',
  'too_many_rows',
  'too_many_columns',
  'cell_too_long',
  'row_too_long',
  // Its header.
  'header_missing',
  'columns_missing',
  'columns_duplicate',
  'columns_unknown',
] as const
export type TableFault = (typeof TABLE_FAULTS)[number]

export type TablePlace = {
  /** As a spreadsheet program numbers it: from one. */
  row?: number
  /** From one: 1 is column A. */
  column?: number
  /** Names of sheets or columns out of the file or of the profile: for whoever sent the file, never for a log. */
  names?: readonly string[]
}

/**
 * The file is refused, with the place where that is known. Nothing of a cell's text is in it. `message` is the code: the text for
 * people comes from `refusalOf` in `table-refusal.ts`.
 */
export class TableError extends Error {
  readonly code: TableFault
  readonly row: number | undefined
  readonly column: number | undefined
  readonly names: readonly string[]

  constructor(code: TableFault, place: TablePlace = {}, options: { cause?: unknown } = {}) {
    super(code, options)
    this.name = 'TableError'
    this.code = code
    this.row = place.row
    this.column = place.column
    this.names = place.names ?? []
  }
}

/** The fault of a library that reads bytes it was not made for; what the system says (a disk that fails) is not the file's fault. */
export function asTableError(error: unknown, code: TableFault = 'damaged', place: TablePlace = {}): unknown {
  if (error instanceof TableError) return error
  const isOfTheSystem = error instanceof Error && 'syscall' in error
  return isOfTheSystem ? error : new TableError(code, place, { cause: error })
}
