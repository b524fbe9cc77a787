import type { Sealer } from '../../../platform/crypto/sealer.ts'
import { AppError } from '../../../platform/errors.ts'
import { TableError } from '../../../platform/files/table-error.ts'
import { readTable, refuseMergedCells, type TableFacts } from '../../../platform/files/table-reader.ts'
import type { TableArea } from '../../../platform/files/table-row.ts'
import { type ListCell, type ReadOptions, type RowIssue, readImportedRow } from './imported-row.domain.ts'
import { refuseFile } from './list-file.ts'
import type { Summary } from './list-import.repository.ts'
import { findHeader, type ListHeader } from './list-row.domain.ts'
import type { Checkpoint } from './list-stage.repository.ts'
import { createSeenKeys } from './seen-keys.ts'
import { createStagedBatch, type StagedBatch } from './staged-batch.ts'
import { createVillageFinder, type NamedVillage } from './village-finder.domain.ts'

/** A file to be read on from where it was left. Travels to a thread: plain data. */
export type ReadQuestion = Omit<ReadOptions, 'findVillage'> & {
  path: string
  listId: string
  villages: NamedVillage[]
  from: Checkpoint
  blocks: number
  refusedBlocks: number
}

/** Rows to be written, and where the file is read to with them. */
export type ReadBatch = { staged: StagedBatch; reached: Checkpoint }

/** Rows that commit together: about a quarter of a second of work, which is all that a crash costs. */
const BATCH_ROWS = 20_480
/** Of a CSV; a spreadsheet ends at 1,048,576. */
const ROWS_MAX = 3_000_000
const HEADER_WITHIN_LINES = 15
const HEADER_CELL_MAX = 60
const FIRST_FAULTS = 100
const LABELS_MAX = 50
const LABEL_LENGTH_MAX = 40
/** Spreadsheets keep 15 digits of a number and write the 16th as 0; in true lists one NIK in ten ends so. */
const NUMBER_SUSPICION = { atLeastRows: 50, share: 0.5 }

/**
 * Reads a list, and gives what is to be written of it batch by batch. Throws what `faultOf` knows when the file cannot be used, also after
 * batches have been given. Memory does not grow with the file, but for 32 bytes a person. Whoever asks for the next may give back a batch that is written.
 */
export async function* readBatches(
  sealer: Sealer,
  question: ReadQuestion,
): AsyncGenerator<ReadBatch, void, StagedBatch | undefined> {
  const options: ReadOptions = { ...question, findVillage: createVillageFinder(question.villages) }
  const seen = createSeenKeys()
  const batch = createStagedBatch(sealer, question.listId, {
    block: question.blocks,
    refusedBlock: question.refusedBlocks,
  })
  const reached = structuredClone(question.from)
  let header: ListHeader | undefined
  let headerLine: number | undefined
  let niksEndingInZero = 0
  let sinceBatch = 0

  const takeBatch = (): ReadBatch => {
    sinceBatch = 0
    return { staged: batch.take(), reached: structuredClone(reached) }
  }

  const noteFaults = (line: number, issues: readonly RowIssue[]): void => {
    for (const { column, code, isRefused } of issues) {
      count(reached.summary.faults, `${column} ${code}`)
      if (reached.summary.first.length < FIRST_FAULTS) reached.summary.first.push({ line, column, code, isRefused })
    }
  }

  const take = (cells: readonly ListCell[], line: number): void => {
    if (!header) {
      header = findHeader(cells.map(({ text }) => text))
      if (!header && line >= HEADER_WITHIN_LINES) throw refuseFile('header_not_found')
      if (header) headerLine = line
      if (header) reached.summary.header = cells.map(({ text }) => text.slice(0, HEADER_CELL_MAX))
      const needsStatus = options.kind === 'membership' && !options.isAllActive
      if (header && header.status === undefined && needsStatus) throw refuseFile('status_column_missing')
      return
    }
    const { row, issues } = readImportedRow(header, cells, options)
    const nikIndex = row && sealer.blindIndex('nik', row.member.nik)
    const isNew = nikIndex !== undefined && seen.add(nikIndex)
    if (row?.member.nik.endsWith('0')) niksEndingInZero += 1
    if (line <= question.from.line) return
    reached.line = line
    reached.rowsRead += 1
    if (!row || !nikIndex) {
      reached.rowsRefused += 1
      noteFaults(line, issues)
      batch.refuse({ line, cells: cells.map(({ text }) => text), issues })
    } else if (!isNew) {
      const repeated: RowIssue[] = [{ column: 'nik', code: 'nik_repeated', isRefused: false }]
      reached.rowsRepeated += 1
      noteFaults(line, repeated)
      batch.refuse({ line, cells: cells.map(({ text }) => text), issues: repeated })
    } else {
      reached.rowsUsable += 1
      if (row.segment !== null) countLabel(reached.summary.segments, row.segment)
      if (row.standing === 'unknown') countLabel(reached.summary.unknownStatuses, row.member.status.text ?? '')
      noteFaults(line, issues)
      batch.add(nikIndex, row)
    }
    sinceBatch += 1
  }

  const onMergedCells = (area: TableArea): void => {
    // Of a title, which nobody reads; among the rows they hide what the other cells say.
    if (headerLine === undefined || area.lastRow >= headerLine) refuseMergedCells(area)
  }
  const onRead = (facts: TableFacts): void => {
    reached.summary.facts = { encoding: null, delimiter: null, sheet: null, ...facts }
  }
  for await (const rows of readTable(question, { onMergedCells, onRead, limits: { rows: ROWS_MAX } })) {
    for (const row of rows) take(row.cells, row.line)
    if (sinceBatch < BATCH_ROWS) continue
    const written = yield takeBatch()
    if (written) batch.reuse(written)
  }
  if (!header) throw refuseFile('header_not_found')
  const usable = reached.rowsUsable + reached.rowsRepeated
  if (usable === 0) throw refuseFile('no_usable_rows')
  if (usable >= NUMBER_SUSPICION.atLeastRows && niksEndingInZero / usable > NUMBER_SUSPICION.share) {
    throw refuseFile('niks_were_numbers')
  }
  yield takeBatch()
}

/** What makes a file unusable, as its text is called; undefined for what is not the file's fault. */
export function faultOf(error: unknown): { code: string; line: number | null } | undefined {
  if (error instanceof TableError) return { code: `table_${error.code}`, line: error.row ?? null }
  if (!(error instanceof AppError) || error.code !== 'invalid_input') return undefined
  const [issue] = error.issues
  return issue && { code: issue.code, line: null }
}

function count(counts: Summary['faults'], key: string): void {
  // A word of the file may be the name of what every object has.
  counts[key] = (Object.hasOwn(counts, key) ? (counts[key] ?? 0) : 0) + 1
}

/** Words of a column that came into the wrong place may be anything: only short ones without numbers are kept, and not many. */
function countLabel(counts: Summary['segments'], label: string): void {
  if (Object.hasOwn(counts, label)) {
    count(counts, label)
    return
  }
  const isWord = label.length <= LABEL_LENGTH_MAX && !/\d{4}/.test(label)
  const key = isWord ? label : '...'
  if (Object.hasOwn(counts, key) || Object.keys(counts).length < LABELS_MAX) count(counts, key)
  else count(counts, '...')
}
