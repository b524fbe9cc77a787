import type { Selectable } from 'kysely'
import { pathShapeSchema, type ReactivationPath } from '../../../contracts/api/reactivation.ts'
import { type ReactivationItem, type ReactivationReason } from '../../../contracts/reactivation-terms.ts'
import type { DB, Db, Tx } from '../../database.ts'
import type { ItemRecord } from './path.domain.ts'

const readPath = (row: Selectable<DB['reactivation_path']>): ReactivationPath => ({
  ...pathShapeSchema.parse(row.shape),
  reason: row.reason as ReactivationReason,
  regionCode: row.region_code,
  validFrom: row.valid_from,
  deadlineDays: row.deadline_days,
  counterText: { id: row.counter_text_id, en: row.counter_text_en },
})

/** Those of these kab/kota and those that were shipped; by reason, the newest first. */
export async function listPaths(executor: Db, regionCodes: readonly string[]): Promise<ReactivationPath[]> {
  const rows = await executor
    .selectFrom('reactivation_path')
    .selectAll()
    .where((is) => is.or([is('region_code', 'is', null), is('region_code', 'in', regionCodes)]))
    .orderBy('reason')
    .orderBy('valid_from', 'desc')
    .orderBy('region_code')
    .limit(500)
    .execute()
  return rows.map(readPath)
}

/** Adds a region's own path, or replaces the one of that day. */
export async function putPath(
  tx: Tx,
  path: ReactivationPath & { regionCode: string },
  by: string,
  at: Date,
): Promise<void> {
  const { regionCode, reason, validFrom, deadlineDays, counterText, route, outcomes, items, newProposal } = path
  const values = {
    shape: JSON.stringify({ route, outcomes, items, newProposal }),
    deadline_days: deadlineDays,
    counter_text_id: counterText.id,
    counter_text_en: counterText.en,
    recorded_by: by,
    recorded_at: at,
  }
  await tx
    .insertInto('reactivation_path')
    .values({ region_code: regionCode, reason, valid_from: validFrom, ...values })
    .onConflict((conflict) => conflict.columns(['region_code', 'reason', 'valid_from']).doUpdateSet(values))
    .execute()
}

export async function listRecords(executor: Db, proposalIds: readonly string[]): Promise<Map<string, ItemRecord[]>> {
  const records = new Map<string, ItemRecord[]>()
  if (proposalIds.length === 0) return records
  const rows = await executor
    .selectFrom('reactivation_item')
    .selectAll()
    .where('proposal_id', 'in', proposalIds)
    .orderBy('item')
    .execute()
  for (const row of rows) {
    const own = records.get(row.proposal_id) ?? []
    records.set(row.proposal_id, own)
    own.push({
      item: row.item as ReactivationItem,
      letterNumber: row.letter_number,
      letterDate: row.letter_date,
      decile: row.decile,
      recordedBy: row.recorded_by,
      recordedAt: row.recorded_at,
    })
  }
  return records
}

export async function putRecord(tx: Tx, proposalId: string, record: ItemRecord): Promise<void> {
  const values = {
    letter_number: record.letterNumber,
    letter_date: record.letterDate,
    decile: record.decile,
    recorded_by: record.recordedBy,
    recorded_at: record.recordedAt,
  }
  await tx
    .insertInto('reactivation_item')
    .values({ proposal_id: proposalId, item: record.item, ...values })
    .onConflict((conflict) => conflict.columns(['proposal_id', 'item']).doUpdateSet(values))
    .execute()
}

export async function deleteRecord(tx: Tx, proposalId: string, item: ReactivationItem): Promise<void> {
  await tx.deleteFrom('reactivation_item').where('proposal_id', '=', proposalId).where('item', '=', item).execute()
}

export type SetReason = { reason: ReactivationReason; note: string; by: string; at: Date }

/** The reasons that reviewers set; cases without are missing. */
export async function listSetReasons(executor: Db, proposalIds: readonly string[]): Promise<Map<string, SetReason>> {
  if (proposalIds.length === 0) return new Map()
  const rows = await executor
    .selectFrom('reactivation_reason')
    .selectAll()
    .where('proposal_id', 'in', proposalIds)
    .execute()
  return new Map(
    rows.map((row) => {
      const { reason, note, set_by: by, set_at: at } = row
      return [row.proposal_id, { reason: reason as ReactivationReason, note, by, at }]
    }),
  )
}

export async function putReason(tx: Tx, proposalId: string, { reason, note, by, at }: SetReason): Promise<void> {
  const values = { reason, note, set_by: by, set_at: at }
  await tx
    .insertInto('reactivation_reason')
    .values({ proposal_id: proposalId, ...values })
    .onConflict((conflict) => conflict.column('proposal_id').doUpdateSet(values))
    .execute()
}
