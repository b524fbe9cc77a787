import type { Logger } from 'pino'
import type { Clock } from '../../platform/clock.ts'
import type { Sealer } from '../../platform/crypto/sealer.ts'
import type { App } from '../../platform/http/index.ts'
import type { Ids } from '../../platform/ids.ts'
import type { Outbox } from '../../platform/outbox/outbox.ts'
import type { Db } from '../database.ts'
import { createCompose } from './compose.service.ts'
import { createDeliver } from './deliver.service.ts'
import { countForMetrics, type EndpointCounts } from './endpoint.repository.ts'
import { createEndpoints } from './endpoints.service.ts'
import { deleteEventsBefore } from './event.repository.ts'
import { createSender, type Resolve, systemResolve } from './sender.ts'
import { createTargetGuard, type TargetSettings } from './target-guard.ts'
import { createWebhookJobs, type WebhookJobs } from './webhooks.jobs.ts'
import type { AuditTrail, HouseholdFacts, MessageFacts } from './webhooks.ports.ts'
import { registerWebhookRoutes } from './webhooks.routes.ts'

export type { WebhookJobs } from './webhooks.jobs.ts'
export type { HouseholdFacts, MessageFacts } from './webhooks.ports.ts'

export type WebhookSettings = TargetSettings & {
  /** How long a receiver may take to answer. Default 10,000. */
  deadlineMs?: number
}

export type WebhooksDeps = {
  db: Db
  clock: Clock
  ids: Ids
  sealer: Sealer
  outbox: Pick<Outbox, 'add' | 'announce'>
  logger: Logger
  audit: AuditTrail
  households: HouseholdFacts
  messages: MessageFacts
  settings: WebhookSettings
  /** Default: as the machine resolves names. */
  resolve?: Resolve
  random?: () => number
}

const DEADLINE_MS = 10_000
const KEEP_MS = 30 * 24 * 60 * 60_000
const PURGE_BATCH = 1_000

/** Tells other systems what happened: signed, at least once, and nothing that identifies a person. */
export function createWebhooks(deps: WebhooksDeps) {
  const { db, clock, settings } = deps
  const deadlineMs = settings.deadlineMs ?? DEADLINE_MS
  const guard = createTargetGuard(settings)
  const sender = createSender({ guard, resolve: deps.resolve ?? systemResolve, deadlineMs })
  const compose = createCompose(deps)
  const deliver = createDeliver({ ...deps, sender, deadlineMs, random: deps.random ?? Math.random })
  const endpoints = createEndpoints({ ...deps, guard })
  const jobs: WebhookJobs = createWebhookJobs({ db, compose, deliver })

  return {
    registerRoutes: (app: App): void => registerWebhookRoutes(app, { endpoints }),
    jobs,

    /** Forgets events of more than 30 days ago, delivered or not. For a schedule; repeatable, ends early when told to. */
    async purge(signal: AbortSignal): Promise<void> {
      const before = new Date(clock.now().getTime() - KEEP_MS)
      while (!signal.aborted && (await deleteEventsBefore(db, before, PURGE_BATCH)) === PURGE_BATCH);
    },

    /** For metrics. */
    countEndpoints: (): Promise<EndpointCounts> => countForMetrics(db),

    /** Breaks off deliveries under way; they are made again. Stop the job consumers first. */
    close: (): Promise<void> => sender.close(),
  }
}
export type Webhooks = ReturnType<typeof createWebhooks>
