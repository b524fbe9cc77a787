import { sql } from 'kysely'
import type { Db, Tx } from '../../database.ts'

export type MembershipList = { id: string; month: string; fileHash: Buffer; isComplete: boolean }

export type ListRecord = MembershipList & {
  rowsImported: number
  rowsRepeated: number
  rowsRefused: number
  importedBy: string
  importedAt: Date
}

export type ListEntry = { nikIndex: Buffer; sealedMember: Buffer }

/** One import at a time, until the transaction ends. The number is ours alone ("JKNL"). */
export async function lockImports(tx: Tx): Promise<void> {
  await sql`select pg_advisory_xact_lock(1246449228)`.execute(tx)
}

/** The list that answers: the newest import of the newest month, or of the month given. */
export async function findNewestList(executor: Db | Tx, month?: string): Promise<MembershipList | undefined> {
  let query = executor
    .selectFrom('membership_list')
    .select(['id', 'month', 'file_hash', 'is_complete'])
    .orderBy('month', 'desc')
    .orderBy('imported_at', 'desc')
    .orderBy('id', 'desc')
    .limit(1)
  if (month !== undefined) query = query.where('month', '=', month)
  const row = await query.executeTakeFirst()
  return row && { id: row.id, month: row.month, fileHash: row.file_hash, isComplete: row.is_complete }
}

/** Sealed members of a list by blind index, as hexadecimal text. */
export async function findEntries(
  executor: Db | Tx,
  listId: string,
  nikIndexes: Buffer[],
): Promise<Map<string, Buffer>> {
  const rows = await executor
    .selectFrom('membership_list_entry')
    .select(['nik_index', 'sealed_member'])
    .where('list_id', '=', listId)
    .where('nik_index', '=', sql<Buffer>`any(${nikIndexes}::bytea[])`)
    .execute()
  return new Map(rows.map((row) => [row.nik_index.toString('hex'), row.sealed_member]))
}

/** Written after its entries, when the counts are known: the foreign key is checked at commit. */
export async function recordList(tx: Tx, list: ListRecord): Promise<void> {
  await tx
    .insertInto('membership_list')
    .values({
      id: list.id,
      month: list.month,
      file_hash: list.fileHash,
      is_complete: list.isComplete,
      rows_imported: list.rowsImported,
      rows_repeated: list.rowsRepeated,
      rows_refused: list.rowsRefused,
      imported_by: list.importedBy,
      imported_at: list.importedAt,
    })
    .execute()
}

/** Returns the indexes (hexadecimal) that were new to the list; the first row of a NIK stays. */
export async function addEntries(tx: Tx, listId: string, entries: ListEntry[]): Promise<Set<string>> {
  const added = await sql<{ nik_index: Buffer }>`
    insert into membership_list_entry (list_id, nik_index, sealed_member)
    select ${listId}::uuid, entry.*
    from unnest(
      ${entries.map((entry) => entry.nikIndex)}::bytea[],
      ${entries.map((entry) => entry.sealedMember)}::bytea[]
    ) as entry (nik_index, sealed_member)
    on conflict do nothing
    returning nik_index`.execute(tx)
  return new Set(added.rows.map((row) => row.nik_index.toString('hex')))
}

/** Keeps the members of the newest list of each of the newest `monthsKept` months. */
export async function deleteReplacedEntries(tx: Tx, monthsKept: number): Promise<void> {
  await sql`
    delete from membership_list_entry
    where list_id in (
      select id from membership_list
      except
      (select distinct on (month) id from membership_list
       where month in (select distinct month from membership_list order by month desc limit ${monthsKept})
       order by month desc, imported_at desc, id desc)
    )`.execute(tx)
}
