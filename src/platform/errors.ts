import type { ErrorCode } from '../contracts/errors.ts'

/** One thing wrong with the input: where, which rule, and the values its message needs. */
export type FieldIssue = { path: string; code: string; params?: Record<string, string | number> }

/**
 * The only error that services throw on purpose. `contracts/errors.ts` says which HTTP status and which job behaviour
 * belongs to each code; the text for people comes from `contracts/text` in the caller's language.
 * `details` reaches the caller: never put identity data in it.
 */
export class AppError extends Error {
  readonly code: ErrorCode
  readonly issues: FieldIssue[]
  readonly details: Record<string, unknown>

  constructor(
    code: ErrorCode,
    options: { issues?: FieldIssue[]; details?: Record<string, unknown>; cause?: unknown } = {},
  ) {
    super(code, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = 'AppError'
    this.code = code
    this.issues = options.issues ?? []
    this.details = options.details ?? {}
  }
}
