import { setImmediate as nextTurn } from 'node:timers/promises'
import { TAKEOVER_FAULTS_TOLD, TAKEOVER_ROWS_MAX } from '../../../contracts/api/quota.ts'
import { findNikFault, type NikFault } from '../../../contracts/primitives/nik-digits.ts'
import { normalisePersonName } from '../../../contracts/primitives/person-name.ts'
import type { FieldIssue } from '../../../platform/errors.ts'
import {
  type CellFault,
  columnLetters,
  day,
  optionalText,
  requiredText,
  textDigits,
} from '../../../platform/files/table-cells.ts'
import { TableError } from '../../../platform/files/table-error.ts'
import type { TableProfile, TableRecord } from '../../../platform/files/table-header.ts'
import type { TableFacts } from '../../../platform/files/table-reader.ts'
import { readRecords } from '../../../platform/files/table-records.ts'
import { refusalOf } from '../../../platform/files/table-refusal.ts'
import type { TableCell } from '../../../platform/files/table-row.ts'

export type TakeoverColumn = 'nik' | 'fullName' | 'village' | 'month'
type Fault = CellFault | NikFault | 'nik_of_another_name' | 'cell_not_a_month' | 'month_after_budget'

const NIK_DIGITS = 16
const NAME_MAX = 200

/** Headers as health offices write them. */
const PROFILE: TableProfile<TakeoverColumn> = {
  columns: [
    {
      name: 'nik',
      synonyms: ['NIK', 'No NIK', 'Nomor NIK', 'NIK Peserta', 'Nomor Induk Kependudukan'],
      required: true,
    },
    { name: 'fullName', synonyms: ['Nama', 'Nama Lengkap', 'Nama Peserta', 'Name', 'Full name'], required: true },
    {
      name: 'village',
      synonyms: ['Desa', 'Kelurahan', 'Desa/Kelurahan', 'Kelurahan/Desa', 'Village'],
      required: false,
    },
    {
      name: 'month',
      synonyms: ['Bulan mulai', 'Mulai bulan', 'Bulan', 'TMT', 'Start month', 'Month'],
      required: false,
    },
  ],
  unknownColumns: 'ignore',
}

const YEAR_FIRST = /^(\d{4})-(0[1-9]|1[0-2])$/
const MONTH_FIRST = /^(0?[1-9]|1[0-2])[/.-](\d{4})$/

/** The year in which it begins: 2026-01, 01/2026, or a day. Null: an empty cell, which says nothing. */
function readYear(cell: TableCell): { value: number | null } | { fault: Fault } {
  const text = cell.text.trim()
  if (cell.kind === 'empty' || text === '') return { value: null }
  if (cell.kind === 'text') {
    const year = YEAR_FIRST.exec(text)?.[1] ?? MONTH_FIRST.exec(text)?.[2]
    if (year !== undefined) return { value: Number(year) }
  }
  const { value, fault } = day(cell)
  if (value !== undefined) return { value: Number(value.slice(0, 4)) }
  return { fault: fault === 'cell_not_a_date' ? 'cell_not_a_month' : fault }
}

export type TakeoverList = {
  /** Of a workbook. Each of its sheets is a list of its own. */
  sheet: string | null
  rows: number
  /** Rows that name somebody again under the same name. */
  repeated: number
  /** Rows that cannot be used. */
  refused: number
  /** The first of them. The paths name the row, as `issueOf` does. */
  faults: FieldIssue[]
  /** Blind indexes of different people, in their order: whoever writes them meets no other writer in a circle. */
  nikIndexes: Buffer[]
}

/**
 * Reads a list of people row by row. Nothing is mended or guessed: a NIK that is stored as a number, lost its zeros or cannot be one is a
 * refused row, and so is one that stands there again under another name. Names, villages and months are looked at and not kept.
 * Throws `table_refused`.
 */
export async function readTakeoverList(
  file: { path: string },
  { year, sheet: wanted, indexOf }: { year: number; sheet: string | undefined; indexOf: (nik: string) => Buffer },
): Promise<TakeoverList> {
  const people = new Map<string, { name: string; line: number }>()
  const nikIndexes: Buffer[] = []
  const faults: FieldIssue[] = []
  let sheet: string | null = null
  let rows = 0
  let repeated = 0
  let refused = 0

  const faultOf = ({ cells }: TableRecord<TakeoverColumn>): [TakeoverColumn, Fault] | undefined => {
    const nik = textDigits(cells.nik, NIK_DIGITS)
    if (nik.fault !== undefined) return ['nik', nik.fault]
    const impossible = findNikFault(nik.value)
    if (impossible !== null) return ['nik', impossible]
    const name = requiredText(cells.fullName, NAME_MAX)
    if (name.fault !== undefined) return ['fullName', name.fault]
    const village = optionalText(cells.village, NAME_MAX)
    if (village.fault !== undefined) return ['village', village.fault]
    const begins = readYear(cells.month)
    if ('fault' in begins) return ['month', begins.fault]
    if (begins.value !== null && begins.value > year) return ['month', 'month_after_budget']
    return undefined
  }
  const refuse = (record: TableRecord<TakeoverColumn>, name: TakeoverColumn, code: Fault, other = 0): void => {
    refused += 1
    if (faults.length >= TAKEOVER_FAULTS_TOLD) return
    const column = columnLetters(record.header.columns[name] ?? 0)
    const params = { column, digits: NIK_DIGITS, max: NAME_MAX, other, year: String(year) }
    faults.push({ path: `rows.${record.line - 1}.${name}`, code, params })
  }
  const take = (record: TableRecord<TakeoverColumn>): void => {
    rows += 1
    const fault = faultOf(record)
    if (fault) return refuse(record, ...fault)
    const nik = record.cells.nik.text
    const name = normalisePersonName(record.cells.fullName.text)
    const before = people.get(nik)
    if (before === undefined) {
      people.set(nik, { name, line: record.line })
      nikIndexes.push(indexOf(nik))
    } else if (before.name === name) repeated += 1
    else refuse(record, 'nik', 'nik_of_another_name', before.line)
  }

  try {
    const options = {
      ...(wanted !== undefined && { sheet: wanted }),
      limits: { rows: TAKEOVER_ROWS_MAX },
      onRead: (facts: TableFacts) => {
        sheet = facts.kind === 'xlsx' ? facts.sheet : null
      },
    }
    for await (const records of readRecords(file, PROFILE, options)) {
      for (const record of records) take(record)
      // Whoever approves meanwhile is served between two batches.
      await nextTurn()
    }
  } catch (error) {
    if (!(error instanceof TableError)) throw error
    throw refusalOf(error, error.code === 'too_many_rows' ? TAKEOVER_ROWS_MAX : undefined)
  }
  return { sheet, rows, repeated, refused, faults, nikIndexes: nikIndexes.sort(Buffer.compare) }
}
