import { type ZodTypeProvider } from '@fastify/type-provider-zod'
import Fastify, { type FastifyBaseLogger, type FastifyRequest, LogController } from 'fastify'
import type { Logger } from 'pino'
import type { Registry } from 'prom-client'
import { AppError } from '../errors.ts'
import type { Ids } from '../ids.ts'
import { type Authenticate, createAccessGuard, type OnDenied } from './access-guard.ts'
import type { App, RegisteredRoute } from './app.ts'
import { createClientErrorHandler } from './client-error.ts'
import { handleError } from './error-handler.ts'
import { type ReadinessCheck, registerHealthRoutes } from './health.ts'
import { parseJsonBody } from './json-body.ts'
import { negotiateLanguage } from './language.ts'
import { HTTP_LIMITS, type HttpLimits } from './limits.ts'
import { createRequestMetrics } from './metrics.ts'
import { createNotFoundHandler } from './not-found.ts'
import { isDocsRoute, registerOpenApi } from './openapi.ts'
import type { RateLimiter } from './rate-limiter.ts'
import { registerSecurityHeaders } from './security-headers.ts'
import { createSerializerCompiler } from './serialization.ts'
import { compileValidator } from './validation.ts'

export type HttpServerOptions = {
  logger: Logger
  ids: Ids
  title: string
  version: string
  /** Where people reach us; its host may send writes. Null: only the host that was called. */
  publicUrl: string | null
  /** Responses are then no longer checked against their schemas, only written by them. */
  isProduction: boolean
  authenticate: Authenticate
  onDenied: OnDenied
  rateLimiter: RateLimiter
  metrics: Registry
  readiness: Record<string, ReadinessCheck>
  open: { docs: boolean; metrics: boolean }
  /** Addresses of the proxies before us, whose X-Forwarded-* headers are believed. */
  trustedProxies: string[]
  limits?: Partial<HttpLimits>
}

const REQUEST_ID = /^[\w.-]{8,64}$/
// %00-%1f and %7f: no parameter of ours holds a control character, and NUL cannot be stored.
const CONTROL_IN_URL = /%(?:[01][0-9a-f]|7f)/i
const SLOW_MS = 1000

function refuseControlCharacters(request: FastifyRequest): void {
  if (!CONTROL_IN_URL.test(request.raw.url ?? '')) return
  throw new AppError('invalid_input', { issues: [{ path: 'url', code: 'control_character' }] })
}

/** Reads are told at debug: they are many, and the ones that matter are in the audit. Never the address: `q` may be a NIK. */
function logResponse(request: FastifyRequest, statusCode: number, elapsed: number): void {
  const isNotable = request.method !== 'GET' || statusCode >= 400 || elapsed > SLOW_MS
  const line = {
    method: request.method,
    route: request.is404 ? 'unknown' : request.routeOptions.url,
    status: statusCode,
    ms: Math.round(elapsed * 10) / 10,
    userId: request.actor?.userId,
  }
  if (isNotable) request.log.info(line, 'request')
  else request.log.debug(line, 'request')
}

/**
 * The HTTP server without its features: register their routes on what it returns, then `listen`. Every route must state
 * `config.access`; errors become problem+json; bodies and parameters are checked by their zod schemas.
 */
export async function createHttpServer(options: HttpServerOptions): Promise<App> {
  const { logger, ids, metrics } = options
  const limits = { ...HTTP_LIMITS, ...options.limits }
  const registeredRoutes: RegisteredRoute[] = []

  const app: App = Fastify({
    loggerInstance: logger as FastifyBaseLogger,
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: 'requestId' }),
    genReqId: (request) => {
      const given = request.headers['x-request-id']
      return typeof given === 'string' && REQUEST_ID.test(given) ? given : ids.next()
    },
    trustProxy: options.trustedProxies.length > 0 ? options.trustedProxies : false,
    bodyLimit: limits.bodyBytes,
    requestTimeout: limits.requestTimeout,
    connectionTimeout: limits.idleSocketTimeout,
    keepAliveTimeout: limits.keepAliveTimeout,
    http: {
      maxHeaderSize: limits.headerBytes,
      headersTimeout: limits.headersTimeout,
      connectionsCheckingInterval: limits.checkInterval,
    },
    clientErrorHandler: createClientErrorHandler(ids),
    frameworkErrors: handleError,
  }).withTypeProvider<ZodTypeProvider>()
  app.server.maxHeadersCount = limits.headerCount

  app.setValidatorCompiler(compileValidator)
  app.setSerializerCompiler(createSerializerCompiler({ verify: !options.isProduction }))
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body: Buffer, done) => {
    try {
      done(null, parseJsonBody(body, limits.jsonDepth))
    } catch (error) {
      done(error instanceof Error ? error : new AppError('invalid_json'))
    }
  })
  const { guard, tellOfRefusal } = createAccessGuard(options)
  app.setErrorHandler(async (error, request, reply) => {
    await tellOfRefusal(request, error)
    handleError(error, request, reply)
    return reply
  })
  app.setNotFoundHandler(createNotFoundHandler(registeredRoutes))

  app.decorate('registeredRoutes', registeredRoutes)
  app.decorateRequest('actor', null)
  app.decorateRequest('obligation', null)
  app.decorateRequest('language', {
    getter(this: FastifyRequest) {
      return negotiateLanguage(this.headers['accept-language'])
    },
  })

  app.addHook('onRoute', (route) => {
    if (isDocsRoute(route.url)) route.config = { access: 'public', ...route.config }
    const access = route.config?.access
    if (access === undefined) throw new Error(`${String(route.method)} ${route.url} does not state its access`)
    for (const method of [route.method].flat()) {
      registeredRoutes.push({
        method,
        url: route.url,
        access,
        rateClass: route.config?.rateClass ?? 'default',
        schema: route.schema,
      })
    }
  })

  registerSecurityHeaders(app, options)

  app.addHook('onRequest', (request, reply, done) => {
    reply.header('x-request-id', request.id)
    if (request.raw.url?.startsWith('/api/')) reply.header('cache-control', 'no-store')
    let pending: undefined | Promise<void>
    try {
      refuseControlCharacters(request)
      pending = guard(request, reply)
    } catch (error) {
      done(error instanceof Error ? error : new AppError('internal_error', { cause: error }))
      return
    }
    if (pending) pending.then(() => done(), done)
    else done()
  })

  const observe = createRequestMetrics(metrics)
  app.addHook('onResponse', (request, reply, done) => {
    if (request.routeOptions.config.eventStream !== true || reply.statusCode !== 200) observe(request, reply)
    logResponse(request, reply.statusCode, reply.elapsedTime)
    done()
  })

  await registerOpenApi(app, { title: options.title, version: options.version, isOpen: options.open.docs })
  registerHealthRoutes(app, { checks: options.readiness, metrics: options.open.metrics ? metrics : null })
  return app
}
