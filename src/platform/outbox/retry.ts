import { ZodError } from 'zod'
import { ERRORS, type ErrorCode } from '../../contracts/errors.ts'
import type { RetryPolicy } from '../../contracts/jobs/define-job.ts'
import { AppError } from '../errors.ts'

/** What becomes of an item whose handler failed. */
export type Verdict = { kind: 'retry'; delayMs: number } | { kind: 'dead' } | { kind: 'drop' }

/** An error without a name of its own is a fault or an outage of ours: `internal_error`. */
export function errorCodeOf(error: unknown): ErrorCode {
  return error instanceof AppError ? error.code : 'internal_error'
}

/**
 * Decides by the error's row in contracts/errors.ts and the contract's waiting times. `attempt` counts from 1.
 * Waits are spread by up to a fifth either way, so that a batch that failed together does not come back together.
 */
export function judgeFailure(error: unknown, attempt: number, policy: RetryPolicy, random: () => number): Verdict {
  const behaviour = ERRORS[errorCodeOf(error)].job
  if (behaviour === 'drop') return { kind: 'drop' }
  if (behaviour === 'fail') return { kind: 'dead' }
  const { backoffMs } = policy
  if (attempt > backoffMs.length && policy.afterLast === 'dead') return { kind: 'dead' }
  const base = backoffMs[Math.min(attempt, backoffMs.length) - 1] ?? backoffMs[0]
  return { kind: 'retry', delayMs: Math.round(base * (0.8 + 0.4 * random())) }
}

const CAUSES_SHOWN = 4

/**
 * What may be logged of an error: its names, codes and places. Never its message, because messages of the database and
 * of other services quote values, and a value may be somebody's NIK.
 */
export function describeError(error: unknown, causesShown = CAUSES_SHOWN): Record<string, unknown> {
  if (!(error instanceof Error)) return { errorName: typeof error }
  return {
    errorName: error.name,
    errorCode: error instanceof AppError ? error.code : 'code' in error ? error.code : undefined,
    constraint: 'constraint' in error ? error.constraint : undefined,
    paths: error instanceof ZodError ? error.issues.map((issue) => issue.path.join('.')) : undefined,
    at: framesOf(error).slice(0, 6),
    cause: error.cause === undefined || causesShown === 0 ? undefined : describeError(error.cause, causesShown - 1),
  }
}

/** A stack begins with the message, which may itself have lines that look like frames. */
function framesOf(error: Error): string[] {
  const stack = error.stack ?? ''
  const message = stack.indexOf(error.message)
  if (message < 0) return []
  const lines = stack.slice(message + error.message.length).split('\n')
  return lines.map((line) => line.trim()).filter((line) => line.startsWith('at '))
}
