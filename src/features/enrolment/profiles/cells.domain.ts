import {
  type CodedSource,
  type DateFormat,
  isCodedSource,
  type ProfileColumn,
  type ProfileDefinition,
  type ProfileIssue,
} from '../../../contracts/api/template-profiles.ts'
import type { RowContent } from '../batches/content.domain.ts'

const DATES: Record<DateFormat, (year: string, month: string, day: string) => string> = {
  'dd/mm/yyyy': (year, month, day) => `${day}/${month}/${year}`,
  'dd-mm-yyyy': (year, month, day) => `${day}-${month}-${year}`,
  'yyyy-mm-dd': (year, month, day) => `${year}-${month}-${day}`,
  ddmmyyyy: (year, month, day) => `${day}${month}${year}`,
}

function writtenDay(format: DateFormat, day: string): string {
  const [year = '', month = '', date = ''] = day.split('-')
  return DATES[format](year, month, date)
}

/** Columns that people's names and places stand in: what "in capitals" means. */
const WORDS: ReadonlySet<ProfileColumn['source']> = new Set([
  'fullName',
  'birthPlace',
  'street',
  'districtName',
  'villageName',
  'facilityName',
])
const REGION_CODES: ReadonlySet<ProfileColumn['source']> = new Set(['districtCode', 'villageCode'])

export type Cell = { text: string; issue: Pick<ProfileIssue, 'code' | 'word'> | null }

function codedCell(source: CodedSource, column: ProfileColumn, content: RowContent): Cell {
  const word = content[source]
  if (!column.codes) return { text: word, issue: null }
  const text = column.codes[word] ?? ''
  if (text === '') return { text, issue: { code: 'code_missing', word } }
  const isGuess = source === 'familyRole' && !content.familyRoleClear
  return { text, issue: isGuess ? { code: 'role_unclear', word: content.relationship } : null }
}

function valueOf(column: ProfileColumn, content: RowContent, position: number, format: DateFormat): string | null {
  const { source } = column
  switch (source) {
    case 'rowNumber':
      return String(position)
    case 'constant':
      return column.text ?? ''
    case 'empty':
      return ''
    case 'birthDate':
    case 'proposedOn':
      return writtenDay(format, content[source])
    default:
      return content[source]
  }
}

/**
 * One cell as text, always: numbers keep their zeros. What we do not hold, and a word that the branch has no code for, is an empty cell
 * with an issue; nothing is made up.
 */
export function cellOf(
  column: ProfileColumn,
  definition: Pick<ProfileDefinition, 'dateFormat' | 'upperCase'>,
  content: RowContent,
  position: number,
): Cell {
  const { source } = column
  if (isCodedSource(source)) return codedCell(source, column, content)
  const value = valueOf(column, content, position, definition.dateFormat)
  if (value === null || (value === '' && source !== 'empty' && source !== 'constant')) {
    return { text: '', issue: { code: 'value_missing', word: source } }
  }
  const plain = REGION_CODES.has(source) && column.plainCode ? value.replaceAll('.', '') : value
  const isUpper = WORDS.has(source) && (column.upperCase ?? definition.upperCase)
  return { text: isUpper ? plain.toLocaleUpperCase('id') : plain, issue: null }
}

/** What the titles may say. */
export type TitleValues = { region: string; number: string; letter: string; date: string; rows: string }

/** Rows above the data: titles, each in its first cell, then the headers, as many rows as the column with the most has. */
export function leadOf({ titles, columns }: ProfileDefinition, values: TitleValues): string[][] {
  const fill = (title: string): string =>
    title.replace(/\{(region|number|letter|date|rows)\}/gu, (_, name: keyof TitleValues) => values[name])
  const depth = Math.max(...columns.map(({ headers }) => headers.length))
  return [
    ...titles.map((title) => [fill(title)]),
    ...Array.from({ length: depth }, (_, level) => columns.map(({ headers }) => headers[level] ?? '')),
  ]
}

export const rowOf = (definition: ProfileDefinition, content: RowContent, position: number): Cell[] =>
  definition.columns.map((column) => cellOf(column, definition, content, position))

const DIGITS = /^\d{6,}$|^0\d+$/u

/**
 * Of a CSV: an apostrophe before a long number or one that begins with a zero, as branches' own files have it. CSV has no types, and
 * a spreadsheet would cut a NIK to fifteen digits.
 */
export const withApostrophe = (cell: string): string => (DIGITS.test(cell) ? `'${cell}` : cell)
