import { createHmac } from 'node:crypto'
import type { InjectOptions, LightMyRequestResponse } from 'fastify'
import type { Pool } from 'pg'
import { pino } from 'pino'
import { Registry } from 'prom-client'
import { z } from 'zod'
import { ROLES } from '../../../src/contracts/access.ts'
import type { AuditEvent } from '../../../src/contracts/audit-actions.ts'
import { RATE_LIMITS } from '../../../src/contracts/rate-limits.ts'
import { type Accounts, createAccounts } from '../../../src/features/accounts/index.ts'
import type { DB } from '../../../src/features/database.ts'
import { createKysely } from '../../../src/platform/db/database.ts'
import { type App, createHttpServer, createRateLimiter, createRateStore } from '../../../src/platform/http/index.ts'
import { uuidIds } from '../../../src/platform/ids.ts'
import { createTestDatabase, type TestDatabase } from '../../support/database.ts'
import { createFakeClock, type FakeClock } from '../../support/fake-clock.ts'

export const PASSWORD = 'puntadewa-demo'
export const OFFICES = {
  puskesmas: '01937000-0000-7000-8000-327401011001',
  otherPuskesmas: '01937000-0000-7000-8000-327405100300',
  healthOffice: '01937000-0000-7000-8000-327400000001',
  otherRegion: '01937000-0000-7000-8000-320900000001',
}

export type World = {
  app: App
  accounts: Accounts
  audited: AuditEvent[]
  clock: FakeClock
  database: TestDatabase<DB>
  /** Signs in and returns the Cookie header to send from then on. */
  signIn(username: string, password?: string): Promise<string>
  close(): Promise<void>
}

async function insertPlaces({ owner }: TestDatabase<DB>): Promise<void> {
  const region = (code: string, level: number, kind: string, zone: string | null) => ({
    code,
    level,
    kind,
    name: code,
    time_zone: zone,
  })
  await owner
    .insertInto('region')
    .values([
      region('32', 1, 'province', 'Asia/Jakarta'),
      region('32.74', 2, 'kota', 'Asia/Jakarta'),
      region('32.09', 2, 'kabupaten', 'Asia/Jakarta'),
    ])
    .execute()
  const office = (id: string, code: string, regionCode: string) => ({
    id,
    code,
    kind: 'puskesmas',
    name: `Kantor ${code}`,
    region_code: regionCode,
    address: 'Jl. Contoh 1',
  })
  await owner
    .insertInto('office')
    .values([
      office(OFFICES.puskesmas, 'A', '32.74'),
      office(OFFICES.otherPuskesmas, 'B', '32.74'),
      office(OFFICES.healthOffice, 'C', '32.74'),
      office(OFFICES.otherRegion, 'D', '32.09'),
    ])
    .execute()
}

/** The accounts feature behind the real server, on a database of its own, with one test route per scope. */
export async function createWorld(
  options: { isProduction?: boolean; poolOf?: (database: TestDatabase<DB>) => Promise<Pool> } = {},
): Promise<World> {
  const database = await createTestDatabase<DB>()
  const pool = options.poolOf ? await options.poolOf(database) : database.pool
  const db = pool === database.pool ? database.db : createKysely<DB>(pool)
  await insertPlaces(database)
  const audited: AuditEvent[] = []
  const endedReviews: string[] = []
  // Better Auth reads the system's clock for its sessions, so ours starts there and only moves forward.
  const clock = createFakeClock(new Date())
  const logger = pino({ level: 'silent' })
  const accounts = createAccounts({
    reviews: { end: async (_executor, userId) => void endedReviews.push(userId) },
    db,
    audit: {
      async record(_executor, events) {
        audited.push(...events)
      },
      async write(event) {
        audited.push(event)
      },
    },
    regions: {
      findRegion: (code) =>
        ['32', '32.74', '32.09'].includes(code) ? { retired: false, name: `Wilayah ${code}` } : undefined,
      getTimeZone: () => 'Asia/Jakarta',
      listPlaceNames: () => ['Jawa Barat', 'Kota Cirebon'],
      async listOfficesByIds(executor, ids) {
        if (ids.length === 0) return []
        return executor
          .selectFrom('office')
          .select(['id', 'name', 'region_code as regionCode'])
          .where('id', 'in', ids)
          .execute()
      },
    },
    clock,
    ids: uuidIds,
    authSecret: 'a secret of the tests, long enough for everybody',
    publicUrl: 'https://puntadewa.example',
    isProduction: options.isProduction ?? false,
    demoPassword: PASSWORD,
    settings: {
      demo: true,
      publicUrl: 'https://puntadewa.example',
      whatsappNumber: null,
      whatsappGateway: 'simulator',
    },
  })
  const app = await createHttpServer({
    logger,
    ids: uuidIds,
    title: 'test',
    version: '0',
    publicUrl: 'https://puntadewa.example',
    isProduction: false,
    authenticate: accounts.authenticate,
    onDenied: accounts.onDenied,
    rateLimiter: createRateLimiter({
      store: createRateStore({ backend: { pool }, logger }),
      limits: { ...RATE_LIMITS, 'sign-in': { ...RATE_LIMITS.default, block: 1 } },
    }),
    metrics: new Registry(),
    readiness: {},
    open: { docs: false, metrics: false },
    trustedProxies: [],
  })
  accounts.registerRoutes(app)
  const response = { 200: z.object({ username: z.string().max(60) }) }
  const answer = (request: { actor: { username: string } | null }) => ({ username: request.actor?.username ?? '' })
  app.get('/api/v1/test/any', { config: { access: { roles: ROLES } }, schema: { response } }, answer)
  app.get(
    '/api/v1/test/proposals',
    { config: { access: { roles: ['petugas', 'kader'], scope: 'proposals:read' } }, schema: { response } },
    answer,
  )
  app.post(
    '/api/v1/test/intakes',
    { config: { access: { roles: ['petugas', 'kader'], scope: 'intakes:write' } }, schema: { response } },
    answer,
  )
  app.get(
    '/api/v1/test/file',
    { config: { access: { roles: ROLES, scope: 'proposals:read' } }, schema: { response } },
    answer,
  )
  app.get(
    '/api/v1/test/secret',
    {
      config: { access: { roles: ROLES, scope: 'proposals:read' }, freshSignIn: ['supervisor'] },
      schema: { response },
    },
    answer,
  )
  await accounts.seedDemoAccounts(database.db, {
    password: PASSWORD,
    places: {
      regionCode: '32.74',
      puskesmas: OFFICES.puskesmas,
      otherPuskesmas: OFFICES.otherPuskesmas,
      healthOffice: OFFICES.healthOffice,
    },
  })
  return {
    app,
    accounts,
    audited,
    clock,
    database,
    async signIn(username, password = PASSWORD) {
      const reply = await postSignIn(app, username, password)
      if (reply.statusCode !== 200) throw new Error(`sign-in answered ${reply.statusCode} ${reply.body}`)
      return cookieOf(reply)
    },
    async close() {
      await app.close()
      if (pool !== database.pool) await pool.end()
      await database.close()
    },
  }
}

export const post = (app: App, url: string, body: object, headers: InjectOptions['headers'] = {}) =>
  app.inject({ method: 'POST', url, payload: body, headers: { ...headers } })

export const postSignIn = (app: App, username: string, password: string, remoteAddress = '192.0.2.1') =>
  app.inject({ method: 'POST', url: '/api/auth/sign-in/username', payload: { username, password }, remoteAddress })

/** What a browser would send back of the cookies of a response. */
export function cookieOf(reply: LightMyRequestResponse): string {
  return reply.cookies
    .filter(({ value, maxAge }) => value !== '' && maxAge !== 0)
    .map(({ name, value }) => `${name}=${encodeURIComponent(value)}`)
    .join('; ')
}

function decodeBase32(text: string): Buffer {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'
  const bits = [...text.replace(/=+$/, '')]
    .map((letter) => alphabet.indexOf(letter).toString(2).padStart(5, '0'))
    .join('')
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)))
}

/** The code an authenticator app shows now (RFC 6238). */
export function totpOf(uri: string, at = Date.now()): string {
  const secret = decodeBase32(new URL(uri).searchParams.get('secret') ?? '')
  const counter = Buffer.alloc(8)
  counter.writeBigUInt64BE(BigInt(Math.floor(at / 30_000)))
  const digest = createHmac('sha1', secret).update(counter).digest()
  const offset = (digest[19] ?? 0) & 0x0f
  return String((digest.readUInt32BE(offset) & 0x7fffffff) % 1_000_000).padStart(6, '0')
}
