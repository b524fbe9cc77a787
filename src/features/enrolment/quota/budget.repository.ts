import { sql } from 'kysely'
import type { AddOpening, OpeningSource, Tariff } from '../../../contracts/api/quota.ts'
import type { Db, Tx } from '../../database.ts'
import type { Budget, Counts, Place, Seat } from './seats.domain.ts'

export type StoredTakeover = { id: string; sha256: string; sheet: string | null; rows: number; cases: number }

export type StoredBudget = Budget & { note: string; version: number; updatedBy: string; updatedAt: Date }

/** Of the kab/kota of the caller, in the order of their codes. */
export async function listBudgets(executor: Db, regionCodes: readonly string[], year: number): Promise<StoredBudget[]> {
  const rows = await executor
    .selectFrom('quota_budget')
    .selectAll()
    .where('region_code', '=', sql<string>`ANY(${regionCodes}::text[])`)
    .where('year', '=', year)
    .orderBy('region_code')
    .execute()
  return rows.map(({ region_code, updated_by, updated_at, ...row }) => ({
    ...row,
    regionCode: region_code,
    updatedBy: updated_by,
    updatedAt: updated_at,
  }))
}

/** What is held and waited for beside the opening balance, counted anew, by region; regions without any are missing. */
export async function countHeld(
  executor: Db,
  regionCodes: readonly string[],
  year: number,
): Promise<Map<string, Counts>> {
  const { rows } = await sql<Counts & { region: string }>`
    SELECT region_code AS region, count(*) FILTER (WHERE state = 'reserved')::integer AS reserved,
      count(*) FILTER (WHERE state = 'committed')::integer AS committed,
      count(*) FILTER (WHERE state = 'waiting')::integer AS waiting
    FROM quota_seat WHERE region_code = ANY(${regionCodes}::text[]) AND year = ${year} AND takeover_id IS NULL GROUP BY region_code`.execute(
    executor,
  )
  return new Map(rows.map(({ region, ...counts }) => [region, counts]))
}

/** The place must be closed: the counts are those of its seats now. */
export async function putBudget(
  tx: Tx,
  {
    place,
    seats,
    opening,
    counts,
    note,
    by,
    at,
  }: {
    place: Place
    seats: number
    opening: number
    counts: Counts
    note: string
    by: string
    at: Date
  },
): Promise<void> {
  const values = { seats, opening, ...counts, note, updated_by: by, updated_at: at }
  await tx
    .insertInto('quota_budget')
    .values({ region_code: place.regionCode, year: place.year, ...values, version: 1 })
    .onConflict((conflict) =>
      conflict.columns(['region_code', 'year']).doUpdateSet({ ...values, version: sql`quota_budget.version + 1` }),
    )
    .execute()
}

export type StoredOpening = AddOpening & {
  id: string
  recordedBy: string
  recordedAt: Date
  takeover: StoredTakeover | null
}

export async function listOpenings(executor: Db, { regionCode, year }: Place): Promise<StoredOpening[]> {
  const rows = await executor
    .selectFrom('quota_opening as o')
    .leftJoin('quota_takeover as t', 't.id', 'o.takeover_id')
    .selectAll('o')
    .select(['t.file_hash', 't.sheet', 't.file_rows'])
    .select(sql<number>`(SELECT count(*)::integer FROM quota_seat s WHERE s.takeover_id = o.takeover_id)`.as('cases'))
    .where('o.region_code', '=', regionCode)
    .where('o.year', '=', year)
    .orderBy('o.as_of')
    .orderBy('o.id')
    .execute()
  return rows.map(({ takeover_id: id, file_hash: hash, sheet, file_rows, ...row }) => ({
    id: row.id,
    source: row.source as OpeningSource,
    people: row.people,
    asOf: row.as_of,
    document: row.document,
    recordedBy: row.recorded_by,
    recordedAt: row.recorded_at,
    takeover:
      id === null || hash === null
        ? null
        : { id, sha256: hash.toString('hex'), sheet, rows: file_rows ?? 0, cases: row.cases },
  }))
}

export async function insertOpening(
  tx: Tx,
  { regionCode, year }: Place,
  opening: Omit<StoredOpening, 'takeover'> & { takeoverId: string | null },
): Promise<void> {
  const { id, source, people, asOf, document, recordedBy, recordedAt, takeoverId } = opening
  await tx
    .insertInto('quota_opening')
    .values({
      id,
      region_code: regionCode,
      year,
      source,
      people,
      as_of: asOf,
      document,
      recorded_by: recordedBy,
      recorded_at: recordedAt,
      takeover_id: takeoverId,
    })
    .execute()
}

/** The opening balance alone, for a moment at which seats change hands between it and cases. The place must be closed. */
export async function setOpening(tx: Tx, { regionCode, year }: Place, opening: number): Promise<void> {
  await tx
    .updateTable('quota_budget')
    .set({ opening })
    .where('region_code', '=', regionCode)
    .where('year', '=', year)
    .execute()
}

export async function deleteOpening(tx: Tx, id: string): Promise<void> {
  await tx.deleteFrom('quota_opening').where('id', '=', id).execute()
}

export async function listTariffs(executor: Db, regionCode: string): Promise<Tariff[]> {
  const rows = await executor
    .selectFrom('quota_tariff')
    .select(['valid_from', 'valid_to', 'rupiah', 'document'])
    .where('region_code', '=', regionCode)
    .orderBy('valid_from')
    .execute()
  return rows.map(({ valid_from, valid_to, ...rest }) => ({ validFrom: valid_from, validTo: valid_to, ...rest }))
}

export async function putTariff(
  tx: Tx,
  regionCode: string,
  { validFrom, validTo, rupiah, document }: Tariff,
  { by, at }: { by: string; at: Date },
): Promise<void> {
  const values = { valid_to: validTo, rupiah, document, recorded_by: by, recorded_at: at }
  await tx
    .insertInto('quota_tariff')
    .values({ region_code: regionCode, valid_from: validFrom, ...values })
    .onConflict((conflict) => conflict.columns(['region_code', 'valid_from']).doUpdateSet(values))
    .execute()
}

/** Whether there was one. */
export async function deleteTariff(tx: Tx, regionCode: string, validFrom: string): Promise<boolean> {
  const { numDeletedRows } = await tx
    .deleteFrom('quota_tariff')
    .where('region_code', '=', regionCode)
    .where('valid_from', '=', validFrom)
    .executeTakeFirst()
  return numDeletedRows > 0n
}

/** Those who wait, a page behind `after`, with their places. */
export async function listLinePage(
  executor: Db,
  { regionCode, year }: Place,
  { after, limit }: { after: Pick<Seat, 'proposalId' | 'approvedAt'> | null; limit: number },
): Promise<{ proposalId: string; approvedAt: Date }[]> {
  let query = executor
    .selectFrom('quota_seat')
    .select(['proposal_id', 'approved_at'])
    .where('region_code', '=', regionCode)
    .where('year', '=', year)
    .where('state', '=', 'waiting')
  if (after) {
    query = query.where(
      sql<boolean>`(approved_at, proposal_id) > (${after.approvedAt}::timestamptz, ${after.proposalId}::uuid)`,
    )
  }
  const rows = await query.orderBy('approved_at').orderBy('proposal_id').limit(limit).execute()
  return rows.map((row) => ({ proposalId: row.proposal_id, approvedAt: row.approved_at }))
}

/**
 * Changes of the counts by day of the region. A case whose seat becomes one of an opening balance, or back, asks for nothing; while it is
 * one, nothing of it is among those that are sealed: `listSealedBefore` has those.
 */
export async function listDays(
  executor: Db,
  regionCode: string,
  { timeZone, from }: { timeZone: string; from: string },
): Promise<{ day: string; year: number; asked: number; committed: number }[]> {
  const { rows } = await sql<{ day: string; year: number; asked: number; committed: number }>`
    SELECT (e.at AT TIME ZONE ${timeZone})::date AS day, e.year,
      coalesce(sum(e.reserved + e.committed + e.waiting) FILTER (WHERE e.taken_over = 0), 0)::integer AS asked,
      coalesce(sum(e.committed) FILTER (WHERE s.takeover_id IS NULL OR s.year <> e.year), 0)::integer AS committed
    FROM quota_entry e JOIN quota_seat s USING (proposal_id)
    WHERE e.region_code = ${regionCode} AND e.at >= ${from}::date::timestamp AT TIME ZONE ${timeZone}
    GROUP BY 1, 2 ORDER BY 1, 2`.execute(executor)
  return rows
}

/** Sealed cases that have a seat of an opening balance now, by the day on which they took one of their own and the day as of which that one is. */
export async function listSealedBefore(
  executor: Db,
  { regionCode, year }: Place,
  timeZone: string,
): Promise<{ day: string; until: string; people: number }[]> {
  const { rows } = await sql<{ day: string; until: string; people: number }>`
    SELECT (sealed.at AT TIME ZONE ${timeZone})::date AS day, o.as_of AS until, count(*)::integer AS people
    FROM quota_seat s JOIN quota_opening o USING (takeover_id)
    CROSS JOIN LATERAL (
      SELECT min(e.at) AS at FROM quota_entry e
      WHERE e.proposal_id = s.proposal_id AND e.year = s.year AND e.committed > 0
    ) AS sealed
    WHERE s.region_code = ${regionCode} AND s.year = ${year} AND s.state = 'committed' AND sealed.at IS NOT NULL
    GROUP BY 1, 2 ORDER BY 1, 2`.execute(executor)
  return rows
}

export async function findFirstDay(executor: Db, regionCode: string, timeZone: string): Promise<string | null> {
  const { rows } = await sql<{ day: string | null }>`
    SELECT (min(at) AT TIME ZONE ${timeZone})::date AS day FROM quota_entry WHERE region_code = ${regionCode}`.execute(
    executor,
  )
  return rows[0]?.day ?? null
}
