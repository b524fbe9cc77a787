import { sql } from 'kysely'
import type { Db } from '../../database.ts'
import type { LinkPlace } from './inbox-scope.ts'

/** The households linked to each conversation; one of a stranger is left out. */
export async function listLinkPlaces(db: Db, contactIds: readonly string[]): Promise<Map<string, LinkPlace[]>> {
  const { rows } = await sql<LinkPlace & { contactId: string }>`
    SELECT contact_id AS "contactId", region_code AS "regionCode", office_id AS "officeId", village_code AS "villageCode"
    FROM whatsapp_conversation_intake WHERE contact_id = ANY(${contactIds}::uuid[])`.execute(db)
  const byContact = new Map<string, LinkPlace[]>()
  for (const { contactId, ...place } of rows) {
    const places = byContact.get(contactId)
    if (places) places.push(place)
    else byContact.set(contactId, [place])
  }
  return byContact
}

/** Conversations whose claim ended in the span, among those that wait for somebody. */
export async function listRunOutClaims(db: Db, span: { after: Date; upTo: Date }, limit: number): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    SELECT contact_id AS id FROM whatsapp_conversation
    WHERE (unread > 0 OR waiting_since IS NOT NULL) AND status = 'claimed'
      AND claimed_until > ${span.after} AND claimed_until <= ${span.upTo} LIMIT ${limit}`.execute(db)
  return rows.map(({ id }) => id)
}
