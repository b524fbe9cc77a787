import { type Selectable, sql } from 'kysely'
import type { BatchState, BatchTotals } from '../../../contracts/api/batches.ts'
import type { EnrolmentRule } from '../../../contracts/api/enrolment-rules.ts'
import type { ErrorCode } from '../../../contracts/errors.ts'
import type { DB, Db, Tx } from '../../database.ts'

export type StoredBatch = {
  id: string
  regionCode: string
  name: string
  state: BatchState
  createdBy: string
  createdAt: Date
  askedBy: string | null
  askedAt: Date | null
  sealRest: boolean
  letterNumber: string | null
  problem: ErrorCode | null
  seal: StoredSeal | null
  profile: { id: string; version: number } | null
}

export type StoredSeal = {
  number: string
  sealedBy: string
  sealedByName: string
  sealedAt: Date
  rows: number
  hash: Buffer
  totals: BatchTotals
  rule: EnrolmentRule | null
  expectedActiveOn: string | null
}

// The columns hold what the contract wrote; the casts say so in this one place.
function readBatch(row: Selectable<DB['enrolment_batch']>): StoredBatch {
  const { number, sealed_by: sealedBy, sealed_at: sealedAt, content_hash: hash, row_count: rows } = row
  const isSealed = number !== null && sealedBy !== null && sealedAt !== null && hash !== null && rows !== null
  return {
    id: row.id,
    regionCode: row.region_code,
    name: row.name,
    state: row.state as BatchState,
    createdBy: row.created_by,
    createdAt: row.created_at,
    askedBy: row.asked_by,
    askedAt: row.asked_at,
    sealRest: row.seal_rest,
    letterNumber: row.letter_number,
    problem: row.problem as ErrorCode | null,
    seal: isSealed
      ? {
          number,
          sealedBy,
          sealedByName: row.sealed_by_name ?? '',
          sealedAt,
          rows,
          hash,
          totals: row.totals as BatchTotals,
          rule: row.rule as EnrolmentRule | null,
          expectedActiveOn: row.expected_active_on,
        }
      : null,
    profile:
      row.profile_id !== null && row.profile_version !== null
        ? { id: row.profile_id, version: row.profile_version }
        : null,
  }
}

export async function insertBatch(
  executor: Db,
  batch: { id: string; regionCode: string; name: string; createdBy: string; createdAt: Date },
): Promise<void> {
  await executor
    .insertInto('enrolment_batch')
    .values({
      id: batch.id,
      region_code: batch.regionCode,
      state: 'open',
      name: batch.name,
      created_by: batch.createdBy,
      created_at: batch.createdAt,
    })
    .execute()
}

/** A batch of one of these kab/kota. */
export async function findBatch(
  executor: Db,
  regionCodes: readonly string[] | null,
  batchId: string,
): Promise<StoredBatch | undefined> {
  let query = executor.selectFrom('enrolment_batch').selectAll().where('id', '=', batchId)
  if (regionCodes) query = query.where('region_code', '=', sql<string>`ANY(${[...regionCodes]}::text[])`)
  const row = await query.executeTakeFirst()
  return row && readBatch(row)
}

/** Held until the end of the transaction: rows come and go, and sealing goes on, one at a time. */
export async function lockBatch(
  tx: Tx,
  regionCodes: readonly string[] | null,
  batchId: string,
): Promise<StoredBatch | undefined> {
  let query = tx.selectFrom('enrolment_batch').selectAll().where('id', '=', batchId).forUpdate()
  if (regionCodes) query = query.where('region_code', '=', sql<string>`ANY(${[...regionCodes]}::text[])`)
  const row = await query.executeTakeFirst()
  return row && readBatch(row)
}

/** Newest first; `after` is the last one seen. */
export async function listBatches(
  executor: Db,
  wanted: {
    regionCodes: readonly string[]
    state: BatchState | undefined
    after: { createdAt: Date; id: string } | null
    limit: number
  },
): Promise<StoredBatch[]> {
  let query = executor
    .selectFrom('enrolment_batch')
    .selectAll()
    .where('region_code', '=', sql<string>`ANY(${[...wanted.regionCodes]}::text[])`)
  if (wanted.state) query = query.where('state', '=', wanted.state)
  const { after } = wanted
  if (after) query = query.where(sql<boolean>`(created_at, id) < (${after.createdAt}, ${after.id}::uuid)`)
  const rows = await query.orderBy('created_at', 'desc').orderBy('id', 'desc').limit(wanted.limit).execute()
  return rows.map(readBatch)
}

/** Asked to be sealed: from now on its rows are checked. */
export async function markAsked(
  tx: Tx,
  batchId: string,
  asked: { by: string; at: Date; sealRest: boolean; letterNumber: string | null },
): Promise<void> {
  await tx
    .updateTable('enrolment_batch')
    .set({
      state: 'checking',
      problem: null,
      asked_by: asked.by,
      asked_at: asked.at,
      seal_rest: asked.sealRest,
      letter_number: asked.letterNumber,
    })
    .where('id', '=', batchId)
    .execute()
}

/** Open again; `problem` says why it was not sealed. */
export async function reopenBatch(tx: Tx, batchId: string, problem: ErrorCode | null): Promise<void> {
  await tx.updateTable('enrolment_batch').set({ state: 'open', problem }).where('id', '=', batchId).execute()
}

export async function noteProblem(executor: Db, batchId: string, problem: ErrorCode | null): Promise<void> {
  await executor
    .updateTable('enrolment_batch')
    .set({ problem })
    .where('id', '=', batchId)
    .where('state', '=', 'checking')
    .execute()
}

export async function markDiscarded(tx: Tx, batchId: string): Promise<void> {
  await tx.updateTable('enrolment_batch').set({ state: 'discarded' }).where('id', '=', batchId).execute()
}

export async function markSealed(tx: Tx, batchId: string, seal: StoredSeal): Promise<void> {
  await tx
    .updateTable('enrolment_batch')
    .set({
      state: 'sealed',
      problem: null,
      number: seal.number,
      sealed_by: seal.sealedBy,
      sealed_by_name: seal.sealedByName,
      sealed_at: seal.sealedAt,
      row_count: seal.rows,
      content_hash: seal.hash,
      totals: JSON.stringify(seal.totals),
      rule: seal.rule && JSON.stringify(seal.rule),
      expected_active_on: seal.expectedActiveOn,
    })
    .where('id', '=', batchId)
    .execute()
}

/** The next number of the region's year. Whoever seals there waits until this transaction has ended: no number is lost. */
export async function takeSerial(tx: Tx, regionCode: string, year: number): Promise<number> {
  const { last } = await tx
    .insertInto('enrolment_batch_serial')
    .values({ region_code: regionCode, year, last: 1 })
    .onConflict((conflict) =>
      conflict.columns(['region_code', 'year']).doUpdateSet({ last: sql`enrolment_batch_serial.last + 1` }),
    )
    .returning('last')
    .executeTakeFirstOrThrow()
  return last
}

/** The layout of the first export stays with the batch. */
export async function keepProfile(
  executor: Db,
  batchId: string,
  profile: { id: string; version: number },
): Promise<void> {
  await executor
    .updateTable('enrolment_batch')
    .set({ profile_id: profile.id, profile_version: profile.version })
    .where('id', '=', batchId)
    .where('profile_id', 'is', null)
    .execute()
}
