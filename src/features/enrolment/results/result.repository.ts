import { type Selectable, sql } from 'kysely'
import type { ResultProblem, ResultState } from '../../../contracts/api/batch-results.ts'
import type { DB, Db, Tx } from '../../database.ts'

/** `sheet`: of a workbook. Each of its sheets is a file of its own. */
export type ResultFile = { hash: Buffer; bytes: number; kind: 'csv' | 'xlsx'; sheet: string | null }

export type StoredResult = {
  id: string
  batchId: string
  state: ResultState
  problem: ResultProblem | null
  file: ResultFile
  rows: number
  createdBy: string
  createdAt: Date
  approvedBy: string | null
  approvedAt: Date | null
  finishedAt: Date | null
  undoneBy: string | null
  undoneAt: Date | null
}

// The columns hold what the contract wrote; the casts say so in this one place.
const readResult = (row: Selectable<DB['enrolment_result']>): StoredResult => ({
  id: row.id,
  batchId: row.batch_id,
  state: row.state as ResultState,
  problem: row.problem as ResultProblem | null,
  file: { hash: row.file_hash, bytes: row.file_bytes, kind: row.file_kind as 'csv' | 'xlsx', sheet: row.sheet },
  rows: row.row_count,
  createdBy: row.created_by,
  createdAt: row.created_at,
  approvedBy: row.approved_by,
  approvedAt: row.approved_at,
  finishedAt: row.finished_at,
  undoneBy: row.undone_by,
  undoneAt: row.undone_at,
})

/** False when the same file of the batch is imported already, or is just being. */
export async function insertResult(
  tx: Tx,
  result: Pick<StoredResult, 'id' | 'batchId' | 'file' | 'rows' | 'createdBy' | 'createdAt'>,
): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await tx
    .insertInto('enrolment_result')
    .values({
      id: result.id,
      batch_id: result.batchId,
      state: 'uploaded',
      file_hash: result.file.hash,
      file_bytes: result.file.bytes,
      file_kind: result.file.kind,
      sheet: result.file.sheet,
      row_count: result.rows,
      created_by: result.createdBy,
      created_at: result.createdAt,
    })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst()
  return numInsertedOrUpdatedRows === 1n
}

export async function findSameFile(
  executor: Db,
  batchId: string,
  { hash, sheet }: Pick<ResultFile, 'hash' | 'sheet'>,
): Promise<StoredResult | undefined> {
  const row = await executor
    .selectFrom('enrolment_result')
    .selectAll()
    .where('batch_id', '=', batchId)
    .where('file_hash', '=', hash)
    .where(sql`coalesce(sheet, '')`, '=', sheet ?? '')
    .where('state', 'not in', ['aborted', 'undone'])
    .executeTakeFirst()
  return row && readResult(row)
}

export async function findResult(executor: Db, id: string): Promise<StoredResult | undefined> {
  const row = await executor.selectFrom('enrolment_result').selectAll().where('id', '=', id).executeTakeFirst()
  return row && readResult(row)
}

/** Held until the end of the transaction: an import is worked on by one at a time. */
export async function lockResult(tx: Tx, id: string): Promise<StoredResult | undefined> {
  const row = await tx.selectFrom('enrolment_result').selectAll().where('id', '=', id).forUpdate().executeTakeFirst()
  return row && readResult(row)
}

/** Of a batch, the newest first. */
export async function listResults(executor: Db, batchId: string, limit: number): Promise<StoredResult[]> {
  const rows = await executor
    .selectFrom('enrolment_result')
    .selectAll()
    .where('batch_id', '=', batchId)
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit)
    .execute()
  return rows.map(readResult)
}

type Change = {
  state: ResultState
  problem?: ResultProblem | null
  approvedBy?: string
  approvedAt?: Date
  finishedAt?: Date
  undone?: { by: string; at: Date }
}

export async function changeResult(tx: Tx, id: string, change: Change): Promise<void> {
  await tx
    .updateTable('enrolment_result')
    .set({
      state: change.state,
      ...(change.problem !== undefined && { problem: change.problem }),
      ...(change.approvedBy !== undefined && { approved_by: change.approvedBy }),
      ...(change.approvedAt !== undefined && { approved_at: change.approvedAt }),
      ...(change.finishedAt !== undefined && { finished_at: change.finishedAt }),
      ...(change.undone !== undefined && { undone_by: change.undone.by, undone_at: change.undone.at }),
    })
    .where('id', '=', id)
    .execute()
}

/** Rows of a batch that were sent and that BPJS has not answered. */
export async function countUnanswered(executor: Db, batchIds: readonly string[]): Promise<Map<string, number>> {
  const { rows } = await sql<{ batchId: string; total: number }>`
    SELECT batch_id AS "batchId", count(*)::int AS total FROM enrolment_batch_row
    WHERE batch_id = ANY(${[...batchIds]}::uuid[]) AND state = 'sealed' GROUP BY batch_id`.execute(executor)
  return new Map(rows.map(({ batchId, total }) => [batchId, total]))
}
