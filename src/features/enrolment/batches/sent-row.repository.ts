import { sql } from 'kysely'
import type { SentToBpjs } from '../../../contracts/api/batches.ts'
import type { Db } from '../../database.ts'

type Row = Omit<SentToBpjs, 'sealedAt' | 'answer' | 'askedAgainAt'> & {
  sealedAt: Date
  answerCode: string | null
  answerText: string | null
  answeredAt: Date | null
  recheckAt: Date | null
}

/** The row of a proposal in the last batch that was sealed with it, whatever BPJS has made of it; null before. */
export async function findSent(executor: Db, proposalId: string): Promise<SentToBpjs | null> {
  const { rows } = await sql<Row>`
    SELECT r.batch_id AS "batchId", b.number AS "batchNumber", b.letter_number AS "letterNumber", b.sealed_at AS "sealedAt",
      r.state, r.effective_on AS "effectiveOn", r.answer_code AS "answerCode", r.answer_text AS "answerText",
      r.answered_at AS "answeredAt", r.recheck_at AS "recheckAt"
    FROM enrolment_batch_row r JOIN enrolment_batch b ON b.id = r.batch_id
    WHERE r.proposal_id = ${proposalId} AND r.state IN ('sealed', 'accepted', 'refused', 'active')
    ORDER BY b.sealed_at DESC LIMIT 1`.execute(executor)
  const [row] = rows
  if (!row) return null
  const { answerCode: code, answerText: text, answeredAt, recheckAt, sealedAt, ...rest } = row
  return {
    ...rest,
    sealedAt: sealedAt.toISOString(),
    answer: answeredAt && { code, text, at: answeredAt.toISOString() },
    askedAgainAt: recheckAt?.toISOString() ?? null,
  }
}
