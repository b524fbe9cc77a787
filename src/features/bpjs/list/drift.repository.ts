import { sql } from 'kysely'
import type { DriftKind } from '../../../contracts/list-terms.ts'
import type { Db, Tx } from '../../database.ts'

export type StoredDrift = {
  id: string
  regionCode: string
  fromMonth: string
  toMonth: string
  computedAt: Date
  hasPeople: boolean
}

/** False when the pair has been compared before. */
export async function insertDrift(
  tx: Tx,
  drift: Omit<StoredDrift, 'hasPeople'> & { fromList: string; toList: string },
): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await tx
    .insertInto('list_drift')
    .values({
      id: drift.id,
      region_code: drift.regionCode,
      from_list: drift.fromList,
      to_list: drift.toList,
      from_month: drift.fromMonth,
      to_month: drift.toMonth,
      computed_at: drift.computedAt,
    })
    .onConflict((conflict) => conflict.constraint('list_drift_pair_key').doNothing())
    .executeTakeFirstOrThrow()
  return (numInsertedOrUpdatedRows ?? 0n) > 0n
}

/**
 * Compares two lists, whole, in one statement: whoever changed goes into the work lists, and their counts by village beside them. Absence
 * proves something only from a complete list: else nobody has vanished (`toIsComplete`), and nobody is new (`fromIsComplete`).
 */
export async function compareLists(
  tx: Tx,
  drift: { id: string; fromList: string; toList: string; fromIsComplete: boolean; toIsComplete: boolean },
): Promise<void> {
  await sql`
    WITH changed AS MATERIALIZED (
      SELECT change.kind, coalesce(later.village_code, earlier.village_code, '') AS village_code,
        coalesce(later.nik_index, earlier.nik_index) AS nik_index,
        earlier.standing AS from_standing, later.standing AS to_standing,
        earlier.segment AS from_segment, later.segment AS to_segment,
        coalesce(later.list_id, earlier.list_id) AS block_list,
        coalesce(later.block, earlier.block) AS block, coalesce(later.slot, earlier.slot) AS slot
      FROM (SELECT * FROM list_member WHERE list_id = ${drift.fromList}) AS earlier
      FULL JOIN (SELECT * FROM list_member WHERE list_id = ${drift.toList}) AS later
        ON later.nik_index = earlier.nik_index
      CROSS JOIN LATERAL (VALUES
        ('newly_inactive', later.standing = 'inactive' AND earlier.standing = 'active'),
        ('newly_active', later.standing = 'active' AND earlier.standing <> 'active'),
        ('newly_unclear', later.standing = 'unknown' AND earlier.standing = 'active'),
        ('moved_segment', later.segment <> earlier.segment),
        ('vanished', later.list_id IS NULL AND ${drift.toIsComplete}),
        ('new', earlier.list_id IS NULL AND ${drift.fromIsComplete})
      ) AS change (kind, holds)
      WHERE (later.list_id IS NULL OR earlier.list_id IS NULL OR later.standing <> earlier.standing
          OR later.segment <> earlier.segment)
        AND change.holds
    ), listed AS (
      INSERT INTO list_change (drift_id, kind, village_code, nik_index, from_standing, to_standing, from_segment,
        to_segment, block_list, block, slot)
      SELECT ${drift.id}, kind, village_code, nik_index, from_standing, to_standing, from_segment, to_segment,
        block_list, block, slot
      FROM changed
    )
    INSERT INTO list_drift_count (drift_id, kind, village_code, people)
    SELECT ${drift.id}, kind, village_code, count(*)::int FROM changed GROUP BY kind, village_code`.execute(tx)
}

/** What a caller sees of a drift: all of it when its lists lie in the caller's region, else what lives there. */
export type DriftScope = { regionCode: string }

const driftsAround = ({ regionCode }: DriftScope) =>
  sql<boolean>`(drift.region_code = ${regionCode} OR drift.region_code LIKE ${`${regionCode}.%`}
    OR ${regionCode} LIKE drift.region_code || '.%')`

/** Villages of the caller's region; those that nobody knows only where the whole drift is the caller's. */
const villagesIn = (
  { regionCode }: DriftScope,
  driftRegion: ReturnType<typeof sql.ref>,
  village: ReturnType<typeof sql.ref>,
) =>
  sql<boolean>`(${driftRegion} = ${regionCode} OR ${driftRegion} LIKE ${`${regionCode}.%`}
    OR ${village} = ${regionCode} OR ${village} LIKE ${`${regionCode}.%`})`

type DriftRow = {
  id: string
  region_code: string
  from_month: string
  to_month: string
  computed_at: Date
  has_people: boolean
}
const readDrift = (row: DriftRow): StoredDrift => ({
  id: row.id,
  regionCode: row.region_code,
  fromMonth: row.from_month,
  toMonth: row.to_month,
  computedAt: row.computed_at,
  hasPeople: row.has_people,
})

/** Newest first. */
export async function listDrifts(db: Db, scope: DriftScope, limit: number): Promise<StoredDrift[]> {
  const { rows } = await sql<DriftRow>`
    SELECT drift.* FROM list_drift AS drift WHERE ${driftsAround(scope)}
    ORDER BY drift.to_month DESC, drift.computed_at DESC, drift.id DESC LIMIT ${limit}`.execute(db)
  return rows.map(readDrift)
}

export async function findDrift(db: Db, scope: DriftScope, id: string): Promise<StoredDrift | undefined> {
  const { rows } = await sql<DriftRow>`
    SELECT drift.* FROM list_drift AS drift WHERE drift.id = ${id} AND ${driftsAround(scope)}`.execute(db)
  return rows[0] && readDrift(rows[0])
}

export type DriftCount = { driftId: string; kind: DriftKind; villageCode: string; people: number }

export async function listDriftCounts(db: Db, scope: DriftScope, driftIds: readonly string[]): Promise<DriftCount[]> {
  if (driftIds.length === 0) return []
  const { rows } = await sql<DriftCount>`
    SELECT count.drift_id AS "driftId", count.kind, count.village_code AS "villageCode", count.people
    FROM list_drift_count AS count JOIN list_drift AS drift ON drift.id = count.drift_id
    WHERE count.drift_id = ANY(${driftIds}::uuid[])
      AND ${villagesIn(scope, sql.ref('drift.region_code'), sql.ref('count.village_code'))}
    ORDER BY count.village_code, count.kind`.execute(db)
  return rows
}

export type ChangeRow = {
  villageCode: string
  nikIndex: Buffer
  fromStanding: string | null
  toStanding: string | null
  fromSegment: string | null
  toSegment: string | null
  blockList: string
  block: number
  slot: number
  sealed: Buffer
  proposalId: string | null
}

/** A page of a work list in the order of villages, with the block that names each person, and their newest registration in scope. */
export async function listChanges(
  db: Db,
  scope: DriftScope,
  page: {
    driftId: string
    kind: DriftKind
    village: string | undefined
    after: { village: string; nikIndex: Buffer } | undefined
    limit: number
    /** Kab/kota whose registrations the caller may see, and where in them. */
    registrations: { regions: readonly string[] }
  },
): Promise<ChangeRow[]> {
  const after = page.after
    ? sql`AND (change.village_code, change.nik_index) > (${page.after.village}, ${page.after.nikIndex})`
    : sql``
  const village = page.village === undefined ? sql`` : sql`AND change.village_code = ${page.village}`
  const { rows } = await sql<ChangeRow>`
    SELECT change.village_code AS "villageCode", change.nik_index AS "nikIndex",
      change.from_standing AS "fromStanding", change.to_standing AS "toStanding",
      change.from_segment AS "fromSegment", change.to_segment AS "toSegment",
      change.block_list AS "blockList", change.block, change.slot, block.sealed, known.proposal_id AS "proposalId"
    FROM list_change AS change
    JOIN list_drift AS drift ON drift.id = change.drift_id
    JOIN list_block AS block ON block.list_id = change.block_list AND block.position = change.block
    LEFT JOIN LATERAL (
      SELECT proposal_id FROM known_person AS known
      WHERE known.nik_index = change.nik_index AND known.region_code = ANY(${page.registrations.regions}::text[])
        AND (${scope.regionCode.length <= 5} OR known.village_code LIKE ${`${scope.regionCode}.%`}
          OR known.village_code = ${scope.regionCode})
      ORDER BY submitted_at DESC LIMIT 1
    ) AS known ON true
    WHERE change.drift_id = ${page.driftId} AND change.kind = ${page.kind} ${village} ${after}
      AND ${villagesIn(scope, sql.ref('drift.region_code'), sql.ref('change.village_code'))}
    ORDER BY change.village_code, change.nik_index LIMIT ${page.limit}`.execute(db)
  return rows
}

/** Somebody of a work list who is registered with us. */
export type KnownChange = {
  nikIndex: Buffer
  proposalId: string
  intakeId: string
  fullName: string
  consentWhatsapp: boolean
}

/** How many people a work list has for the caller, and those of them whom registrations in scope name: the newest of each person. */
export async function pickKnown(
  db: Db,
  scope: DriftScope,
  wanted: { driftId: string; kind: DriftKind; village: string | undefined; regions: readonly string[] },
): Promise<{ people: number; known: KnownChange[] }> {
  const village = wanted.village === undefined ? sql`` : sql`AND change.village_code = ${wanted.village}`
  const listed = sql`
    FROM list_change AS change JOIN list_drift AS drift ON drift.id = change.drift_id
    WHERE change.drift_id = ${wanted.driftId} AND change.kind = ${wanted.kind} ${village}
      AND ${villagesIn(scope, sql.ref('drift.region_code'), sql.ref('change.village_code'))}`
  const counted = await sql<{ people: number }>`SELECT count(*)::int AS people ${listed}`.execute(db)
  const { rows } = await sql<KnownChange>`
    SELECT DISTINCT ON (known.nik_index) known.nik_index AS "nikIndex", known.proposal_id AS "proposalId",
      known.intake_id AS "intakeId", known.full_name AS "fullName", known.consent_whatsapp AS "consentWhatsapp"
    FROM known_person AS known
    WHERE known.nik_index IN (SELECT change.nik_index ${listed})
      AND known.region_code = ANY(${wanted.regions}::text[])
      AND (${scope.regionCode.length <= 5} OR known.village_code LIKE ${`${scope.regionCode}.%`}
        OR known.village_code = ${scope.regionCode})
    ORDER BY known.nik_index, known.submitted_at DESC`.execute(db)
  return { people: counted.rows[0]?.people ?? 0, known: rows }
}

export type HistoryRow = {
  kind: 'membership' | 'poor'
  month: string
  standing: string | null
  segment: string | null
  decile: number | null
  appliedAt: Date
}

/** What the lists that count say of a person, newest month first. */
export async function listHistory(db: Db, nikIndex: Buffer): Promise<HistoryRow[]> {
  const { rows } = await sql<HistoryRow>`
    SELECT list.kind, list.month, member.standing, member.segment, member.decile, list.applied_at AS "appliedAt"
    FROM (
      SELECT DISTINCT ON (kind, region_code, month) id, kind, month, applied_at FROM list_import
      WHERE state = 'applied' ORDER BY kind, region_code, month, applied_at DESC, id DESC
    ) AS list
    JOIN list_member AS member ON member.list_id = list.id AND member.nik_index = ${nikIndex}
    ORDER BY list.month DESC, list.applied_at DESC`.execute(db)
  return rows
}

const PURGED_PER_STATEMENT = 20_000

/** Deletes some people of a drift; how many went. */
export async function deleteSomeChanges(db: Db, driftId: string): Promise<number> {
  const { numAffectedRows } = await sql`
    DELETE FROM list_change WHERE ctid = ANY(ARRAY(
      SELECT ctid FROM list_change WHERE drift_id = ${driftId} LIMIT ${PURGED_PER_STATEMENT}))`.execute(db)
  return Number(numAffectedRows ?? 0)
}

/** Drifts with people of which one list has none any more, or that another list of the month has overtaken. */
export async function listStaleDrifts(db: Db): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    SELECT drift.id FROM list_drift AS drift
    JOIN list_import AS earlier ON earlier.id = drift.from_list
    JOIN list_import AS later ON later.id = drift.to_list
    WHERE drift.has_people AND NOT (earlier.has_members AND later.has_members)`.execute(db)
  return rows.map(({ id }) => id)
}

export async function endDriftPeople(db: Db, driftId: string): Promise<void> {
  await db.updateTable('list_drift').set({ has_people: false }).where('id', '=', driftId).execute()
}
