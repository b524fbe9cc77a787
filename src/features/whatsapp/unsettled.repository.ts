import { sql } from 'kysely'
import type { Db } from '../database.ts'

/**
 * Hand-overs whose time is over and that nobody has answered for; asked about ever less often, at least hourly. Those of another
 * gateway are listed once, to become unknown: only that one could tell.
 */
export async function listUnsettled(
  executor: Db,
  due: { gateway: string; handedOverBefore: Date; now: Date; limit: number },
): Promise<{ id: string; contactId: string }[]> {
  return await executor
    .selectFrom('message')
    .select(['id', 'contact_id as contactId'])
    .where('state', 'in', ['sending', 'unknown'])
    .where((where) => where.or([where('state', '=', 'sending'), where('gateway', '=', due.gateway)]))
    .where('sending_at', '<', due.handedOverBefore)
    .where(
      sql<boolean>`(asked_at IS NULL OR ${due.now}::timestamptz - asked_at >= least(interval '1 hour',
        greatest(interval '10 seconds', asked_at - sending_at)))`,
    )
    .orderBy(sql`coalesce(asked_at, sending_at)`)
    .limit(due.limit)
    .execute()
}

export async function recordAsked(executor: Db, id: string, at: Date): Promise<void> {
  await executor.updateTable('message').set({ asked_at: at }).where('id', '=', id).execute()
}
