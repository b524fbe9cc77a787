import type { FastifyRequest } from 'fastify'
import { type Logger, pino } from 'pino'
import { Registry } from 'prom-client'
import type { Actor } from '../../src/contracts/access.ts'
import { RATE_LIMITS } from '../../src/contracts/rate-limits.ts'
import { type App, createHttpServer, createRateLimiter } from '../../src/platform/http/index.ts'
import { uuidIds } from '../../src/platform/ids.ts'

/** The real HTTP server for one feature's routes; `findActor` stands in for accounts, and nobody is ever limited. */
export function createTestServer(
  findActor: (request: FastifyRequest) => Actor | null | undefined,
  logger: Logger = pino({ level: 'silent' }),
): Promise<App> {
  return createHttpServer({
    logger,
    ids: uuidIds,
    title: 'test',
    version: '0',
    publicUrl: null,
    isProduction: false,
    authenticate: (request) => {
      const actor = findActor(request)
      return actor ? { actor, obligation: null, isFresh: () => true } : null
    },
    onDenied: async () => {},
    rateLimiter: createRateLimiter({
      store: { consume: async (_key, points) => ({ consumed: points, msBeforeNext: 60_000 }) },
      limits: RATE_LIMITS,
    }),
    metrics: new Registry(),
    readiness: {},
    open: { docs: false, metrics: false },
    trustedProxies: [],
  })
}

/** The caller whose id stands in `x-api-key`, of those the test knows. */
export const actorByHeader =
  (actors: ReadonlyMap<string, Actor>) =>
  (request: FastifyRequest): Actor | undefined =>
    actors.get(String(request.headers['x-api-key']))
