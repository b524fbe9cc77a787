import type { ListIssueCode } from '../../../contracts/api/bpjs.ts'
import { LIST_COLUMNS, type ListColumnName } from '../../../contracts/api/lists.ts'
import { isCalendarDate } from '../../../contracts/primitives/calendar-day.ts'
import { findNikFault } from '../../../contracts/primitives/nik-digits.ts'
import { readStatus, readStatusWord } from '../member-status.domain.ts'
import type { Participant } from '../membership.domain.ts'
import { remembering } from './remembering.ts'

export type ListColumn = ListColumnName

/**
 * Headers met in lists of BPJS branches and social offices, without spaces and signs, best first: PSNOKA is the person's card and
 * NOKA, where both stand, the family head's.
 */
const ALIASES: Record<ListColumn, readonly string[]> = {
  nik: ['NIK', 'NIKKITASKITAP', 'NIKPESERTA', 'NONIK', 'NOMORNIK', 'NOKTP', 'NOMORKTP'],
  cardNumber: [
    'PSNOKA',
    'PSNOKABPJS',
    'NOKA',
    'NOKABPJS',
    'NOKARTU',
    'NOMORKARTU',
    'NOKARTUBPJS',
    'NOJKN',
    'NOKAPESERTA',
  ],
  fullName: ['NAMA', 'NAMALENGKAP', 'NAMAPESERTA', 'NMPST'],
  birthDate: ['TGLLAHIR', 'TANGGALLAHIR', 'TGLLHR'],
  sex: ['JENKEL', 'JK', 'JENISKELAMIN', 'LP', 'SEX'],
  status: ['STATUS', 'STATUSPESERTA', 'STATUSKEPESERTAAN', 'STATUSAKTIF', 'KETAKTIF', 'KETERANGANSTATUS'],
  segment: ['SEGMEN', 'SEGMENT', 'SEGMENPESERTA', 'SEGMENTASI', 'JENISPESERTA', 'JNSPESERTA'],
  kecamatan: ['NMKEC', 'KECAMATAN', 'NAMAKECAMATAN', 'KEC'],
  village: ['NMDESA', 'KELURAHAN', 'DESA', 'NAMAKELURAHAN', 'NAMADESA', 'KELURAHANDESA', 'DESAKELURAHAN', 'KEL'],
  month: ['BULAN', 'BLN'],
  year: ['TAHUN', 'THN'],
  decile: ['DESIL', 'DESILNASIONAL', 'DECILE', 'PERINGKATKESEJAHTERAAN'],
}

export type ListHeader = Partial<Record<ListColumn, number>> & { nik: number; fullName: number }

/** `isRefused`: the row was left out; otherwise only the field was. Never holds what the cell said. */
export type ListIssue = { row: number; column: ListColumn; code: ListIssueCode; isRefused: boolean }

export type ListMember = Participant & { nik: string }
export type ListRow = { member: ListMember | undefined; issues: Omit<ListIssue, 'row'>[] }

/** Where the columns are, when these cells are the header; lists often begin with title rows. */
export function findHeader(cells: readonly string[]): ListHeader | undefined {
  const names = cells.map((cell) => cell.toUpperCase().replaceAll(/[^A-Z0-9]/g, ''))
  const found: Partial<Record<ListColumn, number>> = {}
  for (const column of LIST_COLUMNS) {
    const alias = ALIASES[column].find((candidate) => names.includes(candidate))
    if (alias !== undefined) found[column] = names.indexOf(alias)
  }
  const { nik, fullName } = found
  return nik === undefined || fullName === undefined ? undefined : { ...found, nik, fullName }
}

/**
 * Reads one row. A NIK is taken as it is written or not at all: a spreadsheet that held it as a number has lost digits, and a
 * guessed one would be somebody else's. `cellOf` gives a cell as `clean` leaves it. `isAllActive`: the list names active members only and has no status column.
 */
export function readRow(header: ListHeader, cellOf: (column: ListColumn) => string, isAllActive: boolean): ListRow {
  const issues: ListRow['issues'] = []
  const note = (column: ListColumn, code: ListIssueCode, isRefused: boolean): void => {
    issues.push({ column, code, isRefused })
  }

  const nik = cellOf('nik').replaceAll(' ', '')
  const nikIssue = findNikIssue(nik)
  if (nikIssue) note('nik', nikIssue, true)
  const fullName = cellOf('fullName')
  if (fullName === '') note('fullName', 'missing', true)
  if (fullName.includes('\uFFFD')) note('fullName', 'not_utf8', true)
  const statusWord = cellOf('status')
  if (statusWord === '' && !isAllActive) note('status', 'missing', true)
  if (issues.length > 0) return { member: undefined, issues }

  const writtenDate = cellOf('birthDate')
  const birthDate = dateOf(writtenDate)
  if (header.birthDate !== undefined && birthDate === null) {
    note('birthDate', writtenDate === '' ? 'missing' : 'not_a_date', false)
  }
  const card = cellOf('cardNumber').replaceAll(' ', '')
  const cardNumber = /^\d{13}$/.test(card) ? card : null
  if (card !== '' && cardNumber === null) note('cardNumber', 'card_not_13_digits', false)

  const segment = cellOf('segment')
  const isSegmentCode = /^\d{1,3}$/.test(segment)
  const member: ListMember = {
    nik,
    fullName,
    birthDate,
    sex: sexOf(cellOf('sex')),
    cardNumber,
    status: statusWord === '' ? readStatus('0', 'AKTIF') : statusOf(statusWord),
    segmentCode: isSegmentCode ? segment : null,
    segmentText: segment === '' || isSegmentCode ? null : segment,
    arrears: null,
  }
  return { member, issues }
}

function findNikIssue(nik: string): ListIssueCode | null {
  const fault = findNikFault(nik)
  if (fault === null) return null
  if (nik === '') return 'missing'
  if (/^\d[\d.,]*E\+?\d+$/i.test(nik)) return 'nik_was_number'
  // Leading zeros gone, or thousands separators and decimals put in: a number once, not a NIK any more.
  if (/^\d{1,15}$/.test(nik) || /^\d[\d.,]*[.,]\d+$/.test(nik)) return 'nik_was_number'
  return fault === 'nik_not_16_digits' ? 'nik_not_16_digits' : 'nik_impossible'
}

const dateOf = remembering(readDate, 50_000)
const statusOf = remembering(readStatusWord, 1_000)
const sexOf = remembering(readSex, 100)

/** yyyy-MM-dd, dd-MM-yyyy or dd/MM/yyyy, a time after it ignored. A bare number is a spreadsheet's day count: not guessed. */
function readDate(written: string): string | null {
  const day = written.split(/[ T]/)[0] ?? ''
  const dayFirst = /^(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})$/.exec(day)
  const [, dd = '', mm = '', yyyy = ''] = dayFirst ?? []
  const iso = dayFirst ? `${yyyy}-${mm.padStart(2, '0')}-${dd.padStart(2, '0')}` : day.replaceAll('/', '-')
  return isCalendarDate(iso) ? iso : null
}

function readSex(written: string): Participant['sex'] {
  const word = written.toUpperCase()
  if (word === 'L' || word.startsWith('LAKI')) return 'male'
  return word === 'P' || word.startsWith('PEREMPUAN') || word === 'WANITA' ? 'female' : null
}

// Most cells of a million rows need no cleaning.
const NEEDS_CLEANING = /[\s\u00A0]{2}|[\t\r\n\u00A0]|^[\s='\u2019]|\s$/

/** Spreadsheets mark text with an apostrophe or write it as ="...". */
export function clean(cell: string): string {
  if (!NEEDS_CLEANING.test(cell)) return cell
  const trimmed = cell.replaceAll(/[\s\u00A0]+/g, ' ').trim()
  const formula = /^="(.*)"$/.exec(trimmed)
  return (formula?.[1] ?? trimmed).replace(/^['\u2019]/, '').trim()
}
