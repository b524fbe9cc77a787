import type { Selectable } from 'kysely'
import { sql } from 'kysely'
import type { DB, Db } from '../database.ts'
import type { Household } from './household.ts'
import type { Scope } from './scope.ts'
import { readStatus, type StatusRow } from './status.repository.ts'

export type ProposalRow = StatusRow & {
  receiptNumber: string
  villageCode: string
  consentWhatsapp: boolean
  fullName: string
  nikIndex: Buffer | null
  nikSealed: Buffer | null
  nikMasked: string | null
  birthPlace: string
  birthDate: string
  sex: 'male' | 'female'
  relationship: string
  maritalStatus: string
  warnings: string[]
  closedAs: string | null
  duplicateOf: string | null
  familyCardIndex: Buffer
  householdSealed: Buffer
}

type JoinedRow = Selectable<DB['proposal_status']> &
  Omit<Selectable<DB['proposal']>, 'id' | 'intake_id' | 'region_code' | 'office_id'> &
  Pick<
    Selectable<DB['intake']>,
    'receipt_number' | 'village_code' | 'consent_whatsapp' | 'family_card_index' | 'household_sealed'
  >

function readProposal(row: JoinedRow): ProposalRow {
  return {
    ...readStatus(row),
    receiptNumber: row.receipt_number,
    villageCode: row.village_code,
    consentWhatsapp: row.consent_whatsapp,
    fullName: row.full_name,
    nikIndex: row.nik_index,
    nikSealed: row.nik_sealed,
    nikMasked: row.nik_masked,
    birthPlace: row.birth_place,
    birthDate: row.birth_date,
    sex: row.sex as 'male' | 'female',
    relationship: row.relationship,
    maritalStatus: row.marital_status,
    warnings: row.warnings,
    closedAs: row.closed_as,
    duplicateOf: row.duplicate_of,
    familyCardIndex: row.family_card_index,
    householdSealed: row.household_sealed,
  }
}

function joined(db: Db) {
  return db
    .selectFrom('proposal_status as s')
    .innerJoin('proposal as p', 'p.id', 's.proposal_id')
    .innerJoin('intake as i', 'i.id', 's.intake_id')
    .selectAll('s')
    .select([
      'p.full_name',
      'p.nik_index',
      'p.nik_sealed',
      'p.nik_masked',
      'p.birth_place',
      'p.birth_date',
      'p.sex',
      'p.relationship',
      'p.marital_status',
      'p.warnings',
      'i.receipt_number',
      'i.village_code',
      'i.consent_whatsapp',
      'i.family_card_index',
      'i.household_sealed',
    ])
}

/** The proposal if it lies in the scope. */
export async function findProposal(db: Db, scope: Scope, proposalId: string): Promise<ProposalRow | undefined> {
  const row = await joined(db).where('s.proposal_id', '=', proposalId).where(inScope(scope)).executeTakeFirst()
  return row && readProposal(row)
}

/** All proposals of an intake, in the order they were entered, if the intake lies in the scope. */
export async function listProposalsOfIntake(db: Db, scope: Scope, intakeId: string): Promise<ProposalRow[]> {
  const rows = await joined(db).where('s.intake_id', '=', intakeId).where(inScope(scope)).orderBy('p.id').execute()
  return rows.map(readProposal)
}

/** For the product itself: without a scope, in the order of the ids. */
export async function listProposalsByIds(db: Db, proposalIds: readonly string[]): Promise<ProposalRow[]> {
  const rows = await joined(db)
    .where('s.proposal_id', '=', sql<string>`ANY(${proposalIds}::uuid[])`)
    .orderBy('s.proposal_id')
    .execute()
  return rows.map(readProposal)
}

function inScope(scope: Scope) {
  switch (scope.column) {
    case 'office_id':
      return sql<boolean>`s.office_id = ANY(${scope.values}::uuid[])`
    case 'region_code':
      return sql<boolean>`s.region_code = ANY(${scope.values}::text[])`
    case 'created_by':
      return sql<boolean>`s.created_by = ANY(${scope.values}::text[])`
  }
}

export type IntakeRow = {
  id: string
  receiptNumber: string
  officeId: string
  regionCode: string
  villageCode: string
  createdBy: string
  channel: string
  householdSealed: Buffer
  consentProcessing: boolean
  consentWhatsapp: boolean
  consentVersion: string
  submittedAt: Date
}

function readIntake(row: Selectable<DB['intake']>): IntakeRow {
  return {
    id: row.id,
    receiptNumber: row.receipt_number,
    officeId: row.office_id,
    regionCode: row.region_code,
    villageCode: row.village_code,
    createdBy: row.created_by,
    channel: row.channel,
    householdSealed: row.household_sealed,
    consentProcessing: row.consent_processing,
    consentWhatsapp: row.consent_whatsapp,
    consentVersion: row.consent_version,
    submittedAt: row.submitted_at,
  }
}

export async function findIntake(db: Db, scope: Scope, intakeId: string): Promise<IntakeRow | undefined> {
  const row = await db
    .selectFrom('intake as s')
    .selectAll()
    .where('s.id', '=', intakeId)
    .where(inScope(scope))
    .executeTakeFirst()
  return row && readIntake(row)
}

export async function findIntakeById(db: Db, intakeId: string): Promise<IntakeRow | undefined> {
  const row = await db.selectFrom('intake').selectAll().where('id', '=', intakeId).executeTakeFirst()
  return row && readIntake(row)
}

export type ContentChange = {
  proposalId: string
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
}

/** Replaces what was entered about one person. */
export async function updateContent(db: Db, change: ContentChange): Promise<void> {
  await db
    .updateTable('proposal')
    .set({
      full_name: change.fullName,
      nik_index: change.nikIndex,
      nik_sealed: change.nikSealed,
      nik_masked: change.nikMasked,
      birth_place: change.birthPlace,
      birth_date: change.birthDate,
      sex: change.sex,
      relationship: change.relationship,
      marital_status: change.maritalStatus,
      warnings: change.warnings,
    })
    .where('id', '=', change.proposalId)
    .execute()
}

/** Replaces the KK number or phone of a household, for all its members. */
export async function updateHousehold(
  db: Db,
  change: { intakeId: string; householdSealed: Buffer; familyCardIndex: Buffer; phoneIndex: Buffer },
): Promise<void> {
  await db
    .updateTable('intake')
    .set({
      household_sealed: change.householdSealed,
      family_card_index: change.familyCardIndex,
      phone_index: change.phoneIndex,
    })
    .where('id', '=', change.intakeId)
    .execute()
}

/** The head of the family as entered, proposed or not; else whoever was proposed first. */
export async function findHeadName(db: Db, intakeId: string, household: Household): Promise<string> {
  const rows = await db
    .selectFrom('proposal')
    .select(['full_name', 'relationship'])
    .where('intake_id', '=', intakeId)
    .orderBy('id')
    .execute()
  const proposed = rows.find((row) => row.relationship === 'kepala_keluarga')?.full_name
  const listed = household.otherMembers.find((member) => member.relationship === 'kepala_keluarga')?.fullName
  return proposed ?? listed ?? rows[0]?.full_name ?? ''
}

export async function listProposalIds(db: Db, intakeId: string): Promise<string[]> {
  const rows = await db.selectFrom('proposal').select('id').where('intake_id', '=', intakeId).orderBy('id').execute()
  return rows.map((row) => row.id)
}
