import { TableError } from './table-error.ts'
import { EMPTY_CELL, type TableCell, type TableRow } from './table-row.ts'

/** One column that an importer knows. `synonyms` are headers as people write them; case, signs and spaces do not count. */
export type ColumnProfile<Name extends string> = { name: Name; synonyms: readonly string[]; required: boolean }
export type TableProfile<Name extends string> = {
  columns: readonly ColumnProfile<Name>[]
  /** What becomes of columns that the profile does not know. */
  unknownColumns: 'ignore' | 'refuse'
}

export type TableHeader<Name extends string> = {
  /** Where the header ends: the rows below it are data. */
  row: number
  /** From one: 1 is column A. A column that is not in the file has no place. */
  columns: Readonly<Partial<Record<Name, number>>>
  /** Their headers as they stand in the file: a person may have written anything there. */
  unknown: readonly { column: number; header: string }[]
}

/** The header stands within the first so many rows that hold something: above it are titles. */
export const HEADER_WITHIN = 30
const MIN_NUMBERED = 3

/** `No. KK`, `NO_KK` and `no kk` are one name. */
const simplified = (text: string): string =>
  text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, '')

type Known<Name extends string> = Map<string, Name>
type Candidate<Name extends string> = {
  row: number
  found: Map<Name, number[]>
  unknown: { column: number; header: string }[]
}

function namesOf<Name extends string>(profile: TableProfile<Name>): Known<Name> {
  const known: Known<Name> = new Map()
  for (const { name, synonyms } of profile.columns) {
    for (const synonym of [name, ...synonyms]) {
      const key = simplified(synonym)
      const owner = known.get(key)
      if (owner !== undefined && owner !== name) throw new Error(`"${synonym}" is a header of ${owner} and of ${name}`)
      known.set(key, name)
    }
  }
  return known
}

/** `names`: for each column what its header may be, the fullest first. */
function match<Name extends string>(
  row: number,
  names: readonly (readonly string[])[],
  known: Known<Name>,
): Candidate<Name> {
  const found = new Map<Name, number[]>()
  const unknown: Candidate<Name>['unknown'] = []
  for (const [index, headers] of names.entries()) {
    const name = headers.map((header) => known.get(simplified(header))).find((owner) => owner !== undefined)
    if (name !== undefined) found.set(name, [...(found.get(name) ?? []), index + 1])
    else if (headers[0] !== undefined) unknown.push({ column: index + 1, header: headers[0] })
  }
  return { row, found, unknown }
}

const textAt = (row: TableRow, index: number): string => (row.cells[index] ?? EMPTY_CELL).text.trim()

const oneRow = (row: TableRow): string[][] =>
  row.cells.map((cell) => (cell.text.trim() === '' ? [] : [cell.text.trim()]))

/** Two rows that are one header: the upper name goes for the columns to its right that have none, as merged cells do. */
function twoRows(upper: TableRow, lower: TableRow): string[][] {
  const width = Math.max(upper.cells.length, lower.cells.length)
  let above = ''
  return Array.from({ length: width }, (_, index) => {
    const own = textAt(upper, index)
    const below = textAt(lower, index)
    if (own !== '') above = own
    if (below === '') return own === '' ? [] : [own]
    return above === '' ? [below] : [`${above} ${below}`, below]
  })
}

/** The numbers 1, 2, 3 ... that stand under the header of many a form. */
const isNumbering = (row: TableRow): boolean => {
  const numbers = row.cells.filter((cell) => cell.text.trim() !== '').map((cell) => cell.text.replace(/[().\s]/g, ''))
  return numbers.length >= MIN_NUMBERED && numbers.every((text, index) => text === String(index + 1))
}

function candidatesOf<Name extends string>(rows: readonly TableRow[], known: Known<Name>): Candidate<Name>[] {
  return rows.flatMap((row, index) => {
    const next = rows[index + 1]
    const single = match(row.line, oneRow(row), known)
    if (next === undefined) return [single]
    const double = match(next.line, twoRows(row, next), known)
    // A row of data under a header hides names instead of adding some.
    return double.found.size > single.found.size && single.found.size > 0 ? [double, single] : [single]
  })
}

/**
 * Finds the header among the first rows: below titles, in one row or in two. Throws `header_missing` when no row looks like it,
 * `columns_missing`, `columns_duplicate` and, when the profile wants that, `columns_unknown`, each with names.
 */
export function findHeader<Name extends string>(
  rows: readonly TableRow[],
  profile: TableProfile<Name>,
): TableHeader<Name> {
  const known = namesOf(profile)
  const titleOf = (name: Name): string => profile.columns.find((column) => column.name === name)?.synonyms[0] ?? name
  const required = profile.columns.filter((column) => column.required).map((column) => column.name)
  const looked = rows.slice(0, HEADER_WITHIN)
  let best: Candidate<Name> | undefined
  for (const candidate of candidatesOf(looked, known)) {
    if (candidate.found.size > (best?.found.size ?? 0)) best = candidate
  }
  if (best === undefined) throw new TableError('header_missing', { names: required.map(titleOf) })
  const { found, unknown } = best
  const missing = required.filter((name) => !found.has(name))
  if (missing.length > 0) throw new TableError('columns_missing', { row: best.row, names: missing.map(titleOf) })
  for (const [name, places] of found) {
    const [, second] = places
    if (second === undefined) continue
    throw new TableError('columns_duplicate', { row: best.row, column: second, names: [titleOf(name)] })
  }
  const [stranger] = unknown
  if (profile.unknownColumns === 'refuse' && stranger !== undefined) {
    const names = unknown.map(({ header }) => header)
    throw new TableError('columns_unknown', { row: best.row, column: stranger.column, names })
  }
  const headerRow = best.row
  const next = rows.find((row) => row.line > headerRow)
  const columns = Object.fromEntries(
    [...found].map(([name, places]) => [name, places[0]]),
  ) as TableHeader<Name>['columns']
  return { row: next !== undefined && isNumbering(next) ? next.line : headerRow, columns, unknown }
}

/** A row of data, its cells by the names of the profile. */
export type TableRecord<Name extends string> = {
  line: number
  cells: Readonly<Record<Name, TableCell>>
  header: TableHeader<Name>
}

/** Makes records of the rows below a header. A column that is not in the file is empty in each. */
export function createRecordMaker<Name extends string>(
  header: TableHeader<Name>,
  profile: TableProfile<Name>,
): (row: TableRow) => TableRecord<Name> {
  const places = profile.columns.map(({ name }) => ({ name, index: (header.columns[name] ?? 0) - 1 }))
  return (row) => {
    const cells = {} as Record<Name, TableCell>
    for (const { name, index } of places) cells[name] = row.cells[index] ?? EMPTY_CELL
    return { line: row.line, cells, header }
  }
}
