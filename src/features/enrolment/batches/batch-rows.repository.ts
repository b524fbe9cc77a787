import { sql } from 'kysely'
import type { BatchRowState, FamilyRole, SetAsideCode } from '../../../contracts/api/batches.ts'
import { columnsOf } from '../../../platform/db/binary-array.ts'
import type { Db, Tx } from '../../database.ts'

export type RowCounts = Record<BatchRowState | 'checked', number>

const NO_ROWS: RowCounts = {
  in: 0,
  set_aside: 0,
  sealed: 0,
  accepted: 0,
  refused: 0,
  active: 0,
  released: 0,
  checked: 0,
}

export async function countBatchRows(executor: Db, batchIds: readonly string[]): Promise<Map<string, RowCounts>> {
  const counts = new Map(batchIds.map((id) => [id, { ...NO_ROWS }]))
  const { rows } = await sql<{ batchId: string; state: BatchRowState; total: number; checked: number }>`
    SELECT batch_id AS "batchId", state, count(*)::int AS total, count(checked_at)::int AS checked
    FROM enrolment_batch_row WHERE batch_id = ANY(${[...batchIds]}::uuid[]) GROUP BY batch_id, state`.execute(executor)
  for (const { batchId, state, total, checked } of rows) {
    const one = counts.get(batchId)
    if (!one) continue
    one[state] = total
    if (state === 'in') one.checked = checked
  }
  return counts
}

/** Why a proposal cannot be taken in, or null: judged for all of them in one statement. Unknown ones are left out. */
export type Candidate = {
  proposalId: string
  version: number
  receiptNumber: string
  state: string
  regionCode: string
  createdBy: string
  reviewerId: string | null
  otherBatch: boolean
  rowState: BatchRowState | null
}

export async function listCandidates(tx: Tx, batchId: string, proposalIds: readonly string[]): Promise<Candidate[]> {
  const { rows } = await sql<Candidate>`
    SELECT s.proposal_id AS "proposalId", s.version, i.receipt_number AS "receiptNumber", s.state, s.region_code AS "regionCode",
      s.created_by AS "createdBy", s.reviewer_id AS "reviewerId", own.state AS "rowState",
      EXISTS (SELECT FROM enrolment_batch_row o WHERE o.proposal_id = s.proposal_id AND o.batch_id <> ${batchId}
        AND o.state IN ('in', 'sealed', 'accepted', 'active')) AS "otherBatch"
    FROM proposal_status s JOIN intake i ON i.id = s.intake_id
    LEFT JOIN enrolment_batch_row own ON own.batch_id = ${batchId} AND own.proposal_id = s.proposal_id
    WHERE s.proposal_id = ANY(${[...proposalIds]}::uuid[])
    ORDER BY s.proposal_id`.execute(tx)
  return rows
}

/**
 * Takes proposals in, in the order of their ids; those that were set aside come back and are asked about anew. Another batch that took
 * one of them at the same moment keeps it: they are left out. Returns those that are in.
 */
export async function addRows(
  tx: Tx,
  batchId: string,
  added: readonly { proposalId: string; version: number }[],
  by: { userId: string; at: Date; acceptInactive: boolean },
): Promise<Set<string>> {
  const column = columnsOf(added.toSorted((left, right) => (left.proposalId < right.proposalId ? -1 : 1)))
  const { rows } = await sql<{ id: string }>`
    WITH wanted AS (
      SELECT * FROM unnest(
        ${column('uuid', (row) => row.proposalId)}::uuid[],
        ${column('int4', (row) => row.version)}::integer[]) AS w (proposal_id, version)
    ), again AS (
      UPDATE enrolment_batch_row AS r SET state = 'in', code = NULL, checked_at = NULL, version = w.version,
        accept_inactive = ${by.acceptInactive}, added_by = ${by.userId}, added_at = ${by.at}
      FROM wanted w WHERE r.batch_id = ${batchId} AND r.proposal_id = w.proposal_id AND r.state = 'set_aside'
      RETURNING r.proposal_id
    ), new AS (
      INSERT INTO enrolment_batch_row (batch_id, proposal_id, version, state, accept_inactive, added_by, added_at)
      SELECT ${batchId}::uuid, w.proposal_id, w.version, 'in', ${by.acceptInactive}::boolean, ${by.userId}, ${by.at}::timestamptz
      FROM wanted w
      WHERE NOT EXISTS (SELECT FROM enrolment_batch_row r WHERE r.batch_id = ${batchId} AND r.proposal_id = w.proposal_id)
      ON CONFLICT DO NOTHING
      RETURNING proposal_id
    )
    SELECT proposal_id AS id FROM again UNION ALL SELECT proposal_id FROM new`.execute(tx)
  return new Set(rows.map(({ id }) => id))
}

/** Takes rows out of an open batch; how many there were. */
export async function removeRows(
  tx: Tx,
  batchId: string,
  wanted: { proposalIds: readonly string[] } | { setAside: true },
): Promise<number> {
  let query = tx.deleteFrom('enrolment_batch_row').where('batch_id', '=', batchId)
  query =
    'setAside' in wanted
      ? query.where('state', '=', 'set_aside')
      : query
          .where('state', 'in', ['in', 'set_aside'])
          .where('proposal_id', '=', sql<string>`ANY(${[...wanted.proposalIds]}::uuid[])`)
  const { numDeletedRows } = await query.executeTakeFirst()
  return Number(numDeletedRows)
}

export async function releaseRows(tx: Tx, batchId: string): Promise<void> {
  await tx.updateTable('enrolment_batch_row').set({ state: 'released' }).where('batch_id', '=', batchId).execute()
}

/** False when the batch has no such row that could still be changed. */
export async function setFamilyRole(
  tx: Tx,
  batchId: string,
  proposalId: string,
  familyRole: FamilyRole | null,
): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('enrolment_batch_row')
    .set({ family_role: familyRole })
    .where('batch_id', '=', batchId)
    .where('proposal_id', '=', proposalId)
    .where('state', 'in', ['in', 'set_aside'])
    .executeTakeFirst()
  return numUpdatedRows === 1n
}

/** Of the rows that go with the batch, those that this account decided or registered: somebody else has to seal them. */
export async function listOwnRows(
  tx: Tx,
  batchId: string,
  userId: string,
): Promise<{ proposalId: string; receiptNumber: string; isReviewer: boolean }[]> {
  const { rows } = await sql<{ proposalId: string; receiptNumber: string; isReviewer: boolean }>`
    SELECT s.proposal_id AS "proposalId", i.receipt_number AS "receiptNumber", s.reviewer_id IS NOT DISTINCT FROM ${userId} AS "isReviewer"
    FROM enrolment_batch_row r JOIN proposal_status s ON s.proposal_id = r.proposal_id JOIN intake i ON i.id = s.intake_id
    WHERE r.batch_id = ${batchId} AND r.state = 'in' AND (s.reviewer_id = ${userId} OR s.created_by = ${userId})
    ORDER BY r.proposal_id LIMIT 100`.execute(tx)
  return rows
}

/** Answers older than `before` count no more: they are asked for again. */
export async function forgetChecks(tx: Tx, batchId: string, before: Date): Promise<void> {
  await tx
    .updateTable('enrolment_batch_row')
    .set({ checked_at: null })
    .where('batch_id', '=', batchId)
    .where('state', '=', 'in')
    .where('checked_at', '<', before)
    .execute()
}

export type RowToCheck = { proposalId: string; version: number; acceptInactive: boolean }

/** Rows that BPJS has not answered about yet, in their order, without those that were tried just now. */
export async function listToCheck(
  executor: Db,
  batchId: string,
  tried: readonly string[],
  limit: number,
): Promise<RowToCheck[]> {
  const { rows } = await sql<RowToCheck>`
    SELECT proposal_id AS "proposalId", version, accept_inactive AS "acceptInactive" FROM enrolment_batch_row
    WHERE batch_id = ${batchId} AND state = 'in' AND checked_at IS NULL AND proposal_id <> ALL(${[...tried]}::uuid[])
    ORDER BY proposal_id LIMIT ${limit}`.execute(executor)
  return rows
}

export type CheckedRow = { proposalId: string; code: SetAsideCode | null; checkedAt: Date | null }

/** What the check made of rows that are still in: they stay, or are set aside with a code. */
export async function writeChecked(tx: Tx, batchId: string, checked: readonly CheckedRow[]): Promise<void> {
  if (checked.length === 0) return
  const column = columnsOf(checked)
  await sql`
    UPDATE enrolment_batch_row AS r SET checked_at = c.checked_at, code = c.code,
      state = CASE WHEN c.code IS NULL THEN 'in' ELSE 'set_aside' END
    FROM unnest(
      ${column('uuid', (row) => row.proposalId)}::uuid[],
      ${column('text', (row) => row.code)}::text[],
      ${column('timestamptz', (row) => row.checkedAt)}::timestamptz[]) AS c (proposal_id, code, checked_at)
    WHERE r.batch_id = ${batchId} AND r.proposal_id = c.proposal_id AND r.state = 'in'`.execute(tx)
}

/** All that BPJS has not answered about are set aside. */
export async function setUnansweredAside(tx: Tx, batchId: string): Promise<void> {
  await tx
    .updateTable('enrolment_batch_row')
    .set({ state: 'set_aside', code: 'membership_unknown' satisfies SetAsideCode })
    .where('batch_id', '=', batchId)
    .where('state', '=', 'in')
    .where('checked_at', 'is', null)
    .execute()
}

export type RowToSeal = { proposalId: string; version: number; familyRole: FamilyRole | null }

export async function listToSeal(tx: Tx, batchId: string): Promise<RowToSeal[]> {
  const rows = await tx
    .selectFrom('enrolment_batch_row')
    .select(['proposal_id', 'version', 'family_role'])
    .where('batch_id', '=', batchId)
    .where('state', '=', 'in')
    .orderBy('proposal_id')
    .execute()
  return rows.map((row) => ({
    proposalId: row.proposal_id,
    version: row.version,
    familyRole: row.family_role as FamilyRole | null,
  }))
}

/** Freezes the rows in their order, in one statement. */
export async function freezeRows(
  tx: Tx,
  batchId: string,
  frozen: readonly { proposalId: string; position: number; content: Buffer }[],
): Promise<void> {
  const column = columnsOf(frozen)
  await sql`
    UPDATE enrolment_batch_row AS r SET state = 'sealed', position = f.position, content = f.content
    FROM unnest(
      ${column('uuid', (row) => row.proposalId)}::uuid[],
      ${column('int4', (row) => row.position)}::integer[],
      ${column('bytea', (row) => row.content)}::bytea[]) AS f (proposal_id, position, content)
    WHERE r.batch_id = ${batchId} AND r.proposal_id = f.proposal_id AND r.state = 'in'`.execute(tx)
}

export type FrozenRow = { proposalId: string; position: number; content: Buffer }

/** What was sent, a page of it, in its order. */
export async function listFrozen(
  executor: Db,
  batchId: string,
  afterPosition: number,
  limit: number,
): Promise<FrozenRow[]> {
  const { rows } = await sql<FrozenRow>`
    SELECT proposal_id AS "proposalId", position, content FROM enrolment_batch_row
    WHERE batch_id = ${batchId} AND position > ${afterPosition} ORDER BY position LIMIT ${limit}`.execute(executor)
  return rows
}

export type ShownRow = {
  proposalId: string
  receiptNumber: string
  fullName: string
  nikMasked: string | null
  relationship: string
  familyRole: FamilyRole | null
  state: BatchRowState
  code: SetAsideCode | null
  checkedAt: Date | null
  position: number | null
  effectiveOn: string | null
  answer: { code: string | null; text: string | null; at: Date } | null
}

/** One page of rows, with what a person knows a case by. */
export async function listRows(
  executor: Db,
  batchId: string,
  wanted: { state?: BatchRowState | undefined; after?: string | undefined; limit: number },
): Promise<ShownRow[]> {
  let query = executor
    .selectFrom('enrolment_batch_row as r')
    .innerJoin('proposal as p', 'p.id', 'r.proposal_id')
    .innerJoin('intake as i', 'i.id', 'p.intake_id')
    .select(['r.proposal_id', 'i.receipt_number', 'p.full_name', 'p.nik_masked', 'p.relationship'])
    .select(['r.family_role', 'r.state', 'r.code', 'r.checked_at', 'r.position', 'r.effective_on'])
    .select(['r.answer_code', 'r.answer_text', 'r.answered_at'])
    .where('r.batch_id', '=', batchId)
  if (wanted.state) query = query.where('r.state', '=', wanted.state)
  if (wanted.after) query = query.where('r.proposal_id', '>', wanted.after)
  const rows = await query.orderBy('r.proposal_id').limit(wanted.limit).execute()
  return rows.map((row) => ({
    proposalId: row.proposal_id,
    receiptNumber: row.receipt_number,
    fullName: row.full_name,
    nikMasked: row.nik_masked,
    relationship: row.relationship,
    familyRole: row.family_role as FamilyRole | null,
    state: row.state as BatchRowState,
    code: row.code as SetAsideCode | null,
    checkedAt: row.checked_at,
    position: row.position,
    effectiveOn: row.effective_on,
    answer: row.answered_at && { code: row.answer_code, text: row.answer_text, at: row.answered_at },
  }))
}

/** How many go with the batch. */
export async function countIn(tx: Tx, batchId: string): Promise<number> {
  const { total } = await tx
    .selectFrom('enrolment_batch_row')
    .select((eb) => eb.fn.countAll<number>().as('total'))
    .where('batch_id', '=', batchId)
    .where('state', '=', 'in')
    .executeTakeFirstOrThrow()
  return Number(total)
}
