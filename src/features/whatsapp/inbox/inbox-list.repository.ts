import { sql } from 'kysely'
import type { ConversationStatus } from '../../../contracts/api/whatsapp-inbox.ts'
import type { Db } from '../../database.ts'
import { type InboxScope, linkInScope, talkInScope } from './inbox-scope.ts'

export type InboxRow = {
  id: string
  status: ConversationStatus
  claimedBy: string | null
  claimedUntil: Date | null
  botPausedUntil: Date | null
  waitingSince: Date | null
  unread: number
  lastMessageAt: Date
  phone: Buffer | null
  optedOutAt: Date | null
  wrongNumberAt: Date | null
  verifiedAt: Date | null
  lastInboundAt: Date | null
  stranger: boolean
  lastInboundId: string | null
  lastInboundBody: Buffer | null
}

export type InboxQuery = {
  scope: InboxScope
  now: Date
  /** As it is now: a claim that ran out waits. */
  status?: ConversationStatus | undefined
  unreadOnly?: boolean | undefined
  heldBy?: string | undefined
  after?: { at: Date; id: string } | undefined
  limit: number
}

/** A claim that ran out is a conversation that waits. */
const statusNow = (now: Date) =>
  sql<ConversationStatus>`CASE WHEN talk.status = 'claimed' AND talk.claimed_until <= ${now} THEN 'waiting' ELSE talk.status END`

function selectRows(executor: Db, now: Date) {
  return executor
    .selectFrom('whatsapp_conversation as talk')
    .innerJoin('whatsapp_contact as contact', 'contact.id', 'talk.contact_id')
    .leftJoinLateral(
      (lateral) =>
        lateral
          .selectFrom('inbound_message as text')
          .select(['text.id', 'text.body'])
          .whereRef('text.contact_id', '=', 'talk.contact_id')
          .where('text.kind', '<>', 'own')
          .orderBy('text.id', 'desc')
          .limit(1)
          .as('latest'),
      (join) => join.onTrue(),
    )
    .select([
      'talk.contact_id as id',
      statusNow(now).as('status'),
      'talk.claimed_by as claimedBy',
      'talk.claimed_until as claimedUntil',
      'talk.bot_paused_until as botPausedUntil',
      'talk.waiting_since as waitingSince',
      'talk.unread',
      'talk.last_message_at as lastMessageAt',
      'contact.phone',
      'contact.opted_out_at as optedOutAt',
      'contact.wrong_number_at as wrongNumberAt',
      'contact.verified_at as verifiedAt',
      'contact.last_inbound_at as lastInboundAt',
      sql<boolean>`NOT EXISTS (SELECT FROM whatsapp_conversation_intake AS link WHERE link.contact_id = talk.contact_id)`.as(
        'stranger',
      ),
      'latest.id as lastInboundId',
      'latest.body as lastInboundBody',
    ])
}

/** Conversations in scope, the latest first. */
export async function listConversations(executor: Db, query: InboxQuery): Promise<InboxRow[]> {
  const { now, status, heldBy, after } = query
  let select = selectRows(executor, now)
    .where(talkInScope(query.scope))
    .orderBy('talk.last_message_at', 'desc')
    .orderBy('talk.contact_id', 'desc')
    .limit(query.limit)
  if (status) select = select.where(sql<boolean>`${statusNow(now)} = ${status}`)
  if (query.unreadOnly) select = select.where('talk.unread', '>', 0)
  if (heldBy !== undefined) select = select.where('talk.claimed_by', '=', heldBy).where('talk.claimed_until', '>', now)
  if (after) {
    select = select.where(sql<boolean>`(talk.last_message_at, talk.contact_id) < (${after.at}, ${after.id}::uuid)`)
  }
  return await select.execute()
}

/** One conversation in scope; the id of a contact that went up in another one finds that one's. */
export async function findConversation(
  executor: Db,
  id: string,
  query: { scope: InboxScope; now: Date },
): Promise<InboxRow | undefined> {
  return await selectRows(executor, query.now)
    .where(
      'talk.contact_id',
      '=',
      sql<string>`(SELECT coalesce(asked.merged_into, asked.id) FROM whatsapp_contact AS asked WHERE asked.id = ${id})`,
    )
    .where(talkInScope(query.scope))
    .executeTakeFirst()
}

export async function countConversations(
  executor: Db,
  query: { scope: InboxScope; now: Date; userId: string },
): Promise<{ unread: number; waiting: number; mine: number }> {
  const { now, userId } = query
  return await executor
    .selectFrom('whatsapp_conversation as talk')
    .select([
      sql<number>`(count(*) FILTER (WHERE talk.unread > 0))::int`.as('unread'),
      sql<number>`(count(*) FILTER (WHERE ${statusNow(now)} = 'waiting'))::int`.as('waiting'),
      sql<number>`(count(*) FILTER (WHERE talk.claimed_by = ${userId} AND talk.claimed_until > ${now}))::int`.as(
        'mine',
      ),
    ])
    .where(sql<boolean>`(talk.unread > 0 OR talk.waiting_since IS NOT NULL)`)
    .where(talkInScope(query.scope))
    .executeTakeFirstOrThrow()
}

export type TalkMessage = {
  id: string
  direction: 'in' | 'out'
  kind: string
  body: Buffer
  at: Date
  state: string | null
  outcome: string | null
  sentBy: string | null
  backfilled: boolean
}

/**
 * Both sides of a conversation, latest first. A notice is left out when its household does not lie in the scope: a shared phone may
 * hear from several offices.
 */
export async function listTalk(
  executor: Db,
  contactId: string,
  query: { scope: InboxScope; after: { at: Date; id: string } | undefined; limit: number },
): Promise<TalkMessage[]> {
  const { after } = query
  const before = after ? sql`AND (at, id) < (${after.at}, ${after.id}::uuid)` : sql``
  const { rows } = await sql<TalkMessage>`
    SELECT id, direction, kind, body, at, state, outcome, "sentBy", backfilled FROM (
      SELECT text.id, 'in' AS direction, text.kind, text.body, text.at, NULL AS state, NULL AS outcome,
        NULL::uuid AS "sentBy", text.backfilled
      FROM inbound_message AS text WHERE text.contact_id = ${contactId}
      UNION ALL
      SELECT message.id, 'out', message.kind, message.body, message.queued_at, message.state, message.outcome_code,
        message.sent_by, false
      FROM message WHERE message.contact_id = ${contactId} AND (message.intake_id IS NULL OR EXISTS (
        SELECT FROM whatsapp_conversation_intake AS link
        WHERE link.contact_id = message.contact_id AND link.intake_id = message.intake_id AND ${linkInScope(query.scope)}))
    ) AS talk
    WHERE true ${before}
    ORDER BY at DESC, id DESC LIMIT ${query.limit}
  `.execute(executor)
  return rows
}

export async function listLinkedIntakes(executor: Db, contactId: string): Promise<string[]> {
  const rows = await executor
    .selectFrom('whatsapp_conversation_intake')
    .select('intake_id')
    .where('contact_id', '=', contactId)
    .orderBy('linked_at', 'desc')
    .limit(50)
    .execute()
  return rows.map((row) => row.intake_id)
}
