import type { MembershipOutcome } from '../../contracts/lifecycle/states.ts'
import type { Db, Tx } from '../database.ts'

export type ManualOutcome = Exclude<MembershipOutcome, 'unavailable'>

export type ManualCheckRow = {
  id: string
  nikIndex: Buffer
  checkedAt: Date
  recordedAt: Date
  recordedBy: string
  outcome: ManualOutcome
  sealedFindings: Buffer
}

export async function recordCheck(executor: Db | Tx, row: ManualCheckRow): Promise<void> {
  await executor
    .insertInto('manual_membership_check')
    .values({
      id: row.id,
      nik_index: row.nikIndex,
      checked_at: row.checkedAt,
      recorded_at: row.recordedAt,
      recorded_by: row.recordedBy,
      outcome: row.outcome,
      sealed_findings: row.sealedFindings,
    })
    .execute()
}

export async function findNewestCheck(
  executor: Db | Tx,
  nikIndex: Buffer,
  notBefore: Date,
): Promise<Pick<ManualCheckRow, 'id' | 'checkedAt' | 'sealedFindings'> | undefined> {
  const row = await executor
    .selectFrom('manual_membership_check')
    .select(['id', 'checked_at', 'sealed_findings'])
    .where('nik_index', '=', nikIndex)
    .where('checked_at', '>=', notBefore)
    .orderBy('checked_at', 'desc')
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row && { id: row.id, checkedAt: row.checked_at, sealedFindings: row.sealed_findings }
}
