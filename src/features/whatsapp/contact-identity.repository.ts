import { sql } from 'kysely'
import type { Db } from '../database.ts'

export type AliasKind = 'lid' | 'user_id'
export type AliasKey = { kind: AliasKind; index: Buffer }

/** A contact as somebody who writes or is written to. */
export type ContactRow = {
  id: string
  phone: Buffer | null
  address: Buffer | null
  /** Whose address it is: it means nothing to another transport. */
  addressGateway: string | null
  optedOutAt: Date | null
  wrongNumberAt: Date | null
  /** When it was last shown that the number is the household's. */
  verifiedAt: Date | null
}

/**
 * One transaction at a time finds or makes the contact of a number or an alias. In one order, so that two reports which bring
 * the same pair cannot wait for each other.
 */
export async function lockIdentities(executor: Db, indexes: readonly Buffer[]): Promise<void> {
  for (const name of indexes.map((index) => index.toString('hex')).sort()) {
    await sql`SELECT pg_advisory_xact_lock(hashtextextended(${`whatsapp_contact:${name}`}, 0))`.execute(executor)
  }
}

/** Locked until the transaction ends, in the order of the ids. */
export async function lockContacts(executor: Db, ids: readonly string[]): Promise<ContactRow[]> {
  return await executor
    .selectFrom('whatsapp_contact')
    .select([
      'id',
      'phone',
      'address',
      'address_gateway as addressGateway',
      'opted_out_at as optedOutAt',
      'wrong_number_at as wrongNumberAt',
      'verified_at as verifiedAt',
    ])
    .where('id', 'in', ids)
    .orderBy('id')
    .forUpdate()
    .execute()
}

export async function findContactIdByPhone(executor: Db, phoneIndex: Buffer): Promise<string | undefined> {
  const row = await executor
    .selectFrom('whatsapp_contact')
    .select('id')
    .where('phone_index', '=', phoneIndex)
    .executeTakeFirst()
  return row?.id
}

export async function findContactIdByAlias(executor: Db, alias: AliasKey): Promise<string | undefined> {
  const row = await executor
    .selectFrom('whatsapp_alias')
    .select('contact_id')
    .where('kind', '=', alias.kind)
    .where('value_index', '=', alias.index)
    .executeTakeFirst()
  return row?.contact_id
}

/** Somebody known by an alias only. */
export type HiddenNumber = AliasKey & { contactId: string; value: Buffer; seenAt: Date; wroteAt: Date }

/** Of several aliases the one seen last. Undefined when the number is known, and of a contact that went up in another. */
export async function findHiddenNumber(executor: Db, contactId: string): Promise<HiddenNumber | undefined> {
  const row = await executor
    .selectFrom('whatsapp_contact as contact')
    .innerJoin('whatsapp_alias as alias', 'alias.contact_id', 'contact.id')
    .select(['alias.kind', 'alias.value_index as index', 'alias.value', 'alias.last_seen_at as seenAt'])
    .select((eb) => eb.fn.coalesce('contact.last_inbound_at', 'contact.created_at').as('wroteAt'))
    .where('contact.id', '=', contactId)
    .where('contact.phone', 'is', null)
    .orderBy('alias.last_seen_at', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row && { ...row, kind: row.kind as AliasKind, contactId }
}

export async function findSealedPhone(executor: Db, contactId: string): Promise<Buffer | null> {
  const row = await executor
    .selectFrom('whatsapp_contact')
    .select('phone')
    .where('id', '=', contactId)
    .executeTakeFirst()
  return row?.phone ?? null
}

export async function insertAliasContact(
  executor: Db,
  contact: { id: string; address: Buffer; gateway: string; createdAt: Date },
): Promise<void> {
  await executor
    .insertInto('whatsapp_contact')
    .values({
      id: contact.id,
      address: contact.address,
      address_gateway: contact.gateway,
      created_at: contact.createdAt,
    })
    .execute()
}

/** Ties an alias to a contact, whomever it named before. A report from earlier does not take the last sight back. */
export async function setAlias(
  executor: Db,
  alias: AliasKey & { value: Buffer; contactId: string; seenAt: Date },
): Promise<void> {
  await executor
    .insertInto('whatsapp_alias')
    .values({
      kind: alias.kind,
      value_index: alias.index,
      value: alias.value,
      contact_id: alias.contactId,
      first_seen_at: alias.seenAt,
      last_seen_at: alias.seenAt,
    })
    .onConflict((conflict) =>
      conflict.columns(['kind', 'value_index']).doUpdateSet({
        contact_id: alias.contactId,
        first_seen_at: sql<Date>`least(whatsapp_alias.first_seen_at, excluded.first_seen_at)`,
        last_seen_at: sql<Date>`greatest(whatsapp_alias.last_seen_at, excluded.last_seen_at)`,
      }),
    )
    .execute()
}

/** The number of a contact that was known by an alias only. */
export async function setPhone(
  executor: Db,
  contactId: string,
  phone: { index: Buffer; sealed: Buffer },
): Promise<void> {
  await executor
    .updateTable('whatsapp_contact')
    .set({ phone_index: phone.index, phone: phone.sealed })
    .where('id', '=', contactId)
    .execute()
}

/** The number is asked for again before the next text. */
export async function forgetAddress(executor: Db, contactId: string): Promise<void> {
  await executor
    .updateTable('whatsapp_contact')
    .set({ address: null, address_gateway: null })
    .where('id', '=', contactId)
    .execute()
}

export async function setAddress(
  executor: Db,
  contactId: string,
  { address, gateway }: { address: Buffer; gateway: string },
): Promise<void> {
  await executor
    .updateTable('whatsapp_contact')
    .set({ address, address_gateway: gateway })
    .where('id', '=', contactId)
    .execute()
}
