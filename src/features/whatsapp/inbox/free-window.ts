import type { Db } from '../../database.ts'
import { FREE_WINDOW_MS } from '../cloud/message-body.domain.ts'
import type { WhatsAppGateway } from '../whatsapp.ports.ts'

/** For how long after somebody wrote an officer may answer: an answer has no template. Null: at any time. */
export const freeWindowOf = (gateway: WhatsAppGateway['name']): number | null =>
  gateway === 'cloud' ? FREE_WINDOW_MS : null

/** Until when an answer may go out; `since`: when the resident last wrote, or the last sign of life there is. */
export const freeUntil = (windowMs: number | null, since: Date): Date | null =>
  windowMs === null ? null : new Date(since.getTime() + windowMs)

/** Whether the resident wrote so lately that an answer would still be taken. */
export async function isWindowOpen(
  executor: Db,
  contactId: string,
  { windowMs, now }: { windowMs: number | null; now: Date },
): Promise<boolean> {
  if (windowMs === null) return true
  const row = await executor
    .selectFrom('whatsapp_contact')
    .select('last_inbound_at as at')
    .where('id', '=', contactId)
    .executeTakeFirst()
  return row?.at ? now.getTime() - row.at.getTime() < windowMs : false
}
