import { sql } from 'kysely'
import { binaryArray, columnsOf } from '../../platform/db/binary-array.ts'
import { prepared } from '../../platform/db/prepared.ts'
import type { Db, Tx } from '../database.ts'
import type { Likeness, LikenessPart } from './duplicates.domain.ts'

export type SearchedPerson = {
  proposalId: string
  nikIndex: Buffer | null
  familyCardIndex: Buffer
  regionCode: string
  fullName: string
  sex: string
  /** One to four days, the stated one first. */
  birthDates: readonly string[]
}

/** Somebody the searched person may be, or shares a family card with (the person's own row included). */
export type Neighbour = {
  subjectId: string
  proposalId: string
  intakeId: string
  fullName: string
  birthDate: string
  sex: string
  relationship: string
  maritalStatus: string
  sameNik: boolean
  sameFamilyCard: boolean
}

/** One NIK seldom has more than two proposals, one family card seldom more than twenty members over its visits. */
const SAME_NIK_MAX = 20
const SAME_CARD_MAX = 60
/**
 * Of those born on the likely days in the region, the names most alike. Popular days (1 January, 31 December for people
 * whose birthday nobody noted) hold thousands; ranking them in the database costs less than carrying them here.
 */
const LIKE_NAMES_MAX = 20

/**
 * Everybody a batch has to be compared with, in one query: the same NIK anywhere and in any state, the same family card, and
 * in the region the names most alike among those born on a likely day. Of the last, those who differ in sex and in the
 * date are left out: without a shared number the two together keep a pair below the threshold whatever the names. Names are
 * only ranked where there are too many, at some microseconds each. Whoever is near in two ways is there twice.
 */
export async function listNeighbours(db: Db, people: readonly SearchedPerson[]): Promise<Neighbour[]> {
  if (people.length === 0) return []
  const column = columnsOf(people)
  const day = (position: number): Buffer => column('date', (person) => person.birthDates[position] ?? null)
  const found = sql`c.id AS "proposalId", c.intake_id AS "intakeId", c.full_name AS "fullName", c.birth_date AS "birthDate", c.sex,
    c.relationship, c.marital_status AS "maritalStatus", coalesce(c.nik_index = s.nik_index, false) AS "sameNik",
    c.intake_id = ANY(visits.ids) AS "sameFamilyCard"`
  const { rows } = await sql<Neighbour>`
    ${prepared} SELECT s.id AS "subjectId", near.*
    FROM unnest(
      ${column('uuid', (person) => person.proposalId)}::uuid[],
      ${column('bytea', (person) => person.nikIndex)}::bytea[],
      ${column('bytea', (person) => person.familyCardIndex)}::bytea[],
      ${column('text', (person) => person.regionCode)}::text[],
      ${column('text', (person) => person.fullName)}::text[],
      ${column('text', (person) => person.sex)}::text[],
      ${day(0)}::date[], ${day(1)}::date[], ${day(2)}::date[], ${day(3)}::date[]
    ) AS s (id, nik_index, family_card_index, region_code, full_name, sex, day_1, day_2, day_3, day_4)
    CROSS JOIN LATERAL (
      SELECT ARRAY(SELECT v.id FROM intake v WHERE v.family_card_index = s.family_card_index) AS ids
    ) AS visits
    CROSS JOIN LATERAL (
      (SELECT ${found} FROM proposal c WHERE c.nik_index = s.nik_index AND c.id <> s.id LIMIT ${sql.lit(SAME_NIK_MAX)})
      UNION ALL
      (SELECT ${found} FROM proposal c WHERE c.intake_id = ANY(visits.ids) LIMIT ${sql.lit(SAME_CARD_MAX)})
      UNION ALL
      (SELECT ${found}
        FROM (
          SELECT born.*, count(*) OVER () AS total FROM proposal born
          WHERE born.region_code = s.region_code AND born.birth_date IN (s.day_1, s.day_2, s.day_3, s.day_4)
            AND born.id <> s.id AND (born.sex = s.sex OR born.birth_date = s.day_1)
        ) AS c
        ORDER BY CASE WHEN c.total > ${sql.lit(LIKE_NAMES_MAX)} THEN similarity(c.full_name, s.full_name) END DESC
        LIMIT ${sql.lit(LIKE_NAMES_MAX)})
    ) AS near`.execute(db)
  return rows
}

/** Two proposals, the smaller id first, as they are stored. */
export type Pair = { lowId: string; highId: string }
export type FoundPair = Pair & Likeness

export function pairOf(oneId: string, otherId: string): Pair {
  return oneId < otherId ? { lowId: oneId, highId: otherId } : { lowId: otherId, highId: oneId }
}

/**
 * Replaces what is open between the checked proposals and others by what was found now. What a person has decided about a
 * pair stays. All proposals concerned must be locked by the same transaction.
 */
export async function replaceOpenPairs(
  tx: Tx,
  checkedIds: readonly string[],
  found: readonly FoundPair[],
  at: Date,
): Promise<void> {
  const rows = found.map((pair) => ({
    low_id: pair.lowId,
    high_id: pair.highId,
    score: pair.score,
    parts: pair.parts,
  }))
  await sql`
    WITH found AS (
      SELECT * FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS f (
        low_id uuid, high_id uuid, score double precision, parts jsonb)
    ), gone AS (
      DELETE FROM possible_duplicate d
      WHERE d.state = 'open'
        AND (d.low_id = ANY(${checkedIds}::uuid[]) OR d.high_id = ANY(${checkedIds}::uuid[]))
        AND NOT EXISTS (SELECT FROM found f WHERE f.low_id = d.low_id AND f.high_id = d.high_id)
    )
    INSERT INTO possible_duplicate (low_id, high_id, score, parts, state, found_at)
    SELECT low_id, high_id, score, parts, 'open', ${at} FROM found
    ON CONFLICT (low_id, high_id) DO UPDATE SET score = excluded.score, parts = excluded.parts`.execute(tx)
}

/** Which of the proposals have an open pair, and the score of the most alike. */
export async function listWithOpenPair(db: Db, proposalIds: readonly string[]): Promise<Map<string, number>> {
  const { rows } = await sql<{ id: string; score: number }>`
    ${prepared} SELECT asked.id, max(open.score) AS score
    FROM unnest(${binaryArray('uuid', proposalIds)}::uuid[]) AS asked (id)
    CROSS JOIN LATERAL (
      SELECT d.score FROM possible_duplicate d WHERE d.low_id = asked.id AND d.state = 'open'
      UNION ALL
      SELECT d.score FROM possible_duplicate d WHERE d.high_id = asked.id AND d.state = 'open'
    ) AS open
    GROUP BY asked.id`.execute(db)
  return new Map(rows.map((row) => [row.id, row.score]))
}

/** What the most alike open pair of each proposal scores now, 0 where none is left. */
export function likenessOf(proposalIds: readonly string[], open: ReadonlyMap<string, number>): Map<string, number> {
  return new Map(proposalIds.map((id) => [id, open.get(id) ?? 0]))
}

export type PairState = 'open' | 'dismissed' | 'confirmed'
export type StoredPair = { otherId: string; score: number; parts: LikenessPart[]; state: PairState }

/** The pairs of one proposal, most alike first. */
export async function listPairs(db: Db, proposalId: string): Promise<StoredPair[]> {
  const { rows } = await sql<StoredPair>`
    SELECT CASE WHEN low_id = ${proposalId} THEN high_id ELSE low_id END AS "otherId", score, parts, state
    FROM possible_duplicate WHERE low_id = ${proposalId} OR high_id = ${proposalId}
    ORDER BY score DESC, 1`.execute(db)
  return rows
}

/** One pair, if the search found it or a person linked it. */
export async function findPair(db: Db, pair: Pair): Promise<Omit<StoredPair, 'otherId'> | undefined> {
  const row = await db
    .selectFrom('possible_duplicate')
    .select(['score', 'parts', 'state'])
    .where('low_id', '=', pair.lowId)
    .where('high_id', '=', pair.highId)
    .executeTakeFirst()
  return row && { score: row.score, parts: row.parts as LikenessPart[], state: row.state as PairState }
}

/** A person's word on a pair that is in one of `from`; false when there is none. */
export async function decidePair(
  tx: Tx,
  pair: Pair,
  from: readonly PairState[],
  decision: { state: PairState; at: Date; by: string; note: string | null },
): Promise<boolean> {
  const result = await tx
    .updateTable('possible_duplicate')
    .set({ state: decision.state, decided_at: decision.at, decided_by: decision.by, note: decision.note })
    .where('low_id', '=', pair.lowId)
    .where('high_id', '=', pair.highId)
    .where('state', 'in', [...from])
    .executeTakeFirst()
  return result.numUpdatedRows > 0n
}

/** A person says that two proposals are one person, whether the search had found them or not. */
export async function confirmPair(tx: Tx, pair: Pair, decision: { at: Date; by: string }): Promise<void> {
  const decided = { state: 'confirmed', decided_at: decision.at, decided_by: decision.by }
  await tx
    .insertInto('possible_duplicate')
    .values({ low_id: pair.lowId, high_id: pair.highId, score: 1, parts: '[]', found_at: decision.at, ...decided })
    .onConflict((conflict) => conflict.columns(['low_id', 'high_id']).doUpdateSet(decided))
    .execute()
}

/** Forgets a pair that a person had linked and the search had not found. */
export async function deleteHandMadePair(tx: Tx, pair: Pair): Promise<void> {
  await tx
    .deleteFrom('possible_duplicate')
    .where('low_id', '=', pair.lowId)
    .where('high_id', '=', pair.highId)
    .where('state', '=', 'confirmed')
    .where(sql<boolean>`parts = '[]'::jsonb`)
    .execute()
}
