import { randomBytes } from 'node:crypto'
import { text } from 'node:stream/consumers'
import type { InjectOptions, LightMyRequestResponse } from 'fastify'
import { sql } from 'kysely'
import { type Logger, pino } from 'pino'
import { Registry } from 'prom-client'
import type { Role } from '../../src/contracts/access.ts'
import {
  findPasswordHash,
  findUserIdByUsername,
  insertAccount,
  replaceOffices,
} from '../../src/features/accounts/accounts.repository.ts'
import type { DB } from '../../src/features/database.ts'
import { type Clock, systemClock } from '../../src/platform/clock.ts'
import { parseKeyRing } from '../../src/platform/crypto/sealer.ts'
import type { App } from '../../src/platform/http/index.ts'
import { uuidIds } from '../../src/platform/ids.ts'
import { type Config, loadConfig } from '../../src/processes/config.ts'
import type { ProcessDeps } from '../../src/processes/process-parts.ts'
import { createApi } from '../../src/processes/wiring/api.ts'
import { createFeatures, type Features } from '../../src/processes/wiring/features.ts'
import { prepare } from '../../src/processes/wiring/prepare.ts'
import { createTestDatabase, type TestDatabase } from './database.ts'

export type NewTestAccount = { username: string; role: Role; regionCode: string; officeIds: string[] }

export type WholeApp = {
  app: App
  features: Features
  config: Config
  database: TestDatabase<DB>
  /** Every line logged so far, at trace level and without the logger's own masking: what code hands to it. */
  log(): string
  /** Sends one request; `as`: the username to be signed in as, once per name. */
  send(request: InjectOptions & { as?: string }): Promise<LightMyRequestResponse>
  /** As `send`, for an answer that goes on: its head is all of it, unless it is a refusal. */
  sendForStream(request: InjectOptions): Promise<LightMyRequestResponse>
  /** The Cookie header of a signed-in user; the same session every time. */
  cookieOf(username: string): Promise<string>
  /** The Cookie header of a new session. */
  signIn(username: string): Promise<string>
  /** One more account, with the password of the demo accounts. Returns its id. */
  addAccount(account: NewTestAccount): Promise<string>
  userIdOf(username: string): Promise<string>
  /** Rows by table, counted exactly. */
  countRows(): Promise<Record<string, number>>
  close(): Promise<void>
}

/**
 * The product's HTTP side as `npm start` wires it, on a database of its own with the demo's offices and accounts; only
 * the job runtime is missing, so that a proposal stays where a test puts it. Rates are wide: they have tests of their own.
 */
export async function createWholeApp(
  settings: Record<string, string> = {},
  clock: Clock = systemClock,
): Promise<WholeApp> {
  const database = await createTestDatabase<DB>({ regions: true })
  const config = loadConfig({
    DATABASE_URL: database.url,
    DEMO: 'true',
    BPJS_SOURCE: 'manual',
    DATA_KEYS: `1:${randomBytes(32).toString('base64')}`,
    AUTH_SECRET: randomBytes(32).toString('base64'),
    RATE_LIMIT_FACTOR: '10000',
    ...settings,
  })
  const lines: string[] = []
  const log: Logger = pino({ level: 'trace' }, { write: (line: string) => void lines.push(line) })
  const deps: ProcessDeps = {
    config,
    log,
    clock,
    ids: uuidIds,
    database: { url: database.url, ownerUrl: database.url, isEmbedded: false },
    keyRing: parseKeyRing(config.secrets.dataKeys ?? ''),
    authSecret: config.secrets.authSecret ?? '',
  }
  await prepare(deps)
  const features = await createFeatures(deps, database.pool)
  const app = await createApi(deps, features, database.pool, new Registry())
  await app.ready()
  const cookies = new Map<string, Promise<string>>()

  const userIdOf = async (username: string): Promise<string> => {
    const id = await findUserIdByUsername(database.owner, username)
    if (id === undefined) throw new Error(`there is no account ${username}`)
    return id
  }

  const signIn = async (username: string): Promise<string> => {
    const reply = await app.inject({
      method: 'POST',
      url: '/api/auth/sign-in/username',
      payload: { username, password: config.demo.password },
    })
    if (reply.statusCode !== 200) throw new Error(`sign-in of ${username} answered ${reply.statusCode} ${reply.body}`)
    return reply.cookies.map(({ name, value }) => `${name}=${encodeURIComponent(value)}`).join('; ')
  }

  const cookieOf = (username: string): Promise<string> => {
    const cookie = cookies.get(username) ?? signIn(username)
    cookies.set(username, cookie)
    return cookie
  }

  return {
    app,
    features,
    config,
    database,
    log: () => lines.join(''),
    async send({ as, headers, ...request }) {
      const cookie = as === undefined ? {} : { cookie: await cookieOf(as) }
      return await app.inject({ ...request, headers: { ...cookie, ...headers } })
    },
    async sendForStream(request) {
      const reply = await app.inject({ ...request, payloadAsStream: true })
      if (reply.statusCode === 200) {
        reply.stream().destroy()
        return reply
      }
      const body = await text(reply.stream())
      return Object.assign(reply, { body, json: () => JSON.parse(body) })
    },
    cookieOf,
    signIn,
    async addAccount({ username, role, regionCode, officeIds }) {
      const id = uuidIds.next()
      const { owner } = database
      await insertAccount(owner, {
        id,
        credentialId: uuidIds.next(),
        username,
        email: `${username}@users.invalid`,
        displayName: `Akun ${username}`,
        role,
        regionCode,
        passwordHash: (await findPasswordHash(owner, await userIdOf('admin'))) ?? '',
        mustChangePassword: false,
        createdBy: null,
        at: new Date(),
      })
      await replaceOffices(owner, id, officeIds)
      return id
    },
    userIdOf,
    async countRows() {
      const tables = await sql<{ name: string }>`
        SELECT format('%I.%I', schemaname, tablename) AS name
        FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema') ORDER BY name
      `.execute(database.owner)
      const counts: Record<string, number> = {}
      for (const { name } of tables.rows) {
        const counted = await sql<{ rows: string }>`SELECT count(*) AS rows FROM ${sql.raw(name)}`.execute(
          database.owner,
        )
        counts[name] = Number(counted.rows[0]?.rows)
      }
      return counts
    },
    async close() {
      await app.close()
      await features.bpjs.close()
      await database.close()
    },
  }
}
