import type { Logger } from 'pino'
import type { Clock } from '../../../platform/clock.ts'
import type { Sealer } from '../../../platform/crypto/sealer.ts'
import type { App } from '../../../platform/http/index.ts'
import type { Ids } from '../../../platform/ids.ts'
import type { Outbox } from '../../../platform/outbox/outbox.ts'
import type { Db } from '../../database.ts'
import { type CloudGateway, createCloudGateway } from './cloud.gateway.ts'
import type { CloudSettings } from './cloud-settings.ts'
import { registerWebhookRoutes } from './webhook.routes.ts'
import { createWebhook } from './webhook.service.ts'

export type { CloudGateway } from './cloud.gateway.ts'
export type { CloudSettings } from './cloud-settings.ts'

export type Cloud = {
  gateway: CloudGateway
  /** The webhook. A process that only serves it need not start the gateway: what comes in waits in the database. */
  registerRoutes(app: App): void
}

/** Meta's Cloud API: the gateway to it, and the webhook by which it tells us of receipts, texts and trouble. Starts nothing. */
export function createCloud(deps: {
  db: Db
  clock: Clock
  ids: Ids
  sealer: Sealer
  outbox: Pick<Outbox, 'add' | 'announce'>
  logger: Logger
  settings: CloudSettings
}): Cloud {
  const webhook = createWebhook(deps)
  return {
    gateway: createCloudGateway(deps),
    registerRoutes: (app) => registerWebhookRoutes(app, { webhook }),
  }
}
