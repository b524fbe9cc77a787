import { setTimeout as wait } from 'node:timers/promises'
import { sql } from 'kysely'
import type { Db, Tx } from '../../database.ts'

const ATTEMPTS = 60
const PAUSE_MS = 1_000

/** The table of the members of a list: a partition of `list_member` once it is closed (migration keep-each-list-apart). */
export const membersTable = (listId: string): string => {
  const digits = listId.replaceAll('-', '')
  if (!/^[0-9a-f]{32}$/.test(digits)) throw new RangeError('not the id of a list')
  return `list_member_${digits}`
}

/** Makes the table that members are written to while the file is read. False when the list is not `parsing` any more. */
export async function openMembers(db: Db, listId: string): Promise<boolean> {
  // The lock: an abort waits, and then drops what is made here.
  const { rows } = await sql`
    SELECT open_list_members(list.id) FROM (
      SELECT id FROM list_import WHERE id = ${listId} AND state = 'parsing' FOR UPDATE
    ) AS list`.execute(db)
  return rows.length > 0
}

/** Gives the members their key and shows them to whoever reads `list_member`. */
export async function closeMembers(tx: Tx, listId: string): Promise<void> {
  await sql`SELECT close_list_members(${listId})`.execute(tx)
}

const isLockTimeout = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === '55P03'

/**
 * Takes the members of a list away. Waits for statements that read members, a second at a time so that nobody waits longer behind it;
 * throws what the database says when it was busy for minutes. Stops when `signal` is aborted (throws).
 */
export async function dropMembers(db: Db, listId: string, signal: AbortSignal): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    signal.throwIfAborted()
    try {
      await sql`SELECT drop_list_members(${listId})`.execute(db)
      return
    } catch (error) {
      if (!isLockTimeout(error) || attempt === ATTEMPTS) throw error
      await wait(PAUSE_MS, undefined, { signal })
    }
  }
}

const CLEANED_PER_STATEMENT = 20_000
const SEALED_TABLES = { parts: 'list_part', blocks: 'list_block', refused: 'list_refused_block' } as const
export type ListRemains = keyof typeof SEALED_TABLES | 'members'

/** Deletes what belongs to a list beside its record. Few rows at a time: nobody waits for it. Stops between them when `signal` is aborted (throws). */
export async function deleteRemains(
  db: Db,
  listId: string,
  remains: readonly ListRemains[],
  signal: AbortSignal,
): Promise<void> {
  for (const kind of remains) {
    if (kind === 'members') {
      await dropMembers(db, listId, signal)
      continue
    }
    const table = sql.table(SEALED_TABLES[kind])
    for (let left = true; left; ) {
      signal.throwIfAborted()
      const { numAffectedRows } = await sql`
        DELETE FROM ${table} WHERE ctid = ANY(ARRAY(
          SELECT ctid FROM ${table} WHERE list_id = ${listId} LIMIT ${CLEANED_PER_STATEMENT}))`.execute(db)
      left = (numAffectedRows ?? 0n) > 0n
    }
  }
}
