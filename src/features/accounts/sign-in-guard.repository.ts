import { sql } from 'kysely'
import type { Db } from '../database.ts'
import type { GuardKind } from './sign-in-guard.domain.ts'

export type GuardState = { failures: number; windowStartedAt: Date; lockedUntil: Date | null; lockCount: number }

type GuardKey = { kind: GuardKind; subject: Buffer }

const toState = (row: {
  failures: number
  window_started_at: Date
  locked_until: Date | null
  lock_count: number
}): GuardState => ({
  failures: row.failures,
  windowStartedAt: row.window_started_at,
  lockedUntil: row.locked_until,
  lockCount: row.lock_count,
})

/**
 * Counts one attempt before it is made, in one statement, so that parallel guesses cannot all slip in before the first
 * failure is written down. While a lock lasts nothing is counted.
 */
export async function countAttempt(
  executor: Db,
  { kind, subject }: GuardKey,
  at: Date,
  bounds: { windowStart: Date; forgetBefore: Date },
): Promise<GuardState> {
  const row = await executor
    .insertInto('sign_in_guard')
    .values({ kind, subject, failures: 1, window_started_at: at, last_attempt_at: at })
    .onConflict((conflict) =>
      conflict.columns(['kind', 'subject']).doUpdateSet({
        failures: sql<number>`case
          when sign_in_guard.locked_until > ${at} then sign_in_guard.failures
          when sign_in_guard.window_started_at <= ${bounds.windowStart} or sign_in_guard.locked_until is not null then 1
          else sign_in_guard.failures + 1 end`,
        window_started_at: sql<Date>`case
          when sign_in_guard.locked_until > ${at} then sign_in_guard.window_started_at
          when sign_in_guard.window_started_at <= ${bounds.windowStart} or sign_in_guard.locked_until is not null then ${at}
          else sign_in_guard.window_started_at end`,
        locked_until: sql<Date | null>`case when sign_in_guard.locked_until > ${at} then sign_in_guard.locked_until end`,
        lock_count: sql<number>`case when sign_in_guard.last_attempt_at <= ${bounds.forgetBefore} then 0 else sign_in_guard.lock_count end`,
        last_attempt_at: at,
      }),
    )
    .returning(['failures', 'window_started_at', 'locked_until', 'lock_count'])
    .executeTakeFirstOrThrow()
  return toState(row)
}

/** Locks once the failures have reached the limit; false when they have not, or when somebody else has just locked. */
export async function lock(
  executor: Db,
  { kind, subject }: GuardKey,
  given: { limit: number; until: Date; previousLocks: number },
): Promise<boolean> {
  const result = await executor
    .updateTable('sign_in_guard')
    .set({ locked_until: given.until, lock_count: given.previousLocks + 1 })
    .where('kind', '=', kind)
    .where('subject', '=', subject)
    .where('failures', '>=', given.limit)
    .where('locked_until', 'is', null)
    .where('lock_count', '=', given.previousLocks)
    .executeTakeFirst()
  return result.numUpdatedRows > 0n
}

/** Takes back one counted attempt that was no failure. */
export async function forgiveAttempt(executor: Db, { kind, subject }: GuardKey): Promise<void> {
  await executor
    .updateTable('sign_in_guard')
    .set({ failures: sql<number>`greatest(failures - 1, 0)` })
    .where('kind', '=', kind)
    .where('subject', '=', subject)
    .execute()
}

/** Forgets failures and locks. */
export async function clearGuard(executor: Db, { kind, subject }: GuardKey): Promise<void> {
  await executor.deleteFrom('sign_in_guard').where('kind', '=', kind).where('subject', '=', subject).execute()
}

export async function deleteStaleGuards(executor: Db, before: Date): Promise<number> {
  const result = await executor.deleteFrom('sign_in_guard').where('last_attempt_at', '<', before).executeTakeFirst()
  return Number(result.numDeletedRows)
}
