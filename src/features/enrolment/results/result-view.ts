import type { BatchResult, BatchResultRow } from '../../../contracts/api/batch-results.ts'
import { findText, type Language } from '../../../contracts/text/index.ts'
import { columnLetters } from '../../../platform/files/table-cells.ts'
import type { StoredResult } from './result.repository.ts'
import { DATE_WITHIN_DAYS, NIK_DIGITS, TEXT_MAX } from './result-row.ts'
import type { ResultCounts, ShownResultRow } from './result-rows.repository.ts'

function progressOf({ state, rows }: StoredResult, counts: ResultCounts): number {
  if (rows === 0) return 1
  switch (state) {
    case 'uploaded':
    case 'parsing':
      return counts.judged / rows
    case 'approved':
    case 'applying':
      return counts.to_apply === 0 ? 1 : (counts.applied + counts.leftOut) / counts.to_apply
    default:
      return 1
  }
}

export function toResultView(
  result: StoredResult,
  counts: ResultCounts,
  unanswered: number,
  names: ReadonlyMap<string, string>,
): BatchResult {
  const person = (id: string) => ({ id, name: names.get(id) ?? '' })
  const { kind, bytes, hash, sheet } = result.file
  return {
    id: result.id,
    batchId: result.batchId,
    state: result.state,
    problem: result.problem,
    file: { kind, sheet, bytes, sha256: hash.toString('hex') },
    createdAt: result.createdAt.toISOString(),
    createdBy: person(result.createdBy),
    approvedAt: result.approvedAt?.toISOString() ?? null,
    approvedBy: result.approvedBy === null ? null : person(result.approvedBy),
    finishedAt: result.finishedAt?.toISOString() ?? null,
    undoneAt: result.undoneAt?.toISOString() ?? null,
    undoneBy: result.undoneBy === null ? null : person(result.undoneBy),
    progress: progressOf(result, counts),
    counts: {
      rows: result.rows,
      toApply: counts.to_apply,
      accepted: counts.accepted,
      refused: counts.refused,
      known: counts.known,
      unmatched: counts.unmatched,
      contradictory: counts.contradictory,
      repeated: counts.repeated,
      faulty: counts.faulty,
      applied: counts.applied,
      leftOut: counts.leftOut,
    },
    unanswered,
  }
}

/** What is wrong with the row, in words: the column, the field and the remedy. */
function messageOf({ code, field, column }: ShownResultRow, language: Language): string | null {
  if (code === null) return null
  const values = {
    field: (field && findText(language, 'enrolment', `result_field.${field}`)) ?? '',
    column: columnLetters(column ?? 0),
    digits: NIK_DIGITS,
    max: TEXT_MAX,
    days: DATE_WITHIN_DAYS,
  }
  return (
    findText(language, 'enrolment', `result_code.${code}`, values) ??
    findText(language, 'fields', `issue.${code}`, values) ??
    null
  )
}

export function toResultRowView(row: ShownResultRow, language: Language): BatchResultRow {
  const { proposalId, receiptNumber, fullName, nikMasked } = row
  return {
    row: row.line,
    verdict: row.verdict,
    outcome: row.outcome,
    code: row.code,
    message: messageOf(row, language),
    field: row.field,
    column: row.column === null ? null : columnLetters(row.column),
    proposal:
      proposalId === null
        ? null
        : { id: proposalId, receiptNumber: receiptNumber ?? '', fullName: fullName ?? '', nikMasked },
    answerCode: row.answerCode,
    answerText: row.answerText,
    reason: row.reason,
    effectiveOn: row.effectiveOn,
    applied: row.applied,
  }
}
