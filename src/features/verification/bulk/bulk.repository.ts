import { sql } from 'kysely'
import type { BulkAction, BulkOutcome, BulkRow, BulkRowQuery, BulkState } from '../../../contracts/api/bulk-jobs.ts'
import type { Reason } from '../../../contracts/api/proposals.ts'
import type { ErrorCode } from '../../../contracts/errors.ts'
import { columnsOf } from '../../../platform/db/binary-array.ts'
import type { Db, Tx } from '../../database.ts'
import type { Counts } from './bulk.domain.ts'

export type StoredJob = {
  id: string
  action: BulkAction
  reasons: Reason[]
  note: string | null
  /** Of `assign`: to whom. */
  reviewerId: string | null
  state: BulkState
  createdBy: string
  createdAt: Date
  startedAt: Date | null
  finishedAt: Date | null
  undoUntil: Date | null
}

const COLUMNS = [
  'id',
  'action',
  'reasons',
  'note',
  'reviewer_id',
  'state',
  'created_by',
  'created_at',
  'started_at',
  'finished_at',
  'undo_until',
] as const

type Row = {
  id: string
  action: string
  reasons: unknown
  note: string | null
  reviewer_id: string | null
  state: string
  created_by: string
  created_at: Date
  started_at: Date | null
  finished_at: Date | null
  undo_until: Date | null
}

// The columns hold what the contract wrote; the casts say so in this one place.
const readJob = (row: Row): StoredJob => ({
  id: row.id,
  action: row.action as BulkAction,
  reasons: row.reasons as Reason[],
  note: row.note,
  reviewerId: row.reviewer_id,
  state: row.state as BulkState,
  createdBy: row.created_by,
  createdAt: row.created_at,
  startedAt: row.started_at,
  finishedAt: row.finished_at,
  undoUntil: row.undo_until,
})

export type NewJob = Pick<
  StoredJob,
  'id' | 'action' | 'reasons' | 'note' | 'reviewerId' | 'state' | 'createdBy' | 'createdAt'
> & {
  startedAt: Date | null
  filter: object | null
  rows: readonly { id: string; version: number }[]
}

export async function insertJob(tx: Tx, job: NewJob): Promise<void> {
  await tx
    .insertInto('bulk_job')
    .values({
      id: job.id,
      action: job.action,
      reasons: JSON.stringify(job.reasons),
      note: job.note,
      reviewer_id: job.reviewerId,
      filter: job.filter && JSON.stringify(job.filter),
      state: job.state,
      created_by: job.createdBy,
      created_at: job.createdAt,
      started_at: job.startedAt,
    })
    .execute()
  const column = columnsOf(job.rows.map((row, index) => ({ ...row, position: index + 1 })))
  await sql`
    INSERT INTO bulk_row (job_id, position, proposal_id, version, outcome)
    SELECT ${job.id}::uuid, r.position, r.proposal_id, r.version, 'pending'
    FROM unnest(
      ${column('int4', (row) => row.position)}::integer[],
      ${column('uuid', (row) => row.id)}::uuid[],
      ${column('int4', (row) => row.version)}::integer[]) AS r (position, proposal_id, version)`.execute(tx)
}

export async function findJob(db: Db, jobId: string): Promise<StoredJob | undefined> {
  const row = await db.selectFrom('bulk_job').select(COLUMNS).where('id', '=', jobId).executeTakeFirst()
  return row && readJob(row)
}

/** Held until the end of the transaction: one worker at a time goes on with a job. */
export async function lockJob(tx: Tx, jobId: string): Promise<StoredJob | undefined> {
  const row = await tx.selectFrom('bulk_job').select(COLUMNS).where('id', '=', jobId).forUpdate().executeTakeFirst()
  return row && readJob(row)
}

/** The newest of one person. */
export async function listJobs(db: Db, userId: string, limit: number): Promise<StoredJob[]> {
  const rows = await db
    .selectFrom('bulk_job')
    .select(COLUMNS)
    .where('created_by', '=', userId)
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit)
    .execute()
  return rows.map(readJob)
}

export async function setJobState(
  tx: Tx,
  jobId: string,
  state: BulkState,
  times: { startedAt?: Date; finishedAt?: Date; undoUntil?: Date; undoneAt?: Date } = {},
): Promise<void> {
  await tx
    .updateTable('bulk_job')
    .set({
      state,
      ...(times.startedAt ? { started_at: times.startedAt } : {}),
      ...(times.finishedAt ? { finished_at: times.finishedAt } : {}),
      ...(times.undoUntil ? { undo_until: times.undoUntil } : {}),
      ...(times.undoneAt ? { undone_at: times.undoneAt } : {}),
    })
    .where('id', '=', jobId)
    .execute()
}

/** Jobs under way stay, however old. Returns how many it deleted with their rows, at most `limit`. */
export async function deleteJobsBefore(db: Db, before: Date, limit: number): Promise<number> {
  const { rows } = await sql<{ total: number }>`
    WITH old AS (
      SELECT id FROM bulk_job WHERE created_at < ${before} AND state NOT IN ('checking', 'running', 'undoing')
      ORDER BY created_at LIMIT ${limit} FOR UPDATE SKIP LOCKED
    ), emptied AS (DELETE FROM bulk_row WHERE job_id IN (SELECT id FROM old)),
    deleted AS (DELETE FROM bulk_job WHERE id IN (SELECT id FROM old) RETURNING id)
    SELECT count(*)::int AS total FROM deleted`.execute(db)
  return rows[0]?.total ?? 0
}

export async function countRows(db: Db, jobIds: readonly string[]): Promise<Map<string, Counts>> {
  const counts = new Map<string, Counts>(
    jobIds.map((id) => [id, { pending: 0, allowed: 0, refused: 0, done: 0, undone: 0, not_undone: 0 }]),
  )
  const { rows } = await sql<{ jobId: string; outcome: BulkOutcome; total: number }>`
    SELECT job_id AS "jobId", outcome, count(*)::int AS total FROM bulk_row
    WHERE job_id = ANY(${[...jobIds]}::uuid[]) GROUP BY job_id, outcome`.execute(db)
  for (const { jobId, outcome, total } of rows) {
    const one = counts.get(jobId)
    if (one) one[outcome] = total
  }
  return counts
}

export type WorkRow = { position: number; proposalId: string; version: number; sequence: number | null }

/** What is still to be done, in the order of the rows. */
export async function listToDo(
  db: Db,
  jobId: string,
  outcomes: readonly BulkOutcome[],
  limit: number,
): Promise<WorkRow[]> {
  const rows = await db
    .selectFrom('bulk_row')
    .select(['position', 'proposal_id', 'version', 'sequence'])
    .where('job_id', '=', jobId)
    .where('outcome', 'in', [...outcomes])
    .orderBy('position')
    .limit(limit)
    .execute()
  return rows.map(({ position, proposal_id: proposalId, version, sequence }) => ({
    position,
    proposalId,
    version,
    sequence,
  }))
}

export type RowResult = { position: number; outcome: BulkOutcome; code: ErrorCode | null; sequence?: number | null }

/** Of rows that are still to be done (`from`): what somebody else has done meanwhile stays. */
export async function writeResults(
  tx: Db,
  jobId: string,
  from: readonly BulkOutcome[],
  results: readonly RowResult[],
): Promise<void> {
  if (results.length === 0) return
  const column = columnsOf(results)
  await sql`
    UPDATE bulk_row AS b SET outcome = r.outcome, code = r.code, sequence = coalesce(r.sequence, b.sequence)
    FROM unnest(
      ${column('int4', (row) => row.position)}::integer[],
      ${column('text', (row) => row.outcome)}::text[],
      ${column('text', (row) => row.code)}::text[],
      ${column('int4', (row) => row.sequence ?? null)}::integer[]) AS r (position, outcome, code, sequence)
    WHERE b.job_id = ${jobId} AND b.position = r.position AND b.outcome = ANY(${[...from]}::text[])`.execute(tx)
}

/** One page of rows in their order, with what a person knows a case by. */
export async function listRows(db: Db, jobId: string, { outcome, after, limit }: BulkRowQuery): Promise<BulkRow[]> {
  let query = db
    .selectFrom('bulk_row as b')
    .innerJoin('proposal as p', 'p.id', 'b.proposal_id')
    .innerJoin('intake as i', 'i.id', 'p.intake_id')
    .select(['b.position', 'b.proposal_id', 'i.receipt_number', 'b.version', 'b.outcome', 'b.code'])
    .where('b.job_id', '=', jobId)
    .where('b.position', '>', after)
  if (outcome) query = query.where('b.outcome', '=', outcome)
  const rows = await query.orderBy('b.position').limit(limit).execute()
  return rows.map((row) => ({
    position: row.position,
    proposalId: row.proposal_id,
    receiptNumber: row.receipt_number,
    version: row.version,
    outcome: row.outcome as BulkOutcome,
    code: row.code as ErrorCode | null,
  }))
}
