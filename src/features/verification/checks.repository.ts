import { sql } from 'kysely'
import type { Snapshot } from '../../contracts/lifecycle/snapshot.ts'
import type { Flag, MembershipOutcome, State } from '../../contracts/lifecycle/states.ts'
import { binaryArray, columnsOf, wordArray } from '../../platform/db/binary-array.ts'
import { prepared } from '../../platform/db/prepared.ts'
import type { Db, Tx } from '../database.ts'
import type { CheckResult } from './check-result.domain.ts'
import type { MembershipFound } from './verification.ports.ts'

/** The part of a status that the checks need, read under its lock. */
export type LockedCase = {
  proposalId: string
  snapshot: Pick<Snapshot, 'state' | 'version' | 'flags' | 'membership'>
  leaseHolder: string | null
  leaseUntil: Date | null
}

/** Locks in the order of the ids, as every other mover does: two batches that share a proposal wait, they never deadlock. */
export async function lockCases(tx: Tx, proposalIds: readonly string[]): Promise<LockedCase[]> {
  const rows = await tx
    .selectFrom('proposal_status')
    .modifyFront(prepared)
    .select(['proposal_id', 'state', 'version', 'flags', 'membership', 'lease_holder', 'lease_until'])
    .where('proposal_id', '=', sql<string>`ANY(${binaryArray('uuid', proposalIds)}::uuid[])`)
    .orderBy('proposal_id')
    .forUpdate()
    .execute()
  return rows.map((row) => ({
    proposalId: row.proposal_id,
    leaseHolder: row.lease_holder,
    leaseUntil: row.lease_until,
    snapshot: {
      state: row.state as State,
      version: row.version,
      flags: row.flags as Flag[],
      membership: row.membership as MembershipOutcome | null,
    },
  }))
}

export type CheckResultRow = CheckResult & { proposalId: string; version: number; checkedAt: Date }

export type MembershipCheckRow = {
  id: string
  proposalId: string
  version: number
  outcome: Exclude<MembershipOutcome, 'unavailable'>
  statusCode: string | null
  statusText: string | null
  segmentCode: string | null
  segmentText: string | null
  differences: string[]
  cardSealed: Buffer | null
  source: string
  asOf: string | null
  checkedAt: Date
  recordedAt: Date
  recordedBy: string | null
}

/** Stores what a batch found, in one statement. A check that ran before for the same version is replaced. */
export async function writeFindings(
  tx: Tx,
  found: { checks: readonly CheckResultRow[]; memberships: readonly MembershipCheckRow[] },
): Promise<void> {
  const check = columnsOf(found.checks)
  const answer = columnsOf(found.memberships)
  await sql`
    ${prepared} WITH answered AS (
      INSERT INTO membership_check (id, proposal_id, version, outcome, status_code, status_text, segment_code, segment_text,
        differences, card_sealed, source, as_of, checked_at, recorded_at, recorded_by)
      SELECT id, proposal_id, version, outcome, status_code, status_text, segment_code, segment_text,
        differences::text[], card_sealed, source, as_of, checked_at, recorded_at, recorded_by
      FROM unnest(
        ${answer('uuid', (row) => row.id)}::uuid[],
        ${answer('uuid', (row) => row.proposalId)}::uuid[],
        ${answer('int4', (row) => row.version)}::integer[],
        ${answer('text', (row) => row.outcome)}::text[],
        ${answer('text', (row) => row.statusCode)}::text[],
        ${answer('text', (row) => row.statusText)}::text[],
        ${answer('text', (row) => row.segmentCode)}::text[],
        ${answer('text', (row) => row.segmentText)}::text[],
        ${answer('text', (row) => wordArray(row.differences))}::text[],
        ${answer('bytea', (row) => row.cardSealed)}::bytea[],
        ${answer('text', (row) => row.source)}::text[],
        ${answer('date', (row) => row.asOf)}::date[],
        ${answer('timestamptz', (row) => row.checkedAt)}::timestamptz[],
        ${answer('timestamptz', (row) => row.recordedAt)}::timestamptz[],
        ${answer('text', (row) => row.recordedBy)}::text[]
      ) AS m (id, proposal_id, version, outcome, status_code, status_text, segment_code, segment_text, differences, card_sealed,
        source, as_of, checked_at, recorded_at, recorded_by)
    )
    INSERT INTO check_result (proposal_id, version, kind, outcome, codes, details, checked_at)
    SELECT proposal_id, version, kind, outcome, codes::text[], details, checked_at
    FROM unnest(
      ${check('uuid', (row) => row.proposalId)}::uuid[],
      ${check('int4', (row) => row.version)}::integer[],
      ${check('text', (row) => row.kind)}::text[],
      ${check('text', (row) => row.outcome)}::text[],
      ${check('text', (row) => wordArray(row.codes))}::text[],
      ${check('jsonb', (row) => JSON.stringify(row.details))}::jsonb[],
      ${check('timestamptz', (row) => row.checkedAt)}::timestamptz[]
    ) AS c (proposal_id, version, kind, outcome, codes, details, checked_at)
    ON CONFLICT (proposal_id, version, kind) DO UPDATE SET
      outcome = excluded.outcome, codes = excluded.codes, details = excluded.details, checked_at = excluded.checked_at`.execute(
    tx,
  )
}

export async function listCheckResults(db: Db, proposalId: string, version: number): Promise<CheckResultRow[]> {
  const rows = await db
    .selectFrom('check_result')
    .selectAll()
    .where('proposal_id', '=', proposalId)
    .where('version', '=', version)
    .orderBy('kind')
    .execute()
  return rows.map((row) => ({
    proposalId: row.proposal_id,
    version: row.version,
    kind: row.kind as CheckResult['kind'],
    outcome: row.outcome as CheckResult['outcome'],
    codes: row.codes,
    details: row.details as CheckResult['details'],
    checkedAt: row.checked_at,
  }))
}

/** How the checks of many ended, by proposal, each of its version. */
export async function listChecksOf(
  db: Db,
  wanted: readonly { proposalId: string; version: number }[],
): Promise<Map<string, Pick<CheckResult, 'kind' | 'outcome'>[]>> {
  const column = columnsOf(wanted)
  const { rows } = await sql<{ proposalId: string; kind: CheckResult['kind']; outcome: CheckResult['outcome'] }>`
    SELECT c.proposal_id AS "proposalId", c.kind, c.outcome FROM unnest(
      ${column('uuid', (one) => one.proposalId)}::uuid[],
      ${column('int4', (one) => one.version)}::integer[]) AS w (proposal_id, version)
    JOIN check_result c ON c.proposal_id = w.proposal_id AND c.version = w.version`.execute(db)
  const checks = new Map<string, Pick<CheckResult, 'kind' | 'outcome'>[]>()
  for (const { proposalId, kind, outcome } of rows) {
    const own = checks.get(proposalId) ?? []
    checks.set(proposalId, own)
    own.push({ kind, outcome })
  }
  return checks
}

/** The newest definite answer recorded on a version of the proposal. */
export async function findNewestMembership(
  db: Db,
  proposalId: string,
  version: number,
): Promise<MembershipCheckRow | undefined> {
  const row = await db
    .selectFrom('membership_check')
    .selectAll()
    .where('proposal_id', '=', proposalId)
    .where('version', '=', version)
    .orderBy('recorded_at', 'desc')
    .orderBy('id', 'desc')
    .executeTakeFirst()
  if (!row) return undefined
  return {
    id: row.id,
    proposalId: row.proposal_id,
    version: row.version,
    outcome: row.outcome as MembershipCheckRow['outcome'],
    statusCode: row.status_code,
    statusText: row.status_text,
    segmentCode: row.segment_code,
    segmentText: row.segment_text,
    differences: row.differences,
    cardSealed: row.card_sealed,
    source: row.source,
    asOf: row.as_of,
    checkedAt: row.checked_at,
    recordedAt: row.recorded_at,
    recordedBy: row.recorded_by,
  }
}

/** The newest definite answers about the content that each proposal has now; those without are missing. */
export async function listNewestMemberships(
  db: Db,
  proposalIds: readonly string[],
): Promise<Map<string, MembershipFound>> {
  const { rows } = await sql<MembershipFound & { proposalId: string }>`
    SELECT DISTINCT ON (m.proposal_id) m.proposal_id AS "proposalId", m.outcome, m.status_code AS "statusCode",
      m.segment_code AS "segmentCode", m.segment_text AS "segmentText"
    FROM membership_check m JOIN proposal_status s ON s.proposal_id = m.proposal_id AND s.version = m.version
    WHERE m.proposal_id = ANY(${binaryArray('uuid', proposalIds)}::uuid[])
    ORDER BY m.proposal_id, m.recorded_at DESC, m.id DESC`.execute(db)
  return new Map(rows.map((row) => [row.proposalId, row]))
}

export type SilentCase = { proposalId: string; version: number }

/**
 * Proposals that were submitted before `before` and whose question BPJS has not answered yet, oldest question first. Found
 * through the stored check results: their partial index holds nothing while BPJS answers.
 */
export async function listUnanswered(db: Db, before: Date, limit: number): Promise<SilentCase[]> {
  const rows = await db
    .selectFrom('check_result as c')
    .innerJoin('proposal_status as s', (join) =>
      join.onRef('s.proposal_id', '=', 'c.proposal_id').onRef('s.version', '=', 'c.version'),
    )
    .select(['s.proposal_id', 's.version'])
    .where('c.kind', '=', 'membership')
    .where('c.outcome', '=', 'unknown')
    .where('s.state', '=', 'checking')
    // A corrected version is as old as its own submission; its checks began a moment later.
    .where(sql<boolean>`CASE WHEN s.version = 1 THEN s.submitted_at ELSE s.state_since END <= ${before}`)
    .orderBy('c.checked_at')
    .limit(limit)
    .execute()
  return rows.map((row) => ({ proposalId: row.proposal_id, version: row.version }))
}
