import { sql } from 'kysely'
import { type IdRange, isWithin } from '../../../platform/db/id-ranges.ts'
import type { Db } from '../../database.ts'

type Faulty = { id: string }

/** Proposals whose rows in batches do not go by their state and journal, or that stand in two batches that count. */
export async function listDifferingRows(executor: Db, range: IdRange): Promise<string[]> {
  const { rows } = await sql<Faulty>`
    WITH held AS (
      SELECT r.proposal_id, count(r.content) AS frozen,
        count(*) FILTER (WHERE r.state IN ('in', 'sealed', 'accepted', 'active')) AS counting,
        count(*) FILTER (WHERE r.state IN ('sealed', 'accepted')) AS sent,
        count(*) FILTER (WHERE r.state = 'accepted') AS accepted,
        count(*) FILTER (WHERE r.state = 'refused') AS refused,
        count(*) FILTER (WHERE r.state = 'active') AS active,
        bool_or(CASE r.state
          WHEN 'in' THEN b.state NOT IN ('open', 'checking')
          WHEN 'set_aside' THEN b.state = 'discarded'
          WHEN 'released' THEN b.state <> 'discarded'
          ELSE b.state <> 'sealed' END) AS is_misplaced
      FROM enrolment_batch_row r JOIN enrolment_batch b ON b.id = r.batch_id
      WHERE ${isWithin(sql`r.proposal_id`, range)} GROUP BY 1
    ), told AS (
      SELECT j.proposal_id, count(*) FILTER (WHERE j.action = 'seal') AS sealed,
        count(*) FILTER (WHERE j.action = 'return_from_bpjs') - count(*) FILTER (WHERE j.action = 'retract_return') AS returned,
        count(*) FILTER (WHERE j.action = 'confirm_active') AS confirmed
      FROM journal j
      WHERE ${isWithin(sql`j.proposal_id`, range)} AND j.action IN ('seal', 'return_from_bpjs', 'retract_return', 'confirm_active')
      GROUP BY 1
    )
    SELECT s.proposal_id AS id FROM proposal_status s
    LEFT JOIN held ON held.proposal_id = s.proposal_id LEFT JOIN told ON told.proposal_id = s.proposal_id
    WHERE ${isWithin(sql`s.proposal_id`, range)} AND (held.proposal_id IS NOT NULL OR told.proposal_id IS NOT NULL) AND (
      coalesce(held.is_misplaced, false) OR coalesce(held.counting, 0) > 1
      OR coalesce(held.sent, 0) <> (s.state = 'submitted_to_bpjs')::int
      OR coalesce(held.active, 0) <> (s.state = 'active_confirmed')::int
      OR coalesce(held.accepted, 0) <> ('pending_effective' = ANY(s.flags))::int
      OR coalesce(held.frozen, 0) <> coalesce(told.sealed, 0)
      OR coalesce(held.refused, 0) <> coalesce(told.returned, 0)
      OR coalesce(held.active, 0) <> coalesce(told.confirmed, 0))
    ORDER BY 1`.execute(executor)
  return rows.map(({ id }) => id)
}

/** Proposals whose applied rows of results are not what the journal and the rows of their batches say. */
export async function listDifferingAnswers(executor: Db, range: IdRange): Promise<string[]> {
  const { rows } = await sql<Faulty>`
    WITH applied AS (
      SELECT a.proposal_id, a.sequence, a.outcome, t.batch_id, t.state <> 'undone' AS counts
      FROM enrolment_result_row a JOIN enrolment_result t ON t.id = a.result_id
      WHERE a.applied AND ${isWithin(sql`a.proposal_id`, range)}
    ), answered AS (
      SELECT r.proposal_id, r.batch_id, CASE r.state WHEN 'active' THEN 'accepted' ELSE r.state END AS outcome
      FROM enrolment_batch_row r
      WHERE r.state IN ('accepted', 'refused', 'active') AND ${isWithin(sql`r.proposal_id`, range)}
    )
    SELECT a.proposal_id AS id FROM applied a
    LEFT JOIN journal j ON j.proposal_id = a.proposal_id AND j.sequence = a.sequence
    WHERE j.action IS DISTINCT FROM CASE a.outcome WHEN 'accepted' THEN 'record_flags' ELSE 'return_from_bpjs' END
    UNION
    SELECT proposal_id FROM (SELECT * FROM applied WHERE counts) AS a FULL JOIN answered AS r USING (proposal_id, batch_id)
    WHERE a.outcome IS DISTINCT FROM r.outcome
    ORDER BY 1`.execute(executor)
  return rows.map(({ id }) => id)
}

export type SealedBatch = { id: string; rows: number; hash: Buffer }

/** Sealed batches in the order of their ids, a page at a time. */
export async function listSealed(executor: Db, after: string | null, limit: number): Promise<SealedBatch[]> {
  const { rows } = await sql<SealedBatch>`
    SELECT id, row_count AS rows, content_hash AS hash FROM enrolment_batch
    WHERE state = 'sealed' AND (${after}::uuid IS NULL OR id > ${after}::uuid) ORDER BY id LIMIT ${limit}`.execute(
    executor,
  )
  return rows
}
