export const CHECK_KINDS = ['format', 'duplicates', 'membership'] as const
export type CheckKind = (typeof CHECK_KINDS)[number]

/** `unknown`: the check could not be made. Only people make a decision of `warn` and `fail`. */
export type CheckOutcome = 'ok' | 'warn' | 'fail' | 'unknown'

/** What one check found. Codes are text keys `code.<code>`; details are figures, never identity data. */
export type CheckResult = {
  kind: CheckKind
  outcome: CheckOutcome
  codes: string[]
  details: Record<string, string | number>
}
