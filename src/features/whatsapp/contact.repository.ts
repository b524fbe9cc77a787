import type { Db } from '../database.ts'

export type Contact = {
  id: string
  optedOutAt: Date | null
  helpedAt: Date | null
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
      .select(['id', 'opted_out_at as optedOutAt', 'helped_at as helpedAt'])
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

export async function recordHelped(executor: Db, contactId: string, at: Date): Promise<void> {
  await executor.updateTable('whatsapp_contact').set({ helped_at: at }).where('id', '=', contactId).execute()
}

/** The number answered: whatever was thought of it before, it can be written to. */
export async function recordReachable(executor: Db, contactId: string, address: Buffer): Promise<void> {
  await executor
    .updateTable('whatsapp_contact')
    .set({ address, unreachable_at: null, unreachable_code: null })
    .where('id', '=', contactId)
    .execute()
}

/** The address is forgotten too, so that the number is asked for again before the next text. */
export async function recordUnreachable(
  executor: Db,
  contactId: string,
  unreachable: { at: Date; code: string },
): Promise<void> {
  await executor
    .updateTable('whatsapp_contact')
    .set({ address: null, unreachable_at: unreachable.at, unreachable_code: unreachable.code })
    .where('id', '=', contactId)
    .execute()
}
