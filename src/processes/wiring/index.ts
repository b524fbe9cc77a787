import { Registry } from 'prom-client'
import { RATE_LIMITS } from '../../contracts/rate-limits.ts'
import { APP_ROLE } from '../../platform/db/app-role.ts'
import { createPool } from '../../platform/db/database.ts'
import { createHttpServer, createRateLimiter, createRateStore } from '../../platform/http/index.ts'
import { startBpjsMock } from '../bpjs-mock.ts'
import type { Command } from '../command.ts'
import type { OpenParts, ProcessDeps, ProcessParts } from '../process-parts.ts'

export const commands: readonly Command[] = []

export const parts: ProcessParts = { startBpjsMock, prepare: async () => {}, open }

async function open({ config, database, log, ids }: ProcessDeps): Promise<OpenParts> {
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
  return {
    stop: () => pool.end(),
    roles: {
      async api() {
        const app = await createHttpServer({
          logger: log,
          ids,
          title: 'PuntaDewa',
          version: '0.1.0',
          publicUrl: config.http.publicUrl,
          isProduction: config.isProduction,
          authenticate: () => null,
          onDenied: async () => {},
          rateLimiter: createRateLimiter({
            store: createRateStore({ backend: { pool }, logger: log }),
            limits: RATE_LIMITS,
          }),
          metrics: new Registry(),
          readiness: { database: async () => void (await pool.query('select 1')) },
          open: config.http.open,
          trustedProxies: config.http.trustedProxies,
        })
        const address = await app.listen({ host: config.http.host, port: config.http.port })
        return { address, announce: [`PuntaDewa is ready at ${address}`], stop: () => app.close() }
      },
      worker: async () => ({ stop: async () => {} }),
      whatsapp: async () => ({ stop: async () => {} }),
    },
  }
}
