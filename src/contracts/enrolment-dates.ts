import type { EnrolmentRule } from './api/enrolment-rules.ts'

/** The rule that counts on a day (yyyy-MM-dd): the newest that had begun. */
export function ruleOn(rules: readonly EnrolmentRule[], day: string): EnrolmentRule | null {
  const begun = rules.filter(({ validFrom }) => validFrom <= day)
  return begun.toSorted((left, right) => (left.validFrom < right.validFrom ? 1 : -1))[0] ?? null
}

/**
 * From which day somebody is active whom BPJS accepts on `acceptedOn`: the same day under UHC Prioritas; else from the first of a
 * month, counted from the month that the cut-off day leaves it in. Days are yyyy-MM-dd on the region's clock.
 */
export function activeOn(
  rule: Pick<EnrolmentRule, 'mode' | 'cutOffDay' | 'effectiveMonths'>,
  acceptedOn: string,
): string {
  if (rule.mode === 'prioritas' || rule.cutOffDay === null) return acceptedOn
  const [year = 0, month = 1, day = 1] = acceptedOn.split('-').map(Number)
  const monthsLater = (day > rule.cutOffDay ? 1 : 0) + rule.effectiveMonths
  return new Date(Date.UTC(year, month - 1 + monthsLater, 1)).toISOString().slice(0, 10)
}
