import type { IncomingMessage, ServerResponse } from 'node:http'
import type { ZodTypeProvider } from '@fastify/type-provider-zod'
import type { FastifyBaseLogger, FastifyInstance, FastifyRequest, RawServerDefault } from 'fastify'
import type { Actor, Role, RouteAccess } from '../../contracts/access.ts'
import type { RateClass } from '../../contracts/rate-limits.ts'
import type { Language } from '../../contracts/text/index.ts'
import { AppError } from '../errors.ts'
import type { Obligation } from './access-guard.ts'

/** What feature modules register their routes on. */
export type App = FastifyInstance<RawServerDefault, IncomingMessage, ServerResponse, FastifyBaseLogger, ZodTypeProvider>

/** One route as it was registered; kept for the tests that look at all of them. */
export type RegisteredRoute = {
  method: string
  url: string
  access: RouteAccess
  rateClass: RateClass | 'none'
  schema: unknown
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Who may call the route. Required: a route without it does not register. */
    access: RouteAccess
    /** Which limits count its calls; `none` only for health checks. Default: `default`. */
    rateClass?: RateClass | 'none'
    /** Roles that must have signed in a short while ago, for what a forgotten session must not do. */
    freshSignIn?: readonly Role[]
    /** Open to a caller who still has to change the password or set up two-step verification. */
    duringObligation?: boolean
    /** Answers with server-sent events for as long as the caller stays: of no use as a duration. */
    eventStream?: boolean
  }
  interface FastifyRequest {
    /** The caller; null on public routes. */
    actor: Actor | null
    obligation: Obligation | null
    /** Negotiated from Accept-Language: Indonesian unless English is preferred. */
    readonly language: Language
  }
  interface FastifyInstance {
    readonly registeredRoutes: RegisteredRoute[]
  }
}

/** The caller of a route that is not public. Throws `not_signed_in` when there is none. */
export function getActor(request: FastifyRequest): Actor {
  if (!request.actor) throw new AppError('not_signed_in')
  return request.actor
}
