import { type Selectable, sql } from 'kysely'
import type { Action } from '../../contracts/lifecycle/actions.ts'
import type { JournalData, JournalEntry } from '../../contracts/lifecycle/journal.ts'
import type { Snapshot } from '../../contracts/lifecycle/snapshot.ts'
import type { ClosedAs, Flag, MembershipOutcome, State } from '../../contracts/lifecycle/states.ts'
import { binaryArray, columnsOf, wordArray } from '../../platform/db/binary-array.ts'
import { prepared } from '../../platform/db/prepared.ts'
import type { DB, Db } from '../database.ts'
import type { ReasonRecord } from './journal-record.ts'
import type { Reservation } from './reservation.domain.ts'

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
  /** Until then only `reservedFor` may claim it: who returned it, or whom a supervisor gave it to. */
  reservedUntil: Date | null
  reservedFor: string | null
  /** Until then the last decision may be undone; null as soon as anything happened after it. */
  undoUntil: Date | null
}

/** Named, because prepared statements must not ask for `*`. */
export const STATUS_COLUMNS = [
  'proposal_id',
  'intake_id',
  'region_code',
  'office_id',
  'created_by',
  'submitted_at',
  'state',
  'version',
  'sequence',
  'flags',
  'closed_as',
  'membership',
  'membership_at',
  'reviewer_id',
  'correction_due_at',
  'state_since',
  'queue',
  'due_at',
  'lease_holder',
  'lease_until',
  'reserved_until',
  'reserved_for',
  'undo_until',
] as const satisfies (keyof DB['proposal_status'])[]

// The columns hold what contracts/lifecycle wrote; the casts say so in this one place.
export function readStatus(row: Pick<Selectable<DB['proposal_status']>, (typeof STATUS_COLUMNS)[number]>): StatusRow {
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
    reservedUntil: row.reserved_until,
    reservedFor: row.reserved_for,
    undoUntil: row.undo_until,
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

const selectStatuses = (db: Db, proposalIds: readonly string[]) =>
  db
    .selectFrom('proposal_status')
    .modifyFront(prepared)
    .select(STATUS_COLUMNS)
    .where('proposal_id', '=', sql<string>`ANY(${binaryArray('uuid', proposalIds)}::uuid[])`)
    .orderBy('proposal_id')

/** Locks the rows in the order of their ids, so that two batches cannot wait for each other. */
export async function lockStatuses(db: Db, proposalIds: readonly string[]): Promise<StatusRow[]> {
  return (await selectStatuses(db, proposalIds).forUpdate().execute()).map(readStatus)
}

/** As they are, unlocked: what is made of them may be out of date already. */
export async function readStatuses(db: Db, proposalIds: readonly string[]): Promise<StatusRow[]> {
  return (await selectStatuses(db, proposalIds).execute()).map(readStatus)
}

/** Those of the closed proposals whose NIK another open one holds by now: they cannot be opened again. */
export async function listBarred(db: Db, proposalIds: readonly string[]): Promise<Set<string>> {
  const rows = await db
    .selectFrom('proposal as p')
    .innerJoin('proposal_status as held', 'held.nik_slot', 'p.nik_index')
    .select('p.id')
    .where('p.id', '=', sql<string>`ANY(${binaryArray('uuid', proposalIds)}::uuid[])`)
    .whereRef('held.proposal_id', '!=', 'p.id')
    .execute()
  return new Set(rows.map((row) => row.id))
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
  reservation: Reservation | null
  keepLease: boolean
  undoUntil: Date | null
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

const toDate = (iso: string | null): Date | null => (iso === null ? null : new Date(iso))

/**
 * Writes the last snapshot of each proposal and the journal entries of all changes, in one statement. The rows must be
 * locked by the same transaction.
 */
export async function writeStatusChanges(db: Db, changes: readonly StatusChange[]): Promise<void> {
  const entry = columnsOf(changes)
  const last = columnsOf([...new Map(changes.map((change) => [change.proposalId, change])).values()])
  await sql`
    ${prepared} WITH logged AS (
      INSERT INTO journal (proposal_id, sequence, action, actor_id, actor_role, at, version, data, reasons)
      SELECT * FROM unnest(
        ${entry('uuid', (change) => change.proposalId)}::uuid[],
        ${entry('int4', (change) => change.snapshot.sequence)}::integer[],
        ${entry('text', (change) => change.entry.action)}::text[],
        ${entry('text', (change) => change.entry.actorId)}::text[],
        ${entry('text', (change) => change.entry.actorRole)}::text[],
        ${entry('timestamptz', (change) => change.entry.at)}::timestamptz[],
        ${entry('int4', (change) => change.snapshot.version)}::integer[],
        ${entry('jsonb', (change) => JSON.stringify(change.entry.data))}::jsonb[],
        ${entry('jsonb', (change) => change.entry.reasons && JSON.stringify(change.entry.reasons))}::jsonb[])
    )
    UPDATE proposal_status AS s SET
      state = c.state, version = c.version, sequence = c.sequence, flags = c.flags::text[], closed_as = c.closed_as,
      membership = c.membership, membership_at = c.membership_at, reviewer_id = c.reviewer_id,
      correction_due_at = c.correction_due_at, state_since = c.state_since, queue = c.queue, due_at = c.due_at,
      reserved_until = c.reserved_until, reserved_for = c.reserved_for, duplicate_of = c.duplicate_of, undo_until = c.undo_until,
      nik_slot = CASE WHEN c.open THEN (SELECT p.nik_index FROM proposal p WHERE p.id = c.proposal_id) END,
      lease_holder = CASE WHEN c.keep_lease THEN s.lease_holder END,
      lease_until = CASE WHEN c.keep_lease THEN s.lease_until END
    FROM unnest(
      ${last('uuid', (change) => change.proposalId)}::uuid[],
      ${last('text', (change) => change.snapshot.state)}::text[],
      ${last('int4', (change) => change.snapshot.version)}::integer[],
      ${last('int4', (change) => change.snapshot.sequence)}::integer[],
      ${last('text', (change) => wordArray(change.snapshot.flags))}::text[],
      ${last('text', (change) => change.snapshot.closedAs)}::text[],
      ${last('text', (change) => change.snapshot.membership)}::text[],
      ${last('timestamptz', (change) => toDate(change.snapshot.membershipAt))}::timestamptz[],
      ${last('text', (change) => change.snapshot.reviewerId)}::text[],
      ${last('timestamptz', (change) => toDate(change.snapshot.correctionDueAt))}::timestamptz[],
      ${last('timestamptz', (change) => new Date(change.snapshot.stateSince))}::timestamptz[],
      ${last('text', (change) => change.queue)}::text[],
      ${last('timestamptz', (change) => change.dueAt)}::timestamptz[],
      ${last('timestamptz', (change) => change.reservation?.until ?? null)}::timestamptz[],
      ${last('text', (change) => change.reservation?.for ?? null)}::text[],
      ${last('uuid', (change) => change.duplicateOf)}::uuid[],
      ${last('bool', (change) => change.open)}::boolean[],
      ${last('bool', (change) => change.keepLease)}::boolean[],
      ${last('timestamptz', (change) => change.undoUntil)}::timestamptz[]
    ) AS c (proposal_id, state, version, sequence, flags, closed_as, membership, membership_at, reviewer_id, correction_due_at,
      state_since, queue, due_at, reserved_until, reserved_for, duplicate_of, open, keep_lease, undo_until)
    WHERE s.proposal_id = c.proposal_id`.execute(db)
}

/** Nothing is kept for this reviewer any more. */
export async function endReservations(db: Db, reviewerId: string): Promise<void> {
  await db
    .updateTable('proposal_status')
    .set({ reserved_until: null, reserved_for: null })
    .where('reserved_until', 'is not', null)
    .where('reserved_for', '=', reviewerId)
    .execute()
}

/** How much the most alike open likeness of each proposal scores; 0 without one. */
export async function writeLikeness(db: Db, scores: ReadonlyMap<string, number>): Promise<void> {
  await sql`
    UPDATE proposal_status AS s SET likeness = c.likeness
    FROM unnest(${[...scores.keys()]}::uuid[], ${[...scores.values()]}::float8[]) AS c (proposal_id, likeness)
    WHERE s.proposal_id = c.proposal_id AND s.likeness <> c.likeness`.execute(db)
}

export type HistoryEntry = JournalEntry & { actorRole: string; version: number; reasons: ReasonRecord[] }

export async function listJournal(db: Db, proposalId: string): Promise<HistoryEntry[]> {
  return (await listJournals(db, [proposalId])).get(proposalId) ?? []
}

/** The whole journal of each. */
export async function listJournals(db: Db, proposalIds: readonly string[]): Promise<Map<string, HistoryEntry[]>> {
  const rows = await db
    .selectFrom('journal')
    .selectAll()
    .where('proposal_id', '=', sql<string>`ANY(${binaryArray('uuid', proposalIds)}::uuid[])`)
    .orderBy('proposal_id')
    .orderBy('sequence')
    .execute()
  const histories = new Map<string, HistoryEntry[]>()
  for (const row of rows) {
    const history = histories.get(row.proposal_id) ?? []
    histories.set(row.proposal_id, history)
    history.push(readEntry(row))
  }
  return histories
}

const readEntry = (row: Selectable<DB['journal']>): HistoryEntry => ({
  sequence: row.sequence,
  action: row.action as Action,
  actorId: row.actor_id,
  actorRole: row.actor_role,
  at: row.at.toISOString(),
  version: row.version,
  data: row.data as JournalData,
  reasons: (row.reasons ?? []) as ReasonRecord[],
})
