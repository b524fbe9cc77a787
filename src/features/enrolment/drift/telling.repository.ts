import { sql } from 'kysely'
import { columnsOf } from '../../../platform/db/binary-array.ts'
import type { Db, Tx } from '../../database.ts'

export type ChosenPerson = { nikIndex: Buffer; proposalId: string; intakeId: string }
export type NewTelling = {
  id: string
  driftId: string
  kind: string
  villageCode: string | null
  people: number
  createdBy: string
  createdAt: Date
}

/** How many of these people were chosen before for the month. */
export async function countChosen(db: Db, month: string, nikIndexes: readonly Buffer[]): Promise<number> {
  const { rows } = await sql<{ people: number }>`
    SELECT count(*)::int AS people FROM list_telling_person
    WHERE month = ${month}::date AND nik_index = ANY(${nikIndexes}::bytea[])`.execute(db)
  return rows[0]?.people ?? 0
}

/** Writes the telling and its people; who was chosen before for the month, by whomever, is left out. Returns how many are chosen. */
export async function insertTelling(
  tx: Tx,
  telling: NewTelling,
  month: string,
  people: readonly ChosenPerson[],
): Promise<number> {
  await tx
    .insertInto('list_telling')
    .values({
      id: telling.id,
      drift_id: telling.driftId,
      kind: telling.kind,
      village_code: telling.villageCode,
      people: telling.people,
      created_by: telling.createdBy,
      created_at: telling.createdAt,
    })
    .execute()
  const column = columnsOf(people)
  const { numAffectedRows } = await sql`
    INSERT INTO list_telling_person (nik_index, month, telling_id, proposal_id, intake_id)
    SELECT chosen.nik_index, ${month}::date, ${telling.id}, chosen.proposal_id, chosen.intake_id
    FROM unnest(
      ${column('bytea', ({ nikIndex }) => nikIndex)}::bytea[],
      ${column('uuid', ({ proposalId }) => proposalId)}::uuid[],
      ${column('uuid', ({ intakeId }) => intakeId)}::uuid[]
    ) AS chosen (nik_index, proposal_id, intake_id)
    ON CONFLICT DO NOTHING`.execute(tx)
  return Number(numAffectedRows ?? 0)
}

export type DuePerson = { nikIndex: Buffer; proposalId: string; intakeId: string; month: string; fullName: string }

/** Some people of a telling who are still to be told, locked; others who work on it get other ones. */
export async function lockDue(tx: Tx, tellingId: string, limit: number): Promise<DuePerson[]> {
  const { rows } = await sql<DuePerson>`
    SELECT person.nik_index AS "nikIndex", person.proposal_id AS "proposalId", person.intake_id AS "intakeId",
      person.month, (SELECT known.full_name FROM known_person AS known
        WHERE known.proposal_id = person.proposal_id) AS "fullName"
    FROM list_telling_person AS person
    WHERE person.telling_id = ${tellingId} AND person.told_at IS NULL
    ORDER BY person.nik_index LIMIT ${limit} FOR UPDATE OF person SKIP LOCKED`.execute(tx)
  return rows
}

export async function markTold(tx: Tx, tellingId: string, nikIndexes: readonly Buffer[], at: Date): Promise<void> {
  await sql`
    UPDATE list_telling_person SET told_at = ${at}
    WHERE telling_id = ${tellingId} AND nik_index = ANY(${nikIndexes}::bytea[])`.execute(tx)
  await sql`UPDATE list_telling SET told = told + ${nikIndexes.length} WHERE id = ${tellingId}`.execute(tx)
}

export async function finishTelling(db: Db, tellingId: string, at: Date): Promise<void> {
  await db
    .updateTable('list_telling')
    .set({ finished_at: at })
    .where('id', '=', tellingId)
    .where('finished_at', 'is', null)
    .execute()
}
