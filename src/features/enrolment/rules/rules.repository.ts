import type { Selectable } from 'kysely'
import type { EnrolmentMode, EnrolmentRule } from '../../../contracts/api/enrolment-rules.ts'
import type { DB, Db } from '../../database.ts'

const readRule = (row: Selectable<DB['enrolment_rule']>): EnrolmentRule => ({
  regionCode: row.region_code,
  validFrom: row.valid_from,
  mode: row.mode as EnrolmentMode,
  cutOffDay: row.cut_off_day,
  effectiveMonths: row.effective_months,
  branchName: row.branch_name,
})

/** Of one kab/kota, the newest first. */
export async function listRules(executor: Db, regionCode: string): Promise<EnrolmentRule[]> {
  const rows = await executor
    .selectFrom('enrolment_rule')
    .selectAll()
    .where('region_code', '=', regionCode)
    .orderBy('valid_from', 'desc')
    .limit(200)
    .execute()
  return rows.map(readRule)
}

/** Adds the rule, or replaces the one of that day. */
export async function putRule(executor: Db, rule: EnrolmentRule, by: string, at: Date): Promise<void> {
  const values = {
    mode: rule.mode,
    cut_off_day: rule.cutOffDay,
    effective_months: rule.effectiveMonths,
    branch_name: rule.branchName,
    recorded_by: by,
    recorded_at: at,
  }
  await executor
    .insertInto('enrolment_rule')
    .values({ region_code: rule.regionCode, valid_from: rule.validFrom, ...values })
    .onConflict((conflict) => conflict.columns(['region_code', 'valid_from']).doUpdateSet(values))
    .execute()
}

/** False when there was none. */
export async function deleteRule(executor: Db, regionCode: string, validFrom: string): Promise<boolean> {
  const { numDeletedRows } = await executor
    .deleteFrom('enrolment_rule')
    .where('region_code', '=', regionCode)
    .where('valid_from', '=', validFrom)
    .executeTakeFirst()
  return numDeletedRows === 1n
}
