import { randomUUID } from 'node:crypto'
import type { Kysely } from 'kysely'
import { pino } from 'pino'
import { z } from 'zod'
import { webhookWithSecret } from '../../../src/contracts/api/webhooks.ts'
import type { AuditEvent } from '../../../src/contracts/audit-actions.ts'
import type { DB } from '../../../src/features/database.ts'
import { createWebhooks, type Webhooks, type WebhooksDeps } from '../../../src/features/webhooks/index.ts'
import { createSealer, parseKeyRing } from '../../../src/platform/crypto/sealer.ts'
import { uuidIds } from '../../../src/platform/ids.ts'
import { createOutbox } from '../../../src/platform/outbox/index.ts'
import { createFakeClock, type FakeClock } from '../../support/fake-clock.ts'
import { makeIntakeBody } from '../../support/intake-body.ts'
import { type Received, startWebhookReceiver, type WebhookReceiver } from '../../support/webhook-receiver.ts'
import { createWholeApp, type WholeApp } from '../../support/whole-app.ts'
import { createJobDriver, type JobDriver } from './job-driver.ts'

export const DEADLINE_MS = 400
export const MINUTE_MS = 60_000
export const HOUR_MS = 60 * MINUTE_MS

const ALL_EVENTS = ['proposal.registered', 'proposal.state_changed', 'message.state_changed', 'message.inbound']

export type Webhook = { id: string; secret: string; path: string }
export type Worker = JobDriver & { webhooks: Webhooks }

export type World = {
  whole: WholeApp
  receiver: WebhookReceiver
  /** Ahead of the machine's: everything that was just written is due. */
  clock: FakeClock
  worker: Worker
  /** Entries that workers wrote by themselves. */
  audited: AuditEvent[]
  createWorker(changes?: Partial<WebhooksDeps>): Worker
  /** Registered by the admin of Kota Cirebon, at a path of its own. */
  register(changes?: { events?: string[]; url?: string; as?: string }): Promise<Webhook>
  intake(): Promise<{ intakeId: string; receiptNumber: string; proposalId: string }>
  /** What came for one webhook. */
  at(webhook: Webhook): Received[]
  deliveries(webhook: Webhook, state?: string): Promise<z.infer<typeof deliveriesSchema>['items']>
  post(path: string, payload?: object, as?: string): Promise<{ status: number; body: unknown }>
  /** Takes all endpoints and events away, and comes back to the present. */
  reset(): Promise<void>
  close(): Promise<void>
}

const deliveriesSchema = z.object({
  items: z.array(
    z.looseObject({
      eventId: z.string(),
      type: z.string(),
      state: z.string(),
      attempts: z.number(),
      replays: z.number(),
      outcome: z.string().nullable(),
      httpStatus: z.number().nullable(),
      durationMs: z.number().nullable(),
      nextAttemptAt: z.string().nullable(),
    }),
  ),
})
const createdSchema = z.object({
  id: z.string(),
  receiptNumber: z.string(),
  proposals: z.tuple([z.object({ id: z.string() })]),
})

/** The product's HTTP side, a receiver on this machine, and workers that are told the time. */
export async function createWorld(): Promise<World> {
  const receiver = await startWebhookReceiver()
  const whole = await createWholeApp({ WEBHOOK_ALLOWED_HOSTS: '127.0.0.1' })
  const clock = createFakeClock(new Date(Date.now() + MINUTE_MS))
  const audited: AuditEvent[] = []
  const logger = pino({ level: 'silent' })
  const sealer = createSealer(parseKeyRing(whole.config.secrets.dataKeys ?? ''))
  const { features, database } = whole
  let paths = 0

  const createWorker = (changes: Partial<WebhooksDeps> & { db?: Kysely<DB> } = {}): Worker => {
    const webhooks = createWebhooks({
      db: database.db,
      clock,
      ids: uuidIds,
      sealer,
      outbox: createOutbox({ clock }),
      logger,
      audit: { record: async (_, events) => void audited.push(...events) },
      households: features.intake,
      messages: features.whatsapp,
      settings: { ...whole.config.webhooks, deadlineMs: DEADLINE_MS },
      random: () => 0.5,
      ...changes,
    })
    const driver = createJobDriver({ pool: database.pool, clock, logger, jobs: webhooks.jobs })
    return { ...driver, webhooks }
  }
  const worker = createWorker()

  return {
    whole,
    receiver,
    clock,
    worker,
    audited,
    createWorker,

    async register({ events = ALL_EVENTS, url, as = 'admin' } = {}) {
      const path = `/penerima-${++paths}`
      const reply = await whole.send({
        as,
        method: 'POST',
        url: '/api/v1/webhooks',
        payload: { url: url ?? `${receiver.address}${path}`, events, description: 'Dasbor dinas' },
      })
      if (reply.statusCode !== 201) throw new Error(`registering answered ${reply.statusCode} ${reply.body}`)
      const { webhook, secret } = webhookWithSecret.parse(reply.json())
      return { id: webhook.id, secret, path }
    },

    async intake() {
      const reply = await whole.send({
        as: 'petugas',
        method: 'POST',
        url: '/api/v1/intakes',
        headers: { 'idempotency-key': randomUUID() },
        payload: makeIntakeBody(),
      })
      const created = createdSchema.parse(reply.json())
      return { intakeId: created.id, receiptNumber: created.receiptNumber, proposalId: created.proposals[0].id }
    },

    at: ({ path }) => receiver.received.filter((one) => one.path === path),

    async deliveries({ id }, state) {
      const query = state === undefined ? '' : `?state=${state}`
      const reply = await whole.send({ as: 'admin', method: 'GET', url: `/api/v1/webhooks/${id}/deliveries${query}` })
      return deliveriesSchema.parse(reply.json()).items
    },

    async post(path, payload, as = 'admin') {
      const reply = await whole.send({
        as,
        method: 'POST',
        url: `/api/v1/webhooks/${path}`,
        ...(payload && { payload }),
      })
      return { status: reply.statusCode, body: reply.body === '' ? null : reply.json() }
    },

    async reset() {
      await database.owner.deleteFrom('webhook_endpoint').execute()
      await database.owner.deleteFrom('webhook_event').execute()
      await database.owner.deleteFrom('outbox').execute()
      audited.length = 0
      clock.set(new Date(Date.now() + MINUTE_MS))
    },

    async close() {
      await worker.webhooks.close()
      await whole.features.webhooks.close()
      await whole.close()
      await receiver.close()
    },
  }
}
