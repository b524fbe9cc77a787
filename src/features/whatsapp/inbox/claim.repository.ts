import { sql } from 'kysely'
import type { Db } from '../../database.ts'

export type Claim = { contactId: string; userId: string; now: Date; until: Date }

/** Of any number of callers at once one gets it; the holder's own call renews. False: somebody else holds it. */
export async function takeClaim(executor: Db, claim: Claim & { takeOver: boolean }): Promise<boolean> {
  const result = await executor
    .updateTable('whatsapp_conversation')
    .set({
      status: 'claimed',
      claimed_by: claim.userId,
      claimed_at: claim.now,
      claimed_until: claim.until,
      waiting_since: sql<Date>`coalesce(waiting_since, ${claim.now})`,
    })
    .where('contact_id', '=', claim.contactId)
    .where((where) =>
      where.or([
        where('status', '<>', 'claimed'),
        where('claimed_by', '=', claim.userId),
        where('claimed_until', '<=', claim.now),
        where.val(claim.takeOver),
      ]),
    )
    .executeTakeFirst()
  return result.numUpdatedRows > 0n
}

function updateHeld(executor: Db, claim: Omit<Claim, 'until'>) {
  return executor
    .updateTable('whatsapp_conversation')
    .where('contact_id', '=', claim.contactId)
    .where('claimed_by', '=', claim.userId)
    .where('claimed_until', '>', claim.now)
}

/** Activity of the holder keeps the claim; nothing happens for anybody else. */
export async function renewClaim(executor: Db, claim: Claim): Promise<void> {
  await updateHeld(executor, claim).set({ claimed_until: claim.until }).execute()
}

/** It waits for a person again. False when the caller does not hold it. */
export async function dropClaim(executor: Db, claim: Omit<Claim, 'until'>): Promise<boolean> {
  const result = await updateHeld(executor, claim)
    .set({ status: 'waiting', claimed_by: null, claimed_until: null })
    .executeTakeFirst()
  return result.numUpdatedRows > 0n
}

/** The bot answers again. False when the caller does not hold it. */
export async function closeConversation(executor: Db, claim: Omit<Claim, 'until'>): Promise<boolean> {
  const result = await updateHeld(executor, claim)
    .set({
      status: 'closed',
      claimed_by: null,
      claimed_until: null,
      claimed_at: null,
      waiting_since: null,
      bot_paused_until: null,
    })
    .executeTakeFirst()
  return result.numUpdatedRows > 0n
}

/** Everything up to this text has been read; what came after it stays unread. */
export async function markRead(executor: Db, contactId: string, upTo: string): Promise<void> {
  await executor
    .updateTable('whatsapp_conversation')
    .set({
      unread: sql<number>`(SELECT count(*) FROM inbound_message AS text
        WHERE text.contact_id = ${contactId} AND text.kind <> 'own' AND text.id > ${upTo}::uuid)`,
    })
    .where('contact_id', '=', contactId)
    .execute()
}

/** Null: the bot may answer again at once. */
export async function setBotPause(executor: Db, contactId: string, until: Date | null): Promise<void> {
  await executor
    .updateTable('whatsapp_conversation')
    .set({ bot_paused_until: until })
    .where('contact_id', '=', contactId)
    .execute()
}

export async function recordAnswered(executor: Db, contactId: string, at: Date): Promise<void> {
  await executor
    .updateTable('whatsapp_conversation')
    .set({ last_message_at: sql<Date>`greatest(last_message_at, ${at})` })
    .where('contact_id', '=', contactId)
    .execute()
}

export async function findAnswer(
  executor: Db,
  key: string,
): Promise<{ id: string; contactId: string; sentBy: string | null } | undefined> {
  return await executor
    .selectFrom('message')
    .select(['id', 'contact_id as contactId', 'sent_by as sentBy'])
    .where('answer_key', '=', key)
    .executeTakeFirst()
}

/** Of the household linked first: whose operators settle what could not be delivered. Null: a stranger's. */
export async function findConversationRegion(executor: Db, contactId: string): Promise<string | null> {
  const row = await executor
    .selectFrom('whatsapp_conversation')
    .select('region_code')
    .where('contact_id', '=', contactId)
    .executeTakeFirst()
  return row?.region_code ?? null
}
