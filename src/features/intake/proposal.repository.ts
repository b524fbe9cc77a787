import type { Selectable } from 'kysely'
import { sql } from 'kysely'
import type { Flag } from '../../contracts/lifecycle/states.ts'
import { binaryArray } from '../../platform/db/binary-array.ts'
import { prepared } from '../../platform/db/prepared.ts'
import type { DB, Db, Tx } from '../database.ts'
import type { Household } from './household.ts'
import { codeRange, type Scope } from './scope.ts'
import { lockStatuses, readStatus, STATUS_COLUMNS, type StatusRow } from './status.repository.ts'

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

type JoinedRow = Pick<Selectable<DB['proposal_status']>, (typeof STATUS_COLUMNS)[number] | 'duplicate_of'> &
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

// Named, for the statement below that is prepared.
const STATUS_OF_ROW = STATUS_COLUMNS.map((column) => `s.${column}` as const)

function joined(db: Db) {
  return db
    .selectFrom('proposal_status as s')
    .innerJoin('proposal as p', 'p.id', 's.proposal_id')
    .innerJoin('intake as i', 'i.id', 's.intake_id')
    .select(STATUS_OF_ROW)
    .select('s.duplicate_of')
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
  const row = await joined(db).where('s.proposal_id', '=', proposalId).where(inScope(scope, 'i')).executeTakeFirst()
  return row && readProposal(row)
}

/** Those of the proposals that lie in the scope, in the order of their ids. */
export async function listProposalsInScope(
  db: Db,
  scope: Scope,
  proposalIds: readonly string[],
): Promise<ProposalRow[]> {
  if (proposalIds.length === 0 || scope.values.length === 0) return []
  const rows = await joined(db)
    .where('s.proposal_id', '=', sql<string>`ANY(${binaryArray('uuid', proposalIds)}::uuid[])`)
    .where(inScope(scope, 'i'))
    .orderBy('s.proposal_id')
    .execute()
  return rows.map(readProposal)
}

/** All proposals of an intake, in the order they were entered, if the intake lies in the scope. */
export async function listProposalsOfIntake(db: Db, scope: Scope, intakeId: string): Promise<ProposalRow[]> {
  const rows = await joined(db).where('p.intake_id', '=', intakeId).where(inScope(scope, 'i')).orderBy('p.id').execute()
  return rows.map(readProposal)
}

/** Of several intakes, what lies in the scope. */
export async function listProposalsOfIntakes(
  db: Db,
  scope: Scope,
  intakeIds: readonly string[],
): Promise<ProposalRow[]> {
  if (intakeIds.length === 0) return []
  const rows = await joined(db)
    .where('p.intake_id', 'in', intakeIds)
    .where(inScope(scope, 'i'))
    .orderBy('p.intake_id')
    .orderBy('p.id')
    .execute()
  return rows.map(readProposal)
}

/** For the product itself: without a scope, in the order of the ids. */
export async function listProposalsByIds(db: Db, proposalIds: readonly string[]): Promise<ProposalRow[]> {
  const rows = await joined(db)
    .modifyFront(prepared)
    .where('s.proposal_id', '=', sql<string>`ANY(${binaryArray('uuid', proposalIds)}::uuid[])`)
    .orderBy('s.proposal_id')
    .execute()
  return rows.map(readProposal)
}

/** The open proposal that holds a NIK, if it lies in the scope. */
export async function findHolder(db: Db, scope: Scope, nikIndex: Buffer): Promise<ProposalRow | undefined> {
  const row = await joined(db).where('s.nik_slot', '=', nikIndex).where(inScope(scope, 'i')).executeTakeFirst()
  return row && readProposal(row)
}

/** Locks and reads all proposals of an intake, in the order of the ids: nobody else moves or corrects one of them meanwhile. */
export async function lockHousehold(tx: Db, intakeId: string): Promise<ProposalRow[]> {
  const rows = await tx.selectFrom('proposal').select('id').where('intake_id', '=', intakeId).execute()
  const proposalIds = rows.map((row) => row.id)
  await lockStatuses(tx, proposalIds)
  return listProposalsByIds(tx, proposalIds)
}

/** Of rows `s`; the household's village stands in `s` itself or in `i`. */
export function inScope(scope: Scope, household: 's' | 'i') {
  const column = scopeColumn(scope)
  if (scope.villagesIn === null) return column
  const { from, before } = codeRange(scope.villagesIn)
  const village = sql.ref(`${household}.village_code`)
  return sql<boolean>`(${column} AND ${village} >= ${from} AND ${village} < ${before})`
}

function scopeColumn(scope: Scope) {
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
    .where(inScope(scope, 's'))
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

/** Replaces what the correction of another member makes of a proposal. */
export async function updateSibling(
  db: Db,
  proposalId: string,
  change: { relationship: string; warnings: string[] },
): Promise<void> {
  await db.updateTable('proposal').set(change).where('id', '=', proposalId).execute()
}

export type HouseholdChange = {
  intakeId: string
  householdSealed: Buffer
  familyCardIndex: Buffer
  phoneIndex: Buffer
  headNikIndex: Buffer | null
  headWithoutNik: boolean
  villageCode: string
}

/** Households that give this number and have a flagged proposal, in one order: two who lock them do not wait for each other. */
export async function listFlaggedIntakes(executor: Db, phoneIndex: Buffer, flag: Flag): Promise<string[]> {
  const rows = await executor
    .selectFrom('intake as i')
    .select('i.id')
    .where('i.phone_index', '=', phoneIndex)
    .where(({ exists, selectFrom }) =>
      exists(
        selectFrom('proposal as p')
          .innerJoin('proposal_status as s', 's.proposal_id', 'p.id')
          .select('p.id')
          .whereRef('p.intake_id', '=', 'i.id')
          .where(sql<boolean>`${flag} = ANY(s.flags)`),
      ),
    )
    .orderBy('i.id')
    .execute()
  return rows.map(({ id }) => id)
}

/** Before the number of a household becomes another one: whoever does something because it is the number waits, or is waited for. */
export async function holdContact(tx: Tx, intakeId: string): Promise<void> {
  await tx.selectFrom('intake').select('id').where('id', '=', intakeId).forNoKeyUpdate().execute()
}

/** Replaces what the members of a household share. Their statuses must be locked by the same transaction. */
export async function updateHousehold(db: Db, change: HouseholdChange): Promise<void> {
  await db
    .with('placed', (cte) =>
      cte
        .updateTable('proposal_status as s')
        .from('proposal as p')
        .set({ village_code: change.villageCode })
        .whereRef('p.id', '=', 's.proposal_id')
        .where('p.intake_id', '=', change.intakeId)
        .where('s.village_code', '!=', change.villageCode),
    )
    .updateTable('intake')
    .set({
      household_sealed: change.householdSealed,
      family_card_index: change.familyCardIndex,
      phone_index: change.phoneIndex,
      head_nik_index: change.headNikIndex,
      head_without_nik: change.headWithoutNik,
      village_code: change.villageCode,
    })
    .where('id', '=', change.intakeId)
    .execute()
}

/** The head as other visits with this KK stated it: the latest with a NIK, else one without; undefined when none did. */
export async function findKnownHead(
  db: Db,
  familyCardIndex: Buffer,
  exceptIntakeId: string,
): Promise<{ nikIndex: Buffer | null } | undefined> {
  const row = await db
    .selectFrom('intake')
    .select('head_nik_index')
    .where('family_card_index', '=', familyCardIndex)
    .where('id', '!=', exceptIntakeId)
    .where((eb) => eb.or([eb('head_nik_index', 'is not', null), eb('head_without_nik', '=', true)]))
    .orderBy((eb) => eb('head_nik_index', 'is', null))
    .orderBy('submitted_at', 'desc')
    .executeTakeFirst()
  return row && { nikIndex: row.head_nik_index }
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
