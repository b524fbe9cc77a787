import { type Selectable, sql } from 'kysely'
import type { Contribution, CoverageRule, PutContribution, RuleAlternative } from '../../contracts/api/coverage.ts'
import { firstDayOf } from '../../contracts/primitives/calendar-month.ts'
import type { DB, Db } from '../database.ts'

const monthOf = (day: string | null): string | null => day?.slice(0, 7) ?? null

const toRule = (row: Selectable<DB['coverage_rule']>): CoverageRule => ({
  id: row.id,
  regionCode: row.region_code,
  nameId: row.name_id,
  nameEn: row.name_en,
  basis: row.basis,
  validFrom: row.valid_from,
  validTo: row.valid_to,
  noArrears: row.no_arrears,
  paidUntil: monthOf(row.paid_until),
  alternatives: row.alternatives as RuleAlternative[],
})

/** Rules for everybody and for these regions, the newest first. */
export async function listRules(executor: Db, regionCodes: readonly string[]): Promise<CoverageRule[]> {
  const rows = await executor
    .selectFrom('coverage_rule')
    .selectAll()
    .where((where) =>
      where.or([where('region_code', 'is', null), where('region_code', '=', sql<string>`any(${regionCodes}::text[])`)]),
    )
    .orderBy('valid_from', 'desc')
    .orderBy('id')
    .limit(500)
    .execute()
  return rows.map(toRule)
}

export async function insertRule(tx: Db, rule: CoverageRule, by: string, at: Date): Promise<void> {
  await tx
    .insertInto('coverage_rule')
    .values({
      id: rule.id,
      region_code: rule.regionCode,
      name_id: rule.nameId,
      name_en: rule.nameEn,
      basis: rule.basis,
      valid_from: rule.validFrom,
      valid_to: rule.validTo,
      no_arrears: rule.noArrears,
      paid_until: rule.paidUntil === null ? null : firstDayOf(rule.paidUntil),
      alternatives: JSON.stringify(rule.alternatives),
      created_by: by,
      created_at: at,
    })
    .execute()
}

/** What was last said, of a day not after `day`. */
export async function findContribution(executor: Db, regionCode: string, day: string): Promise<Contribution | null> {
  const row = await executor
    .selectFrom('coverage_contribution')
    .select(['as_of', 'in_arrears', 'paid_until', 'source'])
    .where('region_code', '=', regionCode)
    .where('as_of', '<=', day)
    .orderBy('as_of', 'desc')
    .limit(1)
    .executeTakeFirst()
  if (!row) return null
  return { asOf: row.as_of, inArrears: row.in_arrears, paidUntil: monthOf(row.paid_until), source: row.source }
}

export async function putContribution(
  tx: Db,
  regionCode: string,
  { asOf, inArrears, paidUntil, source }: PutContribution,
  by: string,
  at: Date,
): Promise<void> {
  const said = {
    in_arrears: inArrears,
    paid_until: paidUntil === null ? null : firstDayOf(paidUntil),
    source,
    recorded_by: by,
    recorded_at: at,
  }
  await tx
    .insertInto('coverage_contribution')
    .values({ region_code: regionCode, as_of: asOf, ...said })
    .onConflict((conflict) => conflict.columns(['region_code', 'as_of']).doUpdateSet(said))
    .execute()
}
