import type { ErrorCode } from '../../contracts/errors.ts'

type ProblemBody = {
  status: number
  code: ErrorCode
  title: string
  detail: string
  requestId: string
  errors?: { path: string; code: string; message: string }[]
  details?: Record<string, unknown>
}

/** What the server refused, in the words it chose for the person (RFC 9457, in the language that was asked for). */
export class ApiProblem extends Error {
  readonly body: ProblemBody
  constructor(body: ProblemBody) {
    super(body.title)
    this.name = 'ApiProblem'
    this.body = body
  }
}

/** No answer at all: the network is down, the server restarts, or something between them answers in its place. */
export class NoAnswer extends Error {
  constructor(cause: unknown) {
    super('no answer', { cause })
    this.name = 'NoAnswer'
  }
}

export function isCode(error: unknown, code: ErrorCode): error is ApiProblem {
  return error instanceof ApiProblem && error.body.code === code
}
