import { sql } from 'kysely'
import type { Db, Tx } from '../database.ts'
import type { Likeness, LikenessPart } from './duplicates.domain.ts'

export type SearchedPerson = {
  proposalId: string
  nikIndex: Buffer | null
  familyCardIndex: Buffer
  regionCode: string
  fullName: string
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
 * in the region the names most alike among those born on a likely day. Whoever is near in two ways is there twice.
 */
export async function listNeighbours(db: Db, people: readonly SearchedPerson[]): Promise<Neighbour[]> {
  if (people.length === 0) return []
  const days = (position: number): (string | null)[] => people.map((person) => person.birthDates[position] ?? null)
  const { rows } = await sql<Neighbour>`
    WITH subject AS (
      SELECT * FROM unnest(
        ${people.map((person) => person.proposalId)}::uuid[],
        ${people.map((person) => person.nikIndex)}::bytea[],
        ${people.map((person) => person.familyCardIndex)}::bytea[],
        ${people.map((person) => person.regionCode)}::text[],
        ${people.map((person) => person.fullName)}::text[],
        ${days(0)}::date[], ${days(1)}::date[], ${days(2)}::date[], ${days(3)}::date[]
      ) AS s (id, nik_index, family_card_index, region_code, full_name, day_1, day_2, day_3, day_4)
    )
    SELECT s.id AS "subjectId", p.id AS "proposalId", p.intake_id AS "intakeId", p.full_name AS "fullName",
      p.birth_date AS "birthDate", p.sex, p.relationship, p.marital_status AS "maritalStatus",
      coalesce(p.nik_index = s.nik_index, false) AS "sameNik",
      i.family_card_index = s.family_card_index AS "sameFamilyCard"
    FROM subject s
    CROSS JOIN LATERAL (
      (SELECT c.id FROM proposal c WHERE c.nik_index = s.nik_index AND c.id <> s.id LIMIT ${SAME_NIK_MAX})
      UNION ALL
      (SELECT c.id FROM intake v JOIN proposal c ON c.intake_id = v.id
        WHERE v.family_card_index = s.family_card_index LIMIT ${SAME_CARD_MAX})
      UNION ALL
      (SELECT c.id FROM proposal c
        WHERE c.region_code = s.region_code AND c.birth_date IN (s.day_1, s.day_2, s.day_3, s.day_4) AND c.id <> s.id
        ORDER BY similarity(c.full_name, s.full_name) DESC LIMIT ${LIKE_NAMES_MAX})
    ) AS near
    JOIN proposal p ON p.id = near.id
    JOIN intake i ON i.id = p.intake_id`.execute(db)
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

/** Which of the proposals have an open pair. */
export async function listWithOpenPair(db: Db, proposalIds: readonly string[]): Promise<Set<string>> {
  const { rows } = await sql<{ id: string }>`
    SELECT id FROM unnest(${proposalIds}::uuid[]) AS asked (id)
    WHERE EXISTS (SELECT FROM possible_duplicate d WHERE d.low_id = asked.id AND d.state = 'open')
       OR EXISTS (SELECT FROM possible_duplicate d WHERE d.high_id = asked.id AND d.state = 'open')`.execute(db)
  return new Set(rows.map((row) => row.id))
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
