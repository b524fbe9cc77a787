import type { ResultOutcome } from '../../../contracts/api/batch-results.ts'
import { plainWord, type ResultProfileDefinition } from '../../../contracts/api/result-profiles.ts'
import type { ReasonCode } from '../../../contracts/lifecycle/reasons.ts'
import { daysBetween } from '../../../contracts/primitives/calendar-day.ts'
import { REQUIRED_RESULT_COLUMNS, RESULT_COLUMNS, type ResultColumn } from '../../../contracts/result-terms.ts'
import {
  type CellFault,
  type CellResult,
  day,
  optionalText,
  requiredText,
  textDigits,
} from '../../../platform/files/table-cells.ts'
import type { TableProfile, TableRecord } from '../../../platform/files/table-header.ts'

export const NIK_DIGITS = 16
export const TEXT_MAX = 200
/** Dates further than this from the day of the file are slips of the year: nobody is asked about before their day, nor missed. */
export const DATE_WITHIN_DAYS = 400
const REQUIRED: readonly ResultColumn[] = REQUIRED_RESULT_COLUMNS

/** What a row of the file says; `fault`: nothing of it is used. */
export type ReadRow = {
  line: number
  nik: string | null
  fullName: string | null
  outcome: ResultOutcome | null
  answerCode: string | null
  answerText: string | null
  reason: ReasonCode | null
  effectiveOn: string | null
  answeredOn: string | null
  fault: { code: CellFault | 'status_unclear' | 'date_implausible'; field: ResultColumn; column: number } | null
}

/** The columns of a profile as the table reader takes them. */
export const tableProfileOf = ({ columns }: ResultProfileDefinition): TableProfile<ResultColumn> => ({
  columns: RESULT_COLUMNS.map((name) => ({ name, synonyms: columns[name], required: REQUIRED.includes(name) })),
  unknownColumns: 'ignore',
})

/** BPJS writes numbers of people into its remarks. */
export const withoutNumbers = (text: string): string => text.replace(/\d{6,}/g, '…')

type Words = { outcomes: ReadonlyMap<string, ResultOutcome>; reasons: ReadonlyMap<string, ReasonCode> }

function wordsOf({ accepted, refused, reasons }: ResultProfileDefinition): Words {
  const meaning = (words: readonly string[], outcome: ResultOutcome) =>
    words.map((word) => [plainWord(word), outcome] as const)
  return {
    outcomes: new Map([...meaning(accepted, 'accepted'), ...meaning(refused, 'refused')]),
    reasons: new Map(reasons.map(({ answer, reason }) => [plainWord(answer), reason])),
  }
}

const optionalDay = (cell: Parameters<typeof day>[0]): CellResult<string | undefined> =>
  cell.kind === 'empty' || cell.text.trim() === '' ? { value: undefined } : day(cell)

/** Reads the rows of a file of `today` by its profile. Nothing is mended or guessed: the first fault of a row is the row's. */
export function createResultReader(
  definition: ResultProfileDefinition,
  today: string,
): (record: TableRecord<ResultColumn>) => ReadRow {
  const { outcomes, reasons } = wordsOf(definition)
  const isFar = (day: string): boolean => Math.abs(daysBetween(day, today)) > DATE_WITHIN_DAYS
  return ({ line, cells, header }) => {
    let fault: ReadRow['fault'] = null
    const take = <T>(field: ResultColumn, result: CellResult<T>): T | null => {
      if (result.fault === undefined) return result.value
      fault ??= { code: result.fault, field, column: header.columns[field] ?? 0 }
      return null
    }
    const nik = take('nik', textDigits(cells.nik, NIK_DIGITS))
    const fullName = take('fullName', requiredText(cells.fullName, TEXT_MAX))
    const status = take('status', requiredText(cells.status, TEXT_MAX))
    const code = take('code', optionalText(cells.code, TEXT_MAX)) ?? null
    const message = take('message', optionalText(cells.message, TEXT_MAX)) ?? null
    const effectiveOn = take('effectiveOn', optionalDay(cells.effectiveOn)) ?? null
    const answeredOn = take('answeredOn', optionalDay(cells.answeredOn)) ?? null
    const outcome = outcomes.get(plainWord(status ?? '')) ?? null
    const refuse = (code: 'status_unclear' | 'date_implausible', field: ResultColumn): void => {
      fault ??= { code, field, column: header.columns[field] ?? 0 }
    }
    if (outcome === null) refuse('status_unclear', 'status')
    // Of who is refused it says nothing: some write 31/12/9999 there.
    if (outcome === 'accepted' && effectiveOn !== null && isFar(effectiveOn)) refuse('date_implausible', 'effectiveOn')
    if (answeredOn !== null && (answeredOn > today || isFar(answeredOn))) refuse('date_implausible', 'answeredOn')
    const reason = [code, message].flatMap((text) => (text && reasons.get(plainWord(text))) || []).at(0) ?? null
    return {
      line,
      nik,
      fullName,
      outcome: fault ? null : outcome,
      answerCode: code && withoutNumbers(code),
      answerText: message && withoutNumbers(message),
      reason: outcome === 'refused' ? reason : null,
      effectiveOn: outcome === 'accepted' && !fault ? effectiveOn : null,
      answeredOn: fault ? null : answeredOn,
      fault,
    }
  }
}
