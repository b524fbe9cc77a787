import type { Db } from '../database.ts'
import type { InboundMeaning } from './inbound.domain.ts'

export type NewInbound = {
  id: string
  gateway: string
  gatewayMessageId: string
  contactId: string
  body: Buffer
  meaning: InboundMeaning
  kind: 'text' | 'attachment' | 'own'
  backfilled: boolean
  at: Date
  receivedAt: Date
}

/** False when this text was stored before. */
export async function insertInbound(executor: Db, inbound: NewInbound): Promise<boolean> {
  const result = await executor
    .insertInto('inbound_message')
    .values({
      id: inbound.id,
      gateway: inbound.gateway,
      gateway_message_id: inbound.gatewayMessageId,
      contact_id: inbound.contactId,
      body: inbound.body,
      meaning: inbound.meaning,
      kind: inbound.kind,
      backfilled: inbound.backfilled,
      at: inbound.at,
      received_at: inbound.receivedAt,
    })
    .onConflict((conflict) => conflict.constraint('inbound_message_once').doNothing())
    .executeTakeFirst()
  return (result.numInsertedOrUpdatedRows ?? 0n) > 0n
}

/** Whether the contact wished something about messages after that moment: texts are reported in any order. */
export async function hasWishedSince(executor: Db, contactId: string, at: Date): Promise<boolean> {
  const row = await executor
    .selectFrom('inbound_message')
    .select('id')
    .where('contact_id', '=', contactId)
    .where('meaning', 'in', ['stop', 'start'])
    .where('at', '>', at)
    .limit(1)
    .executeTakeFirst()
  return row !== undefined
}

/** Whether anybody of ours, bot or person, has written to the contact since then. A notice answers nothing. */
export async function wasAnsweredSince(executor: Db, contactId: string, at: Date): Promise<boolean> {
  const row = await executor
    .selectFrom('message')
    .select('id')
    .where('contact_id', '=', contactId)
    .where('kind', 'in', ['reply', 'answer'])
    .where('queued_at', '>=', at)
    .unionAll(
      executor
        .selectFrom('inbound_message')
        .select('id')
        .where('contact_id', '=', contactId)
        .where('kind', '=', 'own')
        .where('at', '>=', at),
    )
    .limit(1)
    .executeTakeFirst()
  return row !== undefined
}
