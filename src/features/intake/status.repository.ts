import { type Selectable, sql } from 'kysely'
import type { Action } from '../../contracts/lifecycle/actions.ts'
import type { JournalData, JournalEntry } from '../../contracts/lifecycle/journal.ts'
import type { Snapshot } from '../../contracts/lifecycle/snapshot.ts'
import type { ClosedAs, Flag, MembershipOutcome, State } from '../../contracts/lifecycle/states.ts'
import type { DB, Db } from '../database.ts'
import type { ReasonRecord } from './journal-record.ts'

export type StatusRow = {
  proposalId: string
  intakeId: string
  regionCode: string
  officeId: string
  createdBy: string
  submittedAt: Date
  snapshot: Snapshot
  queue: string | null
  dueAt: Date | null
  leaseHolder: string | null
  leaseUntil: Date | null
}

// The columns hold what contracts/lifecycle wrote; the casts say so in this one place.
export function readStatus(row: Selectable<DB['proposal_status']>): StatusRow {
  return {
    proposalId: row.proposal_id,
    intakeId: row.intake_id,
    regionCode: row.region_code,
    officeId: row.office_id,
    createdBy: row.created_by,
    submittedAt: row.submitted_at,
    queue: row.queue,
    dueAt: row.due_at,
    leaseHolder: row.lease_holder,
    leaseUntil: row.lease_until,
    snapshot: {
      state: row.state as State,
      version: row.version,
      sequence: row.sequence,
      flags: row.flags as Flag[],
      closedAs: row.closed_as as ClosedAs | null,
      membership: row.membership as MembershipOutcome | null,
      membershipAt: row.membership_at?.toISOString() ?? null,
      reviewerId: row.reviewer_id,
      correctionDueAt: row.correction_due_at?.toISOString() ?? null,
      stateSince: row.state_since.toISOString(),
    },
  }
}

/** Locks the rows in the order of their ids, so that two batches cannot wait for each other. */
export async function lockStatuses(db: Db, proposalIds: readonly string[]): Promise<StatusRow[]> {
  const rows = await db
    .selectFrom('proposal_status')
    .selectAll()
    .where('proposal_id', '=', sql<string>`ANY(${proposalIds}::uuid[])`)
    .orderBy('proposal_id')
    .forUpdate()
    .execute()
  return rows.map(readStatus)
}

export async function findStatus(db: Db, proposalId: string): Promise<StatusRow | undefined> {
  const row = await db
    .selectFrom('proposal_status')
    .selectAll()
    .where('proposal_id', '=', proposalId)
    .executeTakeFirst()
  return row && readStatus(row)
}

export type StatusChange = {
  proposalId: string
  snapshot: Snapshot
  open: boolean
  queue: string | null
  dueAt: Date | null
  keepLease: boolean
  duplicateOf: string | null
  entry: {
    action: Action
    actorId: string | null
    actorRole: string
    at: Date
    data: JournalData
    reasons: ReasonRecord[] | null
  }
}

/** Writes the new snapshots and their journal entries in one statement. The rows must be locked by the same transaction. */
export async function writeStatusChanges(db: Db, changes: readonly StatusChange[]): Promise<void> {
  const rows = changes.map(({ proposalId, snapshot, entry, ...change }) => ({
    proposal_id: proposalId,
    state: snapshot.state,
    version: snapshot.version,
    sequence: snapshot.sequence,
    flags: snapshot.flags,
    closed_as: snapshot.closedAs,
    membership: snapshot.membership,
    membership_at: snapshot.membershipAt,
    reviewer_id: snapshot.reviewerId,
    correction_due_at: snapshot.correctionDueAt,
    state_since: snapshot.stateSince,
    open: change.open,
    queue: change.queue,
    due_at: change.dueAt,
    keep_lease: change.keepLease,
    duplicate_of: change.duplicateOf,
    action: entry.action,
    actor_id: entry.actorId,
    actor_role: entry.actorRole,
    at: entry.at,
    data: entry.data,
    reasons: entry.reasons,
  }))
  await sql`
    WITH change AS (
      SELECT * FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS c (
        proposal_id uuid, state text, version integer, sequence integer, flags text[], closed_as text, membership text,
        membership_at timestamptz, reviewer_id text, correction_due_at timestamptz, state_since timestamptz, open boolean,
        queue text, due_at timestamptz, keep_lease boolean, duplicate_of uuid, action text, actor_id text, actor_role text,
        at timestamptz, data jsonb, reasons jsonb)
    ), logged AS (
      INSERT INTO journal (proposal_id, sequence, action, actor_id, actor_role, at, version, data, reasons)
      SELECT proposal_id, sequence, action, actor_id, actor_role, at, version, data, reasons FROM change
    )
    UPDATE proposal_status AS s SET
      state = c.state, version = c.version, sequence = c.sequence, flags = c.flags, closed_as = c.closed_as,
      membership = c.membership, membership_at = c.membership_at, reviewer_id = c.reviewer_id,
      correction_due_at = c.correction_due_at, state_since = c.state_since, queue = c.queue, due_at = c.due_at,
      duplicate_of = c.duplicate_of,
      nik_slot = CASE WHEN c.open THEN (SELECT p.nik_index FROM proposal p WHERE p.id = c.proposal_id) END,
      lease_holder = CASE WHEN c.keep_lease THEN s.lease_holder END,
      lease_until = CASE WHEN c.keep_lease THEN s.lease_until END
    FROM change c
    WHERE s.proposal_id = c.proposal_id`.execute(db)
}

export type HistoryEntry = JournalEntry & { actorRole: string; version: number; reasons: ReasonRecord[] }

export async function listJournal(db: Db, proposalId: string): Promise<HistoryEntry[]> {
  const rows = await db
    .selectFrom('journal')
    .selectAll()
    .where('proposal_id', '=', proposalId)
    .orderBy('sequence')
    .execute()
  return rows.map((row) => ({
    sequence: row.sequence,
    action: row.action as Action,
    actorId: row.actor_id,
    actorRole: row.actor_role,
    at: row.at.toISOString(),
    version: row.version,
    data: row.data as JournalData,
    reasons: (row.reasons ?? []) as ReasonRecord[],
  }))
}
