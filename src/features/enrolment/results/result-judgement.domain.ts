import type { ResultCode, ResultOutcome } from '../../../contracts/api/batch-results.ts'
import type { BatchRowState } from '../../../contracts/api/batches.ts'
import type { ResultVerdict } from '../../../contracts/result-terms.ts'
import { compareNames } from '../../bpjs/index.ts'

export type Judgement = { verdict: ResultVerdict; code: ResultCode | null }

/** The person with the row's NIK in the batch, null when there is none. */
export type SentPerson = { fullName: string; rowState: BatchRowState } | null

/** What becomes of a row that could be read. */
export function judgeResult(row: { fullName: string; outcome: ResultOutcome }, person: SentPerson): Judgement {
  if (!person) return { verdict: 'unmatched', code: 'not_in_batch' }
  if (compareNames(person.fullName, row.fullName) === 'different') {
    return { verdict: 'contradictory', code: 'name_differs' }
  }
  return judgeOutcome(row.outcome, person.rowState)
}

/** Whether an outcome is new to a row of the batch, says what is known, or contradicts it. */
export function judgeOutcome(outcome: ResultOutcome, rowState: BatchRowState): Judgement {
  if (rowState === 'sealed') return { verdict: 'to_apply', code: null }
  const known: ResultOutcome = rowState === 'refused' ? 'refused' : 'accepted'
  return known === outcome
    ? { verdict: 'known', code: 'already_known' }
    : { verdict: 'contradictory', code: 'status_contradicts' }
}
