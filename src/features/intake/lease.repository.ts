import { sql } from 'kysely'
import type { Db } from '../database.ts'

/**
 * Takes the review lease by compare-and-set: one UPDATE whose condition is that the case is free (or the caller's own,
 * or may be taken over). True for the one caller that got it. The claim is journalled by the same statement; a renewal is not.
 */
export async function takeLease(
  db: Db,
  claim: {
    proposalId: string
    userId: string
    role: string
    now: Date
    until: Date
    takeOver: boolean
    /** May have what is kept for somebody else. */
    passesReservation: boolean
  },
): Promise<boolean> {
  const result = await sql<{ proposal_id: string }>`
    WITH taken AS (
      UPDATE proposal_status s SET
        lease_holder = ${claim.userId},
        lease_until = ${claim.until},
        sequence = s.sequence + CASE WHEN b.lease_holder = ${claim.userId} AND b.lease_until > ${claim.now} THEN 0 ELSE 1 END
      FROM proposal_status b
      WHERE s.proposal_id = ${claim.proposalId} AND b.proposal_id = s.proposal_id
        AND s.state = 'in_review' AND s.created_by <> ${claim.userId}
        AND (${claim.takeOver} OR s.lease_holder IS NULL OR s.lease_holder = ${claim.userId} OR s.lease_until <= ${claim.now})
        AND (${claim.passesReservation} OR s.reserved_until IS NULL OR s.reserved_until <= ${claim.now} OR s.reserved_for = ${claim.userId}
          OR (s.lease_holder = ${claim.userId} AND s.lease_until > ${claim.now}))
      RETURNING s.proposal_id, s.sequence, s.version, s.sequence > b.sequence AS is_new,
        b.lease_holder IS NOT NULL AND b.lease_until > ${claim.now} AS was_held
    ), logged AS (
      INSERT INTO journal (proposal_id, sequence, action, actor_id, actor_role, at, version, data)
      SELECT proposal_id, sequence, CASE WHEN was_held THEN 'take_over' ELSE 'claim' END, ${claim.userId}, ${claim.role},
        ${claim.now}, version, '{}'
      FROM taken WHERE is_new
    )
    SELECT proposal_id FROM taken`.execute(db)
  return result.rows.length === 1
}

/** Gives the lease back; false when the caller does not hold it. */
export async function dropLease(
  db: Db,
  release: { proposalId: string; userId: string; role: string; now: Date },
): Promise<boolean> {
  const result = await sql<{ proposal_id: string }>`
    WITH dropped AS (
      UPDATE proposal_status SET lease_holder = NULL, lease_until = NULL, sequence = sequence + 1
      WHERE proposal_id = ${release.proposalId} AND state = 'in_review'
        AND lease_holder = ${release.userId} AND lease_until > ${release.now}
      RETURNING proposal_id, sequence, version
    ), logged AS (
      INSERT INTO journal (proposal_id, sequence, action, actor_id, actor_role, at, version, data)
      SELECT proposal_id, sequence, 'release', ${release.userId}, ${release.role}, ${release.now}, version, '{}' FROM dropped
    )
    SELECT proposal_id FROM dropped`.execute(db)
  return result.rows.length === 1
}

/** Activity of the holder keeps the lease; does nothing for anybody else. */
export async function renewLease(
  db: Db,
  renewal: { proposalId: string; userId: string; now: Date; until: Date },
): Promise<void> {
  await db
    .updateTable('proposal_status')
    .set({ lease_until: renewal.until })
    .where('proposal_id', '=', renewal.proposalId)
    .where('lease_holder', '=', renewal.userId)
    .where('lease_until', '>', renewal.now)
    .execute()
}
