import { randomBytes } from 'node:crypto'
import { sql } from 'kysely'
import { createSealer, parseKeyRing, type Sealer } from '../../../src/platform/crypto/sealer.ts'
import { columnsOf } from '../../../src/platform/db/binary-array.ts'
import type { WholeApp } from '../../support/whole-app.ts'
import type { Person } from './enrolment-world.ts'

const AT_ONCE = 10_000

export const sealerOf = ({ config }: WholeApp): Sealer => createSealer(parseKeyRing(config.secrets.dataKeys ?? ''))

/** Of the copy with this number, from one. */
export const nikOf = (number: number): string =>
  `3274014505${String(50 + Math.floor(number / 10_000)).padStart(2, '0')}${String(number % 10_000).padStart(4, '0')}`

/**
 * People like one that came through the door, each with an own household and NIK: by the door they would take minutes. Returns their
 * proposals in order, the first one's not among them.
 */
export async function copyPerson(whole: WholeApp, person: Person, count: number): Promise<string[]> {
  const sealer = sealerOf(whole)
  const { owner } = whole.database
  const { body } = person
  const ids: string[] = []
  for (let from = 0; from < count; from += AT_ONCE) {
    const made = Array.from({ length: Math.min(AT_ONCE, count - from) }, (_, index) => {
      const number = from + index + 1
      const tail = number.toString(16).padStart(12, '0')
      const [proposalId, intakeId] = [`00000000-0000-4000-a000-${tail}`, `00000000-0000-4000-b000-${tail}`]
      const nik = nikOf(number)
      const household = JSON.stringify({
        familyCardNumber: `32740101012${String(number).padStart(5, '0').slice(-5)}`,
        phone: '6281234567890',
        ...body.address,
        postalCode: body.address.postalCode ?? null,
        otherMembers: [],
      })
      return {
        proposalId,
        intakeId,
        receiptNumber: `PDW-3274-2611-T${number}`,
        nikIndex: sealer.blindIndex('nik', nik),
        nikSealed: sealer.seal(nik, `proposal:${proposalId}:nik`),
        householdSealed: sealer.seal(household, `intake:${intakeId}:household`),
        familyCardIndex: randomBytes(32),
      }
    })
    const column = columnsOf(made)
    await owner.transaction().execute(async (tx) => {
      await sql`
        CREATE TEMPORARY TABLE copied ON COMMIT DROP AS SELECT * FROM unnest(
          ${column('uuid', (row) => row.proposalId)}::uuid[], ${column('uuid', (row) => row.intakeId)}::uuid[],
          ${column('text', (row) => row.receiptNumber)}::text[], ${column('bytea', (row) => row.nikIndex)}::bytea[],
          ${column('bytea', (row) => row.nikSealed)}::bytea[], ${column('bytea', (row) => row.householdSealed)}::bytea[],
          ${column('bytea', (row) => row.familyCardIndex)}::bytea[])
          AS c (new_id, new_intake, receipt, nik_index, nik_sealed, household, card)`.execute(tx)
      const like = (table: string, key: string, origin: string, changes: ReturnType<typeof sql>) => sql`
        INSERT INTO ${sql.table(table)} SELECT copy.* FROM ${sql.table(table)} AS origin CROSS JOIN copied
        CROSS JOIN LATERAL jsonb_populate_record(origin, ${changes}) AS copy WHERE origin.${sql.ref(key)} = ${origin}`
      await like(
        'intake',
        'id',
        person.intakeId,
        sql`jsonb_build_object('id', new_intake, 'receipt_number', receipt, 'family_card_index', card, 'household_sealed', household)`,
      ).execute(tx)
      await like(
        'proposal',
        'id',
        person.id,
        sql`jsonb_build_object('id', new_id, 'intake_id', new_intake, 'nik_index', copied.nik_index, 'nik_sealed', copied.nik_sealed)`,
      ).execute(tx)
      await like(
        'proposal_status',
        'proposal_id',
        person.id,
        sql`jsonb_build_object('proposal_id', new_id, 'intake_id', new_intake, 'nik_slot', copied.nik_index)`,
      ).execute(tx)
      await like('journal', 'proposal_id', person.id, sql`jsonb_build_object('proposal_id', new_id)`).execute(tx)
    })
    ids.push(...made.map(({ proposalId }) => proposalId))
  }
  await sql`ANALYZE`.execute(owner)
  return ids
}
