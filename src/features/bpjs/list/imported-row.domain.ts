import type { ListIssueCode } from '../../../contracts/api/bpjs.ts'
import type { ListColumnName, ListKind } from '../../../contracts/api/lists.ts'
import { clean, type ListHeader, type ListMember, readRow } from './list-row.domain.ts'
import { remembering } from './remembering.ts'
import type { VillageFinder } from './village-finder.domain.ts'

/** What a cell of a table holds; a spreadsheet's number has lost what a text keeps. */
export type ListCell = { kind: string; text: string }

export type ReadOptions = {
  kind: ListKind
  /** yyyy-MM. */
  month: string
  isAllActive: boolean
  findVillage: VillageFinder
}

export type ImportedRow = {
  member: ListMember
  villageCode: string | null
  standing: 'active' | 'inactive' | 'unknown' | null
  segment: string | null
  decile: number | null
}

/** `isRefused`: the row is left out; else only what the column says. */
export type RowIssue = { column: ListColumnName; code: ListIssueCode; isRefused: boolean }

/** A row that goes back to whoever made the list. */
export type RefusedRow = { line: number; cells: string[]; issues: RowIssue[] }

const SEGMENT_MAX = 60
/** The two codes whose words lists and BPJS's services disagree about. */
const SEGMENT_OF_CODE: ReadonlyMap<string, string> = new Map([
  ['21', 'PBI (APBN)'],
  ['22', 'PBI (APBD)'],
])

/**
 * Reads one row of a list of a month. As `readRow`, and: a NIK or card that the file holds as a number is refused whatever its digits
 * are; rows of another month are refused; a village that nobody knows is left out and noted.
 */
export function readImportedRow(
  header: ListHeader,
  cells: readonly ListCell[],
  options: ReadOptions,
): { row: ImportedRow | undefined; issues: RowIssue[] } {
  const isPoor = options.kind === 'poor'
  const cellOf = (column: ListColumnName): string => {
    const at = header[column]
    return at === undefined ? '' : clean(cells[at]?.text ?? '')
  }
  const { member, issues } = readRow(header, cellOf, options.isAllActive || isPoor)
  const rowIssues: RowIssue[] = issues
  const nikCell = cells[header.nik]
  if (nikCell && nikCell.kind !== 'text' && nikCell.kind !== 'empty') {
    return { row: undefined, issues: [{ column: 'nik', code: 'nik_was_number', isRefused: true }] }
  }
  if (!member) return { row: undefined, issues: rowIssues }
  if (!isMonth(options.month, cellOf('year'), cellOf('month'))) {
    return { row: undefined, issues: [{ column: 'month', code: 'other_month', isRefused: true }] }
  }
  const cardCell = header.cardNumber === undefined ? undefined : cells[header.cardNumber]
  if (cardCell && cardCell.kind !== 'text' && cardCell.kind !== 'empty') {
    member.cardNumber = null
    rowIssues.push({ column: 'cardNumber', code: 'card_not_13_digits', isRefused: false })
  }
  const village = cellOf('village')
  const villageCode = village === '' ? null : options.findVillage(cellOf('kecamatan'), village)
  if (village !== '' && villageCode === null) {
    rowIssues.push({ column: 'village', code: 'village_unknown', isRefused: false })
  }
  const writtenDecile = cellOf('decile')
  const decile = /^(?:10|[1-9])$/.test(writtenDecile) ? Number(writtenDecile) : null
  if (isPoor && writtenDecile !== '' && decile === null) {
    rowIssues.push({ column: 'decile', code: 'decile_invalid', isRefused: false })
  }
  return {
    row: {
      member,
      villageCode,
      standing: isPoor ? null : member.status.standing,
      segment: segmentOf(member),
      decile: isPoor ? decile : null,
    },
    issues: rowIssues,
  }
}

function segmentOf({ segmentCode, segmentText }: ListMember): string | null {
  if (segmentCode !== null) return SEGMENT_OF_CODE.get(segmentCode) ?? segmentCode
  return segmentText === null ? null : segmentWordOf(segmentText)
}

const segmentWordOf = remembering((text) => text.toUpperCase().slice(0, SEGMENT_MAX), 1_000)

const MONTH_NAMES = ['JAN', 'FEB', 'MAR', 'APR', 'MEI', 'JUN', 'JUL', 'AGU', 'SEP', 'OKT', 'NOV', 'DES']

/** Whether the columns of month and year say the list's month, or nothing at all. */
function isMonth(wanted: string, year: string, month: string): boolean {
  if (year !== '' && year !== wanted.slice(0, 4)) return false
  if (month === '') return true
  const number = /^\d{1,2}$/.test(month)
    ? Number(month)
    : MONTH_NAMES.indexOf(month.slice(0, 3).toUpperCase().replace('AGS', 'AGU')) + 1
  return number === Number(wanted.slice(5))
}
