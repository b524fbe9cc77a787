import { sql } from 'kysely'
import type { BatchResultRowQuery, ResultOutcome } from '../../../contracts/api/batch-results.ts'
import type { BatchRowState } from '../../../contracts/api/batches.ts'
import type { ReasonCode } from '../../../contracts/lifecycle/reasons.ts'
import type { ResultColumn, ResultVerdict } from '../../../contracts/result-terms.ts'
import { columnsOf } from '../../../platform/db/binary-array.ts'
import type { Db, Tx } from '../../database.ts'
import type { Judgement } from './result-judgement.domain.ts'
import type { ReadRow } from './result-row.ts'

export type StagedRow = Omit<ReadRow, 'nik'> & { nikIndex: Buffer | null }

export async function stageRows(tx: Tx, resultId: string, staged: readonly StagedRow[]): Promise<void> {
  const column = columnsOf(staged)
  await sql`
    INSERT INTO enrolment_result_row (result_id, line, nik_index, full_name, outcome, answer_code, answer_text, reason,
      effective_on, answered_on, verdict, code, field, column_number)
    SELECT ${resultId}::uuid, s.* FROM unnest(
      ${column('int4', (row) => row.line)}::integer[],
      ${column('bytea', (row) => (row.fault ? null : row.nikIndex))}::bytea[],
      ${column('text', (row) => (row.fault ? null : row.fullName))}::text[],
      ${column('text', (row) => row.outcome)}::text[],
      ${column('text', (row) => row.answerCode)}::text[],
      ${column('text', (row) => row.answerText)}::text[],
      ${column('text', (row) => row.reason)}::text[],
      ${column('date', (row) => row.effectiveOn)}::date[],
      ${column('date', (row) => row.answeredOn)}::date[],
      ${column('text', (row) => (row.fault ? 'faulty' : null))}::text[],
      ${column('text', (row) => row.fault?.code ?? null)}::text[],
      ${column('text', (row) => row.fault?.field ?? null)}::text[],
      ${column('int4', (row) => row.fault?.column ?? null)}::integer[]) AS s`.execute(tx)
}

/** Rows of one NIK: with different outcomes none of them counts, else the first. Before any of them is judged. */
export async function markRepeated(tx: Tx, resultId: string): Promise<void> {
  await sql`
    UPDATE enrolment_result_row AS r SET
      verdict = CASE WHEN n.differs THEN 'contradictory' ELSE 'repeated' END,
      code = CASE WHEN n.differs THEN 'outcomes_differ' ELSE 'repeated' END
    FROM (
      SELECT line, min(line) OVER w AS first, min(outcome) OVER w <> max(outcome) OVER w AS differs
      FROM enrolment_result_row WHERE result_id = ${resultId} AND nik_index IS NOT NULL
      WINDOW w AS (PARTITION BY nik_index)
    ) n
    WHERE r.result_id = ${resultId} AND r.line = n.line AND (n.differs OR n.line > n.first)`.execute(tx)
}

export type RowToJudge = {
  line: number
  fullName: string
  outcome: ResultOutcome
  proposalId: string | null
  sentName: string | null
  rowState: BatchRowState | null
}

/** The next rows that were not looked at, each with the person of the batch who has its NIK. */
export async function listToJudge(tx: Tx, resultId: string, batchId: string, limit: number): Promise<RowToJudge[]> {
  const { rows } = await sql<RowToJudge>`
    SELECT r.line, r.full_name AS "fullName", r.outcome, b.proposal_id AS "proposalId", b.full_name AS "sentName", b.state AS "rowState"
    FROM (
      SELECT line, full_name, outcome, nik_index FROM enrolment_result_row
      WHERE result_id = ${resultId} AND verdict IS NULL ORDER BY line LIMIT ${limit}
    ) r
    LEFT JOIN LATERAL (
      SELECT b.proposal_id, b.state, p.full_name FROM proposal p
      JOIN enrolment_batch_row b ON b.proposal_id = p.id AND b.batch_id = ${batchId} AND b.position IS NOT NULL
      WHERE p.nik_index = r.nik_index LIMIT 1
    ) b ON true
    ORDER BY r.line`.execute(tx)
  return rows
}

/** What the rows are; their name and number are not needed any more. */
export async function writeJudged(
  tx: Tx,
  resultId: string,
  judged: readonly (Judgement & { line: number; proposalId: string | null })[],
): Promise<void> {
  const column = columnsOf(judged)
  await sql`
    UPDATE enrolment_result_row AS r SET verdict = j.verdict, code = j.code, proposal_id = j.proposal_id, full_name = NULL, nik_index = NULL
    FROM unnest(
      ${column('int4', (row) => row.line)}::integer[],
      ${column('text', (row) => row.verdict)}::text[],
      ${column('text', (row) => row.code)}::text[],
      ${column('uuid', (row) => row.proposalId)}::uuid[]) AS j (line, verdict, code, proposal_id)
    WHERE r.result_id = ${resultId} AND r.line = j.line`.execute(tx)
}

/** After all rows are judged: those that were set apart as repeated lose name and number too. */
export async function forgetIdentity(tx: Tx, resultId: string): Promise<void> {
  await tx
    .updateTable('enrolment_result_row')
    .set({ full_name: null, nik_index: null })
    .where('result_id', '=', resultId)
    .where((row) => row.or([row('nik_index', 'is not', null), row('full_name', 'is not', null)]))
    .execute()
}

export type ResultCounts = Record<ResultVerdict, number> & {
  judged: number
  accepted: number
  refused: number
  applied: number
  leftOut: number
}

const NOTHING: ResultCounts = {
  to_apply: 0,
  known: 0,
  unmatched: 0,
  contradictory: 0,
  repeated: 0,
  faulty: 0,
  judged: 0,
  accepted: 0,
  refused: 0,
  applied: 0,
  leftOut: 0,
}

export async function countResultRows(executor: Db, resultIds: readonly string[]): Promise<Map<string, ResultCounts>> {
  const counts = new Map(resultIds.map((id) => [id, { ...NOTHING }]))
  const { rows } = await sql<{
    id: string
    verdict: ResultVerdict
    total: number
    accepted: number
    applied: number
    leftOut: number
  }>`
    SELECT result_id AS id, verdict, count(*)::int AS total, (count(*) FILTER (WHERE outcome = 'accepted'))::int AS accepted,
      (count(*) FILTER (WHERE applied))::int AS applied, (count(*) FILTER (WHERE NOT applied))::int AS "leftOut"
    FROM enrolment_result_row WHERE result_id = ANY(${[...resultIds]}::uuid[]) AND verdict IS NOT NULL
    GROUP BY result_id, verdict`.execute(executor)
  for (const { id, verdict, total, accepted, applied, leftOut } of rows) {
    const one = counts.get(id)
    if (!one) continue
    one[verdict] = total
    one.judged += total
    if (verdict === 'to_apply') Object.assign(one, { accepted, refused: total - accepted, applied, leftOut })
  }
  return counts
}

export type RowToApply = {
  line: number
  proposalId: string
  outcome: ResultOutcome
  answerCode: string | null
  answerText: string | null
  reason: ReasonCode | null
  effectiveOn: string | null
  answeredOn: string | null
}

export async function listToApply(tx: Tx, resultId: string, limit: number): Promise<RowToApply[]> {
  const { rows } = await sql<RowToApply>`
    SELECT line, proposal_id AS "proposalId", outcome, answer_code AS "answerCode", answer_text AS "answerText", reason,
      effective_on AS "effectiveOn", answered_on AS "answeredOn"
    FROM enrolment_result_row
    WHERE result_id = ${resultId} AND verdict = 'to_apply' AND applied IS NULL ORDER BY line LIMIT ${limit}`.execute(tx)
  return rows
}

export async function markApplied(
  tx: Tx,
  resultId: string,
  done: readonly { line: number; applied: boolean; sequence: number | null }[],
): Promise<void> {
  const column = columnsOf(done)
  await sql`
    UPDATE enrolment_result_row AS r SET applied = d.applied, sequence = d.sequence,
      code = CASE WHEN d.applied THEN NULL ELSE 'moved_on' END
    FROM unnest(
      ${column('int4', (row) => row.line)}::integer[],
      ${column('bool', (row) => row.applied)}::boolean[],
      ${column('int4', (row) => row.sequence)}::integer[]) AS d (line, applied, sequence)
    WHERE r.result_id = ${resultId} AND r.line = d.line`.execute(tx)
}

export type AppliedRow = { proposalId: string; outcome: ResultOutcome; sequence: number }

export async function listApplied(tx: Tx, resultId: string): Promise<AppliedRow[]> {
  const { rows } = await sql<AppliedRow>`
    SELECT proposal_id AS "proposalId", outcome, sequence FROM enrolment_result_row
    WHERE result_id = ${resultId} AND applied ORDER BY proposal_id`.execute(tx)
  return rows
}

export type ShownResultRow = {
  line: number
  verdict: ResultVerdict | null
  outcome: ResultOutcome | null
  code: string | null
  field: ResultColumn | null
  column: number | null
  proposalId: string | null
  receiptNumber: string | null
  fullName: string | null
  nikMasked: string | null
  answerCode: string | null
  answerText: string | null
  reason: ReasonCode | null
  effectiveOn: string | null
  applied: boolean | null
}

export async function listResultRows(
  executor: Db,
  resultId: string,
  { verdict, leftOut, after, limit }: BatchResultRowQuery,
): Promise<ShownResultRow[]> {
  const { rows } = await sql<ShownResultRow>`
    SELECT r.line, r.verdict, r.outcome, r.code, r.field, r.column_number AS "column", r.proposal_id AS "proposalId",
      i.receipt_number AS "receiptNumber", p.full_name AS "fullName", p.nik_masked AS "nikMasked",
      r.answer_code AS "answerCode", r.answer_text AS "answerText", r.reason, r.effective_on AS "effectiveOn", r.applied
    FROM enrolment_result_row r LEFT JOIN proposal p ON p.id = r.proposal_id LEFT JOIN intake i ON i.id = p.intake_id
    WHERE r.result_id = ${resultId} AND r.line > ${after ?? 0}
      AND (${verdict ?? null}::text IS NULL OR r.verdict = ${verdict ?? null})
      AND (${leftOut === true}::boolean IS NOT TRUE OR r.applied = false)
    ORDER BY r.line LIMIT ${limit}`.execute(executor)
  return rows
}
