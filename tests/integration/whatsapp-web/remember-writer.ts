import type { DB } from '../../../src/features/database.ts'
import { sealContext } from '../../../src/features/whatsapp/seal-context.ts'
import type { Sealer } from '../../../src/platform/crypto/sealer.ts'
import { uuidIds } from '../../../src/platform/ids.ts'
import type { TestDatabase } from '../../support/database.ts'

type Alias = { kind: 'lid' | 'user_id'; value: string }

/** Somebody who wrote at that moment, as the feature stores it. The last of the aliases was seen last. */
export async function rememberWriter(
  { database, sealer }: { database: TestDatabase<DB>; sealer: Sealer },
  { phone, aliases = [], at }: { phone?: string; aliases?: Alias[]; at: Date },
): Promise<void> {
  const { owner } = database
  const contactId = uuidIds.next()
  await owner
    .insertInto('whatsapp_contact')
    .values({
      id: contactId,
      phone_index: phone === undefined ? null : Buffer.from(phone),
      phone: phone === undefined ? null : sealer.seal(phone, sealContext.phone(contactId)),
      address: sealer.seal(phone ?? aliases[0]?.value ?? '', sealContext.address(contactId)),
      address_gateway: 'web',
      created_at: at,
    })
    .execute()
  for (const [index, { kind, value }] of aliases.entries()) {
    const valueIndex = sealer.blindIndex(kind, value)
    const seenAt = new Date(at.getTime() + index)
    await owner
      .insertInto('whatsapp_alias')
      .values({
        kind,
        value_index: valueIndex,
        value: sealer.seal(value, sealContext.alias(kind, valueIndex)),
        contact_id: contactId,
        first_seen_at: seenAt,
        last_seen_at: seenAt,
      })
      .execute()
  }
  await owner
    .insertInto('inbound_message')
    .values({
      id: uuidIds.next(),
      gateway: 'web',
      gateway_message_id: contactId,
      contact_id: contactId,
      body: Buffer.from(''),
      meaning: 'other',
      at,
      received_at: at,
    })
    .execute()
}
