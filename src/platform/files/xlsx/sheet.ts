import { TableError } from '../table-error.ts'
import { EMPTY_CELL, type TableArea, type TableCell, type TableLimits, type TableRow } from '../table-row.ts'
import { findDate } from './dates.ts'
import { createTextReader, unescaped } from './rich-text.ts'
import type { SharedStrings } from './shared-strings.ts'
import { createXmlReader, type XmlAttributes } from './xml.ts'

const ROWS_PER_BATCH = 500
const MAX_ROW = 1_048_576
const MAX_COLUMN = 16_384
const CODE_A = 64
const LETTERS = 26
const REFERENCE = /^([A-Z]{1,3})([0-9]{1,7})$/
const VALUE_TYPES = new Set(['n', 's', 'str', 'inlineStr', 'b', 'e', 'd'])
const ISO_DAY = /^\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d)?/

export type SheetContext = {
  strings: SharedStrings
  dateStyles: readonly boolean[]
  from1904: boolean
  limits: TableLimits
  onMergedCells: (area: TableArea) => void
}

type Place = { row: number; column: number }

/** `AB12`; undefined when there is no such cell. */
function parseReference(reference: string): Place | undefined {
  const [, letters = '', digits = ''] = REFERENCE.exec(reference) ?? []
  let column = 0
  for (let index = 0; index < letters.length; index += 1) column = column * LETTERS + letters.charCodeAt(index) - CODE_A
  const row = Number(digits)
  return column > 0 && row > 0 ? { row, column } : undefined
}

function parseArea(reference: string): TableArea {
  const [from = '', to = from] = reference.split(':')
  const first = parseReference(from)
  const last = parseReference(to)
  if (first === undefined || last === undefined) throw new TableError('damaged')
  return { firstRow: first.row, firstColumn: first.column, lastRow: last.row, lastColumn: last.column }
}

/** What a cell holds, out of its marks. */
function createCell(
  type: string,
  value: string,
  isDate: boolean,
  isFormula: boolean,
  context: SheetContext,
): TableCell | undefined {
  const asText = (text: string): TableCell =>
    text === '' && !isFormula ? EMPTY_CELL : { kind: isFormula ? 'formula' : 'text', text }
  if (type === 'inlineStr') return asText(value)
  if (type === 'str') return asText(unescaped(value))
  if (value === '') return isFormula ? { kind: 'formula', text: '' } : EMPTY_CELL
  if (type === 's') {
    const text = context.strings.find(Number(value))
    return text === undefined ? undefined : asText(text)
  }
  if (type === 'e') return { kind: 'error', text: value }
  if (type === 'b') return { kind: isFormula ? 'formula' : 'boolean', text: value }
  if (type === 'd') {
    const day = ISO_DAY.exec(value)?.[0]
    return day === undefined ? undefined : { kind: isFormula ? 'formula' : 'date', text: day.replace('T00:00:00', '') }
  }
  const date = isDate ? findDate(Number(value), context.from1904) : undefined
  if (isFormula) return { kind: 'formula', text: date ?? value }
  return date === undefined ? { kind: 'number', text: value } : { kind: 'date', text: date }
}

/** Gathers rows out of the marks of a sheet. */
function createRowReader(context: SheetContext) {
  const { limits } = context
  const inline = createTextReader('is', limits)
  const place: Place = { row: 0, column: 0 }
  let rows: TableRow[] = []
  let cells: TableCell[] = []
  let isInData = false
  let isInRow = false
  let isInCell = false
  let isInValue = false
  let isFormula = false
  let type = 'n'
  let isDate = false
  let value = ''

  const startRow = (attributes: XmlAttributes): void => {
    const row = attributes.r === undefined ? place.row + 1 : Number(attributes.r)
    // Rows in disorder, or twice the same: which one a program shows is chance.
    if (isInRow || !Number.isInteger(row) || row <= place.row) throw new TableError('damaged')
    if (row > MAX_ROW || row > limits.rows) throw new TableError('too_many_rows')
    place.row = row
    place.column = 0
    cells = []
    isInRow = true
  }
  const startCell = (attributes: XmlAttributes): void => {
    let column = place.column + 1
    if (attributes.r !== undefined) {
      if (/^[A-Z]{4,}/.test(attributes.r)) throw new TableError('too_many_columns')
      const reference = parseReference(attributes.r)
      if (reference?.row !== place.row || reference.column < column) throw new TableError('damaged')
      column = reference.column
    }
    if (column > MAX_COLUMN) throw new TableError('too_many_columns')
    type = attributes.t ?? 'n'
    if (isInCell || !VALUE_TYPES.has(type)) throw new TableError('damaged')
    place.column = column
    isDate = context.dateStyles[Number(attributes.s ?? '0')] ?? false
    isFormula = false
    isInCell = true
    value = ''
  }
  const endCell = (): void => {
    isInCell = false
    const cell = createCell(type, value, isDate, isFormula, context)
    if (cell === undefined) throw new TableError('damaged')
    if (cell.text.length > limits.cellCharacters) throw new TableError('cell_too_long')
    // Many a sheet has a format on cells far to the right.
    if (cell.kind === 'empty') return
    if (place.column > limits.columns) throw new TableError('too_many_columns')
    while (cells.length < place.column - 1) cells.push(EMPTY_CELL)
    cells.push(cell)
  }

  const open = (name: string, attributes: XmlAttributes): void => {
    if (name === 'mergeCell') context.onMergedCells(parseArea(attributes.ref ?? ''))
    else if (name === 'sheetData') isInData = true
    if (!isInData) return
    if (name === 'c' && isInRow) startCell(attributes)
    else if (name === 'v') isInValue = isInCell
    else if (name === 'row') startRow(attributes)
    else if (name === 'f') isFormula = isInCell
    else if (isInCell) inline.open(name)
  }
  const close = (name: string): void => {
    if (!isInData) return
    if (name === 'c') endCell()
    else if (name === 'v') isInValue = false
    else if (name === 'row') {
      isInRow = false
      if (cells.length > 0) rows.push({ line: place.row, cells })
    } else if (name === 'sheetData') isInData = false
    else if (isInCell) value = inline.close(name) ?? value
  }
  const text = (part: string): void => {
    if (isInValue) {
      value += part
      if (value.length > limits.cellCharacters * 8) throw new TableError('cell_too_long')
    } else if (isInCell) inline.text(part)
  }
  return {
    handlers: { open, close, text },
    /** Where the reader is: the row, and the column when it is in one. */
    place: () => ({ row: place.row, column: place.column }),
    count: () => rows.length,
    take: () => {
      const taken = rows
      rows = []
      return taken
    },
  }
}

/**
 * The rows of a sheet that hold something. Hidden rows and columns are read as others are: a filter hides rows and takes none out.
 * Areas of merged cells come after all rows, where the format has them.
 */
export async function* readSheet(chunks: AsyncIterable<Buffer>, context: SheetContext): AsyncGenerator<TableRow[]> {
  const reader = createRowReader(context)
  const xml = createXmlReader(reader.handlers)
  try {
    for await (const chunk of chunks) {
      xml.write(chunk)
      if (reader.count() >= ROWS_PER_BATCH) yield reader.take()
    }
    xml.end()
  } catch (error) {
    const place = reader.place()
    if (!(error instanceof TableError) || error.row !== undefined || place.row === 0) throw error
    const { row, column } = place
    throw new TableError(error.code, column === 0 ? { row } : { row, column }, { cause: error })
  }
  if (reader.count() > 0) yield reader.take()
}

/** Whether a sheet holds anything; reads no further than the first cell that does. */
export async function holdsRows(chunks: AsyncIterable<Buffer>, context: SheetContext): Promise<boolean> {
  const reader = createRowReader({ ...context, onMergedCells: () => {} })
  const xml = createXmlReader(reader.handlers)
  for await (const chunk of chunks) {
    xml.write(chunk)
    if (reader.count() > 0) return true
  }
  xml.end()
  return reader.count() > 0
}
