import type { TableHeader, TableRecord } from './table-header.ts'
import type { TableCell } from './table-row.ts'

/** What is wrong with one cell. Each has its text: `issue.<code>` in `contracts/text/{id,en}/fields.json`. */
export type CellFault =
  | 'cell_missing'
  | 'cell_number'
  | 'cell_scientific'
  | 'cell_apostrophe'
  | 'cell_too_few_digits'
  | 'cell_not_digits'
  | 'cell_formula'
  | 'cell_error'
  | 'cell_not_text'
  | 'cell_not_a_date'
  | 'cell_too_long'
export type CellResult<T> = { value: T; fault?: never } | { fault: CellFault; value?: never }

const SCIENTIFIC = /^[+-]?\d+([.,]\d+)?e[+-]?\d+$/i
const APOSTROPHE = /^\s*['‘’`´]/
const DAY_FIRST = /^(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})$/
const YEAR_FIRST = /^(\d{4})-(\d{2})-(\d{2})$/

/** What no rule of ours takes: a value that the program computed, or failed to. */
function findComputed(cell: TableCell): CellFault | undefined {
  if (cell.kind === 'error') return 'cell_error'
  // In a CSV a formula is text.
  if (cell.kind === 'formula' || (cell.kind === 'text' && cell.text.startsWith('='))) return 'cell_formula'
  return undefined
}

/**
 * A number of exactly `digits` digits that stands in the cell as text. A numeric cell is refused even when it shows the right digits: a
 * spreadsheet keeps fifteen of them and no zeros in front, so what was typed cannot be known. Nothing is mended.
 */
export function textDigits(cell: TableCell, digits: number): CellResult<string> {
  const { kind, text } = cell
  if (kind === 'empty') return { fault: 'cell_missing' }
  const computed = findComputed(cell)
  if (computed !== undefined) return { fault: computed }
  if (SCIENTIFIC.test(text.trim())) return { fault: 'cell_scientific' }
  if (kind !== 'text') return { fault: 'cell_number' }
  if (APOSTROPHE.test(text)) return { fault: 'cell_apostrophe' }
  if (!/^\d+$/.test(text)) return { fault: 'cell_not_digits' }
  if (text.length < digits) return { fault: 'cell_too_few_digits' }
  return text.length === digits ? { value: text } : { fault: 'cell_not_digits' }
}

/** A text of at most `max` characters, without spaces around it; `undefined` when the cell is empty. */
export function optionalText(cell: TableCell, max: number): CellResult<string | undefined> {
  const computed = findComputed(cell)
  if (computed !== undefined) return { fault: computed }
  if (cell.kind === 'boolean' || cell.kind === 'date') return { fault: 'cell_not_text' }
  const text = cell.text.trim()
  if (text === '') return { value: undefined }
  return text.length <= max ? { value: text } : { fault: 'cell_too_long' }
}

/** The same, and something must be there. */
export function requiredText(cell: TableCell, max: number): CellResult<string> {
  const { value, fault } = optionalText(cell, max)
  if (fault !== undefined) return { fault }
  return value === undefined ? { fault: 'cell_missing' } : { value }
}

/**
 * A day as `yyyy-MM-dd`: a date cell, or text that begins with the day (31/05/1990, as it is written here) or the year (1990-05-31). A
 * number without a date's format is refused. A time of day is left out.
 */
export function day(cell: TableCell): CellResult<string> {
  if (cell.kind === 'empty') return { fault: 'cell_missing' }
  const computed = findComputed(cell)
  if (computed !== undefined) return { fault: computed }
  if (cell.kind === 'date') return { value: cell.text.slice(0, 10) }
  if (cell.kind !== 'text') return { fault: 'cell_not_a_date' }
  const text = cell.text.trim()
  const [, dayFirst, monthFirst, yearLast] = DAY_FIRST.exec(text) ?? []
  const [, year = yearLast, month = monthFirst, date = dayFirst] = YEAR_FIRST.exec(text) ?? []
  if (year === undefined || month === undefined || date === undefined) return { fault: 'cell_not_a_date' }
  const value = `${year}-${month.padStart(2, '0')}-${date.padStart(2, '0')}`
  const time = Date.parse(`${value}T00:00:00Z`)
  // The calendar of JavaScript takes 31 February for 3 March.
  const exists = !Number.isNaN(time) && new Date(time).toISOString().startsWith(value)
  return exists ? { value } : { fault: 'cell_not_a_date' }
}

/** `A`, `AB`: a column as a spreadsheet program names it, counted from one. */
export function columnLetters(column: number): string {
  let rest = column
  let letters = ''
  while (rest > 0) {
    letters = String.fromCharCode(65 + ((rest - 1) % 26)) + letters
    rest = Math.floor((rest - 1) / 26)
  }
  return letters
}

/** A refused cell and where it is. Its value is not told on: it may be somebody's number. */
export type RowFault<Name extends string> = { row: number; column: number; name: Name; code: CellFault }

/** Names the place of a fault. `column` is 0 when the column is not in the file. */
export function faultAt<Name extends string>(
  record: Pick<TableRecord<Name>, 'line'> & { header: TableHeader<Name> },
  name: Name,
  code: CellFault,
): RowFault<Name> {
  return { row: record.line, column: record.header.columns[name] ?? 0, name, code }
}
