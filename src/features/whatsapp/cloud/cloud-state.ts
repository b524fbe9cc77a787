import { sql } from 'kysely'
import type { SessionDetail } from '../../../contracts/api/whatsapp-session.ts'
import { leastIdAt } from '../../../platform/ids.ts'
import type { Db } from '../../database.ts'

const DAY_MS = 24 * 60 * 60_000
/** Statuses come within seconds. What lacks one for a day tells nothing about now. */
const UNRECEIPTED_LIMIT_MS = 5 * 60_000
const UNRECEIPTED_SINCE_MS = DAY_MS
const RECEIPTED_SINCE_MS = 30 * DAY_MS

export type CloudState = {
  /** Why the link is not to be trusted; null: it works as far as anybody knows. What the account may do is another question. */
  doubt: SessionDetail | null
  /** Of the last 30 days. */
  lastReceiptAt: Date | null
  /** Of the last day: since when the oldest text waits about which Meta has said nothing. */
  oldestUnreceiptedAt: Date | null
}

/** How the link to Meta is, by what all processes have stored: whoever asks need not be the one that sends. */
export async function findCloudState(executor: Db, now: Date): Promise<CloudState> {
  const idsSince = (ageMs: number): string => leastIdAt(new Date(now.getTime() - ageMs))
  const { rows } = await sql<{ lastReceiptAt: Date | null; oldestUnreceiptedAt: Date | null }>`
    SELECT
      (SELECT at FROM message_receipt WHERE gateway = 'cloud' AND id >= ${idsSince(RECEIPTED_SINCE_MS)}::uuid
        ORDER BY id DESC LIMIT 1) AS "lastReceiptAt",
      (SELECT min(sent_at) FROM message
        WHERE gateway = 'cloud' AND state = 'sent' AND id >= ${idsSince(UNRECEIPTED_SINCE_MS)}::uuid
          AND gateway_message_id IS NOT NULL AND NOT EXISTS (
            SELECT FROM message_receipt AS receipt
            WHERE receipt.gateway = 'cloud' AND receipt.gateway_message_id = message.gateway_message_id)
      ) AS "oldestUnreceiptedAt"`.execute(executor)
  const { lastReceiptAt = null, oldestUnreceiptedAt = null } = rows[0] ?? {}
  const isOverdue = oldestUnreceiptedAt !== null && now.getTime() - oldestUnreceiptedAt.getTime() > UNRECEIPTED_LIMIT_MS
  return {
    doubt: isOverdue ? 'receipts_overdue' : null,
    lastReceiptAt,
    oldestUnreceiptedAt,
  }
}
