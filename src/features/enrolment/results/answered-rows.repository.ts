import { sql } from 'kysely'
import type { BatchRowState } from '../../../contracts/api/batches.ts'
import { columnsOf } from '../../../platform/db/binary-array.ts'
import type { Tx } from '../../database.ts'

/** Rows of a batch, held until the end of the transaction, in the order of their proposals. */
export async function lockAnswerable(
  tx: Tx,
  batchId: string,
  proposalIds: readonly string[],
): Promise<Map<string, BatchRowState>> {
  const { rows } = await sql<{ proposalId: string; state: BatchRowState }>`
    SELECT proposal_id AS "proposalId", state FROM enrolment_batch_row
    WHERE batch_id = ${batchId} AND proposal_id = ANY(${[...proposalIds]}::uuid[]) ORDER BY proposal_id FOR UPDATE`.execute(
    tx,
  )
  return new Map(rows.map(({ proposalId, state }) => [proposalId, state]))
}

export type Answered = {
  proposalId: string
  state: 'accepted' | 'refused'
  code: string | null
  text: string | null
  effectiveOn: string | null
}

/**
 * What BPJS has answered. An accepted row is asked about from its day on: at once when that has come, else in that night. Without a day:
 * in the next night. Nights are at `nightHour` on the region's clock.
 */
export async function writeAnswered(
  tx: Tx,
  batchId: string,
  answered: readonly Answered[],
  at: { now: Date; today: string; timeZone: string; nightHour: number },
): Promise<void> {
  const column = columnsOf(answered)
  await sql`
    UPDATE enrolment_batch_row AS r SET state = a.state, answer_code = a.code, answer_text = a.text, answered_at = ${at.now},
      effective_on = a.effective_on,
      recheck_at = CASE
        WHEN a.state <> 'accepted' THEN NULL
        WHEN a.effective_on <= ${at.today}::date THEN ${at.now}::timestamptz
        ELSE (coalesce(a.effective_on, ${at.today}::date + 1) + make_interval(hours => ${at.nightHour}::int)) AT TIME ZONE ${at.timeZone}::text
      END
    FROM unnest(
      ${column('uuid', (row) => row.proposalId)}::uuid[],
      ${column('text', (row) => row.state)}::text[],
      ${column('text', (row) => row.code)}::text[],
      ${column('text', (row) => row.text)}::text[],
      ${column('date', (row) => row.effectiveOn)}::date[]) AS a (proposal_id, state, code, text, effective_on)
    WHERE r.batch_id = ${batchId} AND r.proposal_id = a.proposal_id AND r.state = 'sealed'`.execute(tx)
}

/** As if BPJS had not answered: sent, and nothing more. */
export async function forgetAnswers(tx: Tx, batchId: string, proposalIds: readonly string[]): Promise<void> {
  await sql`
    UPDATE enrolment_batch_row SET state = 'sealed', answer_code = NULL, answer_text = NULL, answered_at = NULL,
      effective_on = NULL, recheck_at = NULL
    WHERE batch_id = ${batchId} AND proposal_id = ANY(${[...proposalIds]}::uuid[])`.execute(tx)
}

/** Where the cases stand, held until the end of the transaction. */
export async function lockStandings(
  tx: Tx,
  proposalIds: readonly string[],
): Promise<Map<string, { state: string; sequence: number }>> {
  const { rows } = await sql<{ proposalId: string; state: string; sequence: number }>`
    SELECT proposal_id AS "proposalId", state, sequence FROM proposal_status
    WHERE proposal_id = ANY(${[...proposalIds]}::uuid[]) ORDER BY proposal_id FOR UPDATE`.execute(tx)
  return new Map(rows.map(({ proposalId, ...standing }) => [proposalId, standing]))
}
