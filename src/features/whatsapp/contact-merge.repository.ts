import { sql } from 'kysely'
import type { Db } from '../database.ts'

/**
 * Moves everything that hangs on one contact to another: aliases, texts both ways, linked households, the conversation. Of wishes the later one
 * counts for both: to be left alone or to hear again, that the number is a wrong one or that it is right. A person who held either conversation
 * holds the joined one, the number's first. Both must be locked. Answers with what the joined contact wishes.
 */
export async function mergeContacts(
  executor: Db,
  merge: { from: string; into: string },
): Promise<{ optedOut: boolean; wrongNumberAt: Date | null }> {
  const { from, into } = merge
  // A second BERHENTI changes no contact, and is still later than the MULAI before it.
  const { rows } = await sql<{ optedOut: boolean; wrongNumberAt: Date | null }>`
    UPDATE whatsapp_contact AS kept SET
      opted_out_at = CASE WHEN wish.stopped_at >= coalesce(wish.started_at, '-infinity') THEN wish.stopped_at END,
      wrong_number_at = CASE WHEN wish.wrong_at > coalesce(wish.verified_at, '-infinity') THEN wish.wrong_at END,
      verified_at = CASE WHEN wish.wrong_at > coalesce(wish.verified_at, '-infinity') THEN NULL ELSE wish.verified_at END,
      last_inbound_at = greatest(kept.last_inbound_at, wish.last_inbound_at)
    FROM (
      SELECT
        CASE WHEN max(contact.opted_out_at) IS NOT NULL THEN greatest(max(contact.opted_out_at), (
          SELECT max(at) FROM inbound_message WHERE contact_id IN (${into}, ${from}) AND meaning = 'stop')) END AS stopped_at,
        (SELECT max(at) FROM inbound_message WHERE contact_id IN (${into}, ${from}) AND meaning = 'start') AS started_at,
        max(contact.wrong_number_at) AS wrong_at,
        max(contact.verified_at) AS verified_at,
        max(contact.last_inbound_at) AS last_inbound_at
      FROM whatsapp_contact AS contact WHERE contact.id IN (${into}, ${from})
    ) AS wish
    WHERE kept.id = ${into}
    RETURNING kept.opted_out_at IS NOT NULL AS "optedOut", kept.wrong_number_at AS "wrongNumberAt"
  `.execute(executor)
  await executor.updateTable('whatsapp_alias').set({ contact_id: into }).where('contact_id', '=', from).execute()
  await executor.updateTable('message').set({ contact_id: into }).where('contact_id', '=', from).execute()
  await executor.updateTable('inbound_message').set({ contact_id: into }).where('contact_id', '=', from).execute()
  await sql`
    INSERT INTO whatsapp_conversation_intake (contact_id, intake_id, linked_at, office_id, region_code, village_code)
    SELECT ${into}::uuid, intake_id, linked_at, office_id, region_code, village_code
    FROM whatsapp_conversation_intake WHERE contact_id = ${from}
    ON CONFLICT DO NOTHING
  `.execute(executor)
  await executor.deleteFrom('whatsapp_conversation_intake').where('contact_id', '=', from).execute()
  await mergeConversations(executor, merge)
  await executor
    .updateTable('whatsapp_contact')
    .set({ merged_into: into, address: null, address_gateway: null })
    .where('id', '=', from)
    .execute()
  return rows[0] ?? { optedOut: false, wrongNumberAt: null }
}

async function mergeConversations(executor: Db, { from, into }: { from: string; into: string }): Promise<void> {
  // A claim stays with its holder, whichever of the two it was on; else one that waits makes both wait.
  await sql`
    INSERT INTO whatsapp_conversation AS kept (contact_id, region_code, status, bot_state, bot_paused_until, waiting_since,
      claimed_by, claimed_at, claimed_until, unread, last_message_at, apologised_at)
    SELECT ${into}::uuid, region_code, status, bot_state, bot_paused_until, waiting_since,
      claimed_by, claimed_at, claimed_until, unread, last_message_at, apologised_at
    FROM whatsapp_conversation WHERE contact_id = ${from}
    ON CONFLICT (contact_id) DO UPDATE SET
      region_code = coalesce(kept.region_code, excluded.region_code),
      status = CASE WHEN kept.status = 'claimed' OR excluded.status = 'claimed' THEN 'claimed'
        WHEN kept.status = 'waiting' OR excluded.status = 'waiting' THEN 'waiting' ELSE kept.status END,
      bot_state = CASE WHEN excluded.last_message_at > kept.last_message_at THEN excluded.bot_state ELSE kept.bot_state END,
      bot_paused_until = greatest(kept.bot_paused_until, excluded.bot_paused_until),
      waiting_since = least(kept.waiting_since, excluded.waiting_since),
      claimed_by = coalesce(kept.claimed_by, excluded.claimed_by),
      claimed_at = CASE WHEN kept.claimed_by IS NULL THEN excluded.claimed_at ELSE kept.claimed_at END,
      claimed_until = CASE WHEN kept.claimed_by IS NULL THEN excluded.claimed_until ELSE kept.claimed_until END,
      unread = kept.unread + excluded.unread,
      last_message_at = greatest(kept.last_message_at, excluded.last_message_at),
      apologised_at = greatest(kept.apologised_at, excluded.apologised_at)
  `.execute(executor)
  await executor.deleteFrom('whatsapp_conversation').where('contact_id', '=', from).execute()
}
