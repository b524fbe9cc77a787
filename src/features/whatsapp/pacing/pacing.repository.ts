import { type RawBuilder, sql } from 'kysely'
import type { BreakerScope, HoldReason } from '../../../contracts/api/whatsapp-pacing.ts'
import { prepared } from '../../../platform/db/prepared.ts'
import type { Db } from '../../database.ts'
import type { MessageKind } from '../message.repository.ts'
import type { Breaker } from './breaker.domain.ts'
import type { Hold } from './pacing.domain.ts'

export type Account = {
  since: Date
  lastHandOverAt: Date | null
  notBefore: Date | null
  breaker: Breaker
}

function selectAccount(executor: Db, gateway: string) {
  return executor
    .selectFrom('whatsapp_account')
    .modifyFront(prepared)
    .select([
      'since',
      'last_hand_over_at as lastHandOverAt',
      'not_before as notBefore',
      'breaker_scope as scope',
      'breaker_code as code',
      'breaker_opened_at as openedAt',
      'breaker_probe_at as probeAt',
      'breaker_probe_id as probeId',
      'breaker_closed_at as closedAt',
      'breaker_trips as trips',
    ])
    .where('gateway', '=', gateway)
}

type Row = Awaited<ReturnType<ReturnType<typeof selectAccount>['executeTakeFirstOrThrow']>>

function toAccount({ since, lastHandOverAt, notBefore, trips, closedAt, ...row }: Row): Account {
  const { scope, code, openedAt, probeAt, probeId } = row
  const isOpen = scope !== null && code !== null && openedAt !== null && probeAt !== null
  const open = isOpen ? { scope: scope as BreakerScope, code, openedAt, probeAt, probeId } : null
  return { since, lastHandOverAt, notBefore, breaker: { open, trips, closedAt } }
}

/** Undefined before anything was paced or troubled. */
export async function findAccount(executor: Db, gateway: string): Promise<Account | undefined> {
  const row = await selectAccount(executor, gateway).executeTakeFirst()
  return row && toAccount(row)
}

/**
 * The account, locked until the transaction ends; made when it is new, as old as the first text that came over it. Contacts are locked before it, messages and outbox rows
 * after it.
 */
export async function lockAccount(executor: Db, gateway: string, now: Date): Promise<Account> {
  const find = () => selectAccount(executor, gateway).forUpdate().executeTakeFirst()
  const known = await find()
  if (known) return toAccount(known)
  await executor
    .insertInto('whatsapp_account')
    .values({
      gateway,
      since: sql<Date>`least(${now}::timestamptz, (SELECT min(at) FROM inbound_message WHERE gateway = ${gateway}))`,
    })
    .onConflict((conflict) => conflict.column('gateway').doNothing())
    .execute()
  const made = await find()
  if (!made) throw new Error('an account disappeared while it was made')
  return toAccount(made)
}

export async function recordTurn(
  executor: Db,
  gateway: string,
  turn: { lastHandOverAt: Date; notBefore: Date },
): Promise<void> {
  await executor
    .updateTable('whatsapp_account')
    .set({ last_hand_over_at: turn.lastHandOverAt, not_before: turn.notBefore })
    .where('gateway', '=', gateway)
    .execute()
}

export async function recordBreaker(executor: Db, gateway: string, { open, trips, closedAt }: Breaker): Promise<void> {
  await executor
    .updateTable('whatsapp_account')
    .set({
      breaker_scope: open?.scope ?? null,
      breaker_code: open?.code ?? null,
      breaker_opened_at: open?.openedAt ?? null,
      breaker_probe_at: open?.probeAt ?? null,
      breaker_probe_id: open?.probeId ?? null,
      breaker_trips: trips,
      breaker_closed_at: closedAt,
    })
    .where('gateway', '=', gateway)
    .execute()
}

export async function recordSince(executor: Db, gateway: string, since: Date): Promise<void> {
  await executor
    .insertInto('whatsapp_account')
    .values({ gateway, since })
    .onConflict((conflict) => conflict.column('gateway').doUpdateSet({ since }))
    .execute()
}

export type HandOver = {
  messageId: string
  attempt: number
  gateway: string
  contactId: string
  cold: boolean
  at: Date
}

export async function insertHandOver(executor: Db, handOver: HandOver): Promise<void> {
  await executor
    .insertInto('whatsapp_hand_over')
    .values({
      message_id: handOver.messageId,
      attempt: handOver.attempt,
      gateway: handOver.gateway,
      contact_id: handOver.contactId,
      cold: handOver.cold,
      at: handOver.at,
    })
    .execute()
}

export async function deleteHandOver(executor: Db, messageId: string, attempt: number): Promise<void> {
  await executor
    .deleteFrom('whatsapp_hand_over')
    .where('message_id', '=', messageId)
    .where('attempt', '=', attempt)
    .execute()
}

export async function deleteHandOversBefore(executor: Db, at: Date): Promise<void> {
  await executor.deleteFrom('whatsapp_hand_over').where('at', '<', at).execute()
}

/** Hand-overs of an account after a moment, and how many of them went to people who never wrote. */
export async function countHandOvers(
  executor: Db,
  gateway: string,
  after: Date,
): Promise<{ sent: number; cold: number }> {
  return await executor
    .selectFrom('whatsapp_hand_over')
    .select([sql<number>`count(*)::int`.as('sent'), sql<number>`(count(*) FILTER (WHERE cold))::int`.as('cold')])
    .where('gateway', '=', gateway)
    .where('at', '>', after)
    .executeTakeFirstOrThrow()
}

const TURN_REASONS = ['pace', 'daily_limit', 'cold_limit'] as const satisfies readonly HoldReason[]
/** Everybody further behind comes back early and counts again: a long queue costs no more than a short one. */
const AHEAD_MAX = 500

/** Older messages that wait for the same reason, at most 500: whose turn comes first. */
export async function countAhead(executor: Db, messageId: string): Promise<Partial<Record<HoldReason, number>>> {
  const { rows } = await sql<{ reason: HoldReason; count: number }>`
    SELECT reason, (SELECT count(*)::int FROM (
      SELECT FROM message WHERE state = 'queued' AND held_for = reason AND id < ${messageId} LIMIT ${AHEAD_MAX}
    ) AS nearest) AS count
    FROM unnest(${[...TURN_REASONS]}::text[]) AS waiting (reason)
  `.execute(executor)
  return Object.fromEntries(rows.map((row) => [row.reason, row.count]))
}

export type Limit = { limit: number; windowMs: number; ahead: number }
export type LimitName = 'contactHour' | 'contactDay' | 'daily' | 'cold'

/** For each limit when it has room for the message, with so many others going first; null: it has room for one. */
export async function findRoom(
  executor: Db,
  of: { gateway: string; contactId: string; now: Date },
  limits: Partial<Record<LimitName, Limit>>,
): Promise<Record<LimitName, Date | null>> {
  const which = {
    contactHour: sql`contact_id = ${of.contactId}`,
    contactDay: sql`contact_id = ${of.contactId}`,
    daily: sql`gateway = ${of.gateway}`,
    cold: sql`gateway = ${of.gateway} AND cold`,
  }
  const column = (name: LimitName): RawBuilder<unknown> => {
    const given = limits[name]
    if (!given) return sql`NULL::timestamptz AS ${sql.ref(name)}`
    const after = new Date(of.now.getTime() - given.windowMs)
    // Each one ahead takes the room that a hand-over leaves behind; whoever is far behind waits for the last of them.
    const nth = Math.max(given.limit - given.ahead, 1)
    return sql`(SELECT at + ${given.windowMs}::float8 * interval '1 millisecond' FROM (
        SELECT at, row_number() OVER (ORDER BY at DESC) AS nth, count(*) OVER () AS total
        FROM whatsapp_hand_over WHERE ${which[name]} AND at > ${after}::timestamptz
      ) AS recent WHERE total >= ${given.limit}::int AND nth = ${nth}::int) AS ${sql.ref(name)}`
  }
  const columns = [column('contactHour'), column('contactDay'), column('daily'), column('cold')]
  const { rows } = await sql<Record<LimitName, Date | null>>`SELECT ${sql.join(columns)}`.execute(executor)
  return rows[0] ?? { contactHour: null, contactDay: null, daily: null, cold: null }
}

/** Of them at most one is on its way, unless all have been given up. */
const EARLIER_MAX = 50

export type EarlierMessage = { id: string; state: 'queued' | 'sending'; heldUntil: Date | null }

/**
 * The messages that must reach the contact before this one (a resident must not read "qualified" before "received"), oldest first.
 * `kinds`: which queued ones count; one that is being handed over always does.
 */
export async function listEarlier(
  executor: Db,
  message: { id: string; contactId: string },
  kinds: readonly MessageKind[],
): Promise<EarlierMessage[]> {
  const rows = await executor
    .selectFrom('message')
    .modifyFront(prepared)
    .select(['id', 'state', 'held_until as heldUntil'])
    .where('contact_id', '=', message.contactId)
    .where('id', '<', message.id)
    .where((where) =>
      where.or([
        where('state', '=', 'sending'),
        where.and([where('state', '=', 'queued'), where('kind', 'in', kinds)]),
      ]),
    )
    .orderBy('id')
    .limit(sql.lit(EARLIER_MAX))
    .execute()
  return rows.map((row) => ({ ...row, state: row.state === 'sending' ? 'sending' : 'queued' }))
}

/** Notes why a queued message does not leave yet. */
export async function recordHold(executor: Db, messageId: string, hold: Hold): Promise<void> {
  await executor
    .updateTable('message')
    .set({
      held_for: hold.reason,
      held_until: hold.until,
      // Waiting at the breaker is not the message's own failure: its two days begin anew.
      ...(hold.reason === 'breaker' ? { tried_at: null } : {}),
    })
    .where('id', '=', messageId)
    .where('state', '=', 'queued')
    .execute()
}

export async function listHeldOf(executor: Db, contactId: string): Promise<string[]> {
  return await selectHeld(executor).where('contact_id', '=', contactId).execute().then(idsOf)
}

/** Held messages after the given one, `reasons`: only those held for one of these. */
export async function listHeld(
  executor: Db,
  which: { reasons: readonly HoldReason[] | null; after: string | null; limit: number },
): Promise<string[]> {
  let query = selectHeld(executor).limit(which.limit)
  if (which.after !== null) query = query.where('id', '>', which.after)
  if (which.reasons) query = query.where('held_for', 'in', which.reasons)
  return await query.execute().then(idsOf)
}

function selectHeld(executor: Db) {
  return executor
    .selectFrom('message')
    .select('id')
    .where('state', '=', 'queued')
    .where('held_for', 'is not', null)
    .orderBy('id')
}

const idsOf = (rows: readonly { id: string }[]): string[] => rows.map((row) => row.id)

export async function countHeld(executor: Db): Promise<Partial<Record<HoldReason, number>>> {
  const rows = await executor
    .selectFrom('message')
    .select((select) => ['held_for as reason', select.fn.countAll<string>().as('count')])
    .where('state', '=', 'queued')
    .where('held_for', 'is not', null)
    .groupBy('held_for')
    .execute()
  return Object.fromEntries(rows.map((row) => [row.reason, Number(row.count)]))
}
