import { type SqlBool, sql } from 'kysely'
import type { Action } from '../../contracts/lifecycle/actions.ts'
import type { JournalData, JournalEntry } from '../../contracts/lifecycle/journal.ts'
import { binaryArray } from '../../platform/db/binary-array.ts'
import type { Reference } from '../../platform/db/dangling.ts'
import { type IdRange, isWithin } from '../../platform/db/id-ranges.ts'
import type { Db } from '../database.ts'
import type { CheckedProposal, DataFaultKind } from './data-check.domain.ts'
import { readStatus, STATUS_COLUMNS } from './status.repository.ts'

type Checked = Reference & { kind: DataFaultKind }

const PROPOSAL = { table: 'proposal', column: 'id' }

export const INTAKE_REFERENCES: readonly Checked[] = [
  {
    kind: 'intake_without_office',
    table: 'intake',
    name: 'id',
    column: 'office_id',
    target: { table: 'office', column: 'id' },
  },
  {
    kind: 'intake_without_proposal',
    table: 'intake',
    name: 'id',
    column: 'id',
    target: { table: 'proposal', column: 'intake_id' },
  },
]

export const PROPOSAL_REFERENCES: readonly Checked[] = [
  {
    kind: 'proposal_without_intake',
    table: 'proposal',
    name: 'id',
    column: 'intake_id',
    target: { table: 'intake', column: 'id' },
  },
  {
    kind: 'proposal_without_status',
    table: 'proposal',
    name: 'id',
    column: 'id',
    target: { table: 'proposal_status', column: 'proposal_id' },
  },
  {
    kind: 'status_without_proposal',
    table: 'proposal_status',
    name: 'proposal_id',
    column: 'proposal_id',
    target: PROPOSAL,
  },
  { kind: 'journal_without_proposal', table: 'journal', name: 'proposal_id', column: 'proposal_id', target: PROPOSAL },
]

export async function countAll(db: Db): Promise<{ intakes: number; proposals: number }> {
  const { rows } = await sql<{ intakes: number; proposals: number }>`
    SELECT (SELECT count(*) FROM intake) AS intakes, (SELECT count(*) FROM proposal) AS proposals`.execute(db)
  return rows[0] ?? { intakes: 0, proposals: 0 }
}

/** Proposals of the range that have a status, with their journals. NIKs are compared in the database and stay there. */
export async function listCheckedProposals(
  db: Db,
  range: IdRange,
): Promise<(CheckedProposal & { proposalId: string })[]> {
  const rows = await db
    .selectFrom('proposal_status')
    .innerJoin('proposal', 'proposal.id', 'proposal_status.proposal_id')
    .leftJoin('intake', 'intake.id', 'proposal.intake_id')
    .select(STATUS_COLUMNS.map((column) => `proposal_status.${column}` as const))
    .select([
      sql<SqlBool>`proposal_status.nik_slot IS NULL`.as('slot_is_empty'),
      sql<SqlBool>`proposal_status.nik_slot IS NOT DISTINCT FROM proposal.nik_index`.as('slot_is_own'),
      sql<SqlBool>`intake.id IS NULL OR (proposal_status.village_code, proposal_status.channel) = (intake.village_code, intake.channel)`.as(
        'place_is_own',
      ),
    ])
    .where(isWithin(sql.ref('proposal.id'), range))
    .orderBy('proposal.id')
    .execute()
  const journals = await readJournals(
    db,
    rows.map((row) => row.proposal_id),
  )
  return rows.map((row) => ({
    proposalId: row.proposal_id,
    stored: readStatus(row).snapshot,
    journal: journals.get(row.proposal_id) ?? [],
    slotIsEmpty: Boolean(row.slot_is_empty),
    slotIsOwn: Boolean(row.slot_is_own),
    placeIsOwn: Boolean(row.place_is_own),
  }))
}

export type StoredPicture = { id: string; sealed: Buffer | null }

/** The pictures of documents in the range; null where there is none. */
export async function listPictures(db: Db, range: IdRange): Promise<StoredPicture[]> {
  return await db
    .selectFrom('document as d')
    .leftJoin('document_content as c', 'c.document_id', 'd.id')
    .select(['d.id', 'c.sealed'])
    .where(isWithin(sql.ref('d.id'), range))
    .orderBy('d.id')
    .execute()
}

/** Only what the replay needs. */
async function readJournals(db: Db, proposalIds: readonly string[]): Promise<Map<string, JournalEntry[]>> {
  const rows = await db
    .selectFrom('journal')
    .select(['proposal_id', 'sequence', 'action', 'actor_id', 'at', 'data'])
    .where('proposal_id', '=', sql<string>`ANY(${binaryArray('uuid', proposalIds)}::uuid[])`)
    .orderBy('proposal_id')
    .orderBy('sequence')
    .execute()
  const journals = new Map<string, JournalEntry[]>()
  for (const row of rows) {
    const entries = journals.get(row.proposal_id) ?? []
    journals.set(row.proposal_id, entries)
    entries.push({
      sequence: row.sequence,
      action: row.action as Action,
      actorId: row.actor_id,
      at: row.at.toISOString(),
      data: row.data as JournalData,
    })
  }
  return journals
}
