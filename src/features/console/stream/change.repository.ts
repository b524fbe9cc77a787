import { sql } from 'kysely'
import type { Db } from '../../database.ts'

/** How long changes are noted after the last process looked, and kept: within it a stream can be resumed. */
export const WINDOW_SECONDS = 120
/** Taken off before: a trigger may have read the row a moment before it was renewed. */
const MARGIN_SECONDS = 10
const HIGHEST_XID = '18446744073709551615'

/**
 * Has changes noted for the next two minutes. Where nobody looked before, transactions under way may not have noted theirs:
 * `complete_from` says from which one on all do. The second statement sees what the first has committed, so every transaction
 * that its snapshot does not know begins after it.
 */
export async function renewWatch(db: Db): Promise<void> {
  await sql`
    INSERT INTO live_watch AS watch (watched_until, complete_from)
    VALUES (clock_timestamp() + ${WINDOW_SECONDS} * interval '1 second', ${HIGHEST_XID}::xid8)
    ON CONFLICT (only_row) DO UPDATE SET
      watched_until = EXCLUDED.watched_until,
      complete_from = CASE WHEN watch.watched_until > clock_timestamp() + ${MARGIN_SECONDS} * interval '1 second'
        THEN watch.complete_from ELSE EXCLUDED.complete_from END`.execute(db)
  await sql`UPDATE live_watch SET complete_from = pg_snapshot_xmax(pg_current_snapshot())
    WHERE complete_from = ${HIGHEST_XID}::xid8`.execute(db)
}

export type Change = {
  /** Not seen by the snapshot that was given. */
  fresh: boolean
  /** The transaction it was made in. */
  xid: bigint
  kind: 'proposal' | 'message' | 'conversation'
  subjectId: string
  intakeId: string | null
  contactId: string | null
  regionCode: string | null
  officeId: string | null
  createdBy: string | null
  villageCode: string | null
  counts: boolean
  /** A proposal got the seat that it had waited for. */
  seated: boolean
}

export type Changes = {
  /** What this reading saw: the next one takes up from here, without a gap whatever the order of commits. */
  snapshot: string
  /** All transactions before this one have ended, and their changes were seen by now. */
  xmin: bigint
  /** The first number that was not given yet. */
  xmax: bigint
  /** All changes of transactions from this one on are noted and kept; null: nobody looks, as after a crash of the server. */
  completeFrom: bigint | null
  /** In no order; one more than `limit`: there are too many. */
  changes: Change[]
}

type Row = {
  snapshot: string
  xmin: string
  xmax: string
  completeFrom: string | null
  changes: (Omit<Change, 'xid'> & { xid: string })[]
}

/** What was committed since the snapshot `seen`, and for streams that are resumed all of the transactions from `resumeFrom` on. */
export async function readChanges(
  db: Db,
  wanted: { seen: { snapshot: string; xmin: bigint } | null; resumeFrom: bigint | null; limit: number },
): Promise<Changes> {
  const { seen, resumeFrom } = wanted
  const seenBefore = seen?.snapshot ?? null
  const starts = [seen?.xmin, resumeFrom].filter((start) => start !== undefined && start !== null)
  const from = starts.length === 0 ? HIGHEST_XID : String(starts.reduce((a, b) => (b < a ? b : a)))
  const { rows } = await sql<Row>`
    SELECT pg_current_snapshot()::text AS snapshot,
      pg_snapshot_xmin(pg_current_snapshot())::text AS xmin, pg_snapshot_xmax(pg_current_snapshot())::text AS xmax,
      (SELECT complete_from::text FROM live_watch) AS "completeFrom",
      (SELECT coalesce(jsonb_agg(found), '[]') FROM (
        SELECT * FROM (
          SELECT NOT pg_visible_in_snapshot(xid, ${seenBefore}::pg_snapshot) AS fresh, xid::text AS xid, kind,
            subject_id AS "subjectId", intake_id AS "intakeId", contact_id AS "contactId", region_code AS "regionCode",
            office_id AS "officeId", created_by AS "createdBy", village_code AS "villageCode", counts, seated
          FROM live_change WHERE xid >= ${from}::xid8
        ) AS noted
        WHERE fresh OR xid::xid8 >= ${resumeFrom === null ? null : String(resumeFrom)}::xid8
        LIMIT ${wanted.limit + 1}
      ) AS found) AS changes`.execute(db)
  const [row] = rows
  if (!row) throw new Error('a reading of changes has one row')
  return {
    snapshot: row.snapshot,
    xmin: BigInt(row.xmin),
    xmax: BigInt(row.xmax),
    completeFrom: row.completeFrom === null ? null : BigInt(row.completeFrom),
    changes: row.changes.map((change) => ({ ...change, fresh: change.fresh ?? false, xid: BigInt(change.xid) })),
  }
}

/** Forgets changes of transactions before this one. No stream can be resumed from before it any more. */
export async function forgetChanges(db: Db, before: bigint): Promise<void> {
  await sql`
    WITH raised AS (
      UPDATE live_watch SET complete_from = greatest(complete_from, ${String(before)}::xid8) RETURNING complete_from
    )
    DELETE FROM live_change WHERE xid < (SELECT complete_from FROM raised) AND xid < ${String(before)}::xid8`.execute(
    db,
  )
}
