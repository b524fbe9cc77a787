import { type RawBuilder, sql } from 'kysely'
import { LATE_WITHOUT_DAY_DAYS } from '../../../contracts/api/batch-results.ts'
import { columnsOf } from '../../../platform/db/binary-array.ts'
import type { Db, Tx } from '../../database.ts'

export type DueRow = { batchId: string; proposalId: string; regionCode: string }

/** Accepted rows whose time has come to be asked about, the longest due first, without those that were tried just now. */
export async function listDue(executor: Db, now: Date, tried: readonly string[], limit: number): Promise<DueRow[]> {
  const { rows } = await sql<DueRow>`
    SELECT r.batch_id AS "batchId", r.proposal_id AS "proposalId", b.region_code AS "regionCode"
    FROM enrolment_batch_row r JOIN enrolment_batch b ON b.id = r.batch_id
    WHERE r.recheck_at <= ${now} AND r.proposal_id <> ALL(${[...tried]}::uuid[])
    ORDER BY r.recheck_at, r.proposal_id LIMIT ${limit}`.execute(executor)
  return rows
}

/**
 * Those of the rows that are still due by `now`, held until the end of the transaction: another run that has asked about one has moved it.
 * Without a time, those that still wait for an answer.
 */
export async function lockDue(tx: Tx, now: Date | null, due: readonly DueRow[]): Promise<Set<string>> {
  const column = columnsOf(due)
  const { rows } = await sql<{ id: string }>`
    SELECT r.proposal_id AS id FROM enrolment_batch_row r JOIN unnest(
      ${column('uuid', (row) => row.batchId)}::uuid[], ${column('uuid', (row) => row.proposalId)}::uuid[]) AS d (batch_id, proposal_id)
      ON r.batch_id = d.batch_id AND r.proposal_id = d.proposal_id
    WHERE r.state = 'accepted' AND (${now}::timestamptz IS NULL OR r.recheck_at <= ${now})
    ORDER BY r.proposal_id FOR UPDATE OF r`.execute(tx)
  return new Set(rows.map(({ id }) => id))
}

/** `at`: asked again then; `tonight`: in the next night of the region; `never`: its case is not with BPJS any more. */
export type NextAsking = { at: Date } | 'tonight' | 'never'
export type AskedRow = DueRow & ({ isActive: true } | { isActive: false; next: NextAsking })

export async function writeAsked(
  tx: Tx,
  asked: readonly (AskedRow & { today: string; timeZone: string })[],
  nightHour: number,
): Promise<void> {
  if (asked.length === 0) return
  const column = columnsOf(asked)
  const atOf = (row: AskedRow): Date | null => (!row.isActive && typeof row.next === 'object' ? row.next.at : null)
  await sql`
    UPDATE enrolment_batch_row AS r SET state = CASE WHEN a.active THEN 'active' ELSE r.state END,
      recheck_at = CASE WHEN a.tonight THEN (a.today + 1 + make_interval(hours => ${nightHour}::int)) AT TIME ZONE a.zone ELSE a.at END
    FROM unnest(
      ${column('uuid', (row) => row.batchId)}::uuid[],
      ${column('uuid', (row) => row.proposalId)}::uuid[],
      ${column('bool', (row) => row.isActive)}::boolean[],
      ${column('bool', (row) => !row.isActive && row.next === 'tonight')}::boolean[],
      ${column('timestamptz', atOf)}::timestamptz[],
      ${column('date', (row) => row.today)}::date[],
      ${column('text', (row) => row.timeZone)}::text[]) AS a (batch_id, proposal_id, active, tonight, at, today, zone)
    WHERE r.batch_id = a.batch_id AND r.proposal_id = a.proposal_id AND r.state = 'accepted'`.execute(tx)
}

/** Whether the row is one of a person whom an answer has confirmed. */
export async function isActive(executor: Db, { batchId, proposalId }: DueRow): Promise<boolean> {
  const row = await executor
    .selectFrom('enrolment_batch_row')
    .select('state')
    .where('batch_id', '=', batchId)
    .where('proposal_id', '=', proposalId)
    .executeTakeFirst()
  return row?.state === 'active'
}

/** Kab/kota in which somebody waits to become active. */
export async function listWaitingRegions(executor: Db): Promise<string[]> {
  const { rows } = await sql<{ code: string }>`
    SELECT b.region_code AS code FROM enrolment_batch b
    WHERE b.state = 'sealed' AND EXISTS (SELECT FROM enrolment_batch_row r WHERE r.batch_id = b.id AND r.state = 'accepted')
    GROUP BY b.region_code ORDER BY b.region_code`.execute(executor)
  return rows.map(({ code }) => code)
}

/** The day that a row is late from; without one, a week after the answer. `zone`: of the region. */
const dueOn = (zone: RawBuilder<unknown>) =>
  sql`coalesce(r.effective_on, (r.answered_at AT TIME ZONE ${zone})::date + ${LATE_WITHOUT_DAY_DAYS}::integer)`
// The first half goes by the index.
const isLate = (today: RawBuilder<unknown>, zone: RawBuilder<unknown>) =>
  sql`(r.effective_on < ${today} OR (r.effective_on IS NULL AND ${dueOn(zone)} < ${today}))`

/** Accepted rows of a kab/kota whose day was before `today`, and that nobody sees in the queue yet. */
export async function listUnmarkedLate(
  executor: Db,
  { regionCode, today, timeZone }: { regionCode: string; today: string; timeZone: string },
  limit: number,
): Promise<{ batchId: string; proposalId: string }[]> {
  const { rows } = await sql<{ batchId: string; proposalId: string }>`
    SELECT r.batch_id AS "batchId", r.proposal_id AS "proposalId"
    FROM enrolment_batch_row r JOIN enrolment_batch b ON b.id = r.batch_id JOIN proposal_status s ON s.proposal_id = r.proposal_id
    WHERE r.state = 'accepted' AND ${isLate(sql`${today}::date`, sql`${timeZone}::text`)} AND b.region_code = ${regionCode}
      AND s.state = 'submitted_to_bpjs' AND NOT s.flags @> ARRAY['not_yet_active']
    ORDER BY r.proposal_id LIMIT ${limit}`.execute(executor)
  return rows
}

/** Held until the end of the transaction, so that nobody undoes them meanwhile. */
export async function lockAccepted(tx: Tx, proposalIds: readonly string[]): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    SELECT proposal_id AS id FROM enrolment_batch_row
    WHERE proposal_id = ANY(${[...proposalIds]}::uuid[]) AND state = 'accepted' ORDER BY proposal_id FOR UPDATE`.execute(
    tx,
  )
  return rows.map(({ id }) => id)
}

export type LateRow = {
  proposalId: string
  batchId: string
  batchNumber: string
  letterNumber: string | null
  branchName: string | null
  regionCode: string
  receiptNumber: string
  fullName: string
  nikMasked: string | null
  effectiveOn: string | null
  dueOn: string
  membership: string | null
  membershipAt: Date | null
  recheckAt: Date | null
}

/** Accepted, and their day has passed; the longest late first. `todays`: the day and the clock of each kab/kota of the caller. */
export async function listLate(
  executor: Db,
  todays: readonly { regionCode: string; today: string; timeZone: string }[],
  only: { batchId?: string | undefined; proposalId?: string | undefined },
  after: { dueOn: string; proposalId: string } | null,
  limit: number,
): Promise<LateRow[]> {
  const column = columnsOf(todays)
  const due = dueOn(sql`t.zone`)
  const { rows } = await sql<LateRow>`
    SELECT r.proposal_id AS "proposalId", r.batch_id AS "batchId", b.number AS "batchNumber",
      b.letter_number AS "letterNumber", b.rule ->> 'branchName' AS "branchName", b.region_code AS "regionCode",
      i.receipt_number AS "receiptNumber", p.full_name AS "fullName", p.nik_masked AS "nikMasked", r.effective_on AS "effectiveOn",
      ${due} AS "dueOn", s.membership, s.membership_at AS "membershipAt", r.recheck_at AS "recheckAt"
    FROM enrolment_batch_row r
    JOIN enrolment_batch b ON b.id = r.batch_id
    JOIN unnest(${column('text', (row) => row.regionCode)}::text[], ${column('date', (row) => row.today)}::date[],
      ${column('text', (row) => row.timeZone)}::text[]) AS t (code, today, zone)
      ON t.code = b.region_code
    JOIN proposal p ON p.id = r.proposal_id JOIN intake i ON i.id = p.intake_id
    JOIN proposal_status s ON s.proposal_id = r.proposal_id
    WHERE r.state = 'accepted' AND ${isLate(sql`t.today`, sql`t.zone`)}
      AND (${only.batchId ?? null}::uuid IS NULL OR r.batch_id = ${only.batchId ?? null}::uuid)
      AND (${only.proposalId ?? null}::uuid IS NULL OR r.proposal_id = ${only.proposalId ?? null}::uuid)
      AND (${after?.dueOn ?? null}::date IS NULL
        OR (${due}, r.proposal_id) > (${after?.dueOn ?? null}::date, ${after?.proposalId ?? null}::uuid))
    ORDER BY ${due}, r.proposal_id LIMIT ${limit}`.execute(executor)
  return rows
}
