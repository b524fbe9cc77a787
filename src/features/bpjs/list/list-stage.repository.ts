import { sql } from 'kysely'
import type { Pool } from 'pg'
import { copyIn } from '../../../platform/db/copy-in.ts'
import type { Tx } from '../../database.ts'
import type { StoredList, Summary } from './list-import.repository.ts'
import { membersTable } from './list-members.repository.ts'
import { STAGED_COLUMNS, type StagedBatch } from './staged-batch.ts'

const SEALED_TABLES = { blocks: 'list_block', refused: 'list_refused_block' } as const

export type Checkpoint = {
  line: number
  rowsRead: number
  rowsUsable: number
  rowsRepeated: number
  rowsRefused: number
  summary: Summary
}

/**
 * Writes a batch and notes how far the file is read, in one transaction: after a crash both are there or neither. False, and nothing is
 * written, when the list is not where `expectedLine` says: aborted, or in other hands.
 */
export async function stageBatch(
  pool: Pool,
  listId: string,
  expectedLine: number,
  batch: StagedBatch,
  reached: Checkpoint,
): Promise<boolean> {
  const client = await pool.connect()
  let broken: Error | undefined
  try {
    await client.query('BEGIN')
    const { rowCount } = await client.query(
      `UPDATE list_import SET line = $3, blocks = blocks + $4, refused_blocks = refused_blocks + $5, rows_read = $6,
         rows_usable = $7, rows_repeated = $8, rows_refused = $9, summary = $10
       WHERE id = $1 AND state = 'parsing' AND line = $2`,
      [
        listId,
        expectedLine,
        reached.line,
        batch.blocks.rows,
        batch.refused.rows,
        reached.rowsRead,
        reached.rowsUsable,
        reached.rowsRepeated,
        reached.rowsRefused,
        JSON.stringify(reached.summary),
      ],
    )
    if (rowCount === 0) {
      await client.query('ROLLBACK')
      return false
    }
    for (const part of ['members', 'blocks', 'refused'] as const) {
      const { copy } = batch[part]
      const into = `${part === 'members' ? membersTable(listId) : SEALED_TABLES[part]} (${STAGED_COLUMNS[part].join(', ')})`
      if (copy) await copyIn(client, `COPY ${into} FROM STDIN WITH (FORMAT binary)`, copy)
    }
    await client.query('COMMIT')
    return true
  } catch (error) {
    await client.query('ROLLBACK').catch((cause: Error) => {
      broken = cause
    })
    throw error
  } finally {
    client.release(broken)
  }
}

/** A million rows take longer than any statement of a request may. */
export async function allowLongStatements(tx: Tx): Promise<void> {
  await sql`SET LOCAL statement_timeout = '10min'`.execute(tx)
  // Sorting and joining a million keys of 32 bytes in memory instead of on disk.
  await sql`SET LOCAL work_mem = '128MB'`.execute(tx)
}

/** How many people of the list are registered with us in its region. */
export async function countMatched(tx: Tx, { id, regionCode }: Pick<StoredList, 'id' | 'regionCode'>): Promise<number> {
  const { rows } = await sql<{ people: number }>`
    SELECT count(*)::int AS people FROM list_member AS member
    WHERE member.list_id = ${id} AND EXISTS (
      SELECT FROM known_person AS known
      WHERE known.nik_index = member.nik_index
        AND (known.region_code = ${regionCode} OR known.region_code LIKE ${`${regionCode}.%`}))`.execute(tx)
  return rows[0]?.people ?? 0
}

/** Whoever lives, as far as the list tells, nowhere, lives where their newest registration says. */
export async function fillVillages(tx: Tx, listId: string): Promise<void> {
  await sql`
    UPDATE list_member AS member SET village_code = known.village_code
    FROM (
      SELECT DISTINCT ON (nik_index) nik_index, village_code FROM known_person ORDER BY nik_index, submitted_at DESC
    ) AS known
    WHERE member.list_id = ${listId} AND member.village_code IS NULL AND known.nik_index = member.nik_index
      AND known.village_code IS NOT NULL`.execute(tx)
}
