import type { ListIssueCode } from '../../../contracts/api/bpjs.ts'
import { LIST_REFUSED_SHARE_MAX, type ListColumnName, type ListView } from '../../../contracts/api/lists.ts'
import { findText, type Language, translate } from '../../../contracts/text/index.ts'
import type { StoredList } from './list-import.repository.ts'

const labels = (counts: Record<string, number>): { label: string; rows: number }[] =>
  Object.entries(counts)
    .map(([label, rows]) => ({ label, rows }))
    .sort((one, other) => other.rows - one.rows || (one.label < other.label ? -1 : 1))

function progressOf({ state, line, rowsRead, fileBytes }: StoredList): number {
  if (state === 'uploading' || state === 'uploaded') return 0
  if (state !== 'parsing') return 1
  // Nobody knows the number of rows before the end; a row of a real list takes about a hundred bytes.
  return Math.min(0.99, (Math.max(line, rowsRead) * 100) / Math.max(fileBytes, 1))
}

function faultText(language: Language, code: string): string {
  const own = findText(language, 'bpjs', `list.fault.${code}`)
  if (own !== undefined) return own
  const field = translate(language, 'fields', 'label.file')
  return findText(language, 'fields', `issue.${code}`, { field, names: '', column: 'none', max: 0, digits: 0 }) ?? code
}

/** `current`: ids of the lists that count. */
export type ListsAround = { current: ReadonlySet<string>; nameOf(regionCode: string): string | null }

/** A list as callers see it. */
export function viewOf(list: StoredList, { current, nameOf }: ListsAround, language: Language): ListView {
  const { summary } = list
  return {
    id: list.id,
    kind: list.kind,
    month: list.month.slice(0, 7),
    regionCode: list.regionCode,
    regionName: nameOf(list.regionCode) ?? list.regionCode,
    state: list.state,
    isPartial: list.isPartial,
    isAllActive: list.isAllActive,
    isComplete: list.state === 'applied' && list.isComplete,
    isCurrent: current.has(list.id),
    hasPeople: list.hasMembers,
    file: {
      bytes: list.fileBytes,
      parts: list.fileParts,
      sha256: list.fileHash?.toString('hex') ?? null,
      read: summary.facts,
    },
    fault:
      list.fault === null ? null : { code: list.fault, line: list.faultLine, message: faultText(language, list.fault) },
    progress: progressOf(list),
    counts: {
      read: list.rowsRead,
      usable: list.rowsUsable,
      repeated: list.rowsRepeated,
      refused: list.rowsRefused,
      matched: list.rowsMatched,
    },
    needsAcceptance: list.state === 'dry_run_ready' && list.rowsRefused > list.rowsRead * LIST_REFUSED_SHARE_MAX,
    segments: labels(summary.segments),
    unknownStatuses: labels(summary.unknownStatuses),
    faults: labels(summary.faults).map(({ label, rows }) => {
      const [column = '', code = ''] = label.split(' ')
      return { column: column as ListColumnName, code: code as ListIssueCode, rows }
    }),
    firstFaults: summary.first.map(({ line, column, code }) => ({ line, column, code })),
    createdBy: list.createdBy,
    createdAt: list.createdAt.toISOString(),
    readyAt: list.readyAt?.toISOString() ?? null,
    approvedAt: list.approvedAt?.toISOString() ?? null,
    appliedAt: list.appliedAt?.toISOString() ?? null,
  }
}
