import { sql } from 'kysely'
import { binaryArray, columnsOf } from '../../../platform/db/binary-array.ts'
import { prepared } from '../../../platform/db/prepared.ts'
import type { Db, Tx } from '../../database.ts'
import {
  type Budget,
  byKey,
  type Covers,
  coverKey,
  type Entry,
  keyOf,
  type Place,
  type Seat,
  type SeatState,
  sumsOf,
} from './seats.domain.ts'

type SeatRow = {
  proposal_id: string
  region_code: string
  year: number
  state: string
  approved_at: Date
  takeover_id: string | null
}
const SEAT_COLUMNS = ['proposal_id', 'region_code', 'year', 'state', 'approved_at', 'takeover_id'] as const

const toSeat = (row: SeatRow): Seat => ({
  proposalId: row.proposal_id,
  regionCode: row.region_code,
  year: row.year,
  state: row.state as SeatState,
  approvedAt: row.approved_at,
  takeoverId: row.takeover_id,
})

/** For the lists: each has an index of its own that holds no other case. */
export const SEAT_IDS_SQL = {
  waiting: "SELECT proposal_id FROM quota_seat WHERE state = 'waiting'",
  moved_up: 'SELECT proposal_id FROM quota_seat WHERE moved_up_at IS NOT NULL',
} as const

const lockName = (place: Place): string => `puntadewa.quota.${keyOf(place)}`

/**
 * The budgets of these places, locked until the end of the transaction in one order for everybody; places without one are missing. Nobody
 * makes or changes a budget meanwhile. Call it once in a transaction, after the proposals are locked.
 */
export async function lockBudgets(tx: Tx, places: readonly Place[]): Promise<Budget[]> {
  const ordered = [...new Map(places.map((place) => [keyOf(place), place])).values()].sort(byKey)
  const place = columnsOf(ordered)
  const names = place('text', lockName)
  // A place without a budget has no row to wait for: whoever makes one waits for these locks, which do not wait for each other.
  await sql`${prepared} SELECT pg_advisory_xact_lock_shared(hashtextextended(name, 0))
    FROM unnest(${names}::text[]) AS wanted (name)`.execute(tx)
  const { rows } = await sql<Budget>`
    ${prepared} SELECT b.region_code AS "regionCode", b.year, b.seats, b.opening, b.reserved, b.committed, b.waiting
    FROM quota_budget b
    WHERE (b.region_code, b.year) IN (
      SELECT * FROM unnest(${place('text', ({ regionCode }) => regionCode)}::text[], ${place('int4', ({ year }) => year)}::integer[]))
    ORDER BY b.region_code, b.year FOR UPDATE`.execute(tx)
  return rows
}

/** Nobody reserves, frees or seals here until the end of the transaction, whether there is a budget or not. */
export async function closePlace(tx: Tx, place: Place): Promise<void> {
  await sql`SELECT pg_advisory_xact_lock(hashtextextended(${lockName(place)}, 0))`.execute(tx)
}

export async function listSeats(executor: Db, proposalIds: readonly string[]): Promise<Seat[]> {
  const rows = await executor
    .selectFrom('quota_seat')
    .modifyFront(prepared)
    .select(SEAT_COLUMNS)
    .where('proposal_id', '=', sql<string>`ANY(${binaryArray('uuid', proposalIds)}::uuid[])`)
    .execute()
  return rows.map(toSeat)
}

/** The seats of a place in this state, the first in line first, or the last. `counted`: without those of an opening balance. */
export async function listLine(
  executor: Db,
  place: Place,
  { state, last, counted, limit }: { state: SeatState; last?: true; counted?: true; limit: number },
): Promise<Seat[]> {
  const order = last ? 'desc' : 'asc'
  const rows = await executor
    .selectFrom('quota_seat')
    .select(SEAT_COLUMNS)
    .where('region_code', '=', place.regionCode)
    .where('year', '=', place.year)
    .where('state', '=', state)
    .$if(counted === true, (query) => query.where('takeover_id', 'is', null))
    .orderBy('approved_at', order)
    .orderBy('proposal_id', order)
    .limit(limit)
    .execute()
  return rows.map(toSeat)
}

/** Whose person a take-over of these places pays already. The places must be closed or locked. */
export async function listCovers(tx: Tx, places: readonly Place[], proposalIds: readonly string[]): Promise<Covers> {
  const place = columnsOf(places)
  const { rows } = await sql<Place & { proposalId: string; takeoverId: string }>`
    ${prepared} SELECT p.id AS "proposalId", t.region_code AS "regionCode", t.year, t.takeover_id AS "takeoverId"
    FROM proposal p
    CROSS JOIN unnest(${place('text', ({ regionCode }) => regionCode)}::text[], ${place('int4', ({ year }) => year)}::integer[])
      AS wanted (region_code, year)
    JOIN quota_takeover_person t
      ON t.region_code = wanted.region_code AND t.year = wanted.year AND t.nik_index = p.nik_index
    WHERE p.id = ANY(${binaryArray('uuid', proposalIds)}::uuid[])`.execute(tx)
  return new Map(rows.map((row) => [coverKey(row.proposalId, row), row.takeoverId]))
}

/** Seats, their entries and the counts of the budgets, in one statement. The budgets must be locked. */
export async function writeSeats(
  tx: Tx,
  { seats, entries, at }: { seats: readonly Seat[]; entries: readonly Entry[]; at: Date },
): Promise<void> {
  if (seats.length === 0) return
  const seat = columnsOf(seats)
  const entry = columnsOf(entries)
  const sums = columnsOf([...sumsOf(entries).values()])
  await sql`
    ${prepared} WITH placed AS (
      INSERT INTO quota_seat AS s (proposal_id, region_code, year, state, approved_at, takeover_id)
      SELECT * FROM unnest(
        ${seat('uuid', ({ proposalId }) => proposalId)}::uuid[],
        ${seat('text', ({ regionCode }) => regionCode)}::text[],
        ${seat('int4', ({ year }) => year)}::integer[],
        ${seat('text', ({ state }) => state)}::text[],
        ${seat('timestamptz', ({ approvedAt }) => approvedAt)}::timestamptz[],
        ${seat('uuid', ({ takeoverId }) => takeoverId)}::uuid[])
      ON CONFLICT (proposal_id) DO UPDATE SET region_code = excluded.region_code, year = excluded.year,
        state = excluded.state, approved_at = excluded.approved_at, takeover_id = excluded.takeover_id,
        moved_up_at = CASE WHEN excluded.state = 'reserved' THEN
          CASE WHEN s.state = 'waiting' THEN ${at}::timestamptz ELSE s.moved_up_at END END
    ), noted AS (
      INSERT INTO quota_entry (region_code, year, proposal_id, reserved, committed, waiting, taken_over, at)
      SELECT *, ${at}::timestamptz FROM unnest(
        ${entry('text', ({ regionCode }) => regionCode)}::text[],
        ${entry('int4', ({ year }) => year)}::integer[],
        ${entry('uuid', ({ proposalId }) => proposalId)}::uuid[],
        ${entry('int4', ({ reserved }) => reserved)}::integer[],
        ${entry('int4', ({ committed }) => committed)}::integer[],
        ${entry('int4', ({ waiting }) => waiting)}::integer[],
        ${entry('int4', ({ takenOver }) => takenOver)}::integer[])
    )
    UPDATE quota_budget AS b SET
      reserved = b.reserved + c.reserved, committed = b.committed + c.committed, waiting = b.waiting + c.waiting
    FROM unnest(
      ${sums('text', ({ regionCode }) => regionCode)}::text[],
      ${sums('int4', ({ year }) => year)}::integer[],
      ${sums('int4', ({ reserved }) => reserved)}::integer[],
      ${sums('int4', ({ committed }) => committed)}::integer[],
      ${sums('int4', ({ waiting }) => waiting)}::integer[]
    ) AS c (region_code, year, reserved, committed, waiting)
    WHERE b.region_code = c.region_code AND b.year = c.year`.execute(tx)
}

/** The places in line of those of the proposals that wait, from 1. */
export async function listPlacesInLine(executor: Db, proposalIds: readonly string[]): Promise<Map<string, number>> {
  const { rows } = await sql<{ id: string; place: number }>`
    ${prepared} SELECT w.proposal_id AS id, (
      SELECT count(*)::integer FROM quota_seat s
      WHERE s.region_code = w.region_code AND s.year = w.year AND s.state = 'waiting'
        AND (s.approved_at, s.proposal_id) <= (w.approved_at, w.proposal_id)
    ) AS place
    FROM quota_seat w
    WHERE w.proposal_id = ANY(${binaryArray('uuid', proposalIds)}::uuid[]) AND w.state = 'waiting'`.execute(executor)
  return new Map(rows.map(({ id, place }) => [id, place]))
}

/** Budgets of these places, unlocked: for asking whether there is one. */
export async function listLimited(executor: Db, places: readonly Place[]): Promise<Set<string>> {
  const rows = await executor
    .selectFrom('quota_budget')
    .select(['region_code', 'year'])
    .where('region_code', 'in', [...new Set(places.map(({ regionCode }) => regionCode))])
    .where('year', 'in', [...new Set(places.map(({ year }) => year))])
    .execute()
  return new Set(rows.map((row) => keyOf({ regionCode: row.region_code, year: row.year })))
}

/** Kab/kota and years before `year` with seats that nobody has sealed. */
export async function listUnsealedPlaces(executor: Db, beforeYear: number): Promise<Place[]> {
  const rows = await executor
    .selectFrom('quota_seat')
    .select(['region_code', 'year'])
    .distinct()
    .where('year', '<', beforeYear)
    .where('state', 'in', ['reserved', 'waiting'])
    .execute()
  return rows.map((row) => ({ regionCode: row.region_code, year: row.year }))
}

/** Locks the cases in the order of their ids, as every mover does: then nobody else moves their seats to another place. */
export async function lockCases(tx: Tx, proposalIds: readonly string[]): Promise<void> {
  await tx
    .selectFrom('proposal_status')
    .select('proposal_id')
    .where('proposal_id', '=', sql<string>`ANY(${binaryArray('uuid', proposalIds)}::uuid[])`)
    .orderBy('proposal_id')
    .forUpdate()
    .execute()
}
