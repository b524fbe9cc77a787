import { sql } from 'kysely'
import type { PopulationFigure, RegionKind, RegionTimeZone } from '../../contracts/api/regions.ts'
import type { Db, Tx } from '../database.ts'
import type { RegionColumns } from './reference-data.ts'
import type { Region, RegionLevel } from './regions.domain.ts'

export async function findLoadedVersion(executor: Db, source: string): Promise<string | undefined> {
  const row = await executor
    .selectFrom('region_source')
    .select('version')
    .where('package', '=', source)
    .executeTakeFirst()
  return row?.version
}

/** Held to the end of the transaction: two processes that start together load once. */
export async function lockReferenceData(tx: Tx): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtext('puntadewa.region'))`.execute(tx)
}

/** Adds and updates what changed, and retires what is no longer listed. Postal codes are not the source's and stay. */
export async function replaceRegions(
  tx: Tx,
  source: { package: string; version: string },
  columns: RegionColumns,
): Promise<void> {
  await sql`
    insert into region (code, level, kind, name, time_zone)
    select * from unnest(
      ${columns.codes}::text[], ${columns.levels}::smallint[],
      ${columns.kinds}::text[], ${columns.names}::text[], ${columns.timeZones}::text[]
    )
    on conflict (code) do update
      set kind = excluded.kind, name = excluded.name, time_zone = excluded.time_zone, retired = false
      where (region.kind, region.name, region.time_zone, region.retired)
        is distinct from (excluded.kind, excluded.name, excluded.time_zone, false)
  `.execute(tx)
  await sql`
    update region set retired = true
    where not retired and not exists (select from unnest(${columns.codes}::text[]) listed (code) where listed.code = region.code)
  `.execute(tx)
  await tx
    .insertInto('region_source')
    .values({ package: source.package, version: source.version, region_count: columns.codes.length })
    .onConflict((conflict) =>
      conflict.column('package').doUpdateSet({
        version: source.version,
        region_count: columns.codes.length,
        loaded_at: sql<Date>`now()`,
      }),
    )
    .execute()
}

const SEPARATOR = '\u001f'

/**
 * In code order. A column arrives as one text: as rows of their own, 91,600 regions cost three times as long at every start. No name
 * of a region holds a control character.
 */
export async function listAllRegions(executor: Db): Promise<Region[]> {
  const joined = (column: string) =>
    sql<string | null>`string_agg(coalesce(${sql.ref(column)}::text, ''), ${SEPARATOR}::text)`
  const row = await executor
    .selectFrom((from) => from.selectFrom('region').selectAll().orderBy('code').as('region'))
    .select([
      joined('code').as('codes'),
      joined('level').as('levels'),
      joined('kind').as('kinds'),
      joined('name').as('names'),
      joined('time_zone').as('timeZones'),
      joined('postal_code').as('postalCodes'),
      joined('retired').as('retired'),
    ])
    .executeTakeFirstOrThrow()
  // Of no region at all there is no text either.
  const split = (text: string | null): string[] => text?.split(SEPARATOR) ?? []
  const levels = split(row.levels)
  const kinds = split(row.kinds)
  const names = split(row.names)
  const timeZones = split(row.timeZones)
  const postalCodes = split(row.postalCodes)
  const retired = split(row.retired)
  return split(row.codes).map((code, at) => ({
    code,
    level: Number(levels[at]) as RegionLevel,
    kind: kinds[at] as RegionKind,
    name: names[at] ?? '',
    timeZone: (timeZones[at] || null) as RegionTimeZone | null,
    postalCode: postalCodes[at] || null,
    retired: retired[at] === 'true',
  }))
}

/** Returns how many changed. */
export async function setPostalCodes(executor: Db, postalCodes: Record<string, string>): Promise<number> {
  const result = await sql`
    update region set postal_code = given.postal_code
    from unnest(${Object.keys(postalCodes)}::text[], ${Object.values(postalCodes)}::text[]) given (code, postal_code)
    where region.code = given.code and region.postal_code is distinct from given.postal_code
  `.execute(executor)
  return Number(result.numAffectedRows ?? 0n)
}

/** Newest date first; of two sources for one date the one entered last. */
export async function listPopulation(executor: Db, regionCode: string): Promise<PopulationFigure[]> {
  const rows = await executor
    .selectFrom('population_figure')
    .select(['as_of', 'source', 'total', 'male', 'female'])
    .where('region_code', '=', regionCode)
    .orderBy('as_of', 'desc')
    .orderBy('recorded_at', 'desc')
    .limit(500)
    .execute()
  return rows.map(({ as_of, ...figure }) => ({ asOf: as_of, ...figure }))
}

export type PopulationOfRegion = Pick<PopulationFigure, 'asOf' | 'source' | 'total'> & { regionCode: string }

/** Every figure of these regions (of all, when null), in code order and oldest first; of two sources for one date the one entered last. */
export async function listPopulationHistory(
  executor: Db,
  regionCodes: readonly string[] | null,
): Promise<PopulationOfRegion[]> {
  const { rows } = await sql<PopulationOfRegion>`
    select distinct on (region_code, as_of) region_code as "regionCode", as_of as "asOf", source, total
    from population_figure
    where ${regionCodes}::text[] is null or region_code = any(${regionCodes}::text[])
    order by region_code, as_of, recorded_at desc, source
  `.execute(executor)
  return rows
}

/** Stores totals without the sexes; returns those that are new or other than before. */
export async function putPopulations(executor: Db, figures: readonly PopulationOfRegion[]): Promise<string[]> {
  const { rows } = await sql<{ code: string }>`
    insert into population_figure as stored (region_code, as_of, source, total, recorded_at)
    select *, clock_timestamp() from unnest(
      ${figures.map((figure) => figure.regionCode)}::text[], ${figures.map((figure) => figure.asOf)}::date[],
      ${figures.map((figure) => figure.source)}::text[], ${figures.map((figure) => figure.total)}::int[]
    )
    on conflict (region_code, as_of, source) do update
      set total = excluded.total, male = null, female = null, recorded_at = excluded.recorded_at
      where stored.total <> excluded.total
    returning stored.region_code as code
  `.execute(executor)
  return rows.map(({ code }) => code)
}

export async function findPopulationAt(
  executor: Db,
  regionCode: string,
  day: string,
): Promise<PopulationFigure | undefined> {
  const row = await executor
    .selectFrom('population_figure')
    .select(['as_of', 'source', 'total', 'male', 'female'])
    .where('region_code', '=', regionCode)
    .where('as_of', '<=', day)
    .orderBy('as_of', 'desc')
    .orderBy('recorded_at', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row && { asOf: row.as_of, source: row.source, total: row.total, male: row.male, female: row.female }
}

/** Stores the figure of a date and source, and returns the one it replaced. */
export async function putPopulation(
  tx: Tx,
  regionCode: string,
  figure: PopulationFigure,
): Promise<PopulationFigure | undefined> {
  const { asOf, source, total, male, female } = figure
  const before = await tx
    .selectFrom('population_figure')
    .select(['total', 'male', 'female'])
    .where('region_code', '=', regionCode)
    .where('as_of', '=', asOf)
    .where('source', '=', source)
    .forUpdate()
    .executeTakeFirst()
  await tx
    .insertInto('population_figure')
    .values({ region_code: regionCode, as_of: asOf, source, total, male, female })
    .onConflict((conflict) =>
      conflict
        .columns(['region_code', 'as_of', 'source'])
        .doUpdateSet({ total, male, female, recorded_at: sql<Date>`now()` }),
    )
    .execute()
  return before && { asOf, source, ...before }
}
