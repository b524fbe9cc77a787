import { sql } from 'kysely'
import type { PhoneMode } from '../../../contracts/api/whatsapp.ts'
import { prepared } from '../../../platform/db/prepared.ts'
import type { Db } from '../../database.ts'
import type { ReceiptStatus } from '../whatsapp.domain.ts'
import type { Fate, PhoneBehaviour } from './phone-plan.domain.ts'

/** The row that holds for every phone without one of its own. */
export const ALL_PHONES = 'all'

export const WELL_BEHAVED: PhoneBehaviour = {
  mode: 'delivers',
  remaining: null,
  delayMs: 0,
  repeatReceipts: 1,
  answersLookUp: true,
}

export async function setBehaviour(executor: Db, number: string, behaviour: PhoneBehaviour): Promise<void> {
  const row = {
    mode: behaviour.mode,
    remaining: behaviour.remaining,
    delay_ms: behaviour.delayMs,
    repeat_receipts: behaviour.repeatReceipts,
    answers_look_up: behaviour.answersLookUp,
  }
  await executor
    .insertInto('simulator_phone')
    .values({ number, ...row })
    .onConflict((conflict) => conflict.column('number').doUpdateSet(row))
    .execute()
}

/** How a phone behaves now: its own row before the one for all. `use` counts this as one of the remaining messages. */
export async function findBehaviour(executor: Db, number: string, use: boolean): Promise<PhoneBehaviour> {
  const row = await executor
    .selectFrom('simulator_phone')
    .modifyFront(prepared)
    .select(['number', 'mode', 'remaining', 'delay_ms', 'repeat_receipts', 'answers_look_up'])
    .where('number', 'in', [number, ALL_PHONES])
    .where((where) => where.or([where('remaining', 'is', null), where('remaining', '>', 0)]))
    .orderBy(sql`number = ${ALL_PHONES}`)
    .limit(sql.lit(1))
    .forUpdate()
    .executeTakeFirst()
  if (!row) return WELL_BEHAVED
  if (use && row.remaining !== null) {
    await executor
      .updateTable('simulator_phone')
      .set({ remaining: row.remaining - 1 })
      .where('number', '=', row.number)
      .execute()
  }
  return {
    mode: row.mode as PhoneMode,
    remaining: row.remaining,
    delayMs: row.delay_ms,
    repeatReceipts: row.repeat_receipts,
    answersLookUp: row.answers_look_up,
  }
}

export type PhoneMessage = {
  id: string
  phone: string
  fromResident: boolean
  body: string
  /** The PNG that it stands under; null: none. */
  media: Buffer | null
  reference: string | null
  fate: Fate
  at: Date
}

export async function insertPhoneMessage(executor: Db, message: PhoneMessage): Promise<void> {
  await executor
    .insertInto('simulator_message')
    .values({
      id: message.id,
      phone: message.phone,
      from_resident: message.fromResident,
      body: message.body,
      media: message.media,
      reference: message.reference,
      fate: message.fate,
      at: message.at,
    })
    .modifyEnd(prepared)
    .execute()
}

/** What stands on one phone by now, oldest first; the newest `limit` of it. */
export async function listPhoneMessages(
  executor: Db,
  phone: string,
  shown: { until: Date; limit: number },
): Promise<PhoneMessage[]> {
  const rows = await executor
    .selectFrom('simulator_message')
    .select(['id', 'phone', 'from_resident as fromResident', 'body', 'media', 'reference', 'fate', 'at'])
    .where('phone', '=', phone)
    .where('fate', '=', 'on_phone')
    .where('at', '<=', shown.until)
    .orderBy('at', 'desc')
    .orderBy('id', 'desc')
    .limit(shown.limit)
    .execute()
  return rows.reverse().map((row) => ({ ...row, fate: row.fate as Fate }))
}

export type PhoneSummary = { phone: string; messages: number; lastAt: Date }

export async function listPhones(executor: Db, shown: { until: Date; limit: number }): Promise<PhoneSummary[]> {
  return await executor
    .selectFrom('simulator_message')
    .select((select) => ['phone', select.fn.countAll<number>().as('messages'), sql<Date>`max(at)`.as('lastAt')])
    .where('fate', '=', 'on_phone')
    .where('at', '<=', shown.until)
    .groupBy('phone')
    .orderBy('lastAt', 'desc')
    .limit(shown.limit)
    .execute()
}

/** What the simulated company knows about a reference: the last hand-over that was not lost counts. */
export async function findByReference(
  executor: Db,
  reference: string,
): Promise<{ id: string; phone: string; fate: Fate } | undefined> {
  const row = await executor
    .selectFrom('simulator_message')
    .select(['id', 'phone', 'fate'])
    .where('reference', '=', reference)
    .orderBy(sql`fate = 'lost'`)
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row && { ...row, fate: row.fate as Fate }
}

/** Opening the chat to answer reads what stands there. Answers with the ids that were unread. */
export async function markRead(executor: Db, phone: string, at: Date): Promise<string[]> {
  const rows = await executor
    .updateTable('simulator_message')
    .set({ read_at: at })
    .where('phone', '=', phone)
    .where('from_resident', '=', false)
    .where('fate', '=', 'on_phone')
    .where('read_at', 'is', null)
    .where('at', '<=', at)
    .returning('id')
    .execute()
  return rows.map((row) => row.id)
}

export type SimulatorEvent = {
  id: string
  messageId: string
  /** `own`: typed by the office on the phone that sends. */
  kind: ReceiptStatus | 'inbound' | 'own'
  at: Date
  dueAt: Date
  times: number
}

export async function insertEvents(executor: Db, events: readonly SimulatorEvent[]): Promise<void> {
  if (events.length === 0) return
  await executor
    .insertInto('simulator_event')
    .values(
      events.map((event) => ({
        id: event.id,
        message_id: event.messageId,
        kind: event.kind,
        at: event.at,
        due_at: event.dueAt,
        times: event.times,
      })),
    )
    .execute()
}

export type DueEvent = SimulatorEvent & { phone: string; body: string }

/** The first of those kinds that are not done, whether due or not. */
export async function listNextEvents(
  executor: Db,
  { kinds, limit }: { kinds: readonly DueEvent['kind'][]; limit: number },
): Promise<DueEvent[]> {
  const rows = await executor
    .selectFrom('simulator_event')
    .modifyFront(prepared)
    .innerJoin('simulator_message', 'simulator_message.id', 'simulator_event.message_id')
    .select([
      'simulator_event.id',
      'simulator_event.message_id as messageId',
      'simulator_event.kind',
      'simulator_event.at',
      'simulator_event.due_at as dueAt',
      'simulator_event.times',
      'simulator_message.phone',
      'simulator_message.body',
    ])
    .where('simulator_event.done_at', 'is', null)
    .where('simulator_event.kind', 'in', kinds)
    .orderBy('simulator_event.due_at')
    .orderBy('simulator_event.id')
    .limit(sql.lit(limit))
    .execute()
  return rows.map((row) => ({ ...row, kind: row.kind as DueEvent['kind'] }))
}

export async function recordEventDone(executor: Db, id: string, at: Date): Promise<void> {
  await executor.updateTable('simulator_event').set({ done_at: at }).where('id', '=', id).modifyEnd(prepared).execute()
}

export async function postponeEvent(executor: Db, id: string, dueAt: Date): Promise<void> {
  await executor.updateTable('simulator_event').set({ due_at: dueAt }).where('id', '=', id).execute()
}
