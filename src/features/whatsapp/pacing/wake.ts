import type { HoldReason } from '../../../contracts/api/whatsapp-pacing.ts'
import type { NewWork, Outbox } from '../../../platform/outbox/outbox.ts'
import type { Db, Tx } from '../../database.ts'
import { listHeld, listHeldOf } from './pacing.repository.ts'

/** Few enough that no transaction holds many pieces of work for long. */
const BATCH = 500

const workOf = (ids: readonly string[]): NewWork[] =>
  ids.map((id) => ({ topic: 'whatsapp.send', key: id, payload: { messageId: id } }))

/** Lets the held messages of a contact try again now. Call it last in the transaction: their outbox rows stay locked until it ends. Repeatable. */
export async function wakeHeldOf(outbox: Pick<Outbox, 'add'>, tx: Tx, contactId: string): Promise<void> {
  await outbox.add(tx, workOf(await listHeldOf(tx, contactId)))
}

/**
 * Lets held messages try again now, all or those held for some reasons, in transactions of its own: what waits may be many, so never
 * while holding a lock. Repeatable; what it does not come to tries again by itself when its time is over.
 */
export async function wakeHeld(
  { db, outbox }: { db: Db; outbox: Pick<Outbox, 'add'> },
  reasons: readonly HoldReason[] | null = null,
): Promise<void> {
  let after: string | null = null
  for (;;) {
    const ids: string[] = await listHeld(db, { reasons, after, limit: BATCH })
    await db.transaction().execute((tx) => outbox.add(tx, workOf(ids)))
    if (ids.length < BATCH) return
    after = ids.at(-1) ?? null
  }
}
