import { sql } from 'kysely'
import { binaryArray } from '../../../platform/db/binary-array.ts'
import type { Db, Tx } from '../../database.ts'
import { keyOf, type Place, type Seat, type SeatState } from './seats.domain.ts'

/** People that one statement writes: a list has five times as many at most. */
const AT_ONCE = 20_000

/** One list of a budget is written at a time; approvals go on meanwhile. */
export async function lockTakeovers(tx: Tx, place: Place): Promise<void> {
  await sql`SELECT pg_advisory_xact_lock(hashtextextended(${`puntadewa.takeover.${keyOf(place)}`}, 0))`.execute(tx)
}

export type TakeoverFile = { hash: Buffer; sheet: string | null; bytes: number; rows: number }

export async function findSameFile(
  executor: Db,
  { regionCode, year }: Place,
  { hash, sheet }: Pick<TakeoverFile, 'hash' | 'sheet'>,
): Promise<boolean> {
  const row = await executor
    .selectFrom('quota_takeover')
    .select('id')
    .where('region_code', '=', regionCode)
    .where('year', '=', year)
    .where('file_hash', '=', hash)
    .where(sql`coalesce(sheet, '')`, '=', sheet ?? '')
    .executeTakeFirst()
  return row !== undefined
}

export async function insertTakeover(
  tx: Tx,
  { regionCode, year }: Place,
  takeover: { id: string; file: TakeoverFile },
): Promise<void> {
  const { id, file } = takeover
  await tx
    .insertInto('quota_takeover')
    .values({
      id,
      region_code: regionCode,
      year,
      file_hash: file.hash,
      sheet: file.sheet,
      file_bytes: file.bytes,
      file_rows: file.rows,
    })
    .execute()
}

/** How many of these people no list of the budget has counted yet. */
export async function countTakenOver(
  executor: Db,
  { regionCode, year }: Place,
  nikIndexes: readonly Uint8Array[],
): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    SELECT count(*)::integer AS count FROM unnest(${binaryArray('bytea', nikIndexes)}::bytea[]) AS given (nik_index)
    JOIN quota_takeover_person t ON t.region_code = ${regionCode} AND t.year = ${year} AND t.nik_index = given.nik_index`.execute(
    executor,
  )
  return rows[0]?.count ?? 0
}

/** Notes which lists of the budget count people of this one already. Before its own people are written. */
export async function noteCountedOn(
  tx: Tx,
  { regionCode, year }: Place,
  takeoverId: string,
  nikIndexes: readonly Uint8Array[],
): Promise<void> {
  await sql`
    INSERT INTO quota_takeover_reliance (takeover_id, counted_on)
    SELECT DISTINCT ${takeoverId}::uuid, t.takeover_id FROM unnest(${binaryArray('bytea', nikIndexes)}::bytea[]) AS given (nik_index)
    JOIN quota_takeover_person t ON t.region_code = ${regionCode} AND t.year = ${year} AND t.nik_index = given.nik_index`.execute(
    tx,
  )
}

/** Writes those whom no list of the budget counts yet. Returns how many that were. */
export async function insertPeople(
  tx: Tx,
  { regionCode, year }: Place,
  takeoverId: string,
  nikIndexes: readonly Uint8Array[],
): Promise<number> {
  let written = 0
  for (let from = 0; from < nikIndexes.length; from += AT_ONCE) {
    const some = binaryArray('bytea', nikIndexes.slice(from, from + AT_ONCE))
    const { numAffectedRows } = await sql`
      INSERT INTO quota_takeover_person (region_code, year, nik_index, takeover_id)
      SELECT ${regionCode}, ${year}::integer, nik_index, ${takeoverId}::uuid FROM unnest(${some}::bytea[]) AS given (nik_index)
      ON CONFLICT (region_code, year, nik_index) DO NOTHING`.execute(tx)
    written += Number(numAffectedRows ?? 0)
  }
  return written
}

type SeatRow = {
  proposalId: string
  regionCode: string
  year: number
  state: SeatState
  approvedAt: Date
  takeoverId: string | null
}
const SEAT = sql`s.proposal_id AS "proposalId", s.region_code AS "regionCode", s.year, s.state,
  s.approved_at AS "approvedAt", s.takeover_id AS "takeoverId"`

/** Seats and places in line that approved proposals of these people have in the budget, counted there and nowhere else. */
export async function countSeatsOf(
  executor: Db,
  { regionCode, year }: Place,
  nikIndexes: readonly Uint8Array[],
): Promise<{ seated: number; waiting: number }> {
  const { rows } = await sql<{ seated: number; waiting: number }>`
    SELECT count(*) FILTER (WHERE s.state <> 'waiting')::integer AS seated,
      count(*) FILTER (WHERE s.state = 'waiting')::integer AS waiting
    FROM quota_seat s JOIN proposal p ON p.id = s.proposal_id
    WHERE s.region_code = ${regionCode} AND s.year = ${year} AND s.state <> 'freed' AND s.takeover_id IS NULL
      AND p.nik_index IN (SELECT nik_index FROM unnest(${binaryArray('bytea', nikIndexes)}::bytea[]) AS given (nik_index))`.execute(
    executor,
  )
  return rows[0] ?? { seated: 0, waiting: 0 }
}

/** The same seats of the people that this list has written. The place must be closed. */
export async function listSeatsToTakeOver(tx: Tx, { regionCode, year }: Place, takeoverId: string): Promise<Seat[]> {
  const { rows } = await sql<SeatRow>`
    SELECT ${SEAT} FROM quota_seat s JOIN proposal p ON p.id = s.proposal_id
    JOIN quota_takeover_person t
      ON t.region_code = s.region_code AND t.year = s.year AND t.nik_index = p.nik_index AND t.takeover_id = ${takeoverId}
    WHERE s.region_code = ${regionCode} AND s.year = ${year} AND s.state <> 'freed'`.execute(tx)
  return rows
}

/** Seats of cases that are counted by this list. */
export async function listSeatsOfTakeover(tx: Tx, takeoverId: string): Promise<Seat[]> {
  const { rows } = await sql<SeatRow>`SELECT ${SEAT} FROM quota_seat s WHERE s.takeover_id = ${takeoverId}`.execute(tx)
  return rows
}

/** Whether a later list of the same budget left out people because this one counts them. */
export async function isCountedOn(tx: Tx, takeoverId: string): Promise<boolean> {
  const row = await tx
    .selectFrom('quota_takeover_reliance')
    .select('takeover_id')
    .where('counted_on', '=', takeoverId)
    .limit(1)
    .executeTakeFirst()
  return row !== undefined
}

export async function deleteTakeover(tx: Tx, takeoverId: string): Promise<void> {
  await tx.deleteFrom('quota_takeover_reliance').where('takeover_id', '=', takeoverId).execute()
  await tx.deleteFrom('quota_takeover_person').where('takeover_id', '=', takeoverId).execute()
  await tx.deleteFrom('quota_takeover').where('id', '=', takeoverId).execute()
}
