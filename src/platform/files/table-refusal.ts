import { AppError, type FieldIssue } from '../errors.ts'
import { columnLetters, type RowFault } from './table-cells.ts'
import type { TableError, TableFault } from './table-error.ts'
import { TABLE_LIMITS } from './table-row.ts'

const MAX_NAMES = 10
const LONGEST_NAME = 60
const MAX_OF: Partial<Record<TableFault, number>> = {
  too_many_rows: TABLE_LIMITS.rows,
  too_many_columns: TABLE_LIMITS.columns,
  cell_too_long: TABLE_LIMITS.cellCharacters,
}

/** Somebody's number that stands where a name should is not told on. */
const shown = (name: string): string => name.replace(/\d{6,}/g, '…').slice(0, LONGEST_NAME)

/**
 * The refusal of a whole file, as a caller sees it: which fault, where, and what to do. `max` is the limit that was broken, when the
 * importer set its own.
 */
export function refusalOf(error: TableError, max = MAX_OF[error.code] ?? 0): AppError {
  const { code, row, column } = error
  const names = error.names.slice(0, MAX_NAMES).map(shown)
  const params = { names: names.join(', '), column: column === undefined ? 'none' : columnLetters(column), max }
  // The message begins with the row then.
  const path = row === undefined ? 'file' : `rows.${row - 1}`
  return new AppError('table_refused', {
    issues: [{ path, code: `table_${code}`, params }],
    details: {
      reason: code,
      ...(row === undefined ? {} : { row }),
      ...(column === undefined ? {} : { column }),
      ...(names.length === 0 ? {} : { names }),
    },
    cause: error,
  })
}

/**
 * The refusal of one cell. `limits` are those of its rule: how many digits, or at most how many characters. Its text names the row, the
 * column, the field (by `label.<name>`) and the remedy.
 */
export const issueOf = (fault: RowFault<string>, limits: { digits?: number; max?: number } = {}): FieldIssue => ({
  path: `rows.${fault.row - 1}.${fault.name}`,
  code: fault.code,
  params: { column: columnLetters(fault.column), digits: 0, max: 0, ...limits },
})
