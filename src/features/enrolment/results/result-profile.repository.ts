import type { ResultProfileDefinition } from '../../../contracts/api/result-profiles.ts'
import type { Db, Tx } from '../../database.ts'

export type StoredResultProfile = { regionCode: string | null; version: number; definition: ResultProfileDefinition }

/** The own profile of a kab/kota, else the shipped one. */
export async function findResultProfile(executor: Db, regionCode: string): Promise<StoredResultProfile> {
  const row = await executor
    .selectFrom('result_profile')
    .select(['region_code', 'version', 'definition'])
    .where((eb) => eb.or([eb('region_code', '=', regionCode), eb('region_code', 'is', null)]))
    .orderBy('region_code', (order) => order.asc().nullsLast())
    .limit(1)
    .executeTakeFirstOrThrow()
  // The column holds what the contract wrote.
  return { regionCode: row.region_code, version: row.version, definition: row.definition as ResultProfileDefinition }
}

/** False when the profile is not the one of that version any more; 0: the kab/kota has none of its own yet. */
export async function putResultProfile(
  tx: Tx,
  change: {
    id: string
    regionCode: string
    version: number
    definition: ResultProfileDefinition
    by: string
    at: Date
  },
): Promise<boolean> {
  const values = { definition: JSON.stringify(change.definition), changed_by: change.by, changed_at: change.at }
  if (change.version === 0) {
    const { numInsertedOrUpdatedRows } = await tx
      .insertInto('result_profile')
      .values({ id: change.id, region_code: change.regionCode, version: 1, ...values })
      .onConflict((conflict) => conflict.doNothing())
      .executeTakeFirst()
    return numInsertedOrUpdatedRows === 1n
  }
  const { numUpdatedRows } = await tx
    .updateTable('result_profile')
    .set({ version: change.version + 1, ...values })
    .where('region_code', '=', change.regionCode)
    .where('version', '=', change.version)
    .executeTakeFirst()
  return numUpdatedRows === 1n
}
