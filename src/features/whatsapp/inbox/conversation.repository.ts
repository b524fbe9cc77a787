import { sql } from 'kysely'
import type { ConversationStatus } from '../../../contracts/api/whatsapp-inbox.ts'
import type { Db } from '../../database.ts'
import type { BotState } from '../bot/index.ts'
import type { Conversation } from './conversation.domain.ts'

function selectConversation(executor: Db, contactId: string) {
  return executor
    .selectFrom('whatsapp_conversation')
    .select([
      'contact_id as contactId',
      'status',
      'bot_state as botState',
      'bot_paused_until as botPausedUntil',
      'claimed_by as claimedBy',
      'claimed_at as claimedAt',
      'claimed_until as claimedUntil',
      'apologised_at as apologisedAt',
      'last_message_at as lastMessageAt',
    ])
    .where('contact_id', '=', contactId)
}

type Row = Awaited<ReturnType<ReturnType<typeof selectConversation>['executeTakeFirstOrThrow']>>
const toConversation = (row: Row): Conversation => ({ ...row, status: row.status as ConversationStatus })

/** The conversation of a contact, begun with the bot when there is none, locked until the transaction ends. */
export async function openConversation(
  executor: Db,
  begun: { contactId: string; at: Date; botState: BotState },
): Promise<Conversation> {
  await executor
    .insertInto('whatsapp_conversation')
    .values({
      contact_id: begun.contactId,
      status: 'bot',
      bot_state: JSON.stringify(begun.botState),
      last_message_at: begun.at,
    })
    .onConflict((conflict) => conflict.column('contact_id').doNothing())
    .execute()
  return toConversation(await selectConversation(executor, begun.contactId).forUpdate().executeTakeFirstOrThrow())
}

export async function lockConversation(executor: Db, contactId: string): Promise<Conversation | undefined> {
  const row = await selectConversation(executor, contactId).forUpdate().executeTakeFirst()
  return row && toConversation(row)
}

/**
 * A resident wrote. What was closed begins with the bot again. Reported in any order: what somebody of the office has answered on the phone
 * itself since then is read.
 */
export async function recordText(executor: Db, contactId: string, at: Date): Promise<void> {
  await executor
    .updateTable('whatsapp_conversation')
    .set((set) => ({
      unread: sql<number>`unread + CASE WHEN ${set.exists(
        set
          .selectFrom('inbound_message')
          .select('id')
          .where('contact_id', '=', contactId)
          .where('kind', '=', 'own')
          .where('at', '>', at),
      )} THEN 0 ELSE 1 END`,
      last_message_at: sql<Date>`greatest(last_message_at, ${at})`,
      status: sql<string>`CASE status WHEN 'closed' THEN 'bot' ELSE status END`,
    }))
    .where('contact_id', '=', contactId)
    .execute()
}

/** Somebody of the office wrote on the phone itself: what stood before was read, and the bot keeps out of it for a while. */
export async function recordOwnText(
  executor: Db,
  contactId: string,
  own: { at: Date; pauseUntil: Date },
): Promise<void> {
  await executor
    .updateTable('whatsapp_conversation')
    .set({
      unread: sql<number>`CASE WHEN ${own.at} >= last_message_at THEN 0 ELSE unread END`,
      last_message_at: sql<Date>`greatest(last_message_at, ${own.at})`,
      bot_paused_until: sql<Date>`greatest(bot_paused_until, ${own.pauseUntil})`,
    })
    .where('contact_id', '=', contactId)
    .execute()
}

export async function setBotState(executor: Db, contactId: string, state: BotState): Promise<void> {
  await executor
    .updateTable('whatsapp_conversation')
    .set({ bot_state: JSON.stringify(state) })
    .where('contact_id', '=', contactId)
    .execute()
}

/** False when it waits for a person, or has one, already. */
export async function setWaiting(executor: Db, contactId: string, at: Date): Promise<boolean> {
  const result = await executor
    .updateTable('whatsapp_conversation')
    .set({ status: 'waiting', waiting_since: at, claimed_at: null })
    .where('contact_id', '=', contactId)
    .where('status', 'in', ['bot', 'closed'])
    .executeTakeFirst()
  return result.numUpdatedRows > 0n
}

export async function recordApology(executor: Db, contactId: string, at: Date): Promise<void> {
  await executor
    .updateTable('whatsapp_conversation')
    .set({ apologised_at: at })
    .where('contact_id', '=', contactId)
    .execute()
}

export type LinkedPlace = { intakeId: string; officeId: string; regionCode: string; villageCode: string }

/** The household gives another number than these contacts have: their conversations are no business of its office any more. */
export async function unlinkElsewhere(executor: Db, intakeId: string, phoneIndex: Buffer): Promise<void> {
  const ended = await executor
    .deleteFrom('whatsapp_conversation_intake as link')
    .using('whatsapp_contact as contact')
    .whereRef('contact.id', '=', 'link.contact_id')
    .where('link.intake_id', '=', intakeId)
    .where((where) =>
      where.or([where('contact.phone_index', 'is', null), where('contact.phone_index', '<>', phoneIndex)]),
    )
    .returning('link.contact_id as contactId')
    .execute()
  for (const { contactId } of ended) {
    await sql`UPDATE whatsapp_conversation SET region_code =
      (SELECT region_code FROM whatsapp_conversation_intake WHERE contact_id = ${contactId} ORDER BY linked_at, intake_id LIMIT 1)
      WHERE contact_id = ${contactId}`.execute(executor)
  }
}

/** Answers with the households that were not linked before. The first one says whose operators see the answers. */
export async function linkIntakes(
  executor: Db,
  contactId: string,
  places: readonly LinkedPlace[],
  at: Date,
): Promise<string[]> {
  const [first] = places
  if (!first) return []
  const added = await executor
    .insertInto('whatsapp_conversation_intake')
    .values(
      places.map((place) => ({
        contact_id: contactId,
        intake_id: place.intakeId,
        linked_at: at,
        office_id: place.officeId,
        region_code: place.regionCode,
        village_code: place.villageCode,
      })),
    )
    .onConflict((conflict) => conflict.columns(['contact_id', 'intake_id']).doNothing())
    .returning('intake_id')
    .execute()
  if (added.length === 0) return []
  await executor
    .updateTable('whatsapp_conversation')
    .set({ region_code: first.regionCode })
    .where('contact_id', '=', contactId)
    .where('region_code', 'is', null)
    .execute()
  return added.map((row) => row.intake_id)
}
