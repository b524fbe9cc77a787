import type { Db } from '../database.ts'
import type { InboundMeaning } from './inbound.domain.ts'

export type NewInbound = {
  id: string
  gateway: string
  gatewayMessageId: string
  contactId: string
  body: Buffer
  meaning: InboundMeaning
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
      at: inbound.at,
      received_at: inbound.receivedAt,
    })
    .onConflict((conflict) => conflict.constraint('inbound_message_once').doNothing())
    .executeTakeFirst()
  return (result.numInsertedOrUpdatedRows ?? 0n) > 0n
}
