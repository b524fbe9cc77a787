import type { FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { ERRORS, type ErrorCode } from '../../contracts/errors.ts'
import { findText, type Language, type TextParams, translate } from '../../contracts/text/index.ts'
import type { AppError, FieldIssue } from '../errors.ts'
import { negotiateLanguage } from './language.ts'

/** RFC 9457, with our stable `code` for programs and texts for people in their language. */
export const problemSchema = z.object({
  type: z.string().max(100),
  title: z.string().max(200),
  status: z.int(),
  detail: z.string().max(1000),
  code: z.string().max(60),
  requestId: z.string().max(64),
  errors: z
    .array(z.object({ path: z.string().max(500), code: z.string().max(60), message: z.string().max(1000) }))
    .max(50)
    .optional(),
  details: z.record(z.string().max(60), z.unknown()).optional(),
})
export type Problem = z.infer<typeof problemSchema>

/** What a client that waits should wait when the error does not say: long enough for a database to restart. */
const DEFAULT_RETRY_SECONDS = 5

function labelOf(language: Language, segment: string): string {
  return findText(language, 'fields', `label.${segment}`) ?? `"${segment}"`
}

function findMessage(language: Language, code: string, params: TextParams): string | undefined {
  try {
    return findText(language, 'fields', `issue.${code}`, params)
  } catch {
    // Its text wants a variable that the issue does not carry: the general text is still true.
    return undefined
  }
}

/** What is wrong with a field and where, in the words of a language. */
export function describeIssue(language: Language, issue: FieldIssue): string {
  const segments = issue.path === '' ? ['body'] : issue.path.split('.')
  const isIndex = (segment: string): boolean => /^\d+$/.test(segment)
  const name = segments.findLast((segment) => !isIndex(segment)) ?? 'body'
  const field = labelOf(language, name)
  // How this field is written; only `bad_format` says it.
  const hint = findText(language, 'fields', `format.${name}`) ?? translate(language, 'fields', 'format')
  const message =
    findMessage(language, issue.code, { ...issue.params, field, hint }) ??
    translate(language, 'fields', 'issue.invalid', { field })
  const index = segments.findLastIndex(isIndex)
  const group = segments[index - 1]
  if (index < 1 || group === undefined) return message
  // People count from one.
  const position = Number(segments[index]) + 1
  const item = findText(language, 'fields', `item.${group}`) ?? labelOf(language, group)
  return translate(language, 'fields', 'position', { group: item, position, message })
}

export function createProblem(language: Language, requestId: string, code: ErrorCode, error?: AppError): Problem {
  const problem: Problem = {
    type: `urn:puntadewa:problem:${code}`,
    title: translate(language, 'errors', `${code}.title`),
    status: ERRORS[code].status,
    detail: translate(language, 'errors', `${code}.detail`),
    code,
    requestId,
  }
  if (error && error.issues.length > 0) {
    problem.errors = error.issues.map((issue) => ({
      path: issue.path,
      code: issue.code,
      message: describeIssue(language, issue),
    }))
  }
  if (error && Object.keys(error.details).length > 0) problem.details = error.details
  return problem
}

export function sendProblem(request: FastifyRequest, reply: FastifyReply, code: ErrorCode, error?: AppError): void {
  // Not request.language: an address that cannot be decoded comes here with a request that has no decorators.
  const language = negotiateLanguage(request.headers['accept-language'])
  const problem = createProblem(language, request.id, code, error)
  const retryAfter = error?.details.retryAfterSeconds
  if (typeof retryAfter === 'number') reply.header('retry-after', Math.max(1, Math.ceil(retryAfter)))
  else if (code === 'service_unavailable') reply.header('retry-after', DEFAULT_RETRY_SECONDS)
  reply
    .code(problem.status)
    .header('content-type', 'application/problem+json; charset=utf-8')
    .header('content-language', language)
    .header('cache-control', 'no-store')
    .send(JSON.stringify(problem))
}
