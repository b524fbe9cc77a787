import { randomBytes } from 'node:crypto'
import { pino } from 'pino'
import type { DB } from '../../../src/features/database.ts'
import { type Cloud, type CloudSettings, createCloud } from '../../../src/features/whatsapp/index.ts'
import { type Clock, systemClock } from '../../../src/platform/clock.ts'
import { createSealer, parseKeyRing } from '../../../src/platform/crypto/sealer.ts'
import type { App } from '../../../src/platform/http/index.ts'
import { uuidIds } from '../../../src/platform/ids.ts'
import { createOutbox } from '../../../src/platform/outbox/index.ts'
import { createTestDatabase, type TestDatabase } from '../database.ts'
import { createTestServer } from '../test-server.ts'
import { createGraphStandIn, type GraphStandIn } from './graph-stand-in.ts'

export const WEBHOOK = '/api/public/whatsapp/webhook'
export const SECRETS = {
  token: 'EAAG-invented-token',
  appSecret: 'invented-app-secret',
  verifyToken: 'invented-verify-token',
  apiVersion: 'v23.0',
} as const

export type CloudWorld = {
  database: TestDatabase<DB>
  service: GraphStandIn
  app: App
  settings: CloudSettings
  /** One run of a process that holds the gateway, on the same database and service. */
  createCloud(changes?: Partial<CloudSettings>): Cloud
  /** Calls that the service made and that are not processed yet, oldest first. */
  listWaiting(): Promise<string[]>
  /** All that the loggers of the gateway and the webhook were given. */
  log(): string
  close(): Promise<void>
}

/** The Cloud API transport between a stand-in of Meta's service and the webhook as it is served by HTTP. */
export async function createCloudWorld(
  given: { afterCall?: () => Promise<void>; database?: TestDatabase<DB>; clock?: Clock } = {},
): Promise<CloudWorld> {
  const { afterCall, clock = systemClock } = given
  const database = given.database ?? (await createTestDatabase<DB>())
  const lines: string[] = []
  const logger = pino({ level: 'trace' }, { write: (line: string) => void lines.push(line) })
  const app = await createTestServer(() => null, logger)
  const service = await createGraphStandIn({
    ...SECRETS,
    clock,
    async deliver(body, signature) {
      const headers = { 'content-type': 'application/json', 'x-hub-signature-256': signature }
      const { statusCode } = await app.inject({ method: 'POST', url: WEBHOOK, headers, payload: body })
      if (statusCode !== 200) throw new Error(`the webhook answered ${statusCode}`)
      await afterCall?.()
    },
  })
  const settings: CloudSettings = {
    ...SECRETS,
    phoneNumberId: service.business.phoneNumberId,
    baseUrl: service.baseUrl,
  }
  const sealer = createSealer(parseKeyRing(`1:${randomBytes(32).toString('base64')}`))
  const shared = { db: database.db, clock, ids: uuidIds, sealer, logger }
  const create = (changes: Partial<CloudSettings> = {}): Cloud =>
    createCloud({ ...shared, outbox: createOutbox({ clock }), settings: { ...settings, ...changes } })
  create().registerRoutes(app)
  await app.ready()
  return {
    database,
    service,
    app,
    settings,
    createCloud: create,
    async listWaiting() {
      const rows = await database.owner
        .selectFrom('whatsapp_cloud_report')
        .select('id')
        .where('processed_at', 'is', null)
        .orderBy('id')
        .execute()
      return rows.map((row) => row.id)
    },
    log: () => lines.join(''),
    async close() {
      await service.close()
      await app.close()
      if (!given.database) await database.close()
    },
  }
}
