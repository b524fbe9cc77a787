import { sql } from 'kysely'
import type { OutcomeCode } from '../../contracts/api/whatsapp.ts'
import type { Db } from '../database.ts'
import type { MessageState, ReceiptStatus } from './whatsapp.domain.ts'

export type MessageKind = 'notice' | 'reply' | 'preference'

export type NewMessage = {
  id: string
  kind: MessageKind
  essential: boolean
  intakeId: string | null
  regionCode: string | null
  contactId: string
  recipient: Buffer
  body: Buffer
  reference: string
  at: Date
  /** Set: stored for the record and never sent. */
  suppressedAs: OutcomeCode | null
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
      reference: message.reference,
      state: message.suppressedAs ? 'suppressed' : 'queued',
      outcome_code: message.suppressedAs,
      queued_at: message.at,
      suppressed_at: message.suppressedAs ? message.at : null,
    })
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
  reference: string
  state: MessageState
  attempts: number
  queuedAt: Date
  sendingAt: Date | null
  /** Of its contact. */
  address: Buffer | null
  optedOutAt: Date | null
}

function selectMessages(executor: Db) {
  return executor
    .selectFrom('message')
    .innerJoin('whatsapp_contact', 'whatsapp_contact.id', 'message.contact_id')
    .select([
      'message.id',
      'message.kind',
      'message.essential',
      'message.intake_id as intakeId',
      'message.contact_id as contactId',
      'message.recipient',
      'message.body',
      'message.reference',
      'message.state',
      'message.attempts',
      'message.queued_at as queuedAt',
      'message.sending_at as sendingAt',
      'whatsapp_contact.address',
      'whatsapp_contact.opted_out_at as optedOutAt',
    ])
}

type Row = Awaited<ReturnType<ReturnType<typeof selectMessages>['execute']>>[number]

function toMessage(row: Row): Message {
  return { ...row, kind: row.kind as MessageKind, state: row.state as MessageState }
}

export async function findMessage(executor: Db, id: string): Promise<Message | undefined> {
  const row = await selectMessages(executor).where('message.id', '=', id).executeTakeFirst()
  return row && toMessage(row)
}

/** With a share lock on its contact: until the transaction ends nobody can opt out. Contacts are locked before messages everywhere. */
export async function findMessageHoldingContact(executor: Db, id: string): Promise<Message | undefined> {
  const row = await selectMessages(executor)
    .where('message.id', '=', id)
    .forShare('whatsapp_contact')
    .executeTakeFirst()
  return row && toMessage(row)
}

/**
 * Takes a queued message for one hand-over. False when it is not queued any more, or when an earlier message to the same phone
 * has not left yet (a resident must not read "qualified" before "received").
 */
export async function claimMessage(
  executor: Db,
  message: Pick<Message, 'id' | 'contactId' | 'essential'>,
  claim: { gateway: string; at: Date },
): Promise<boolean> {
  const query = executor
    .updateTable('message')
    .set((set) => ({
      state: 'sending',
      gateway: claim.gateway,
      gateway_message_id: null,
      sending_at: claim.at,
      attempts: set('attempts', '+', 1),
    }))
    .where('id', '=', message.id)
    .where('state', '=', 'queued')
  const inOrder = message.essential
    ? query
    : query.where((where) =>
        where.not(
          where.exists(
            where
              .selectFrom('message as earlier')
              .select('earlier.id')
              .where('earlier.contact_id', '=', message.contactId)
              .where('earlier.id', '<', message.id)
              .where('earlier.state', 'in', ['queued', 'sending']),
          ),
        ),
      )
  const result = await inOrder.executeTakeFirst()
  return result.numUpdatedRows > 0n
}

/** What a message becomes, and from what: the update is refused when it moved meanwhile. */
export type Transition = {
  from: readonly MessageState[]
  to: MessageState
  at: Date
  outcome?: OutcomeCode | null
  /** Set: only the hand-over with this number may be answered. */
  attempt?: number
}

const STATE_TIMES = {
  queued: 'queued_at',
  sending: 'sending_at',
  sent: 'sent_at',
  delivered: 'delivered_at',
  read: 'read_at',
  failed: 'failed_at',
  unknown: 'unknown_at',
  suppressed: 'suppressed_at',
} as const satisfies Record<MessageState, string>

export async function moveMessage(executor: Db, id: string, move: Transition): Promise<boolean> {
  let query = executor
    .updateTable('message')
    .set({
      state: move.to,
      [STATE_TIMES[move.to]]: move.at,
      ...(move.outcome === undefined ? {} : { outcome_code: move.outcome }),
    })
    .where('id', '=', id)
    .where('state', 'in', move.from)
  if (move.attempt !== undefined) query = query.where('attempts', '=', move.attempt)
  const result = await query.executeTakeFirst()
  return result.numUpdatedRows > 0n
}

/** Nothing that waits for this contact will be sent, except the confirmation of the wish. */
export async function suppressQueued(executor: Db, contactId: string, at: Date): Promise<void> {
  await executor
    .updateTable('message')
    .set({ state: 'suppressed', outcome_code: 'opted_out' satisfies OutcomeCode, suppressed_at: at })
    .where('contact_id', '=', contactId)
    .where('state', '=', 'queued')
    .where('essential', '=', false)
    .execute()
}

/** Hand-overs whose time is over and that nobody has answered for; asked about ever less often, at least hourly. */
export async function listUnsettled(
  executor: Db,
  due: { handedOverBefore: Date; now: Date; limit: number },
): Promise<string[]> {
  const rows = await executor
    .selectFrom('message')
    .select('id')
    .where('state', 'in', ['sending', 'unknown'])
    .where('sending_at', '<', due.handedOverBefore)
    .where(
      sql<boolean>`(asked_at IS NULL OR ${due.now}::timestamptz - asked_at >= least(interval '1 hour',
        greatest(interval '10 seconds', asked_at - sending_at)))`,
    )
    .orderBy(sql`coalesce(asked_at, sending_at)`)
    .limit(due.limit)
    .execute()
  return rows.map((row) => row.id)
}

export async function recordAsked(executor: Db, id: string, at: Date): Promise<void> {
  await executor.updateTable('message').set({ asked_at: at }).where('id', '=', id).execute()
}

/**
 * One transaction at a time learns about a gateway's id: the one that stores which message it is, and the ones that bring receipts
 * for it, would otherwise miss each other.
 */
export async function lockGatewayId(executor: Db, gateway: string, gatewayMessageId: string): Promise<void> {
  await sql`SELECT pg_advisory_xact_lock(hashtextextended(${`receipt:${gateway}:${gatewayMessageId}`}, 0))`.execute(
    executor,
  )
}

export async function setGatewayId(
  executor: Db,
  id: string,
  sent: { gateway: string; gatewayMessageId: string },
): Promise<void> {
  await executor
    .updateTable('message')
    .set({ gateway: sent.gateway, gateway_message_id: sent.gatewayMessageId })
    .where('id', '=', id)
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
    .execute()
}

export async function listReceipts(
  executor: Db,
  of: { gateway: string; gatewayMessageId: string },
): Promise<StoredReceipt[]> {
  const rows = await executor
    .selectFrom('message_receipt')
    .select(['status', 'at', 'code'])
    .where('gateway', '=', of.gateway)
    .where('gateway_message_id', '=', of.gatewayMessageId)
    .execute()
  return rows.map((row) => ({ ...row, status: row.status as ReceiptStatus }))
}

/** Which message a gateway's id or our reference names. */
export async function findReported(
  executor: Db,
  reported: { gateway: string; gatewayMessageId: string; reference: string | null },
): Promise<{ id: string } | undefined> {
  return await executor
    .selectFrom('message')
    .select('id')
    .where((where) =>
      where.or([
        where.and([
          where('gateway', '=', reported.gateway),
          where('gateway_message_id', '=', reported.gatewayMessageId),
        ]),
        ...(reported.reference ? [where('reference', '=', reported.reference)] : []),
      ]),
    )
    .executeTakeFirst()
}

export async function lockState(executor: Db, id: string): Promise<MessageState | undefined> {
  const row = await executor.selectFrom('message').select('state').where('id', '=', id).forUpdate().executeTakeFirst()
  return row?.state as MessageState | undefined
}

/** Stores what receipts add up to: the state, the first time each status was reached, and the outcome unless it stays. */
export async function recordReceived(
  executor: Db,
  id: string,
  received: { state: MessageState; times: Partial<Record<ReceiptStatus, Date>>; outcome?: OutcomeCode | null },
): Promise<void> {
  const { times } = received
  await executor
    .updateTable('message')
    .set({
      state: received.state,
      ...(received.outcome === undefined ? {} : { outcome_code: received.outcome }),
      ...(times.sent && { sent_at: sql<Date>`coalesce(sent_at, ${times.sent})` }),
      ...(times.delivered && { delivered_at: sql<Date>`coalesce(delivered_at, ${times.delivered})` }),
      ...(times.read && { read_at: sql<Date>`coalesce(read_at, ${times.read})` }),
      ...(times.failed && { failed_at: sql<Date>`coalesce(failed_at, ${times.failed})` }),
    })
    .where('id', '=', id)
    .execute()
}

export type OperatorRow = {
  id: string
  kind: MessageKind
  intakeId: string | null
  recipient: Buffer
  reference: string
  state: MessageState
  outcome: string | null
  attempts: number
  unknownAt: Date | null
  failedAt: Date | null
}

/** Messages that wait for a person, oldest first, within the region subtree (null: everywhere). */
/** The messages of a region; `includeStrangers`: also answers to numbers that no household gave. */
export type OperatorScope = { region: string; includeStrangers: boolean }

export async function listForOperator(
  executor: Db,
  query: { state: 'unknown' | 'failed'; scope: OperatorScope; after: string | undefined; limit: number },
): Promise<OperatorRow[]> {
  let select = executor
    .selectFrom('message')
    .select([
      'id',
      'kind',
      'intake_id as intakeId',
      'recipient',
      'reference',
      'state',
      'outcome_code as outcome',
      'attempts',
      'unknown_at as unknownAt',
      'failed_at as failedAt',
    ])
    .where('state', '=', query.state)
    .where(inScope(query.scope))
    .orderBy('id')
    .limit(query.limit)
  if (query.after) select = select.where('id', '>', query.after)
  const rows = await select.execute()
  return rows.map((row) => ({ ...row, kind: row.kind as MessageKind, state: row.state as MessageState }))
}

/** Whether an operator with this scope may settle the message. */
export async function isInScope(executor: Db, id: string, scope: OperatorScope): Promise<boolean> {
  const row = await executor
    .selectFrom('message')
    .select('id')
    .where('id', '=', id)
    .where(inScope(scope))
    .executeTakeFirst()
  return row !== undefined
}

const inScope = ({ region, includeStrangers }: OperatorScope) =>
  sql<boolean>`(region_code = ${region} OR starts_with(region_code, ${`${region}.`})
    OR (${includeStrangers} AND region_code IS NULL))`
