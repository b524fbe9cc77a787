import type { FastifyReply, FastifyRequest } from 'fastify'
import { ERRORS, type ErrorCode } from '../../contracts/errors.ts'
import { AppError } from '../errors.ts'
import { sendProblem } from './problem.ts'

const FASTIFY_CODES: Record<string, ErrorCode> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'body_too_large',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'unsupported_media_type',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'bad_request',
  FST_ERR_BAD_URL: 'bad_request',
  FST_ERR_MAX_PARAM_LENGTH: 'not_found',
}

// SQLSTATE classes and socket errors that say "the database is away", not "the statement is wrong".
const DATABASE_AWAY = /^(08|53|57P0)/
const SOCKET_AWAY = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND', 'EAI_AGAIN'])
const POOL_AWAY = /timeout exceeded when trying to connect|Connection terminated/

function codeOf(error: object): string {
  return 'code' in error && typeof error.code === 'string' ? error.code : ''
}

function isDependencyAway(error: Error): boolean {
  const code = codeOf(error)
  return DATABASE_AWAY.test(code) || SOCKET_AWAY.has(code) || POOL_AWAY.test(error.message)
}

/**
 * Which of our errors an unknown one is. Libraries' own 4xx stay the caller's fault; what is left is ours.
 */
export function toAppError(error: unknown): AppError {
  if (error instanceof AppError) return error
  if (!(error instanceof Error)) return new AppError('internal_error', { cause: error })
  const known = FASTIFY_CODES[codeOf(error)]
  if (known) return new AppError(known, { cause: error })
  if (isDependencyAway(error)) return new AppError('service_unavailable', { cause: error })
  const status = 'statusCode' in error && typeof error.statusCode === 'number' ? error.statusCode : 500
  return new AppError(status >= 400 && status < 500 ? 'bad_request' : 'internal_error', { cause: error })
}

/**
 * What may be logged of an error. A database error's message and detail can quote the row ("Key (nik)=(...)"), so of
 * those only the SQLSTATE, the constraint and the place in our code are kept.
 */
export function describeError(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { type: typeof error }
  const stack = error.stack
    ?.split('\n')
    .filter((line) => line.startsWith('    at '))
    .join('\n')
  const code = codeOf(error)
  const described: Record<string, unknown> = { type: error.name, code, stack }
  const isFromDatabase = 'severity' in error
  if (!isFromDatabase) described.message = error.message
  for (const key of ['constraint', 'table', 'column', 'routine', 'issues']) {
    const value: unknown = Reflect.get(error, key)
    if (typeof value === 'string') described[key] = value
  }
  if (error.cause !== undefined) described.cause = describeError(error.cause)
  return described
}

export function handleError(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
  const appError = toAppError(error)
  if (ERRORS[appError.code].status >= 500) {
    request.log.error({ err: describeError(error), route: request.routeOptions.url }, 'request failed')
  }
  sendProblem(request, reply, appError.code, appError)
}
