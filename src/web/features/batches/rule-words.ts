import type { EnrolmentRule } from '../../../contracts/api/enrolment-rules.ts'
import { useBatchText } from './texts.ts'

/** A rule of a region in words. */
export function useRuleWords(): (rule: Pick<EnrolmentRule, 'mode' | 'cutOffDay' | 'effectiveMonths'>) => string {
  const t = useBatchText()
  return ({ mode, cutOffDay, effectiveMonths }) =>
    mode === 'prioritas' ? t('rule.prioritas') : t('rule.cut_off', { day: String(cutOffDay), months: effectiveMonths })
}
