import { isAPIError } from 'better-auth/api'
import type { FastifyRequest } from 'fastify'
import type { ErrorCode } from '../../contracts/errors.ts'
import { AppError } from '../../platform/errors.ts'
import { AUTH_BASE_PATH, type Auth, CLIENT_ADDRESS_HEADER } from './auth.ts'

export type AuthAnswer = { body: Record<string, unknown>; setCookies: string[] }

// Its words for what we say in ours; what is not listed is judged by its status.
const CODES: Record<string, ErrorCode> = {
  ACCOUNT_DISABLED: 'account_disabled',
  ACCOUNT_TEMPORARILY_LOCKED: 'account_locked',
  INVALID_PASSWORD: 'wrong_credentials',
  INVALID_USERNAME_OR_PASSWORD: 'wrong_credentials',
  INVALID_CODE: 'wrong_code',
  INVALID_BACKUP_CODE: 'wrong_code',
  INVALID_TWO_FACTOR_COOKIE: 'wrong_code',
  TOO_MANY_ATTEMPTS_REQUEST_NEW_CODE: 'wrong_code',
  TOTP_NOT_ENABLED: 'action_not_allowed',
  TOTP_ALREADY_ENABLED: 'action_not_allowed',
  TWO_FACTOR_NOT_ENABLED: 'action_not_allowed',
  BACKUP_CODES_NOT_ENABLED: 'action_not_allowed',
  UNAUTHORIZED: 'not_signed_in',
}

function toError(status: number, code: unknown, fallback: ErrorCode): AppError {
  if (status >= 500) return new AppError('internal_error')
  const known = typeof code === 'string' ? CODES[code] : undefined
  return new AppError(known ?? fallback)
}

/** What Better Auth sees of a request: our idea of the address, the cookies, nothing else of the client's. */
export function toAuthHeaders(request: FastifyRequest): Headers {
  const headers = new Headers({ 'content-type': 'application/json', [CLIENT_ADDRESS_HEADER]: request.ip })
  if (request.headers.cookie !== undefined) headers.set('cookie', request.headers.cookie)
  const agent = request.headers['user-agent']
  if (agent !== undefined) headers.set('user-agent', agent.slice(0, 200))
  return headers
}

async function readBody(response: Response): Promise<Record<string, unknown>> {
  const text = await response.text()
  const body: unknown = text === '' ? {} : JSON.parse(text)
  return typeof body === 'object' && body !== null ? { ...body } : {}
}

/**
 * Calls Better Auth by its web handler. Throws our errors for its refusals (`fallback` for those we have no own word
 * for) and whatever the database threw.
 */
export async function callAuth(
  auth: Auth,
  request: FastifyRequest,
  path: string,
  body: Record<string, unknown>,
  fallback: ErrorCode,
): Promise<AuthAnswer> {
  const url = new URL(`${AUTH_BASE_PATH}${path}`, auth.options.baseURL)
  try {
    const response = await auth.handler(
      new Request(url, { method: 'POST', headers: toAuthHeaders(request), body: JSON.stringify(body) }),
    )
    const answer = await readBody(response)
    if (!response.ok) throw toError(response.status, answer.code, fallback)
    return { body: answer, setCookies: response.headers.getSetCookie() }
  } catch (error) {
    if (isAPIError(error)) throw toError(error.statusCode, error.body?.code, fallback)
    throw error
  }
}
