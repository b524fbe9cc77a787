import { type Selectable, sql } from 'kysely'
import { z } from 'zod'
import { LIST_ISSUE_CODES } from '../../../contracts/api/bpjs.ts'
import { LIST_COLUMNS, type ListKind, type ListState, listFactsSchema } from '../../../contracts/api/lists.ts'
import type { DB, Db, Tx } from '../../database.ts'

const tally = z.record(z.string(), z.int())
/** What reading has counted so far. Keys are words of the list; nothing here identifies a person. */
export const summarySchema = z.object({
  /** The header of the file, as it is written. */
  header: z.array(z.string()),
  /** Known at the end of the file. */
  facts: listFactsSchema.nullable().default(null),
  segments: tally,
  unknownStatuses: tally,
  faults: tally,
  first: z.array(
    z.object({ line: z.int(), column: z.enum(LIST_COLUMNS), code: z.enum(LIST_ISSUE_CODES), isRefused: z.boolean() }),
  ),
})
export type Summary = z.infer<typeof summarySchema>
export const EMPTY_SUMMARY: Summary = {
  header: [],
  facts: null,
  segments: {},
  unknownStatuses: {},
  faults: {},
  first: [],
}

export type StoredList = {
  id: string
  kind: ListKind
  regionCode: string
  /** yyyy-MM-dd, the first day. */
  month: string
  state: ListState
  isPartial: boolean
  isAllActive: boolean
  isComplete: boolean
  fileBytes: number
  fileParts: number
  fileHash: Buffer | null
  /** A code of `list.fault.*`, or `table_*` of the table reader. */
  fault: string | null
  faultLine: number | null
  line: number
  blocks: number
  refusedBlocks: number
  rowsRead: number
  rowsUsable: number
  rowsRepeated: number
  rowsRefused: number
  rowsMatched: number
  summary: Summary
  hasMembers: boolean
  createdBy: string
  createdAt: Date
  readyAt: Date | null
  approvedBy: string | null
  approvedAt: Date | null
  appliedAt: Date | null
  cleanedAt: Date | null
}

function readList(row: Selectable<DB['list_import']>): StoredList {
  return {
    id: row.id,
    kind: row.kind as ListKind,
    regionCode: row.region_code,
    month: row.month,
    state: row.state as ListState,
    isPartial: row.is_partial,
    isAllActive: row.is_all_active,
    isComplete: row.is_complete,
    fileBytes: Number(row.file_bytes),
    fileParts: row.file_parts,
    fileHash: row.file_hash,
    fault: row.fault,
    faultLine: row.fault_line,
    line: row.line,
    blocks: row.blocks,
    refusedBlocks: row.refused_blocks,
    rowsRead: row.rows_read,
    rowsUsable: row.rows_usable,
    rowsRepeated: row.rows_repeated,
    rowsRefused: row.rows_refused,
    rowsMatched: row.rows_matched,
    summary: summarySchema.parse(row.summary),
    hasMembers: row.has_members,
    createdBy: row.created_by,
    createdAt: row.created_at,
    readyAt: row.ready_at,
    approvedBy: row.approved_by,
    approvedAt: row.approved_at,
    appliedAt: row.applied_at,
    cleanedAt: row.cleaned_at,
  }
}

/** Lists of the region, of what lies in it and of what it lies in: each says something of its residents. */
export const listsAround = (regionCode: string) =>
  sql<boolean>`(region_code = ${regionCode} OR region_code LIKE ${`${regionCode}.%`} OR ${regionCode} LIKE region_code || '.%')`

export async function insertList(
  tx: Tx,
  list: Pick<
    StoredList,
    'id' | 'kind' | 'regionCode' | 'month' | 'isPartial' | 'isAllActive' | 'createdBy' | 'createdAt'
  >,
): Promise<void> {
  await tx
    .insertInto('list_import')
    .values({
      id: list.id,
      kind: list.kind,
      region_code: list.regionCode,
      month: list.month,
      state: 'uploading',
      is_partial: list.isPartial,
      is_all_active: list.isAllActive,
      summary: JSON.stringify(EMPTY_SUMMARY),
      created_by: list.createdBy,
      created_at: list.createdAt,
    })
    .execute()
}

export async function findList(db: Db, id: string): Promise<StoredList | undefined> {
  const row = await db.selectFrom('list_import').selectAll().where('id', '=', id).executeTakeFirst()
  return row && readList(row)
}

/** The list if it concerns the region. */
export async function findListAround(db: Db, regionCode: string, id: string): Promise<StoredList | undefined> {
  const row = await db
    .selectFrom('list_import')
    .selectAll()
    .where('id', '=', id)
    .where(listsAround(regionCode))
    .executeTakeFirst()
  return row && readList(row)
}

/** Of the region itself or of what lies in it, locked. */
export async function lockList(tx: Tx, id: string): Promise<StoredList | undefined> {
  const row = await tx.selectFrom('list_import').selectAll().where('id', '=', id).forUpdate().executeTakeFirst()
  return row && readList(row)
}

export async function listLists(
  db: Db,
  regionCode: string,
  { kind, limit }: { kind?: ListKind | undefined; limit: number },
): Promise<StoredList[]> {
  let query = db
    .selectFrom('list_import')
    .selectAll()
    .where(listsAround(regionCode))
    .orderBy('month', 'desc')
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit)
  if (kind) query = query.where('kind', '=', kind)
  return (await query.execute()).map(readList)
}

export async function changeList(
  db: Db,
  id: string,
  change: Partial<{
    state: ListState
    file_bytes: number
    file_parts: number
    file_hash: Buffer
    fault: string
    fault_line: number | null
    is_complete: boolean
    rows_matched: number
    has_members: boolean
    ready_at: Date
    approved_by: string
    approved_at: Date
    applied_at: Date
    ended_at: Date
    cleaned_at: Date
  }>,
): Promise<void> {
  await db.updateTable('list_import').set(change).where('id', '=', id).execute()
}

/** Ends a list that waits for a person; false when it does not wait any more. */
export async function abortWaiting(db: Db, id: string, at: Date): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('list_import')
    .set({ state: 'aborted', ended_at: at })
    .where('id', '=', id)
    .where('state', 'in', ['uploading', 'dry_run_ready'])
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

/** One upload of a region is begun at a time, until the transaction ends: of two with the same file one finds the other. */
export async function lockRegionLists(tx: Tx, regionCode: string): Promise<void> {
  await sql`SELECT pg_advisory_xact_lock(hashtextextended(${`list:${regionCode}`}, 0))`.execute(tx)
}

/** The applied lists with people that count: the newest of each region, kind and month. Newest month first. */
export async function listCurrent(
  db: Db,
  where: { kind: ListKind; regionCode?: string; month?: string },
): Promise<StoredList[]> {
  const rows = await sql<Selectable<DB['list_import']>>`
    SELECT DISTINCT ON (month, region_code) * FROM list_import
    WHERE kind = ${where.kind} AND state = 'applied'
      AND (${where.regionCode ?? null}::text IS NULL OR region_code = ${where.regionCode ?? null})
      AND (${where.month ?? null}::date IS NULL OR month = ${where.month ?? null}::date)
    ORDER BY month DESC, region_code, applied_at DESC, id DESC`.execute(db)
  return rows.rows.map(readList)
}

/** A list of the same file that is under way, or that is what counts for its month. */
export async function findSameFile(
  tx: Tx,
  { kind, regionCode, month, id }: Pick<StoredList, 'kind' | 'regionCode' | 'month' | 'id'>,
  hash: Buffer,
): Promise<string | undefined> {
  const [current] = await listCurrent(tx, { kind, regionCode, month })
  if (current?.fileHash?.equals(hash)) return current.id
  const row = await tx
    .selectFrom('list_import')
    .select('id')
    .where('kind', '=', kind)
    .where('region_code', '=', regionCode)
    .where('month', '=', month)
    .where('file_hash', '=', hash)
    .where('state', 'in', ['uploaded', 'parsing', 'dry_run_ready', 'approved', 'applying'])
    .where('id', '<>', id)
    .executeTakeFirst()
  return row?.id
}

export async function putPart(
  tx: Tx,
  part: { listId: string; position: number; bytes: number; sealed: Buffer },
): Promise<void> {
  await sql`
    INSERT INTO list_part (list_id, position, bytes, sealed)
    VALUES (${part.listId}, ${part.position}, ${part.bytes}, ${part.sealed})
    ON CONFLICT (list_id, position) DO UPDATE SET bytes = excluded.bytes, sealed = excluded.sealed`.execute(tx)
}

export async function sumParts(db: Db, listId: string): Promise<{ parts: number; bytes: number; last: number }> {
  const { rows } = await sql<{ parts: number; bytes: number; last: number }>`
    SELECT count(*)::int AS parts, coalesce(sum(bytes), 0)::bigint AS bytes, coalesce(max(position), -1) AS last
    FROM list_part WHERE list_id = ${listId}`.execute(db)
  return rows[0] ?? { parts: 0, bytes: 0, last: -1 }
}

export async function readPart(db: Db, listId: string, position: number): Promise<Buffer | undefined> {
  const row = await db
    .selectFrom('list_part')
    .select('sealed')
    .where('list_id', '=', listId)
    .where('position', '=', position)
    .executeTakeFirst()
  return row?.sealed
}

export async function readRefusedBlock(db: Db, listId: string, position: number): Promise<Buffer | undefined> {
  const row = await db
    .selectFrom('list_refused_block')
    .select('sealed')
    .where('list_id', '=', listId)
    .where('position', '=', position)
    .executeTakeFirst()
  return row?.sealed
}

/** Applied lists that still have people, and lists that have waited for a person since before then. */
export async function listEndable(
  db: Db,
  before: Date,
): Promise<{ withMembers: StoredList[]; forgotten: StoredList[] }> {
  const withMembers = await db.selectFrom('list_import').selectAll().where('has_members', '=', true).execute()
  const forgotten = await db
    .selectFrom('list_import')
    .selectAll()
    .where('state', 'in', ['uploading', 'dry_run_ready'])
    .where('created_at', '<', before)
    .execute()
  return { withMembers: withMembers.map(readList), forgotten: forgotten.map(readList) }
}

export type FoundMember = {
  listId: string
  month: string
  standing: 'active' | 'inactive' | 'unknown'
  position: number
  slot: number
  sealed: Buffer
}

/** What the lists say of these people, by blind index as hexadecimal text; of two lists the newer one speaks. */
export async function findMembers(
  db: Db,
  listIds: readonly string[],
  nikIndexes: readonly Buffer[],
): Promise<Map<string, FoundMember>> {
  const { rows } = await sql<FoundMember & { nikIndex: Buffer }>`
    SELECT member.nik_index AS "nikIndex", list.id AS "listId", list.month, member.standing, block.position,
      member.slot, block.sealed
    FROM list_import AS list
    JOIN list_member AS member ON member.list_id = list.id AND member.nik_index = ANY(${nikIndexes}::bytea[])
    JOIN list_block AS block ON block.list_id = list.id AND block.position = member.block
    WHERE list.id = ANY(${listIds}::uuid[])
    ORDER BY list.month, list.applied_at`.execute(db)
  return new Map(rows.map(({ nikIndex, ...member }) => [nikIndex.toString('hex'), member]))
}
