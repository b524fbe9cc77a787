import { type RawBuilder, sql } from 'kysely'
import { NATION } from '../../contracts/coverage-terms.ts'
import type { Db } from '../database.ts'
import type { PopulationOfRegion } from '../regions/index.ts'
import { WHOLE_SEGMENTS } from './figure.domain.ts'

/** Kab/kota with all that is in them, or what lies above: the country is too much for one statement. */
export type Part = { kabkota: string } | 'above'

const KABKOTA_LENGTH = 5

const parentOf = (code: RawBuilder<unknown>) => sql<string>`
  CASE WHEN ${code} = ${NATION} THEN NULL WHEN length(${code}) = 2 THEN ${NATION}
    ELSE regexp_replace(${code}, '[.][^.]*$', '') END`

const isInside = (code: RawBuilder<unknown>, kabkota: string) =>
  sql<boolean>`(${code} > ${`${kabkota}.`} AND ${code} < ${`${kabkota}/`})`

const isOf = (part: Part) => {
  const code = sql.ref('region_code')
  if (part === 'above') return sql<boolean>`(${code} = ${NATION} OR length(${code}) = 2)`
  return sql<boolean>`(${code} = ${part.kabkota} OR ${isInside(code, part.kabkota)})`
}
/** Those that are added up to the regions of the part. */
const isBelow = (part: Part) => {
  const code = sql.ref('region_code')
  return part === 'above' ? sql<boolean>`length(${code}) IN (2, ${KABKOTA_LENGTH})` : isInside(code, part.kabkota)
}

/** Every kab/kota of which anything is stored, whatever becomes of regions. */
export async function listKabkotaWithFigures(executor: Db): Promise<string[]> {
  const { rows } = await sql<{ code: string }>`
    SELECT DISTINCT left(region_code, ${KABKOTA_LENGTH}::int) AS code FROM (
      SELECT region_code FROM coverage_figure UNION ALL SELECT region_code FROM coverage_summary
      UNION ALL SELECT region_code FROM coverage_population
    ) AS stored WHERE region_code ~ '^[0-9]{2}[.]' ORDER BY 1`.execute(executor)
  return rows.map(({ code }) => code)
}

/** Regions of a part whose population is kept, those that are retired by now as well. */
export async function listPopulated(executor: Db, part: Part): Promise<string[]> {
  const { rows } = await sql<{ code: string }>`
    SELECT DISTINCT region_code AS code FROM coverage_population WHERE ${isOf(part)}`.execute(executor)
  return rows.map(({ code }) => code)
}

export type Differing = { total: number; ids: string[] }

async function read(executor: Db, faulty: RawBuilder<unknown>, limit: number): Promise<Differing> {
  const { rows } = await sql<{ id: string; total: number }>`
    SELECT id, (count(*) OVER ())::int AS total FROM (${faulty}) AS faulty ORDER BY id LIMIT ${limit}`.execute(executor)
  return { total: rows[0]?.total ?? 0, ids: rows.map(({ id }) => id) }
}

/**
 * Summaries of a part that are not what the figures say and what the regions below add up to. Right in every part means: equal to a
 * recount from the figures alone. Whether a sum is whole is held against its parts only; how many there should be changes with regions.
 */
export function findDifferingSums(executor: Db, part: Part, limit: number): Promise<Differing> {
  const key = sql`region_code, source, segment, month`
  return read(
    executor,
    sql`
      WITH stored AS (SELECT * FROM coverage_summary WHERE ${isOf(part)}
      ), said AS (SELECT ${key}, registered, active, as_of FROM coverage_figure WHERE ${isOf(part)}
      ), own AS (
        SELECT * FROM said
        UNION ALL
        SELECT region_code, source, 'all', month, sum(registered), CASE WHEN count(*) = count(active) THEN sum(active) END, min(as_of)
        FROM said GROUP BY region_code, source, month
        HAVING NOT bool_or(segment = 'all')
          AND count(*) FILTER (WHERE segment = ANY(${[...WHOLE_SEGMENTS]}::text[])) = ${WHOLE_SEGMENTS.length}
      ), below AS (
        SELECT ${parentOf(sql.ref('region_code'))} AS region_code, source, segment, month,
          sum(coalesce(own_registered, rolled_registered)) AS registered, sum(coalesce(own_active, rolled_active)) AS active,
          sum(CASE WHEN own_active IS NULL THEN rolled_active_of ELSE own_registered END) AS active_of,
          min(coalesce(own_as_of, rolled_as_of)) AS as_of, count(*) AS regions,
          bool_and(own_registered IS NOT NULL OR rolled_whole) AS whole
        FROM coverage_summary WHERE ${isBelow(part)} GROUP BY 1, 2, 3, 4
      )
      SELECT region_code || '/' || source || '/' || segment || '/' || to_char(month, 'YYYY-MM') AS id
      FROM stored FULL JOIN own USING (${key}) FULL JOIN below USING (${key})
      WHERE (stored.own_registered, stored.own_active, stored.own_as_of)
          IS DISTINCT FROM (own.registered, own.active, own.as_of)
        OR (stored.rolled_registered, stored.rolled_active, stored.rolled_active_of, stored.rolled_as_of, stored.rolled_regions)
          IS DISTINCT FROM (below.registered, below.active, below.active_of, below.as_of, below.regions)
        OR (stored.rolled_whole AND NOT below.whole)
        OR stored.parent_code IS DISTINCT FROM ${parentOf(sql.ref('region_code'))}`,
    limit,
  )
}

/** The same of population: a row for each day on which the figure of a region or of one right below it changes. */
export function findDifferingPopulation(
  executor: Db,
  part: Part,
  own: readonly PopulationOfRegion[],
  limit: number,
): Promise<Differing> {
  return read(
    executor,
    sql`
      WITH stored AS (SELECT * FROM coverage_population WHERE ${isOf(part)}
      ), said AS (
        SELECT * FROM unnest(
          ${own.map((row) => row.regionCode)}::text[], ${own.map((row) => row.asOf)}::date[],
          ${own.map((row) => row.total)}::int[], ${own.map((row) => row.source)}::text[]
        ) AS given (region_code, as_of, total, source)
      ), kid AS (
        SELECT ${parentOf(sql.ref('region_code'))} AS region_code, region_code AS code, as_of,
          coalesce(own_total, rolled_total) AS total, coalesce(own_as_of, rolled_as_of) AS of_day,
          own_total IS NOT NULL OR rolled_whole IS TRUE AS whole
        FROM coverage_population WHERE ${isBelow(part)}
      ), day AS (
        SELECT region_code, as_of FROM said UNION SELECT region_code, as_of FROM kid
      ), recounted AS (
        SELECT day.region_code, day.as_of, newest.total AS own_total, newest.source AS own_source, newest.as_of AS own_as_of,
          below.total AS rolled_total, below.of_day AS rolled_as_of, below.regions, below.whole
        FROM day
        LEFT JOIN LATERAL (
          SELECT total, source, as_of FROM said WHERE said.region_code = day.region_code AND said.as_of <= day.as_of
          ORDER BY said.as_of DESC LIMIT 1
        ) AS newest ON true
        LEFT JOIN LATERAL (
          SELECT sum(total) AS total, min(of_day) AS of_day, nullif(count(*), 0) AS regions, bool_and(whole) AS whole FROM (
            SELECT DISTINCT ON (kid.code) total, of_day, whole FROM kid
            WHERE kid.region_code = day.region_code AND kid.as_of <= day.as_of
            ORDER BY kid.code, kid.as_of DESC
          ) AS latest
        ) AS below ON true
      )
      SELECT region_code || '/' || as_of AS id FROM stored FULL JOIN recounted AS told USING (region_code, as_of)
      WHERE (stored.own_total, stored.own_source, stored.own_as_of) IS DISTINCT FROM (told.own_total, told.own_source, told.own_as_of)
        OR (stored.rolled_total, stored.rolled_as_of, stored.rolled_regions)
          IS DISTINCT FROM (told.rolled_total, told.rolled_as_of, told.regions)
        OR (stored.rolled_whole AND NOT told.whole)
        OR stored.parent_code IS DISTINCT FROM ${parentOf(sql.ref('region_code'))}`,
    limit,
  )
}
