import { sql } from 'kysely'
import type { State } from '../../contracts/lifecycle/states.ts'
import type { Db } from '../database.ts'

export type GuessCount = { failures: number; windowEndsAt: Date }

/**
 * Counts one guess before it is compared, in one statement, so that parallel ones cannot all slip in before the first
 * failure is written down. A window that has ended starts again.
 */
export async function countGuess(
  executor: Db,
  receiptNumber: string,
  { now, windowEndsAt }: { now: Date; windowEndsAt: Date },
): Promise<GuessCount> {
  const row = await executor
    .insertInto('status_guard')
    .values({ receipt_number: receiptNumber, failures: 1, window_ends_at: windowEndsAt })
    .onConflict((conflict) =>
      conflict.column('receipt_number').doUpdateSet({
        failures: sql<number>`case when status_guard.window_ends_at <= ${now} then 1 else status_guard.failures + 1 end`,
        window_ends_at: sql<Date>`case when status_guard.window_ends_at <= ${now} then ${windowEndsAt} else status_guard.window_ends_at end`,
      }),
    )
    .returning(['failures', 'window_ends_at'])
    .executeTakeFirstOrThrow()
  return { failures: row.failures, windowEndsAt: row.window_ends_at }
}

/** Takes back one counted guess that was right. */
export async function forgiveGuess(executor: Db, receiptNumber: string): Promise<void> {
  await executor
    .updateTable('status_guard')
    .set({ failures: sql<number>`greatest(failures - 1, 0)` })
    .where('receipt_number', '=', receiptNumber)
    .execute()
}

/** Removes counts whose window has ended. */
export async function deleteEndedGuesses(executor: Db, now: Date): Promise<void> {
  await executor.deleteFrom('status_guard').where('window_ends_at', '<=', now).execute()
}

export type Receipt = { intakeId: string; regionCode: string; submittedAt: Date; householdSealed: Buffer }

/** One row, whoever belongs to it: only what is compared and what stands beside it. */
export async function findReceipt(executor: Db, receiptNumber: string): Promise<Receipt | undefined> {
  const row = await executor
    .selectFrom('intake')
    .select(['id', 'region_code', 'submitted_at', 'household_sealed'])
    .where('receipt_number', '=', receiptNumber)
    .executeTakeFirst()
  return (
    row && {
      intakeId: row.id,
      regionCode: row.region_code,
      submittedAt: row.submitted_at,
      householdSealed: row.household_sealed,
    }
  )
}

/** In the order of registration. A decision that may still be undone is nobody's business yet: until then it is in review. */
export async function listStates(executor: Db, intakeId: string, now: Date): Promise<State[]> {
  const rows = await executor
    .selectFrom('proposal as p')
    .innerJoin('proposal_status as s', 's.proposal_id', 'p.id')
    .select(['s.state', 's.undo_until'])
    .where('p.intake_id', '=', intakeId)
    .orderBy('s.proposal_id')
    .execute()
  return rows.map((row) => (row.undo_until && row.undo_until > now ? 'in_review' : (row.state as State)))
}
