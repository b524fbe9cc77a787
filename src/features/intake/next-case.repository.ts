import { sql } from 'kysely'
import type { Db } from '../database.ts'
import { inScope } from './proposal.repository.ts'
import type { Place } from './queue-place.domain.ts'
import type { Scope } from './scope.ts'

export type NextQuestion = {
  place: Place
  scope: Scope
  sort: 'dueAt' | 'likeness'
  userId: string
  now: Date
  /** Locks the case and passes over those that others are taking just now: two callers never get the same one. */
  lock: boolean
}

/** The first case of a queue that the caller could claim: free, not their own, and not kept for somebody else. */
export async function findNextCase(db: Db, question: NextQuestion): Promise<string | undefined> {
  const { place, scope, sort, userId, now, lock } = question
  if (scope.values.length === 0) return undefined
  const conditions = [
    inScope(scope, 'i'),
    sql<boolean>`s.state = 'in_review' AND s.created_by <> ${userId}`,
    place.queue === null ? sql<boolean>`s.queue IS NOT NULL` : sql<boolean>`s.queue = ${place.queue}`,
    place.leaseHolder === null
      ? sql<boolean>`(s.lease_holder IS NULL OR s.lease_until <= ${now})`
      : sql<boolean>`(s.lease_holder = ${place.leaseHolder} AND s.lease_until > ${now})`,
    ...(place.lateBefore ? [sql<boolean>`s.due_at < ${place.lateBefore}`] : []),
    ...(place.firstFor
      ? [sql<boolean>`(s.reserved_until IS NULL OR s.reserved_until <= ${now} OR s.reserved_for = ${place.firstFor})`]
      : []),
  ]
  const { rows } = await sql<{ id: string }>`
    SELECT s.proposal_id AS id FROM proposal_status s
    ${scope.villagesIn === null ? sql`` : sql`JOIN intake i ON i.id = s.intake_id`}
    WHERE ${sql.join(conditions, sql` AND `)}
    ORDER BY ${sort === 'likeness' ? sql`(- s.likeness)` : sql`s.due_at`}, s.proposal_id
    LIMIT 1 ${lock ? sql`FOR UPDATE OF s SKIP LOCKED` : sql``}`.execute(db)
  return rows[0]?.id
}
