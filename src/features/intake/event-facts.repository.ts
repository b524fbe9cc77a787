import { sql } from 'kysely'
import { REASON_CODES, type ReasonCode } from '../../contracts/lifecycle/reasons.ts'
import type { Db } from '../database.ts'

/** By intake; unknown ones are left out. */
export async function listReceiptNumbers(db: Db, intakeIds: readonly string[]): Promise<Map<string, string>> {
  if (intakeIds.length === 0) return new Map()
  const rows = await db
    .selectFrom('intake')
    .select(['id', 'receipt_number'])
    .where('id', '=', sql<string>`ANY(${intakeIds}::uuid[])`)
    .execute()
  return new Map(rows.map((row) => [row.id, row.receipt_number]))
}

const isReasonCode = (code: string): code is ReasonCode => REASON_CODES.some((known) => known === code)

/**
 * The reason codes that stand in the journal after `after` up to `upTo`, for each of the moves, without their notes. What else
 * entries keep there, such as names of corrected fields, is left out.
 */
export async function listReasonCodes(
  db: Db,
  moves: readonly { proposalId: string; after: number; upTo: number }[],
): Promise<ReasonCode[][]> {
  if (moves.length === 0) return []
  const { rows } = await sql<{ move: number; code: string }>`
    SELECT m.move::int AS move, r.reason ->> 'code' AS code
    FROM unnest(${moves.map((move) => move.proposalId)}::uuid[], ${moves.map((move) => move.after)}::integer[],
      ${moves.map((move) => move.upTo)}::integer[]) WITH ORDINALITY AS m (proposal_id, after, up_to, move)
    JOIN journal j ON j.proposal_id = m.proposal_id AND j.sequence > m.after AND j.sequence <= m.up_to
    CROSS JOIN LATERAL jsonb_array_elements(CASE jsonb_typeof(j.reasons) WHEN 'array' THEN j.reasons ELSE '[]' END) AS r (reason)
    WHERE r.reason ->> 'code' IS NOT NULL
    ORDER BY m.move, j.sequence`.execute(db)
  const codes = moves.map((): ReasonCode[] => [])
  for (const { move, code } of rows) if (isReasonCode(code)) codes[move - 1]?.push(code)
  return codes
}
