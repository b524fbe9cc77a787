import { sql } from 'kysely'
import type { Db } from '../../../database.ts'

/** Somebody who wrote or was written to, under every name that WhatsApp Web may have a chat for. Sealed; at least one of both is set. */
export type RecentPeer = {
  contactId: string
  phone: Buffer | null
  lid: { index: Buffer; value: Buffer } | null
}

/** Where a page ended. The moment as the database writes it: more exact than a clock of ours. */
export type PeerCursor = { talkedAt: string; contactId: string }

/**
 * One page of the contacts who wrote or were written to since then, the newest first: the first answer to a notice may be an opt-out; of
 * several LIDs the one seen last. `next`: null after the last one.
 */
export async function listRecentPeers(
  executor: Db,
  since: Date,
  { after, limit }: { after: PeerCursor | null; limit: number },
): Promise<{ peers: RecentPeer[]; next: PeerCursor | null }> {
  const rows = await executor
    .selectFrom((eb) =>
      eb
        .selectFrom(
          eb
            .selectFrom('inbound_message')
            .select(['contact_id', 'at'])
            .where('at', '>=', since)
            .unionAll(
              eb
                .selectFrom('message')
                .select(['contact_id', (row) => row.ref('sending_at').$notNull().as('at')])
                .where('sending_at', '>=', since),
            )
            .as('talk'),
        )
        .select(['contact_id', (inner) => inner.fn.max('at').as('talked_at')])
        .groupBy('contact_id')
        .as('peer'),
    )
    .innerJoin('whatsapp_contact', 'whatsapp_contact.id', 'peer.contact_id')
    .leftJoinLateral(
      (eb) =>
        eb
          .selectFrom('whatsapp_alias')
          .select(['value_index', 'value'])
          .whereRef('contact_id', '=', 'peer.contact_id')
          .where('kind', '=', 'lid')
          .orderBy('last_seen_at', 'desc')
          .limit(1)
          .as('lid'),
      (join) => join.on(sql<boolean>`true`),
    )
    .select([
      'whatsapp_contact.id as contactId',
      'whatsapp_contact.phone as phone',
      'lid.value_index as lidIndex',
      'lid.value as lidValue',
      sql<string>`peer.talked_at::text`.as('talkedAt'),
    ])
    // Who is known by another transport's name only has no chat here.
    .where((eb) => eb.or([eb('whatsapp_contact.phone', 'is not', null), eb('lid.value', 'is not', null)]))
    .$if(after !== null, (query) =>
      query.where(
        sql<boolean>`(peer.talked_at, peer.contact_id) < (${after?.talkedAt}::timestamptz, ${after?.contactId}::uuid)`,
      ),
    )
    .orderBy('peer.talked_at', 'desc')
    .orderBy('peer.contact_id', 'desc')
    .limit(limit)
    .execute()
  const peers = rows.map(({ contactId, phone, lidIndex, lidValue }) => ({
    contactId,
    phone,
    lid: lidIndex && lidValue ? { index: lidIndex, value: lidValue } : null,
  }))
  const last = rows.length < limit ? undefined : rows.at(-1)
  return { peers, next: last ? { talkedAt: last.talkedAt, contactId: last.contactId } : null }
}
