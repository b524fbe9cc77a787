import type { ErrorCode } from '../../contracts/errors.ts'
import { currentLanguage } from './language.ts'
import { ApiProblem, isCode, NoAnswer } from './problem.ts'
import { type GateReason, signInAgain } from './session-gate.ts'

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
type QueryValue = string | number | boolean | readonly string[] | undefined

/** What a call takes and gives, in the types of `src/contracts`. */
type Shape = { params?: Record<string, string>; query?: object; body?: unknown; response: unknown }
type Input<S extends Shape> = Omit<S, 'response'>
type AnyInput = { params?: Record<string, string> | undefined; query?: object | undefined; body?: unknown }
type Options = {
  signal?: AbortSignal
  headers?: Record<string, string>
  keepalive?: boolean
  /** Asked by the page itself, again and again: nobody is interrupted for it. */
  isBackground?: boolean
}

export type Call<S extends Shape> = {
  /** "POST /api/v1/intakes": as the OpenAPI document and `permissions` of `/api/v1/me` write it. */
  route: string
  (input: Input<S>, options?: Options): Promise<S['response']>
}

export type Download = { content: Blob; name: string }
type DownloadCall<Sent> = { route: string; (input: Sent, options?: Options): Promise<Download> }

const TIMEOUT_MS = 30_000

/** Refusals that signing in again mends. */
const GATES: readonly (readonly [ErrorCode, GateReason])[] = [
  ['not_signed_in', 'ended'],
  ['step_up_required', 'step_up'],
]

/** A path with its parameters in place. */
export function fillIn(path: string, params: Record<string, string> = {}): string {
  return path.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(params[name] ?? ''))
}

function toQuery(query: object): string {
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(query) as [string, QueryValue][]) {
    if (value === undefined) continue
    for (const one of Array.isArray(value) ? value : [value]) search.append(name, String(one))
  }
  return search.size > 0 ? `?${search}` : ''
}

/** For `defineUpload`, which reads an answer that `fetch` has not brought. */
export async function readAnswer(response: Response): Promise<unknown> {
  if (response.status === 204) return null
  const isJson = /[/+]json\b/.test(response.headers.get('content-type') ?? '')
  // A proxy or a captive portal may answer in our place: its page says nothing about our call.
  if (!isJson) throw new NoAnswer(`status ${response.status} without JSON`)
  const body: unknown = await response.json()
  if (!response.ok) throw new ApiProblem(body as ConstructorParameters<typeof ApiProblem>[0])
  return body
}

/** An export of 50,000 rows over a village's line. */
const DOWNLOAD_MS = 600_000

/** Sends one request; what the server refused or nobody answered is thrown. */
async function send(method: Method, path: string, input: AnyInput, options: Options, timeoutMs: number) {
  const { params, query, body } = input
  const isForm = body instanceof FormData
  const timeout = AbortSignal.timeout(timeoutMs)
  return fetch(`${fillIn(path, params)}${query ? toQuery(query) : ''}`, {
    method,
    headers: {
      accept: 'application/json',
      'accept-language': currentLanguage(),
      ...(body !== undefined && !isForm && { 'content-type': 'application/json' }),
      ...options.headers,
    },
    body: isForm ? body : body === undefined ? null : JSON.stringify(body),
    signal: options.signal ? AbortSignal.any([options.signal, timeout]) : timeout,
    ...(options.keepalive && { keepalive: true }),
  }).catch((error: unknown) => {
    if (options.signal?.aborted) throw error
    throw new NoAnswer(error)
  })
}

/** When the session has ended meanwhile, or is too old for this: again after the person has signed in. */
export async function withSession<Result>(
  act: () => Promise<Result>,
  { isBackground = false }: Pick<Options, 'isBackground'> = {},
): Promise<Result> {
  try {
    return await act()
  } catch (error) {
    const reason = GATES.find(([code]) => isCode(error, code))?.[1]
    if (reason === undefined || (isBackground && reason === 'step_up')) throw error
    await signInAgain(error, reason)
    return act()
  }
}

/**
 * Declares a call of the API. Errors: `ApiProblem` (the server refused), `NoAnswer` (nobody answered in time). When the
 * session has ended meanwhile, or the server wants a fresh sign-in for this, the call waits until the person has signed in again,
 * then goes on: what was typed is not lost. Nothing else is repeated.
 */
export function defineCall<S extends Shape>(method: Method, path: string): Call<S> {
  const route = `${method} ${path}`
  const call = (input: AnyInput, options: Options = {}): Promise<S['response']> =>
    withSession(async () => readAnswer(await send(method, path, input, options, TIMEOUT_MS)), options)
  return Object.assign(call, { route })
}

const FILE_NAME = /filename="([^"]+)"/

/** As `defineCall`, for an answer that is a file. Resolves when it has arrived whole. */
export function defineDownload<Sent extends Input<Shape>>(method: Method, path: string): DownloadCall<Sent> {
  const route = `${method} ${path}`
  const call = (input: AnyInput, options: Options = {}): Promise<Download> =>
    withSession(async () => {
      const response = await send(method, path, input, { ...options, headers: { accept: '*/*' } }, DOWNLOAD_MS)
      if (!response.ok) await readAnswer(response)
      const content = await response.blob().catch((error: unknown) => {
        throw new NoAnswer(error)
      })
      const [, name = 'puntadewa'] = FILE_NAME.exec(response.headers.get('content-disposition') ?? '') ?? []
      return { content, name }
    }, options)
  return Object.assign(call, { route })
}
