import { sql } from 'kysely'
import {
  COVERAGE_SOURCES,
  type CoverageOrigin,
  type CoverageSegment,
  type CoverageSource,
} from '../../contracts/coverage-terms.ts'
import { firstDayOf, lastDayOf } from '../../contracts/primitives/calendar-month.ts'
import type { Db } from '../database.ts'
import type { StoredRow } from './figure.domain.ts'

export type NewFigure = {
  regionCode: string
  segment: CoverageSegment
  registered: number
  active: number | null
  printedCoverage: string | null
  printedActive: string | null
}
export type Document = {
  source: CoverageSource
  month: string
  origin: CoverageOrigin
  detail: string
  asOf: string
  recordedBy: string | null
  at: Date
}

/** Stores figures of one document; returns the regions whose figures are new or other than before. */
export async function putFigures(tx: Db, document: Document, rows: readonly NewFigure[]): Promise<string[]> {
  const { source, month, origin, detail, asOf, recordedBy, at } = document
  const stored = await sql<{ code: string }>`
    insert into coverage_figure as stored (region_code, source, segment, month, registered, active, origin, detail, as_of,
      printed_coverage, printed_active, recorded_by, recorded_at)
    select code, ${source}, segment, ${firstDayOf(month)}::date, registered, active, ${origin}, ${detail}, ${asOf}::date,
      printed_coverage, printed_active, ${recordedBy}, ${at}::timestamptz
    from unnest(
      ${rows.map((row) => row.regionCode)}::text[], ${rows.map((row) => row.segment)}::text[],
      ${rows.map((row) => row.registered)}::int[], ${rows.map((row) => row.active)}::int[],
      ${rows.map((row) => row.printedCoverage)}::text[], ${rows.map((row) => row.printedActive)}::text[]
    ) given (code, segment, registered, active, printed_coverage, printed_active)
    on conflict (region_code, source, segment, month) do update
      set registered = excluded.registered, active = excluded.active, origin = excluded.origin, detail = excluded.detail,
        as_of = excluded.as_of, printed_coverage = excluded.printed_coverage, printed_active = excluded.printed_active,
        recorded_by = excluded.recorded_by, recorded_at = excluded.recorded_at
      where (stored.registered, stored.active, stored.origin, stored.detail, stored.as_of, stored.printed_coverage,
          stored.printed_active)
        is distinct from (excluded.registered, excluded.active, excluded.origin, excluded.detail, excluded.as_of,
          excluded.printed_coverage, excluded.printed_active)
    returning region_code as code
  `.execute(tx)
  return stored.rows.map(({ code }) => code)
}

type Key = { regionCode: string; source: CoverageSource; segment: CoverageSegment; month: string }

/** What it said; undefined when there was none. */
export async function deleteFigure(tx: Db, key: Key) {
  return await tx
    .deleteFrom('coverage_figure')
    .where('region_code', '=', key.regionCode)
    .where('source', '=', key.source)
    .where('segment', '=', key.segment)
    .where('month', '=', firstDayOf(key.month))
    .returning(['registered', 'active', 'detail', 'as_of'])
    .executeTakeFirst()
}

/** Takes away what an earlier list of the month said within a region (everywhere, when null); returns the regions it was about. */
export async function deleteListed(tx: Db, month: string, within: string | null): Promise<string[]> {
  const { rows } = await sql<{ code: string }>`
    with gone as (
      delete from coverage_figure
      where source = 'list' and month = ${firstDayOf(month)}::date
        and (${within}::text is null or region_code = ${within}
          or (region_code > ${`${within}.`} and region_code < ${`${within}/`}))
      returning region_code
    ) select distinct region_code as code from gone
  `.execute(tx)
  return rows.map(({ code }) => code)
}

/** Months and sources for which there is a figure of the region or below it, newest first. */
export async function listAvailable(
  executor: Db,
  regionCode: string,
  segment: CoverageSegment,
): Promise<{ month: string; source: CoverageSource }[]> {
  const rows = await executor
    .selectFrom('coverage_summary')
    .select(['month', 'source'])
    .where('region_code', '=', regionCode)
    .where('segment', '=', segment)
    .orderBy('month', 'desc')
    .execute()
  return rows.map(({ month, source }) => ({ month: month.slice(0, 7), source: source as CoverageSource }))
}

/** `detail`: the document in words; null for a sum. */
export type Registered = { people: number; kind: CoverageSource; detail: string | null; asOf: string }

/**
 * The newest count of everybody registered in a region that describes the day or one before it: of the newest month, of the source that
 * is shown first. A sum to which regions are missing is no count of the region.
 */
export async function findRegistered(executor: Db, regionCode: string, day: string): Promise<Registered | undefined> {
  const { rows } = await sql<Registered>`
    select coalesce(s.own_registered, s.rolled_registered) as people, s.source as kind, f.detail,
      coalesce(s.own_as_of, s.rolled_as_of) as "asOf"
    from coverage_summary s
    left join coverage_figure f using (region_code, source, segment, month)
    where s.region_code = ${regionCode} and s.segment = 'all' and coalesce(s.own_as_of, s.rolled_as_of) <= ${day}::date
      and (s.own_registered is not null or s.rolled_whole)
    order by s.month desc, array_position(${[...COVERAGE_SOURCES]}::text[], s.source) limit 1
  `.execute(executor)
  return rows[0]
}

export type RowKey = { regionCode: string; segment: CoverageSegment; month: string }

/** The summaries of these keys, in the order of the keys, with the population that was known at the end of each month. */
export async function listRows(
  executor: Db,
  source: CoverageSource | null,
  keys: readonly RowKey[],
): Promise<StoredRow[]> {
  const { rows } = await sql<SqlRow>`
    select s.own_registered as "ownRegistered", s.own_active as "ownActive", s.own_as_of as "ownAsOf",
      s.rolled_registered as "rolledRegistered", s.rolled_active as "rolledActive",
      s.rolled_active_of as "rolledActiveOf", s.rolled_as_of as "rolledAsOf", s.rolled_regions as "rolledRegions",
      s.rolled_whole as "rolledWhole",
      f.origin, f.detail, f.printed_coverage as "printedCoverage", f.printed_active as "printedActive",
      p.as_of as "populationFrom", p.own_total as "ownTotal", p.own_source as "ownSource", p.own_as_of as "populationAsOf",
      p.rolled_total as "rolledTotal", p.rolled_as_of as "populationRolledAsOf",
      p.rolled_regions as "populationRegions", p.rolled_whole as "populationWhole"
    from unnest(
      ${keys.map((key) => key.regionCode)}::text[], ${keys.map((key) => key.segment)}::text[],
      ${keys.map((key) => firstDayOf(key.month))}::date[], ${keys.map((key) => lastDayOf(key.month))}::date[]
    ) with ordinality given (code, segment, month, month_end, position)
    left join coverage_summary s
      on s.region_code = given.code and s.source = ${source} and s.segment = given.segment and s.month = given.month
    left join coverage_figure f
      on f.region_code = given.code and f.source = ${source} and f.segment = given.segment and f.month = given.month
    left join lateral (
      select * from coverage_population p where p.region_code = given.code and p.as_of <= given.month_end
      order by p.as_of desc limit 1
    ) p on true
    order by given.position
  `.execute(executor)
  return rows.map(toStored)
}

type SqlRow = Omit<StoredRow, 'population'> & {
  populationFrom: string | null
  ownTotal: number | null
  ownSource: string | null
  populationAsOf: string | null
  rolledTotal: number | null
  populationRolledAsOf: string | null
  populationRegions: number | null
  populationWhole: boolean | null
}

function toStored(row: SqlRow): StoredRow {
  const { populationFrom, ownTotal, ownSource, populationAsOf, rolledTotal, ...rest } = row
  const { populationRolledAsOf, populationRegions, populationWhole, ...stored } = rest
  return {
    ...stored,
    population:
      populationFrom === null
        ? null
        : {
            ownTotal,
            ownSource,
            ownAsOf: populationAsOf,
            rolledTotal,
            rolledAsOf: populationRolledAsOf,
            rolledRegions: populationRegions,
            rolledWhole: populationWhole,
          },
  }
}
