import { sql } from 'kysely'
import type { OfficeKind } from '../../contracts/api/office-kinds.ts'
import { type OfficeItem, openingHours } from '../../contracts/api/regions.ts'
import type { Db } from '../database.ts'

const COLUMNS = [
  'id',
  'code',
  'kind',
  'name',
  'region_code',
  'village_code',
  'address',
  'opening_hours',
  'phone',
  'bpjs_facility_code',
  'active',
  'version',
] as const

type OfficeRow = {
  id: string
  code: string
  kind: string
  name: string
  region_code: string
  village_code: string | null
  address: string
  opening_hours: unknown
  phone: string | null
  bpjs_facility_code: string | null
  active: boolean
  version: number
}

const toOffice = (row: OfficeRow): OfficeItem => ({
  id: row.id,
  code: row.code,
  kind: row.kind as OfficeKind,
  name: row.name,
  regionCode: row.region_code,
  villageCode: row.village_code,
  address: row.address,
  openingHours: openingHours.parse(row.opening_hours),
  phone: row.phone,
  bpjsFacilityCode: row.bpjs_facility_code,
  active: row.active,
  version: row.version,
})

/** A subtree as a range of the C-collated code; '/' is the character after '.'. */
const inSubtree = (root: string) =>
  sql<boolean>`(region_code = ${root} or (region_code > ${`${root}.`} and region_code < ${`${root}/`}))`

export type OfficeFilter = {
  /** Offices outside are as good as not there. */
  scope: string
  region?: string | undefined
  kind?: OfficeKind | undefined
  active?: boolean | undefined
  /** Id of the last office of the page before. */
  after?: string | undefined
  limit: number
}

/** By name. One row more than the limit tells that there is another page. */
export async function listOffices(executor: Db, filter: OfficeFilter): Promise<OfficeItem[]> {
  let query = executor.selectFrom('office').select(COLUMNS).where(inSubtree(filter.scope))
  if (filter.region !== undefined) query = query.where(inSubtree(filter.region))
  if (filter.kind !== undefined) query = query.where('kind', '=', filter.kind)
  if (filter.active !== undefined) query = query.where('active', '=', filter.active)
  if (filter.after !== undefined) {
    query = query.where(
      sql<boolean>`(name, id) > (select last.name, last.id from office last where last.id = ${filter.after}::uuid)`,
    )
  }
  const rows = await query.orderBy('name').orderBy('id').limit(filter.limit).execute()
  return rows.map(toOffice)
}

export async function findOffice(executor: Db, id: string, scope?: string): Promise<OfficeItem | undefined> {
  let query = executor.selectFrom('office').select(COLUMNS).where('id', '=', id)
  if (scope !== undefined) query = query.where(inSubtree(scope))
  const row = await query.executeTakeFirst()
  return row && toOffice(row)
}

export async function listOfficesByIds(executor: Db, ids: readonly string[]): Promise<OfficeItem[]> {
  const rows = await executor
    .selectFrom('office')
    .select(COLUMNS)
    .where('id', '=', sql<string>`any(${ids}::uuid[])`)
    .execute()
  return rows.map(toOffice)
}

/** Kab/kota with an open office, in code order. */
export async function listServedRegions(executor: Db): Promise<string[]> {
  const rows = await executor
    .selectFrom('office')
    .select('region_code')
    .distinct()
    .where('active', '=', true)
    .orderBy('region_code')
    .execute()
  return rows.map((row) => row.region_code)
}

export async function listOfficeIds(executor: Db, scope: string): Promise<string[]> {
  const rows = await executor.selectFrom('office').select('id').where(inSubtree(scope)).execute()
  return rows.map((row) => row.id)
}

const toColumns = (office: Omit<OfficeItem, 'id' | 'version' | 'active'>) => ({
  code: office.code,
  kind: office.kind,
  name: office.name,
  region_code: office.regionCode,
  village_code: office.villageCode,
  address: office.address,
  opening_hours: JSON.stringify(office.openingHours),
  phone: office.phone,
  bpjs_facility_code: office.bpjsFacilityCode,
})

/** Returns false when the code is taken. */
export async function insertOffice(executor: Db, office: OfficeItem): Promise<boolean> {
  const result = await executor
    .insertInto('office')
    .values({ ...toColumns(office), id: office.id, active: office.active, version: office.version })
    .onConflict((conflict) => conflict.column('code').doNothing())
    .executeTakeFirst()
  return result.numInsertedOrUpdatedRows === 1n
}

/** Stores the office as given, one version on, when it is still at the version given; false otherwise. */
export async function updateOffice(executor: Db, office: OfficeItem, updatedAt: Date): Promise<boolean> {
  const { code: _fixed, kind: _kind, region_code: _region, ...changeable } = toColumns(office)
  const result = await executor
    .updateTable('office')
    .set({ ...changeable, active: office.active, version: office.version + 1, updated_at: updatedAt })
    .where('id', '=', office.id)
    .where('version', '=', office.version)
    .executeTakeFirst()
  return result.numUpdatedRows === 1n
}
