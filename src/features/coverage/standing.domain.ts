import type {
  Contribution,
  CoverageFigure,
  CoverageRate,
  CoverageRule,
  CriterionStanding,
  RuleAlternative,
  RuleStanding,
} from '../../contracts/api/coverage.ts'
import type { PaceFault, Standing, UnknownReason } from '../../contracts/coverage-terms.ts'
import { addMonths, firstDayOf, lastDayOf, monthsBetween } from '../../contracts/primitives/calendar-month.ts'
import { missingTo, rateOf } from './rate.domain.ts'

/** A region in one month: everybody, and those whom the local government pays for. */
export type StandingMonth = { month: string; total: CoverageFigure; local: CoverageFigure }

/** How far back the pace is looked at, in months. */
export const PACE_MONTHS = 6
/** A month further away than this says nothing about anybody's plans. */
const FARTHEST_MONTHS = 120

type Share = { rate: CoverageRate } | { unknown: UnknownReason }
type ShareName = 'coverage' | 'active' | 'local_share'

function shareOf(name: ShareName, { total, local }: StandingMonth): Share {
  const isPartial = (...flags: CoverageFigure['flags']): boolean => flags.some((flag) => total.flags.includes(flag))
  if (isPartial('registered_children_missing')) return { unknown: 'figure_partial' }
  if (name === 'coverage') {
    if (isPartial('population_children_missing')) return { unknown: 'figure_partial' }
    return total.coverage ? { rate: total.coverage } : { unknown: 'figure_missing' }
  }
  if (name === 'active') {
    if (isPartial('active_partly_known')) return { unknown: 'figure_partial' }
    return total.activeRate ? { rate: total.activeRate } : { unknown: 'figure_missing' }
  }
  if (local.flags.includes('registered_children_missing')) return { unknown: 'figure_partial' }
  const rate = rateOf(local.registered?.used ?? null, total.registered?.used ?? null)
  return rate ? { rate } : { unknown: 'figure_missing' }
}

/** People short of the threshold; negative when there are more than needed. */
function gapOf(threshold: number, { numerator, denominator }: CoverageRate): number {
  return missingTo(threshold, 0, denominator.people) - numerator.people
}

type Pace = { reachedBy: string | null; paceFault: PaceFault | null }

/**
 * When the gap closes: gap now x months looked back / (gap then - gap now), rounded up to whole months. Then is the oldest
 * month of the last six that has the figure. Population and registered move too, so it is gaps that are compared, not people.
 */
function paceOf(
  name: ShareName,
  threshold: number,
  now: StandingMonth,
  gap: number,
  earlier: readonly StandingMonth[],
): Pace {
  for (const then of earlier) {
    const share = shareOf(name, then)
    if ('unknown' in share) continue
    const span = monthsBetween(then.month, now.month)
    const closed = gapOf(threshold, share.rate) - gap
    if (closed <= 0) return { reachedBy: null, paceFault: 'pace_not_positive' }
    const product = gap * span
    const months = (product - (product % closed)) / closed + (product % closed === 0 ? 0 : 1)
    return months > FARTHEST_MONTHS
      ? { reachedBy: null, paceFault: 'too_far' }
      : { reachedBy: addMonths(now.month, months), paceFault: null }
  }
  return { reachedBy: null, paceFault: 'no_earlier_figure' }
}

const NOTHING = {
  threshold: null,
  rate: null,
  missingPeople: null,
  reachedBy: null,
  paceFault: null,
  unknownBecause: null,
}

function judgeShare(
  criterion: ShareName,
  threshold: number,
  now: StandingMonth,
  earlier: readonly StandingMonth[],
): CriterionStanding {
  const share = shareOf(criterion, now)
  if ('unknown' in share) return { ...NOTHING, criterion, state: 'unknown', threshold, unknownBecause: share.unknown }
  const { rate } = share
  const missing = missingTo(threshold, rate.numerator.people, rate.denominator.people)
  if (missing === 0) return { ...NOTHING, criterion, state: 'met', threshold, rate }
  return {
    ...NOTHING,
    criterion,
    state: 'missed',
    threshold,
    rate,
    missingPeople: missing,
    ...paceOf(criterion, threshold, now, missing, earlier),
  }
}

function judgeContribution(rule: CoverageRule, contribution: Contribution | null): CriterionStanding[] {
  const of = (criterion: 'no_arrears' | 'paid_until', isMet: boolean | null): CriterionStanding =>
    isMet === null
      ? { ...NOTHING, criterion, state: 'unknown', unknownBecause: 'contribution_missing' }
      : { ...NOTHING, criterion, state: isMet ? 'met' : 'missed' }
  const judged: CriterionStanding[] = []
  if (rule.noArrears) judged.push(of('no_arrears', contribution && !contribution.inArrears))
  if (rule.paidUntil !== null) {
    const paid = contribution?.paidUntil ?? null
    judged.push(of('paid_until', paid === null ? null : paid >= rule.paidUntil))
  }
  return judged
}

/** All met, else missed where one is missed: what is unknown cannot mend that. */
function allOf(states: readonly Standing[]): Standing {
  if (states.includes('missed')) return 'missed'
  return states.includes('unknown') ? 'unknown' : 'met'
}

/** Null when one of them never comes, and when there is none. */
function latestOf(months: readonly (string | null)[]): string | null {
  let latest: string | null = null
  for (const month of months) {
    if (month === null) return null
    if (latest === null || month > latest) latest = month
  }
  return latest
}

function judgeAlternative(
  alternative: RuleAlternative,
  rule: CoverageRule,
  now: StandingMonth,
  earlier: readonly StandingMonth[],
  contribution: Contribution | null,
) {
  const shares = [
    ['coverage', alternative.coverage],
    ['active', alternative.active],
    ['local_share', alternative.localShare],
  ] as const
  const criteria = shares.flatMap(([name, threshold]) =>
    threshold === null ? [] : [judgeShare(name, threshold, now, earlier)],
  )
  criteria.push(...judgeContribution(rule, contribution))
  const open = criteria.filter(({ state }) => state !== 'met')
  const reachedBy = latestOf(open.map((one) => one.reachedBy))
  return { state: allOf(criteria.map(({ state }) => state)), criteria, reachedBy }
}

/** How a region stands against a rule in a month. `earlier`: months before, the oldest first. */
export function judgeRule(
  rule: CoverageRule,
  now: StandingMonth,
  earlier: readonly StandingMonth[],
  contribution: Contribution | null,
): RuleStanding {
  const judged = rule.alternatives.map((one) => judgeAlternative(one, rule, now, earlier, contribution))
  const states = judged.map(({ state }) => state)
  const state: Standing = states.includes('met') ? 'met' : states.includes('unknown') ? 'unknown' : 'missed'
  const soonest = judged
    .map(({ reachedBy }) => reachedBy)
    .reduce((first, month) => (first === null || (month !== null && month < first) ? month : first))
  return {
    rule,
    inForce: rule.validFrom <= lastDayOf(now.month) && (rule.validTo === null || rule.validTo >= firstDayOf(now.month)),
    state,
    reachedBy: state === 'met' ? null : soonest,
    alternatives: judged.map(({ state: one, criteria }) => ({ state: one, criteria })),
  }
}
