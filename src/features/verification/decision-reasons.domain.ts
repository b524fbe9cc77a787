import type { DecisionInput, Reason } from '../../contracts/api/proposals.ts'
import { closesAs, mayReject, mayReturn, OTHER_REASON_MIN_LENGTH, REASONS } from '../../contracts/lifecycle/reasons.ts'
import type { FieldIssue } from '../../platform/errors.ts'
import type { ReasonRecord } from '../intake/index.ts'

/**
 * What is wrong with the reasons of a decision, empty when nothing is. A return names something the registrar can mend and
 * where; a rejection something that nobody can; LAINNYA says it in words.
 */
export function findReasonIssues(input: Pick<DecisionInput, 'decision' | 'reasons' | 'duplicateOf'>): FieldIssue[] {
  const { decision, reasons, duplicateOf } = input
  const issues = reasons.flatMap((reason, index) => findOneReason(decision, reason, `reasons.${index}`, reasons.length))
  const needsReason = decision === 'needs_correction' || decision === 'rejected'
  if (needsReason && reasons.length === 0) issues.push({ path: 'reasons', code: 'reason_required' })
  if (decision === 'duplicate_of' && !duplicateOf) issues.push({ path: 'duplicateOf', code: 'required' })
  if (decision !== 'duplicate_of' && duplicateOf) issues.push({ path: 'duplicateOf', code: 'unknown_field' })
  return issues
}

function findOneReason(decision: DecisionInput['decision'], reason: Reason, path: string, total: number): FieldIssue[] {
  const { code, field, note } = reason
  const issues: FieldIssue[] = []
  if (decision === 'needs_correction' && !mayReturn(code)) {
    issues.push({ path: `${path}.code`, code: 'reason_not_correctable' })
  } else if (decision === 'needs_correction' && !(field ?? REASONS[code].field)) {
    issues.push({ path: `${path}.field`, code: 'required' })
  }
  if (decision === 'rejected' && closesAs(code) && total > 1) {
    issues.push({ path: `${path}.code`, code: 'reason_stands_alone' })
  }
  if (decision === 'rejected' && !mayReject(code)) issues.push({ path: `${path}.code`, code: 'reason_not_final' })
  if (code === 'LAINNYA' && (note ?? '').length < OTHER_REASON_MIN_LENGTH) {
    issues.push({ path: `${path}.note`, code: 'too_short', params: { min: OTHER_REASON_MIN_LENGTH } })
  }
  return issues
}

/** The reasons as the journal keeps them; a return without a field of its own gets the one of its code. */
export function toReasonRecords(input: Pick<DecisionInput, 'decision' | 'reasons'>): ReasonRecord[] {
  return input.reasons.map(({ code, field, note }) => {
    const place = field ?? (input.decision === 'needs_correction' ? REASONS[code].field : null)
    return { code, ...(place ? { field: place } : {}), ...(note ? { note } : {}) }
  })
}
