import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Actor, RouteAccess } from '../../contracts/access.ts'
import { ERRORS, type ErrorCode } from '../../contracts/errors.ts'
import type { RateClass } from '../../contracts/rate-limits.ts'
import { AppError } from '../errors.ts'
import { isOriginAllowed } from './origin.ts'
import type { RateLimiter } from './rate-limiter.ts'

/** What a caller must do before anything else; every other call is refused with this code. */
export type Obligation = 'two_factor_required' | 'password_change_required'

/** Who is calling. */
export type Authentication = {
  actor: Actor
  obligation: Obligation | null
  /** Whether password and code were given a short while ago. Never true of a key. */
  isFresh(): boolean
  /** Cookies to hand back, when the session was extended. */
  setCookies?: string[]
}

/**
 * Finds the caller behind the cookie or the `x-api-key` of a request; null when there is none or it is not valid.
 * Answers at once (not a promise) when it knows the caller already: it runs before every route that is not public.
 */
export type Authenticate = (request: FastifyRequest) => Authentication | null | Promise<Authentication | null>

/** Told about every refusal of a known caller, for the audit. `subjectId`: the id in the address, when it is one. */
export type OnDenied = (denial: {
  actor: Actor
  code: ErrorCode
  route: string
  subjectId: string | null
  requestId: string
}) => Promise<void>

export type AccessGuardOptions = {
  authenticate: Authenticate
  rateLimiter: RateLimiter
  publicUrl: string | null
  onDenied: OnDenied
}

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS'])

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** Nothing else of an address is kept: what people put there by mistake may be a number that nobody should store. */
function subjectIdOf({ params }: FastifyRequest): string | null {
  if (typeof params !== 'object' || params === null || !('id' in params)) return null
  const { id } = params
  return typeof id === 'string' && UUID.test(id) ? id.toLowerCase() : null
}

function findRefusal(access: Exclude<RouteAccess, 'public'>, actor: Actor): ErrorCode | null {
  if (!access.roles.includes(actor.role)) return 'forbidden'
  if (actor.scopes === null) return null
  return access.scope !== undefined && actor.scopes.includes(access.scope) ? null : 'forbidden'
}

function refuseLimited(seconds: number): void {
  if (seconds > 0) throw new AppError('rate_limited', { details: { retryAfterSeconds: seconds } })
}

/** One address may hold many (IPv6 gives each customer at least a /64): count the network, not the host. */
export function toRateAddress(address: string): string {
  return address.includes(':') && !address.startsWith('::ffff:') ? address.split(':').slice(0, 4).join(':') : address
}

/**
 * The one place where a call is let in: origin of cookie-carrying writes, rate of the address, who is calling, rate of
 * the account, role and scope. Runs before the body is read. Synchronous unless something has to be fetched, so that
 * a known caller costs no promise.
 */
export function createAccessGuard(options: AccessGuardOptions) {
  const { authenticate, rateLimiter, publicUrl, onDenied } = options

  function checkOrigin(request: FastifyRequest): void {
    if (SAFE_METHODS.has(request.method) || request.headers['x-api-key'] !== undefined) return
    const { origin, cookie, 'sec-fetch-site': site } = request.headers
    if (cookie === undefined && origin === undefined) return
    const secFetchSite = typeof site === 'string' ? site : undefined
    if (!isOriginAllowed({ origin, secFetchSite, host: request.host }, publicUrl)) throw new AppError('origin_refused')
  }

  async function tell(request: FastifyRequest, actor: Actor, code: ErrorCode): Promise<void> {
    try {
      const route = request.routeOptions.url ?? ''
      await onDenied({ actor, code, route, subjectId: subjectIdOf(request), requestId: request.id })
    } catch (error) {
      // The caller is refused either way; an audit that cannot be written must not turn into access or a 500.
      request.log.error({ errorName: error instanceof Error ? error.name : 'unknown' }, 'denial not audited')
    }
  }

  // Refusals of the guard itself: already told when they reach the error handler.
  const told = new WeakSet<Error>()

  async function deny(request: FastifyRequest, actor: Actor, code: ErrorCode): Promise<never> {
    await tell(request, actor, code)
    const refusal = new AppError(code)
    told.add(refusal)
    throw refusal
  }

  function admit(
    request: FastifyRequest,
    reply: FastifyReply,
    access: Exclude<RouteAccess, 'public'>,
    found: Authentication | null,
  ): undefined | Promise<void> {
    if (!found) throw new AppError('not_signed_in')
    const { actor, obligation, isFresh, setCookies } = found
    request.actor = actor
    request.obligation = obligation
    if (setCookies) reply.header('set-cookie', setCookies)
    const { config } = request.routeOptions
    if (obligation !== null && config.duringObligation !== true) return deny(request, actor, obligation)
    const refusal = findRefusal(access, actor)
    if (refusal) return deny(request, actor, refusal)
    if (config.freshSignIn?.includes(actor.role) && !isFresh()) return deny(request, actor, 'step_up_required')
    if (config.rateClass === 'none') return undefined
    const subject = actor.scopes === null ? 'account' : 'key'
    const wait = rateLimiter.take(config.rateClass ?? 'default', subject, actor.userId)
    if (typeof wait !== 'number') return wait.then(refuseLimited)
    refuseLimited(wait)
    return undefined
  }

  function identify(request: FastifyRequest, reply: FastifyReply): undefined | Promise<void> {
    // A path that is no route has no config; its callers are counted and told so.
    const access = request.is404 ? 'public' : request.routeOptions.config.access
    if (access === 'public') return undefined
    const found = authenticate(request)
    if (found instanceof Promise) return found.then((value) => admit(request, reply, access, value))
    return admit(request, reply, access, found)
  }

  function guard(request: FastifyRequest, reply: FastifyReply): undefined | Promise<void> {
    const rateClass: RateClass | 'none' =
      (request.is404 ? undefined : request.routeOptions.config.rateClass) ?? 'default'
    checkOrigin(request)
    if (rateClass !== 'none') {
      const wait = rateLimiter.take(rateClass, 'address', toRateAddress(request.ip))
      if (typeof wait !== 'number') {
        return wait.then((seconds) => {
          refuseLimited(seconds)
          return identify(request, reply)
        })
      }
      refuseLimited(wait)
    }
    return identify(request, reply)
  }

  /**
   * A caller who came past the guard and was refused by a service, for what the call is about. "Not found" is such a refusal:
   * it is the answer about whatever lies outside the caller's scope.
   */
  async function tellOfRefusal(request: FastifyRequest, error: unknown): Promise<void> {
    if (!(error instanceof AppError) || told.has(error) || !request.actor) return
    const { status } = ERRORS[error.code]
    if (status === 403 || status === 404) await tell(request, request.actor, error.code)
  }

  return { guard, tellOfRefusal }
}
