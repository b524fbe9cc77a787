import { CompiledQuery } from 'kysely'
import type { Pool } from 'pg'
import type { JournalData } from '../../contracts/lifecycle/journal.ts'
import type { Snapshot } from '../../contracts/lifecycle/snapshot.ts'
import { columnsOf, wordArray } from '../../platform/db/binary-array.ts'
import { type Begin, RELAY_IS_TOLD, type StartedRow } from '../../platform/outbox/index.ts'
import type { Tx } from '../database.ts'

export type NewProposal = {
  id: string
  fullName: string
  nikIndex: Buffer | null
  nikSealed: Buffer | null
  nikMasked: string | null
  birthPlace: string
  birthDate: string
  sex: string
  relationship: string
  maritalStatus: string
  warnings: string[]
  snapshot: Snapshot
  queue: string | null
  dueAt: Date | null
  journal: {
    sequence: number
    action: string
    actorId: string | null
    actorRole: string
    data: JournalData
    reasons: unknown
  }[]
}

export type NewIntake = {
  id: string
  receiptNumber: string
  officeId: string
  regionCode: string
  villageCode: string
  actorId: string
  actorRole: string
  channel: string
  familyCardIndex: Buffer
  phoneIndex: Buffer
  headNikIndex: Buffer | null
  headWithoutNik: boolean
  householdSealed: Buffer
  consentWhatsapp: boolean
  consentVersion: string
  submittedAt: Date
  idempotencyKey: string
  bodyHash: Buffer
  responseSealed: Buffer
  requestId: string
  proposals: NewProposal[]
}

/** Of those with `submitted`. A member without NIK is held: there is nothing to check yet. */
export const countChecks = (intakes: readonly NewIntake[]): number =>
  intakes.reduce((sum, { proposals }) => sum + proposals.filter((one) => one.snapshot.state === 'submitted').length, 0)

// One statement, so one round trip and one commit: a household is there with its journal, audit entry, idempotency key
// and outbox rows, or not at all. Its constraints end the races that the look-up cannot see: proposal_open_nik_key, idempotency_key_pkey.
const ROWS = `
    WITH new_intake AS (
      INSERT INTO intake (id, receipt_number, office_id, region_code, village_code, created_by, channel, family_card_index,
        phone_index, head_nik_index, head_without_nik, household_sealed, originals_seen, consent_processing, consent_whatsapp, consent_version, submitted_at)
      SELECT id, receipt_number, office_id, region_code, village_code, created_by, channel, family_card_index,
        phone_index, head_nik_index, head_without_nik, household_sealed, true, true, consent_whatsapp, consent_version, submitted_at
      FROM unnest($1::uuid[], $2::text[], $3::uuid[], $4::text[], $5::text[], $6::text[], $7::text[], $8::bytea[], $9::bytea[],
        $10::bytea[], $11::boolean[], $12::bytea[], $13::boolean[], $14::text[], $15::timestamptz[])
        AS u (id, receipt_number, office_id, region_code, village_code, created_by, channel, family_card_index, phone_index,
          head_nik_index, head_without_nik, household_sealed, consent_whatsapp, consent_version, submitted_at)
    ), new_key AS (
      INSERT INTO idempotency_key (actor_id, key, body_hash, response_sealed, created_at)
      SELECT * FROM unnest($6::text[], $16::text[], $17::bytea[], $18::bytea[], $15::timestamptz[])
    ), new_audit AS (
      INSERT INTO audit_event (actor_id, actor_role, office_id, region_code, action, subject_type, subject_id, request_id)
      SELECT created_by, actor_role, office_id, region_code, 'register_intake', 'intake', id::text, request_id
      FROM unnest($6::text[], $19::text[], $3::uuid[], $4::text[], $1::uuid[], $20::text[])
        AS u (created_by, actor_role, office_id, region_code, id, request_id)
    ), asked AS (
      SELECT u.*, s.region_code, s.office_id, s.created_by, s.submitted_at, s.village_code, s.channel
      FROM unnest($21::uuid[], $22::uuid[], $23::text[], $24::bytea[], $25::bytea[], $26::text[], $27::text[], $28::date[], $29::text[],
        $30::text[], $31::text[], $32::text[], $33::text[], $34::integer[], $35::text[], $36::text[], $37::timestamptz[],
        $38::timestamptz[])
        AS u (id, intake_id, full_name, nik_index, nik_sealed, nik_masked, birth_place, birth_date, sex, relationship,
          marital_status, warnings, state, sequence, flags, queue, due_at, correction_due_at)
      JOIN unnest($1::uuid[], $4::text[], $3::uuid[], $6::text[], $15::timestamptz[], $5::text[], $7::text[])
        AS s (intake_id, region_code, office_id, created_by, submitted_at, village_code, channel) ON s.intake_id = u.intake_id
    ), new_proposal AS (
      INSERT INTO proposal (id, intake_id, region_code, office_id, full_name, nik_index, nik_sealed, nik_masked, birth_place,
        birth_date, sex, relationship, marital_status, warnings)
      SELECT id, intake_id, region_code, office_id, full_name, nik_index, nik_sealed, nik_masked, birth_place,
        birth_date, sex, relationship, marital_status, warnings::text[]
      FROM asked
    ), new_status AS (
      INSERT INTO proposal_status (proposal_id, intake_id, region_code, office_id, created_by, submitted_at, nik_slot, state,
        version, sequence, flags, correction_due_at, state_since, queue, due_at, village_code, channel)
      SELECT id, intake_id, region_code, office_id, created_by, submitted_at, nik_index, state,
        1, sequence, flags::text[], correction_due_at, submitted_at, queue, due_at, village_code, channel
      FROM asked ORDER BY nik_index
    ), new_journal AS (
      INSERT INTO journal (proposal_id, sequence, action, actor_id, actor_role, at, version, data, reasons)
      SELECT proposal_id, sequence, action, actor_id, actor_role, at, 1, data, reasons
      FROM unnest($39::uuid[], $40::integer[], $41::text[], $42::text[], $43::text[], $44::timestamptz[], $45::jsonb[], $46::jsonb[])
        AS u (proposal_id, sequence, action, actor_id, actor_role, at, data, reasons)
    )`

const CHECKS = `SELECT 'proposal.check', id::text || '-1', jsonb_build_object('proposalId', id, 'version', 1)`
const RECEIVED = `SELECT 'intake.received', id::text, jsonb_build_object('intakeId', id), submitted_at`
const FROM_INTAKES = 'FROM unnest($1::uuid[], $15::timestamptz[]) AS u (id, submitted_at)'

/** Its checks wait for a relay. */
const WRITE = {
  name: 'registration-write',
  text: `${ROWS}
    INSERT INTO outbox (topic, key, payload, due_at)
    ${CHECKS}, submitted_at FROM asked WHERE state = 'submitted'
    UNION ALL
    ${RECEIVED} ${FROM_INTAKES}`,
}

/** Its checks are begun with the commit, by this process. */
const WRITE_BEGUN = {
  name: 'registration-write-begun',
  text: `${ROWS}
    INSERT INTO outbox (topic, key, payload, due_at, handed_at, started_at, run, attempts)
    ${CHECKS}, $47::timestamptz, $48::timestamptz, $48::timestamptz, 1, 1 FROM asked WHERE state = 'submitted'
    UNION ALL
    ${RECEIVED}, NULL, NULL, 0, 0 ${FROM_INTAKES}
    RETURNING id, topic, key, payload, run, attempts, ${RELAY_IS_TOLD}`,
}

function intakeColumns(intakes: readonly NewIntake[]): Buffer[] {
  const column = columnsOf(intakes)
  return [
    column('uuid', (intake) => intake.id),
    column('text', (intake) => intake.receiptNumber),
    column('uuid', (intake) => intake.officeId),
    column('text', (intake) => intake.regionCode),
    column('text', (intake) => intake.villageCode),
    column('text', (intake) => intake.actorId),
    column('text', (intake) => intake.channel),
    column('bytea', (intake) => intake.familyCardIndex),
    column('bytea', (intake) => intake.phoneIndex),
    column('bytea', (intake) => intake.headNikIndex),
    column('bool', (intake) => intake.headWithoutNik),
    column('bytea', (intake) => intake.householdSealed),
    column('bool', (intake) => intake.consentWhatsapp),
    column('text', (intake) => intake.consentVersion),
    column('timestamptz', (intake) => intake.submittedAt),
    column('text', (intake) => intake.idempotencyKey),
    column('bytea', (intake) => intake.bodyHash),
    column('bytea', (intake) => intake.responseSealed),
    column('text', (intake) => intake.actorRole),
    column('text', (intake) => intake.requestId),
  ]
}

function proposalColumns(intakes: readonly NewIntake[]): Buffer[] {
  const rows = intakes.flatMap((intake) => intake.proposals.map((proposal) => ({ intakeId: intake.id, ...proposal })))
  const column = columnsOf(rows)
  return [
    column('uuid', (row) => row.id),
    column('uuid', (row) => row.intakeId),
    column('text', (row) => row.fullName),
    column('bytea', (row) => row.nikIndex),
    column('bytea', (row) => row.nikSealed),
    column('text', (row) => row.nikMasked),
    column('text', (row) => row.birthPlace),
    column('date', (row) => row.birthDate),
    column('text', (row) => row.sex),
    column('text', (row) => row.relationship),
    column('text', (row) => row.maritalStatus),
    column('text', (row) => wordArray(row.warnings)),
    column('text', (row) => row.snapshot.state),
    column('int4', (row) => row.snapshot.sequence),
    column('text', (row) => wordArray(row.snapshot.flags)),
    column('text', (row) => row.queue),
    column('timestamptz', (row) => row.dueAt),
    column('timestamptz', (row) =>
      row.snapshot.correctionDueAt === null ? null : new Date(row.snapshot.correctionDueAt),
    ),
  ]
}

function journalColumns(intakes: readonly NewIntake[]): Buffer[] {
  const rows = intakes.flatMap((intake) =>
    intake.proposals.flatMap((proposal) =>
      proposal.journal.map((entry) => ({ ...entry, proposalId: proposal.id, at: intake.submittedAt })),
    ),
  )
  const column = columnsOf(rows)
  return [
    column('uuid', (row) => row.proposalId),
    column('int4', (row) => row.sequence),
    column('text', (row) => row.action),
    column('text', (row) => row.actorId),
    column('text', (row) => row.actorRole),
    column('timestamptz', (row) => row.at),
    column('jsonb', (row) => JSON.stringify(row.data)),
    column('jsonb', (row) => (row.reasons === null ? null : JSON.stringify(row.reasons))),
  ]
}

const valuesOf = (intakes: readonly NewIntake[]): Buffer[] => [
  ...intakeColumns(intakes),
  ...proposalColumns(intakes),
  ...journalColumns(intakes),
]

/**
 * Writes whole households, all or none. With `begin` their checks are begun by it and returned. Throws PostgreSQL's unique violation when
 * a NIK or an idempotency key was taken meanwhile.
 */
export async function writeIntakes(
  pool: Pool,
  intakes: readonly NewIntake[],
  begin: Begin | null,
): Promise<StartedRow[]> {
  if (begin === null) {
    await pool.query({ ...WRITE, values: valuesOf(intakes) })
    return []
  }
  const values = [...valuesOf(intakes), begin.leaseUntil, begin.startedAt]
  const { rows } = await pool.query<StartedRow>({ ...WRITE_BEGUN, values })
  return rows.filter(({ run }) => run > 0)
}

/** The same for one that brings more than its own rows. */
export async function writeIntake(tx: Tx, intake: NewIntake): Promise<void> {
  await tx.executeQuery(CompiledQuery.raw(WRITE.text, valuesOf([intake])))
}
