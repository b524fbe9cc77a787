import { sql } from 'kysely'
import type { Db } from '../../database.ts'

/** `first`, `last` and `slots`: the smallest and the largest slot, and how many different ones. */
export type CountedBlock = { members: number; first: number; last: number; slots: number }

/** Members of a list by block: one look at all of them; a million are 8,000 blocks. */
export async function countByBlock(executor: Db, listId: string): Promise<Map<number, CountedBlock>> {
  const { rows } = await sql<CountedBlock & { block: number }>`
    SELECT block, count(*)::int AS members, min(slot) AS first, max(slot) AS last, count(DISTINCT slot)::int AS slots
    FROM list_member WHERE list_id = ${listId} GROUP BY block`.execute(executor)
  return new Map(rows.map(({ block, ...counted }) => [block, counted]))
}

export async function readBlocks(
  executor: Db,
  listId: string,
  from: number,
  limit: number,
): Promise<{ position: number; sealed: Buffer }[]> {
  const { rows } = await sql<{ position: number; sealed: Buffer }>`
    SELECT position, sealed FROM list_block WHERE list_id = ${listId} AND position >= ${from}
    ORDER BY position LIMIT ${limit}`.execute(executor)
  return rows
}

/**
 * Lists that have members and should have none, or are not there: their tables have no key to their list. Of a list that is read, waits or
 * is cleaned up they may be there.
 */
export async function listStrayMembers(executor: Db): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    SELECT member.list_id AS id FROM (
      SELECT substr(relname, length('list_member_') + 1)::uuid AS list_id FROM pg_class
      WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND relname ~ '^list_member_[0-9a-f]{32}$'
    ) AS member LEFT JOIN list_import AS list ON list.id = member.list_id
    WHERE list.has_members IS NOT TRUE
      AND (list.state IN ('parsing', 'dry_run_ready', 'approved', 'applying')
        OR (list.state = 'aborted' AND list.cleaned_at IS NULL)) IS NOT TRUE`.execute(executor)
  return rows.map(({ id }) => id)
}
