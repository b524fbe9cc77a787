import type { ProposalView } from '../../../contracts/api/proposals.ts'
import { type Action, DECISIONS, type Decision } from '../../../contracts/lifecycle/actions.ts'
import {
  mayReject,
  mayReturn,
  OTHER_REASON_MIN_LENGTH,
  REASON_CODES,
  REASONS,
  type ReasonCode,
} from '../../../contracts/lifecycle/reasons.ts'

/** The key of each decision: the letter its Indonesian name begins with. The same in both languages, so that hands learn it once. */
export const DECISION_KEYS = {
  m: 'eligible',
  k: 'needs_correction',
  t: 'rejected',
  g: 'duplicate_of',
  a: 'already_active',
  r: 'needs_reactivation',
  p: 'turn_down_rejection',
} as const satisfies Record<string, Decision>
export type DecisionKey = keyof typeof DECISION_KEYS

const REJECTING: readonly Action[] = [
  'decide_rejected',
  'propose_rejection',
  'confirm_rejection',
  'decide_closed',
  'close_reactivation',
]

/** Decisions that the lifecycle allows this caller now. A duplicate needs another proposal that it is one of. */
export function decisionKeys({ allowedActions, duplicates }: ProposalView): DecisionKey[] {
  return (Object.keys(DECISION_KEYS) as DecisionKey[]).filter((key) => {
    const decision = DECISION_KEYS[key]
    if (decision === 'duplicate_of' && duplicates.length === 0) return false
    if (decision === 'rejected') return REJECTING.some((action) => allowedActions.includes(action))
    return allowedActions.includes(DECISIONS[decision])
  })
}

// A hand on the number row picks the commonest reasons without looking.
const REASON_KEYS = '1234567890abcdefghij'
// What unreadable papers bring back every day stands first.
const COMMON: readonly ReasonCode[] = ['KTP_TIDAK_TERBACA', 'KK_TIDAK_TERBACA', 'NIK_DATA_BEDA', 'NIK_TIDAK_DITEMUKAN']

/** Reasons for a decision, each with its key; empty for decisions that need none. */
export function reasonsFor(decision: Decision): { key: string; code: ReasonCode }[] {
  const fits = decision === 'needs_correction' ? mayReturn : decision === 'rejected' ? mayReject : () => false
  const codes = REASON_CODES.filter(fits)
  const common = COMMON.filter((code) => codes.includes(code))
  const ordered = [...common, ...codes.filter((code) => !common.includes(code))]
  return ordered.map((code, index) => ({ key: REASON_KEYS[index] ?? '', code }))
}

export type Choice = {
  decision: Decision
  reasons: ReasonCode[]
  /** Words for LAINNYA. */
  note: string
  /** Which field LAINNYA is about, when it returns the case. */
  field: string | null
  duplicateOf: string | null
}

export const startChoice = (decision: Decision, proposal: ProposalView): Choice => ({
  decision,
  reasons: [],
  note: '',
  field: null,
  duplicateOf: proposal.duplicates.length === 1 ? (proposal.duplicates[0]?.proposalId ?? null) : null,
})

export function isComplete({ decision, reasons, note, field, duplicateOf }: Choice): boolean {
  if (decision === 'duplicate_of') return duplicateOf !== null
  if (decision !== 'needs_correction' && decision !== 'rejected') return true
  if (reasons.length === 0) return false
  if (!reasons.includes('LAINNYA')) return true
  return note.trim().length >= OTHER_REASON_MIN_LENGTH && (decision === 'rejected' || field !== null)
}

/** The choice as the API takes it. */
export function toInput(choice: Choice) {
  const { decision, duplicateOf } = choice
  const reasons = choice.reasons.map((code) => ({
    code,
    ...(code === 'LAINNYA' && { note: choice.note.trim(), ...(choice.field !== null && { field: choice.field }) }),
  }))
  return { decision, reasons, ...(decision === 'duplicate_of' && duplicateOf !== null && { duplicateOf }) }
}

/** Fields that a free reason may point at. */
export const RETURN_FIELDS = [
  ...new Set([
    ...Object.values(REASONS).flatMap(({ field }) => (field ? [field] : [])),
    'fullName',
    'birthPlace',
    'birthDate',
    'sex',
    'maritalStatus',
    'address',
  ]),
]
