import { sql } from 'kysely'
import type { Db } from '../database.ts'
import type { MessageState } from './whatsapp.domain.ts'

export type OpenState = Extract<MessageState, 'queued' | 'sending' | 'unknown'>
export type OpenFigure = { state: OpenState; total: number; oldest: Date }

/** How many messages are open and since when, by partial indexes; at most `limit` of each state are counted. */
export async function countOpen(executor: Db, limit: number): Promise<OpenFigure[]> {
  const { rows } = await sql<OpenFigure>`
    SELECT state, count(*)::int AS total, min(since) AS oldest FROM (
      (SELECT 'queued' AS state, queued_at AS since FROM message WHERE state = 'queued' ORDER BY id LIMIT ${limit})
      UNION ALL
      (SELECT 'sending', sending_at FROM message WHERE state = 'sending' ORDER BY id LIMIT ${limit})
      UNION ALL
      (SELECT 'unknown', unknown_at FROM message WHERE state = 'unknown' AND replaced_at IS NULL ORDER BY id LIMIT ${limit})
    ) AS open GROUP BY state`.execute(executor)
  return rows
}

export type RecentFigure = { state: MessageState; total: number; unreceipted: number; oldestUnreceipted: Date | null }

/**
 * Messages made since the given id, by state: the newest `limit` of them. Unreceipted: the gateway took it, and nothing came back
 * about it; one that an operator settled by hand waits for nothing.
 */
export async function countRecent(executor: Db, since: { id: string; limit: number }): Promise<RecentFigure[]> {
  const { rows } = await sql<RecentFigure>`
    SELECT state, count(*)::int AS total, (count(*) FILTER (WHERE unreceipted))::int AS unreceipted,
      min(sent_at) FILTER (WHERE unreceipted) AS "oldestUnreceipted"
    FROM (
      SELECT state, sent_at, state = 'sent' AND gateway_message_id IS NOT NULL AND NOT EXISTS (
        SELECT FROM message_receipt AS receipt
        WHERE receipt.gateway = recent.gateway AND receipt.gateway_message_id = recent.gateway_message_id) AS unreceipted
      FROM (
        SELECT state, sent_at, gateway, gateway_message_id FROM message
        WHERE id >= ${since.id}::uuid ORDER BY id DESC LIMIT ${since.limit}
      ) AS recent
    ) AS judged GROUP BY state`.execute(executor)
  return rows
}

export type Arrival = { receiptId: string; seconds: number }

/** How long messages took from the hand-over to the phone, by receipts with ids in [from, before), oldest first. */
export async function listArrivals(
  executor: Db,
  range: { from: string; before: string; limit: number },
): Promise<Arrival[]> {
  const { rows } = await sql<Arrival>`
    SELECT receipt.id AS "receiptId",
      greatest(extract(epoch FROM receipt.at - message.sent_at), 0)::float8 AS seconds
    FROM message_receipt AS receipt
    JOIN message USING (gateway, gateway_message_id)
    WHERE receipt.id >= ${range.from}::uuid AND receipt.id < ${range.before}::uuid
      AND receipt.status = 'delivered' AND message.sent_at IS NOT NULL
    ORDER BY receipt.id LIMIT ${range.limit}`.execute(executor)
  return rows
}
