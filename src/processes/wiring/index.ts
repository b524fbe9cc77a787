import { Registry } from 'prom-client'
import { createWhatsappFigures } from '../../features/whatsapp/index.ts'
import { APP_ROLE } from '../../platform/db/app-role.ts'
import { createPool } from '../../platform/db/database.ts'
import { startHealthServer } from '../../platform/http/index.ts'
import { startBpjsMock } from '../bpjs-mock.ts'
import { HEALTH_SETTINGS, listening } from '../preflight.ts'
import type { OpenParts, ProcessDeps, ProcessParts, RunningRole } from '../process-parts.ts'
import { startApi } from './api.ts'
import { createFeatures } from './features.ts'
import { startJobs, WHATSAPP_QUEUES, WORKER_QUEUES } from './jobs.ts'
import {
  registerDocumentMetrics,
  registerOutboxMetrics,
  registerStreamMetrics,
  registerWebhookMetrics,
} from './metrics.ts'
import { prepare } from './prepare.ts'
import { welcome } from './welcome.ts'
import { registerWhatsappMetrics } from './whatsapp-metrics.ts'

export { commands } from './commands.ts'

export const parts: ProcessParts = { startBpjsMock, prepare, open }

const NOTHING: RunningRole = { stop: async () => {} }

async function open(deps: ProcessDeps): Promise<OpenParts> {
  const { config, database, log } = deps
  const pool = createPool(
    {
      url: database.url,
      role: APP_ROLE,
      poolSize: config.database.poolSize,
      statementTimeoutMs: config.database.statementTimeoutMs,
      applicationName: 'puntadewa',
    },
    (error) => log.warn({ reason: error.message }, 'idle database connection lost'),
  )
  const features = await createFeatures(deps, pool)
  const holdsGateway = config.roles.includes('whatsapp')
  const works = config.roles.includes('worker')
  const metrics = new Registry()
  registerOutboxMetrics(metrics, features)
  registerWhatsappMetrics(metrics, {
    figures: createWhatsappFigures({ db: features.db, clock: deps.clock }),
    breaker: features.whatsapp.stats,
    session: features.whatsapp.session.figures,
  })
  registerWebhookMetrics(metrics, features)
  registerDocumentMetrics(metrics, features)
  registerStreamMetrics(metrics, features)
  const { host, healthPort } = config.http
  const health =
    healthPort === null
      ? undefined
      : await listening(
          () =>
            startHealthServer({
              host,
              port: healthPort,
              logger: log,
              checks: {
                database: async () => void (await pool.query('select 1')),
                // Here only: an outage of WhatsApp is none of the API.
                ...(holdsGateway && { whatsapp: () => features.whatsapp.session.requireReady() }),
              },
              metrics: config.http.open.metrics ? metrics : null,
            }),
          { host, port: healthPort },
          HEALTH_SETTINGS,
        )
  return {
    async stop() {
      await health?.stop()
      await features.bpjs.close()
      await features.webhooks.close()
      await pool.end()
    },
    roles: {
      async api() {
        const api = await startApi(deps, features, pool, metrics)
        return { ...api, announce: welcome(config, api.address ?? '') }
      },
      // One runtime serves both roles when one process has them.
      worker: async () => (holdsGateway ? NOTHING : await startJobs(deps, features, pool, WORKER_QUEUES)),
      whatsapp: () => startJobs(deps, features, pool, works ? [...WORKER_QUEUES, ...WHATSAPP_QUEUES] : WHATSAPP_QUEUES),
    },
  }
}
