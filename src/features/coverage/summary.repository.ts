import { sql } from 'kysely'
import type { Db } from '../database.ts'
import { WHOLE_SEGMENTS } from './figure.domain.ts'

/** Rows of one source whose figures have changed. `months` are their first days. */
export type Touched = { source: string; months: readonly string[]; codes: readonly string[] }
/** Regions whose sums are made anew, all of one level, with how many children each has. */
export type Parent = { code: string; parent: string | null; children: number }

/** Two writers of one month would each add up without the other's figures. Taken in one order, held to the end of the transaction. */
export async function lockMonths(tx: Db, source: string, months: readonly string[]): Promise<void> {
  for (const month of [...months].sort()) {
    await sql`select pg_advisory_xact_lock(hashtext('puntadewa.coverage'), hashtext(${`${source} ${month}`}))`.execute(
      tx,
    )
  }
}

/** Brings what regions say of themselves into the summaries, after their figures have changed. */
export async function refreshOwn(tx: Db, { source, months, codes }: Touched, parents: readonly (string | null)[]) {
  await sql`
    delete from coverage_summary
    where source = ${source} and month = any(${months}::date[]) and region_code = any(${codes}::text[])
      and rolled_registered is null
  `.execute(tx)
  await sql`
    update coverage_summary set own_registered = null, own_active = null, own_as_of = null
    where source = ${source} and month = any(${months}::date[]) and region_code = any(${codes}::text[])
      and own_registered is not null
  `.execute(tx)
  await sql`
    with said as (
      select region_code, segment, month, registered, active, as_of from coverage_figure
      where source = ${source} and month = any(${months}::date[]) and region_code = any(${codes}::text[])
    ), own as (
      select * from said
      union all
      select region_code, 'all', month, sum(registered), case when count(*) = count(active) then sum(active) end, min(as_of)
      from said group by region_code, month
      having not bool_or(segment = 'all')
        and count(*) filter (where segment = any(${[...WHOLE_SEGMENTS]}::text[])) = ${WHOLE_SEGMENTS.length}
    )
    insert into coverage_summary
      (region_code, parent_code, source, segment, month, own_registered, own_active, own_as_of)
    select own.region_code, given.parent, ${source}, own.segment, own.month, own.registered, own.active, own.as_of
    from own join unnest(${codes}::text[], ${parents}::text[]) given (code, parent) on given.code = own.region_code
    on conflict (region_code, source, segment, month) do update
      set own_registered = excluded.own_registered, own_active = excluded.own_active, own_as_of = excluded.own_as_of
  `.execute(tx)
}

/** Adds up the children of these regions, whose own rows are right already. */
export async function refreshSums(tx: Db, source: string, months: readonly string[], parents: readonly Parent[]) {
  const codes = parents.map(({ code }) => code)
  await sql`
    delete from coverage_summary
    where source = ${source} and month = any(${months}::date[]) and region_code = any(${codes}::text[])
      and own_registered is null
  `.execute(tx)
  await sql`
    update coverage_summary
    set rolled_registered = null, rolled_active = null, rolled_active_of = null, rolled_as_of = null,
      rolled_regions = null, rolled_whole = null
    where source = ${source} and month = any(${months}::date[]) and region_code = any(${codes}::text[])
      and rolled_registered is not null
  `.execute(tx)
  await sql`
    insert into coverage_summary (region_code, parent_code, source, segment, month,
      rolled_registered, rolled_active, rolled_active_of, rolled_as_of, rolled_regions, rolled_whole)
    select given.code, given.parent, ${source}, kid.segment, kid.month,
      sum(coalesce(kid.own_registered, kid.rolled_registered)),
      sum(coalesce(kid.own_active, kid.rolled_active)),
      sum(case when kid.own_active is null then kid.rolled_active_of else kid.own_registered end),
      min(coalesce(kid.own_as_of, kid.rolled_as_of)),
      count(*),
      count(*) >= given.children and bool_and(kid.own_registered is not null or kid.rolled_whole)
    from unnest(${codes}::text[], ${parents.map(({ parent }) => parent)}::text[], ${parents.map(({ children }) => children)}::int[])
      given (code, parent, children)
    join coverage_summary kid
      on kid.parent_code = given.code and kid.source = ${source} and kid.month = any(${months}::date[])
    group by given.code, given.parent, given.children, kid.segment, kid.month
    on conflict (region_code, source, segment, month) do update
      set rolled_registered = excluded.rolled_registered, rolled_active = excluded.rolled_active,
        rolled_active_of = excluded.rolled_active_of, rolled_as_of = excluded.rolled_as_of,
        rolled_regions = excluded.rolled_regions, rolled_whole = excluded.rolled_whole
  `.execute(tx)
}

export type OwnPopulation = { regionCode: string; parent: string | null; asOf: string; source: string; total: number }

export async function lockPopulation(tx: Db): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtext('puntadewa.coverage'), hashtext('population'))`.execute(tx)
}

export async function hasPopulation(executor: Db): Promise<boolean> {
  const row = await executor.selectFrom('coverage_population').select('as_of').limit(1).executeTakeFirst()
  return row !== undefined
}

/** Villages have no children: a row for each day of their own figures. */
export async function replaceLeafPopulation(tx: Db, codes: readonly string[], own: readonly OwnPopulation[]) {
  await sql`delete from coverage_population where region_code = any(${codes}::text[])`.execute(tx)
  await sql`
    insert into coverage_population (region_code, parent_code, as_of, own_total, own_source, own_as_of)
    select code, parent, as_of, total, source, as_of from unnest(
      ${own.map((row) => row.regionCode)}::text[], ${own.map((row) => row.parent)}::text[],
      ${own.map((row) => row.asOf)}::date[], ${own.map((row) => row.total)}::int[], ${own.map((row) => row.source)}::text[]
    ) given (code, parent, as_of, total, source)
  `.execute(tx)
}

/** A row for each day on which the figure of the region itself or of one of its children changes. */
export async function replacePopulation(tx: Db, parents: readonly Parent[], own: readonly OwnPopulation[]) {
  const codes = parents.map(({ code }) => code)
  await sql`delete from coverage_population where region_code = any(${codes}::text[])`.execute(tx)
  await sql`
    with place as (
      select * from unnest(
        ${codes}::text[], ${parents.map(({ parent }) => parent)}::text[], ${parents.map(({ children }) => children)}::int[]
      ) given (code, parent, children)
    ), said as (
      select * from unnest(
        ${own.map((row) => row.regionCode)}::text[], ${own.map((row) => row.asOf)}::date[],
        ${own.map((row) => row.total)}::int[], ${own.map((row) => row.source)}::text[]
      ) given (code, as_of, total, source)
    ), kid as (
      select parent_code as code, region_code, as_of, coalesce(own_total, rolled_total) as total,
        coalesce(own_as_of, rolled_as_of) as of_day, own_total is not null or rolled_whole is true as whole
      from coverage_population where parent_code = any(${codes}::text[])
    ), day as (
      select code, as_of from said union select code, as_of from kid
    )
    insert into coverage_population (region_code, parent_code, as_of, own_total, own_source, own_as_of,
      rolled_total, rolled_as_of, rolled_regions, rolled_whole)
    select place.code, place.parent, day.as_of, said.total, said.source, said.as_of,
      added.total, added.as_of, added.regions, added.regions >= place.children and added.whole
    from day join place on place.code = day.code
    left join lateral (
      select total, source, as_of from said where said.code = day.code and said.as_of <= day.as_of
      order by said.as_of desc limit 1
    ) said on true
    left join lateral (
      select sum(total) as total, min(of_day) as as_of, nullif(count(*), 0) as regions, bool_and(whole) as whole from (
        select distinct on (kid.region_code) total, of_day, whole from kid
        where kid.code = day.code and kid.as_of <= day.as_of
        order by kid.region_code, kid.as_of desc
      ) newest
    ) added on true
  `.execute(tx)
}
