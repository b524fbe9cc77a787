import { pino } from 'pino'
import { Registry } from 'prom-client'
import { z } from 'zod'
import type { Actor } from '../../../src/contracts/access.ts'
import { RATE_LIMITS } from '../../../src/contracts/rate-limits.ts'
import {
  type App,
  createHttpServer,
  createRateLimiter,
  type HttpServerOptions,
  type RateStore,
} from '../../../src/platform/http/index.ts'
import { uuidIds } from '../../../src/platform/ids.ts'

export const PETUGAS: Actor = {
  userId: '01937000-0000-7000-8000-000000000001',
  username: 'petugas',
  displayName: 'Petugas',
  role: 'petugas',
  regionCode: '32.74',
  officeId: null,
  officeIds: [],
  scopes: null,
}

/** Points without a limit, for what is not about limits. */
const unlimited: RateStore = {
  consume: async (_key, points, limit) => ({ consumed: points, msBeforeNext: limit.seconds * 1000 }),
}

export type ServerWorld = { app: App; log: string[] }

/** A server with a route of every kind; the cookie "session=petugas" is its only caller. */
export async function createServerWorld(options: Partial<HttpServerOptions> = {}): Promise<ServerWorld> {
  const log: string[] = []
  const app = await createHttpServer({
    logger: pino({ level: 'trace' }, { write: (line: string) => void log.push(line) }),
    ids: uuidIds,
    title: 'test',
    version: '0',
    publicUrl: 'https://puntadewa.example',
    isProduction: false,
    authenticate: ({ headers }) =>
      headers.cookie?.includes('session=petugas') || headers['x-api-key'] === 'key'
        ? { actor: PETUGAS, obligation: null, isFresh: () => true }
        : null,
    onDenied: async () => {},
    rateLimiter: createRateLimiter({ store: unlimited, limits: RATE_LIMITS }),
    metrics: new Registry(),
    readiness: {},
    open: { docs: true, metrics: true },
    trustedProxies: [],
    ...options,
  })
  const member = z.strictObject({ nik: z.string().regex(/^\d{16}$/), fullName: z.string().min(1).max(100) })
  const body = z.strictObject({
    members: z.array(member).min(1).max(20),
    channel: z.enum(['puskesmas', 'mpp']).optional(),
    note: z.string().max(10_000).optional(),
    anything: z.record(z.string().max(20), z.unknown()).optional(),
  })
  const done = z.object({ done: z.boolean() })
  const config = { access: { roles: ['petugas'] } } as const
  app.post('/api/v1/things', { config, schema: { body, response: { 200: done } } }, () => ({ done: true }))
  app.get(
    '/api/v1/things',
    {
      config,
      schema: { querystring: z.strictObject({ q: z.string().max(40).optional() }), response: { 200: done } },
    },
    () => ({ done: true }),
  )
  app.get(
    '/api/v1/things/:id',
    { config, schema: { params: z.strictObject({ id: z.guid() }), response: { 200: done } } },
    () => ({ done: true }),
  )
  app.get('/api/v1/admin', { config: { access: { roles: ['admin'] } }, schema: { response: { 200: done } } }, () => ({
    done: true,
  }))
  app.post('/api/v1/open', { config: { access: 'public' }, schema: { response: { 200: done } } }, () => ({
    done: true,
  }))
  return { app, log }
}
