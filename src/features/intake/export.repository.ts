import { type Selectable, sql } from 'kysely'
import type { DB, Db } from '../database.ts'

type Detail = Pick<Selectable<DB['proposal']>, 'nik_sealed' | 'birth_date' | 'sex' | 'relationship'> &
  Pick<Selectable<DB['intake']>, 'channel' | 'office_id' | 'region_code' | 'village_code' | 'household_sealed'> &
  Pick<Selectable<DB['proposal_status']>, 'membership'> & { id: string }

/** What an export shows of these proposals beyond their row of the list, by id. */
export async function listExportDetails(db: Db, proposalIds: readonly string[]): Promise<ReadonlyMap<string, Detail>> {
  const rows = await db
    .selectFrom('proposal as p')
    .innerJoin('intake as i', 'i.id', 'p.intake_id')
    .innerJoin('proposal_status as s', 's.proposal_id', 'p.id')
    .select(['p.id', 'p.nik_sealed', 'p.birth_date', 'p.sex', 'p.relationship', 's.membership'])
    .select(['i.channel', 'i.office_id', 'i.region_code', 'i.village_code', 'i.household_sealed'])
    .where('p.id', '=', sql<string>`ANY(${proposalIds}::uuid[])`)
    .execute()
  return new Map(rows.map((row) => [row.id, row]))
}
export type ExportDetail = Detail

export type ExportHold = { userId: string; exportId: string; now: Date; until: Date }

/** One export of a person at a time, in all processes: false while another one is held. */
export async function holdExport(db: Db, { userId, exportId, now, until }: ExportHold): Promise<boolean> {
  const row = await db
    .insertInto('export_hold')
    .values({ user_id: userId, export_id: exportId, held_until: until })
    .onConflict((conflict) =>
      conflict
        .column('user_id')
        .doUpdateSet({ export_id: exportId, held_until: until })
        .where('export_hold.held_until', '<=', now),
    )
    .returning('user_id')
    .executeTakeFirst()
  return row !== undefined
}

/** False when another export took the place of one that stood still for too long. */
export async function renewHold(db: Db, { userId, exportId, until }: ExportHold): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('export_hold')
    .set({ held_until: until })
    .where('user_id', '=', userId)
    .where('export_id', '=', exportId)
    .executeTakeFirst()
  return numUpdatedRows === 1n
}

/** Of processes that are gone: whoever downloads renews with every page. */
export async function deleteHoldsBefore(db: Db, before: Date): Promise<void> {
  await db.deleteFrom('export_hold').where('held_until', '<', before).execute()
}

export async function releaseHold(
  db: Db,
  { userId, exportId }: Pick<ExportHold, 'userId' | 'exportId'>,
): Promise<void> {
  await db.deleteFrom('export_hold').where('user_id', '=', userId).where('export_id', '=', exportId).execute()
}
