import { APP_ROLE } from '../../platform/db/app-role.ts'
import { createPool } from '../../platform/db/database.ts'
import { startBpjsMock } from '../bpjs-mock.ts'
import type { OpenParts, ProcessDeps, ProcessParts, RunningRole } from '../process-parts.ts'
import { startApi } from './api.ts'
import { createFeatures } from './features.ts'
import { startJobs, WHATSAPP_QUEUES, WORKER_QUEUES } from './jobs.ts'
import { prepare } from './prepare.ts'
import { welcome } from './welcome.ts'

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
  return {
    async stop() {
      await features.bpjs.close()
      await pool.end()
    },
    roles: {
      async api() {
        const api = await startApi(deps, features, pool)
        return { ...api, announce: welcome(config, api.address ?? '') }
      },
      // One runtime serves both roles when one process has them.
      worker: async () => (holdsGateway ? NOTHING : await startJobs(deps, features, pool, WORKER_QUEUES)),
      whatsapp: () => startJobs(deps, features, pool, works ? [...WORKER_QUEUES, ...WHATSAPP_QUEUES] : WHATSAPP_QUEUES),
    },
  }
}
