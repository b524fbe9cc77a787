import { sql } from 'kysely'
import type { Db } from '../database.ts'

export type StoredHoliday = { day: string; name: string; regionCode: string }

/** Of any of these regions, in the order of the days. */
export async function listHolidays(
  executor: Db,
  regionCodes: readonly string[],
  year: number | undefined,
): Promise<StoredHoliday[]> {
  let query = executor
    .selectFrom('holiday')
    .select(['day', 'name', 'region_code'])
    .where('region_code', 'in', regionCodes)
  if (year !== undefined) query = query.where(sql<boolean>`extract(year from day) = ${year}`)
  const rows = await query.orderBy('day').orderBy('region_code').execute()
  return rows.map(({ region_code: regionCode, ...rest }) => ({ ...rest, regionCode }))
}

/** The name it had before; undefined when the day is new. */
export async function putHoliday(
  executor: Db,
  holiday: StoredHoliday & { by: string; at: Date },
): Promise<string | undefined> {
  const { regionCode, day, name, by, at } = holiday
  const before = await executor
    .selectFrom('holiday')
    .select('name')
    .where('region_code', '=', regionCode)
    .where('day', '=', day)
    .executeTakeFirst()
  await executor
    .insertInto('holiday')
    .values({ region_code: regionCode, day, name, created_by: by, created_at: at })
    .onConflict((conflict) => conflict.columns(['region_code', 'day']).doUpdateSet({ name }))
    .execute()
  return before?.name
}

/** Its name; undefined when there was none. */
export async function deleteHoliday(executor: Db, regionCode: string, day: string): Promise<string | undefined> {
  const row = await executor
    .deleteFrom('holiday')
    .where('region_code', '=', regionCode)
    .where('day', '=', day)
    .returning('name')
    .executeTakeFirst()
  return row?.name
}
