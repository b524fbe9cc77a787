import { sql } from 'kysely'
import type { OutcomeCode } from '../../contracts/api/whatsapp.ts'
import { prepared } from '../../platform/db/prepared.ts'
import type { Db } from '../database.ts'
import type { MessageKind, MessageState, ReceiptStatus } from './whatsapp.domain.ts'

export type { MessageKind } from './whatsapp.domain.ts'

export type NewMessage = {
  id: string
  kind: MessageKind
  essential: boolean
  intakeId: string | null
  regionCode: string | null
  contactId: string
  recipient: Buffer
  body: Buffer
  /** Null: an answer, which has none. */
  template: Buffer | null
  /** Null: the text alone. */
  media: Buffer | null
  reference: string
  timeZone: string | null
  at: Date
  /** Set: stored for the record and never sent. */
  suppressedAs: OutcomeCode | null
  /** Of an answer: who wrote it, and the key that makes it one message however often it is sent. */
  answer?: { sentBy: string; key: string }
}

export async function insertMessage(executor: Db, message: NewMessage): Promise<void> {
  await executor
    .insertInto('message')
    .values({
      id: message.id,
      kind: message.kind,
      essential: message.essential,
      intake_id: message.intakeId,
      region_code: message.regionCode,
      contact_id: message.contactId,
      recipient: message.recipient,
      body: message.body,
      template: message.template,
      media: message.media,
      reference: message.reference,
      time_zone: message.timeZone,
      state: message.suppressedAs ? 'suppressed' : 'queued',
      outcome_code: message.suppressedAs,
      queued_at: message.at,
      suppressed_at: message.suppressedAs ? message.at : null,
      sent_by: message.answer?.sentBy ?? null,
      answer_key: message.answer?.key ?? null,
    })
    .modifyEnd(prepared)
    .execute()
}

export type Message = {
  id: string
  kind: MessageKind
  essential: boolean
  intakeId: string | null
  contactId: string
  recipient: Buffer
  body: Buffer
  template: Buffer | null
  media: Buffer | null
  reference: string
  state: MessageState
  /** Which it was handed to last; null: none yet. */
  gateway: string | null
  attempts: number
  timeZone: string | null
  queuedAt: Date
  /** Since when it is being tried; null: it has only waited. */
  triedAt: Date | null
  sendingAt: Date | null
  /** Of its contact; null: known by an alias only. */
  phone: Buffer | null
  phoneIndex: Buffer | null
  address: Buffer | null
  addressGateway: string | null
  optedOutAt: Date | null
  wrongNumberAt: Date | null
  /** When the contact last wrote to the account of today: only the number a person wrote to may write back as to a friend. */
  wroteAt: Date | null
  /** Whatever we think of the resident's window. */
  templateOnly: boolean
  /** Told anew in another message: it never leaves again. */
  replacedAt: Date | null
}

/** `gateway`: the one that asks, which is to hand the message over. */
function selectMessages(executor: Db, gateway: string) {
  return executor
    .selectFrom('message')
    .modifyFront(prepared)
    .innerJoin('whatsapp_contact', 'whatsapp_contact.id', 'message.contact_id')
    .leftJoin('whatsapp_account', (join) => join.on('whatsapp_account.gateway', '=', gateway))
    .select([
      'message.id',
      'message.kind',
      'message.essential',
      'message.intake_id as intakeId',
      'message.contact_id as contactId',
      'message.recipient',
      'message.body',
      'message.template',
      'message.media',
      'message.reference',
      'message.state',
      'message.gateway',
      'message.attempts',
      'message.time_zone as timeZone',
      'message.queued_at as queuedAt',
      'message.tried_at as triedAt',
      'message.sending_at as sendingAt',
      'whatsapp_contact.phone',
      'whatsapp_contact.phone_index as phoneIndex',
      'whatsapp_contact.address',
      'whatsapp_contact.address_gateway as addressGateway',
      'whatsapp_contact.opted_out_at as optedOutAt',
      'whatsapp_contact.wrong_number_at as wrongNumberAt',
      sql<Date | null>`CASE WHEN whatsapp_account.since IS NULL OR last_inbound_at >= whatsapp_account.since
        THEN last_inbound_at END`.as('wroteAt'),
      'message.template_only as templateOnly',
      'message.replaced_at as replacedAt',
    ])
}

type Row = Awaited<ReturnType<ReturnType<typeof selectMessages>['execute']>>[number]

function toMessage(row: Row): Message {
  return { ...row, kind: row.kind as MessageKind, state: row.state as MessageState }
}

export async function findMessage(executor: Db, id: string, gateway: string): Promise<Message | undefined> {
  const row = await selectMessages(executor, gateway).where('message.id', '=', id).executeTakeFirst()
  return row && toMessage(row)
}

/** With a share lock on its contact: until the transaction ends nobody can opt out. Contacts are locked before messages everywhere. */
export async function findMessageHoldingContact(
  executor: Db,
  id: string,
  gateway: string,
): Promise<Message | undefined> {
  const row = await selectMessages(executor, gateway)
    .where('message.id', '=', id)
    .forShare('whatsapp_contact')
    .executeTakeFirst()
  return row && toMessage(row)
}

/** Takes a queued message for one hand-over. False when it is not queued any more. */
export async function claimMessage(executor: Db, id: string, claim: { gateway: string; at: Date }): Promise<boolean> {
  const result = await executor
    .updateTable('message')
    .set((set) => ({
      state: 'sending',
      gateway: claim.gateway,
      gateway_message_id: null,
      sending_at: claim.at,
      tried_at: sql<Date>`coalesce(tried_at, ${claim.at})`,
      attempts: set('attempts', '+', 1),
      ...NOT_HELD,
    }))
    .where('id', '=', id)
    .where('state', '=', 'queued')
    .modifyEnd(prepared)
    .executeTakeFirst()
  return result.numUpdatedRows > 0n
}

const NOT_HELD = { held_for: null, held_until: null } as const

/** What a message becomes, and from what: the update is refused when it moved meanwhile. */
export type Transition = {
  from: readonly MessageState[]
  to: MessageState
  at: Date
  outcome?: OutcomeCode | null
  /** Set: only the hand-over with this number may be answered. */
  attempt?: number
  /** Set: its two days of being tried begin anew. */
  afresh?: true
}

// Back in the queue a message is as old as before: how long it is tried, and how soon again, goes by its age.
const STATE_TIMES = {
  queued: null,
  sending: 'sending_at',
  sent: 'sent_at',
  delivered: 'delivered_at',
  read: 'read_at',
  failed: 'failed_at',
  unknown: 'unknown_at',
  suppressed: 'suppressed_at',
} as const satisfies Record<MessageState, string | null>

export async function moveMessage(executor: Db, id: string, move: Transition): Promise<boolean> {
  const time = STATE_TIMES[move.to]
  let query = executor
    .updateTable('message')
    .set({
      state: move.to,
      ...(time && { [time]: move.at }),
      ...(move.afresh && { tried_at: null }),
      ...NOT_HELD,
      ...(move.outcome === undefined ? {} : { outcome_code: move.outcome }),
    })
    .where('id', '=', id)
    .where('state', 'in', move.from)
  if (move.attempt !== undefined) query = query.where('attempts', '=', move.attempt)
  const result = await query.executeTakeFirst()
  return result.numUpdatedRows > 0n
}

/** Nothing that waits for this contact will be sent, except the confirmation of the wish. Call it after the wish is stored. */
export async function suppressQueued(
  executor: Db,
  contactId: string,
  at: Date,
  outcome: OutcomeCode = 'opted_out',
): Promise<void> {
  await executor
    .updateTable('message')
    .set({ state: 'suppressed', outcome_code: outcome, suppressed_at: at, ...NOT_HELD })
    .where('contact_id', '=', contactId)
    .where('state', '=', 'queued')
    .where('essential', '=', false)
    .execute()
}

export async function recordReplaced(executor: Db, id: string, at: Date): Promise<void> {
  await executor.updateTable('message').set({ replaced_at: at }).where('id', '=', id).execute()
}

/**
 * One transaction at a time learns about a gateway's id: the one that stores which message it is, and the ones that bring receipts
 * for it, would otherwise miss each other.
 */
export async function lockGatewayId(executor: Db, gateway: string, gatewayMessageId: string): Promise<void> {
  await sql`${prepared} SELECT pg_advisory_xact_lock(hashtextextended(${`receipt:${gateway}:${gatewayMessageId}`}, 0))`.execute(
    executor,
  )
}

export type GatewayId = { gateway: string; gatewayMessageId: string }

export async function setGatewayId(executor: Db, id: string, sent: GatewayId): Promise<void> {
  await executor
    .updateTable('message')
    .set({ gateway: sent.gateway, gateway_message_id: sent.gatewayMessageId })
    .where('id', '=', id)
    .modifyEnd(prepared)
    .execute()
}

export type StoredReceipt = { status: ReceiptStatus; at: Date; code: string | null }

export async function insertReceipt(
  executor: Db,
  receipt: { id: string; gateway: string; gatewayMessageId: string } & StoredReceipt,
): Promise<void> {
  await executor
    .insertInto('message_receipt')
    .values({
      id: receipt.id,
      gateway: receipt.gateway,
      gateway_message_id: receipt.gatewayMessageId,
      status: receipt.status,
      code: receipt.code,
      at: receipt.at,
    })
    .onConflict((conflict) => conflict.constraint('message_receipt_once').doNothing())
    .modifyEnd(prepared)
    .execute()
}

export async function listReceipts(
  executor: Db,
  of: { gateway: string; gatewayMessageId: string },
): Promise<StoredReceipt[]> {
  const rows = await executor
    .selectFrom('message_receipt')
    .modifyFront(prepared)
    .select(['status', 'at', 'code'])
    .where('gateway', '=', of.gateway)
    .where('gateway_message_id', '=', of.gatewayMessageId)
    .execute()
  return rows.map((row) => ({ ...row, status: row.status as ReceiptStatus }))
}

/** Which message a gateway's id or, when nobody knows that yet, our reference names. */
export async function findReported(
  executor: Db,
  reported: { gateway: string; gatewayMessageId: string; reference: string | null },
): Promise<{ id: string; contactId: string } | undefined> {
  const known = await executor
    .selectFrom('message')
    .modifyFront(prepared)
    .select(['id', 'contact_id as contactId'])
    .where((where) =>
      where.or([
        where.and([
          where('gateway', '=', reported.gateway),
          where('gateway_message_id', '=', reported.gatewayMessageId),
        ]),
        ...(reported.reference ? [where('reference', '=', reported.reference)] : []),
      ]),
    )
    .orderBy(sql`gateway = ${reported.gateway} AND gateway_message_id = ${reported.gatewayMessageId}`, (order) =>
      order.desc().nullsLast(),
    )
    .limit(1)
    .executeTakeFirst()
  if (known) return known
  return await executor
    .selectFrom('message_failed_hand_over as failed')
    .innerJoin('message', 'message.id', 'failed.message_id')
    .select(['message.id', 'message.contact_id as contactId'])
    .where('failed.gateway', '=', reported.gateway)
    .where('failed.gateway_message_id', '=', reported.gatewayMessageId)
    .executeTakeFirst()
}

/** The message of a reference, with every name by which its recipient is known. */
export async function findClaimed(executor: Db, reference: string, alias: { kind: string; index: Buffer } | null) {
  return await executor
    .selectFrom('message')
    .innerJoin('whatsapp_contact', 'whatsapp_contact.id', 'message.contact_id')
    .select((eb) => [
      'message.id as id',
      'message.recipient as recipient',
      'whatsapp_contact.id as contactId',
      'whatsapp_contact.phone as phone',
      'whatsapp_contact.address as address',
      eb
        .exists(
          eb
            .selectFrom('whatsapp_alias')
            .select('whatsapp_alias.contact_id')
            .whereRef('whatsapp_alias.contact_id', '=', 'message.contact_id')
            .where('whatsapp_alias.kind', '=', alias?.kind ?? '')
            .where('whatsapp_alias.value_index', '=', alias?.index ?? Buffer.alloc(0)),
        )
        .as('isAliasOfContact'),
    ])
    .where('message.reference', '=', reference)
    .executeTakeFirst()
}

/** Whoever will change the contact of a message locks it before the message. */
export async function lockContactOf(executor: Db, id: string): Promise<void> {
  await executor
    .selectFrom('whatsapp_contact')
    .modifyFront(prepared)
    .select('id')
    .where('id', '=', (where) => where.selectFrom('message').select('contact_id').where('message.id', '=', id))
    .forUpdate()
    .execute()
}

export type Received = {
  state: MessageState
  times: Partial<Record<ReceiptStatus, Date>>
  outcome?: OutcomeCode | null
  /** The id by which the gateway knows it from now on; null: it stays. */
  tied: GatewayId | null
}

/** Stores what receipts add up to: the state, the first time each status was reached, and the outcome unless it stays. */
export async function recordReceived(executor: Db, id: string, received: Received): Promise<void> {
  const { times, tied } = received
  await executor
    .updateTable('message')
    .set({
      state: received.state,
      ...NOT_HELD,
      ...(tied && { gateway: tied.gateway, gateway_message_id: tied.gatewayMessageId }),
      ...(received.outcome === undefined ? {} : { outcome_code: received.outcome }),
      ...(times.sent && { sent_at: sql<Date>`coalesce(sent_at, ${times.sent})` }),
      ...(times.delivered && { delivered_at: sql<Date>`coalesce(delivered_at, ${times.delivered})` }),
      ...(times.read && { read_at: sql<Date>`coalesce(read_at, ${times.read})` }),
      ...(times.failed && { failed_at: sql<Date>`coalesce(failed_at, ${times.failed})` }),
    })
    .where('id', '=', id)
    .modifyEnd(prepared)
    .execute()
}
