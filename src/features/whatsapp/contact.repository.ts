import { sql } from 'kysely'
import { prepared } from '../../platform/db/prepared.ts'
import type { Db } from '../database.ts'

export type Contact = {
  id: string
  optedOutAt: Date | null
  /** Its owner said that the household is not theirs. */
  wrongNumberAt: Date | null
}

/** The contact of a number, made when it is new. `lock` holds it against other writers until the transaction ends. */
export async function ensureContact(
  executor: Db,
  contact: { id: string; phoneIndex: Buffer; phone: Buffer; createdAt: Date },
  lock: 'share' | 'update',
): Promise<Contact> {
  const find = (): Promise<Contact | undefined> => {
    const query = executor
      .selectFrom('whatsapp_contact')
      .modifyFront(prepared)
      .select(['id', 'opted_out_at as optedOutAt', 'wrong_number_at as wrongNumberAt'])
      .where('phone_index', '=', contact.phoneIndex)
    return (lock === 'share' ? query.forShare() : query.forUpdate()).executeTakeFirst()
  }
  const known = await find()
  if (known) return known
  await executor
    .insertInto('whatsapp_contact')
    .values({
      id: contact.id,
      phone_index: contact.phoneIndex,
      phone: contact.phone,
      created_at: contact.createdAt,
    })
    .onConflict((conflict) => conflict.column('phone_index').doNothing())
    .modifyEnd(prepared)
    .execute()
  const made = await find()
  if (!made) throw new Error('a contact disappeared while it was made')
  return made
}

export async function recordOptOut(executor: Db, contactId: string, at: Date): Promise<void> {
  await executor.updateTable('whatsapp_contact').set({ opted_out_at: at }).where('id', '=', contactId).execute()
}

export async function recordOptIn(executor: Db, contactId: string): Promise<void> {
  await executor.updateTable('whatsapp_contact').set({ opted_out_at: null }).where('id', '=', contactId).execute()
}

/** It also takes back that the number was called a wrong one. */
export async function recordConfirmedNumber(executor: Db, contactId: string, at: Date): Promise<void> {
  await executor
    .updateTable('whatsapp_contact')
    .set({
      verified_at: sql<Date>`greatest(verified_at, ${at})`,
      wrong_number_at: null,
      unreachable_at: null,
      unreachable_code: null,
    })
    .where('id', '=', contactId)
    .execute()
}

/** Of somebody known by an alias only, where there is no number to confirm. */
export async function forgetWrongNumber(executor: Db, contactId: string): Promise<void> {
  await executor.updateTable('whatsapp_contact').set({ wrong_number_at: null }).where('id', '=', contactId).execute()
}

export async function recordWrongNumber(executor: Db, contactId: string, at: Date): Promise<void> {
  await executor
    .updateTable('whatsapp_contact')
    .set({ wrong_number_at: at, verified_at: null })
    .where('id', '=', contactId)
    .execute()
}

/** When somebody last wrote from there; a text found late does not take it back. */
export async function recordInboundAt(executor: Db, contactId: string, at: Date): Promise<void> {
  await executor
    .updateTable('whatsapp_contact')
    .set({ last_inbound_at: sql<Date>`greatest(last_inbound_at, ${at})` })
    .where('id', '=', contactId)
    .execute()
}

/** Where to write to. That it was found proves nothing of every transport: some take any number for one. */
export async function recordAddress(
  executor: Db,
  contactId: string,
  { address, gateway }: { address: Buffer; gateway: string },
): Promise<void> {
  await executor
    .updateTable('whatsapp_contact')
    .set({ address, address_gateway: gateway })
    .where('id', '=', contactId)
    .modifyEnd(prepared)
    .execute()
}

/** Somebody wrote from there, or got a text, at that moment. Undefined when the contact was not called unreachable, or later, or is a wrong number. */
export async function recordReached(
  executor: Db,
  contactId: string,
  at: Date,
): Promise<{ phone: Buffer | null } | undefined> {
  return await executor
    .updateTable('whatsapp_contact')
    .set({ unreachable_at: null, unreachable_code: null })
    .where('id', '=', contactId)
    .where('unreachable_at', '<=', at)
    .where('wrong_number_at', 'is', null)
    .returning('phone')
    .executeTakeFirst()
}

/** The address is forgotten too, so that the number is asked for again before the next text; an alias is all there is of others. */
export async function recordUnreachable(
  executor: Db,
  contactId: string,
  unreachable: { at: Date; code: string },
): Promise<void> {
  await executor
    .updateTable('whatsapp_contact')
    .set({
      address: sql<Buffer | null>`CASE WHEN phone IS NULL THEN address END`,
      address_gateway: sql<string | null>`CASE WHEN phone IS NULL THEN address_gateway END`,
      unreachable_at: unreachable.at,
      unreachable_code: unreachable.code,
    })
    .where('id', '=', contactId)
    .execute()
}

/** The contact of a message, locked, if it was called unreachable: most are not, and need no lock. */
export async function lockUnreachableContactOf(executor: Db, messageId: string): Promise<string | undefined> {
  const row = await executor
    .selectFrom('whatsapp_contact')
    .modifyFront(prepared)
    .select('id')
    .where('id', '=', (where) => where.selectFrom('message').select('contact_id').where('message.id', '=', messageId))
    .where('unreachable_at', 'is not', null)
    .forUpdate()
    .executeTakeFirst()
  return row?.id
}
