import type { Logger } from 'pino'
import { dayInZone } from '../../../contracts/primitives/calendar-date.ts'
import type { Clock } from '../../../platform/clock.ts'
import type { Sealer } from '../../../platform/crypto/sealer.ts'
import type { Ids } from '../../../platform/ids.ts'
import type { Db, Tx } from '../../database.ts'
import type { AuditTrail } from '../bpjs.ports.ts'
import { inspectFile, type OpenFile, readRows, refuseFile } from './list-file.ts'
import {
  clean,
  findHeader,
  type ListColumn,
  type ListHeader,
  type ListIssue,
  type ListMember,
  readRow,
} from './list-row.domain.ts'
import {
  addEntries,
  deleteReplacedEntries,
  findNewestList,
  lockImports,
  recordList,
} from './membership-list.repository.ts'
import { sealMember } from './sealed-member.ts'

export type ListImport = {
  open: OpenFile
  /** The month the list describes, yyyy-MM. */
  month: string
  /** The account, or the name of the command line. */
  importedBy: string
  /** The list covers only some members (one segment, one branch): absence from it proves nothing. */
  isPartial?: boolean
  /** The list has no status column because it names active members only. */
  isAllActive?: boolean
  /** Rows that had to be refused do not spoil the proof of absence: somebody has looked at them. */
  acceptRefused?: boolean
}

export type ListReport = {
  status: 'imported' | 'already_imported'
  listId: string
  month: string
  /** Whether absence from the list is answered with "not found". */
  isComplete: boolean
  rowsImported: number
  rowsRepeated: number
  rowsRefused: number
  /** The first 1,000 by row and column; never what a cell said. */
  issues: ListIssue[]
  issuesLeftOut: number
}

/**
 * Imports a monthly membership list, all of it or nothing. May be repeated: the same file for the same month is imported once.
 * A later import of the month replaces it, and the newest month answers look-ups. Refuses (`invalid_input`, path `file` or `file.<row>`)
 * what is not a readable list. Memory does not grow with the file.
 */
export type ImportList = (list: ListImport) => Promise<ListReport>

type ImportDeps = {
  db: Db
  sealer: Sealer
  clock: Clock
  ids: Ids
  audit: AuditTrail
  logger: Logger
  timeZone: string
}

const BATCH_ROWS = 1_000
const MAX_ISSUES = 1_000
const HEADER_WITHIN_ROWS = 15
/** Spreadsheets keep 15 digits of a number and write the 16th as 0; in true lists one NIK in ten ends so. */
const NUMBER_SUSPICION = { atLeastRows: 50, share: 0.5 }
const MONTHS_KEPT = 3

export function createListImport({ db, sealer, clock, ids, audit, logger, timeZone }: ImportDeps): ImportList {
  return async (list) => {
    const month = checkedMonth(list.month, dayInZone(clock.now(), timeZone))
    const { hash, delimiter } = await inspectFile(list.open)
    return db.transaction().execute(async (tx) => {
      await lockImports(tx)
      const current = await findNewestList(tx, month)
      if (current?.fileHash.equals(hash)) return unchanged(current.id, month, current.isComplete)
      const listId = ids.next()
      const counts = await addRows(tx, listId, list, delimiter)
      const isComplete = !list.isPartial && (counts.rowsRefused === 0 || list.acceptRefused === true)
      await recordList(tx, {
        id: listId,
        month,
        fileHash: hash,
        isComplete,
        rowsImported: counts.rowsImported,
        rowsRepeated: counts.rowsRepeated,
        rowsRefused: counts.rowsRefused,
        importedBy: list.importedBy,
        importedAt: clock.now(),
      })
      await deleteReplacedEntries(tx, MONTHS_KEPT)
      const { issues: _issues, issuesLeftOut: _left, ...details } = counts
      await audit.record(tx, [
        {
          actorId: null,
          actorRole: 'system',
          action: 'record_membership',
          subjectType: 'membership_list',
          subjectId: listId,
          requestId: null,
          details: { ...details, month, isComplete, importedBy: list.importedBy },
        },
      ])
      logger.info({ listId, month, isComplete, ...details }, 'membership list imported')
      return { status: 'imported', listId, month, isComplete, ...counts }
    })
  }

  type Counts = Pick<ListReport, 'rowsImported' | 'rowsRepeated' | 'rowsRefused' | 'issues' | 'issuesLeftOut'>

  async function addRows(tx: Tx, listId: string, list: ListImport, delimiter: string): Promise<Counts> {
    const counts: Counts = { rowsImported: 0, rowsRepeated: 0, rowsRefused: 0, issues: [], issuesLeftOut: 0 }
    let header: ListHeader | undefined
    let batch: { member: ListMember; row: number }[] = []
    let niksEndingInZero = 0

    const note = (issue: ListIssue): void => {
      if (counts.issues.length < MAX_ISSUES) counts.issues.push(issue)
      else counts.issuesLeftOut += 1
    }

    const flush = async (): Promise<void> => {
      const sealed = batch.map(({ member, row }) => {
        const entry = sealMember(sealer, listId, member)
        return { entry, row, key: entry.nikIndex.toString('hex') }
      })
      batch = []
      const firstRows = new Map(sealed.toReversed().map((item) => [item.key, item]))
      if (firstRows.size === 0) return
      const added = await addEntries(
        tx,
        listId,
        [...firstRows.values()].map((item) => item.entry),
      )
      counts.rowsImported += added.size
      for (const item of sealed) {
        if (firstRows.get(item.key) !== item || !added.has(item.key)) noteRepeated(item.row)
      }
    }

    const noteRepeated = (row: number): void => {
      counts.rowsRepeated += 1
      note({ row, column: 'nik', code: 'nik_repeated', isRefused: false })
    }

    await readRows(list.open, delimiter, async (cells, row) => {
      if (!header) {
        header = findHeader(cells)
        if (!header && row >= HEADER_WITHIN_ROWS) throw refuseFile('header_not_found')
        if (header && header.status === undefined && !list.isAllActive) throw refuseFile('status_column_missing')
        return
      }
      const columns = header
      const cellOf = (column: ListColumn): string => clean(cells[columns[column] ?? -1] ?? '')
      const { member, issues } = readRow(columns, cellOf, list.isAllActive === true)
      for (const issue of issues) note({ row, ...issue })
      if (!member) {
        counts.rowsRefused += 1
        return
      }
      if (member.nik.endsWith('0')) niksEndingInZero += 1
      batch.push({ member, row })
      if (batch.length >= BATCH_ROWS) await flush()
    })
    await flush()

    if (!header) throw refuseFile('header_not_found')
    const rowsUsable = counts.rowsImported + counts.rowsRepeated
    if (rowsUsable === 0) throw refuseFile('no_usable_rows')
    if (rowsUsable >= NUMBER_SUSPICION.atLeastRows && niksEndingInZero / rowsUsable > NUMBER_SUSPICION.share) {
      throw refuseFile('niks_were_numbers')
    }
    return counts
  }
}

function checkedMonth(month: string, today: string): string {
  if (!/^\d{4}-(0[1-9]|1[0-2])$/.test(month)) throw refuseFile('month_invalid')
  if (month > today.slice(0, 7)) throw refuseFile('month_in_future')
  return `${month}-01`
}

function unchanged(listId: string, month: string, isComplete: boolean): ListReport {
  const nothing = { rowsImported: 0, rowsRepeated: 0, rowsRefused: 0, issues: [], issuesLeftOut: 0 }
  return { status: 'already_imported', listId, month, isComplete, ...nothing }
}
