import type { Pool } from 'pg'
import type { QueueName } from '../../contracts/jobs/define-job.ts'
import { APP_ROLE } from '../../platform/db/app-role.ts'
import type { JobHandlers, ScheduleHandlers } from '../../platform/outbox/handlers.ts'
import { createJobRuntime } from '../../platform/outbox/index.ts'
import { createPostgresQueueBackend, createRedisQueueBackend } from '../../platform/queue/index.ts'
import type { ProcessDeps, RunningRole } from '../process-parts.ts'
import type { Features } from './features.ts'

export const WORKER_QUEUES = ['intake', 'verification', 'schedules'] as const satisfies readonly QueueName[]
export const WHATSAPP_QUEUES = ['whatsapp', 'whatsapp-send'] as const satisfies readonly QueueName[]

/** One runtime per process, on the queues of all its roles. Its drain leaves the rest of the shutdown time to the others. */
export async function startJobs(
  deps: ProcessDeps,
  features: Features,
  pool: Pool,
  queues: readonly QueueName[],
): Promise<RunningRole> {
  const { config, database, log, clock } = deps
  const backend =
    config.redisUrl === null
      ? createPostgresQueueBackend({ databaseUrl: database.url, role: APP_ROLE, workers: queues.length, logger: log })
      : createRedisQueueBackend({ redisUrl: config.redisUrl, logger: log })
  const whatsapp = features.whatsapp.connect(features.simulator.gateway)
  const handlers: JobHandlers = {
    ...features.intake.jobs,
    'proposal.check': features.verification.checkProposals,
    ...whatsapp.jobs,
  }
  const schedules: ScheduleHandlers = {
    'accounts.sweep': async () => void (await features.accounts.sweep()),
    'audit.seal': async () => void (await features.audit.seal()),
    'counts.rollup': () => features.intake.rollUpCounts(),
    'corrections.expire': async () => void (await features.intake.expireCorrections()),
    'idempotency.purge': () => features.intake.purgeIdempotencyKeys(),
    'membership.retry': (context) => features.verification.handOverUnanswered(context),
    'whatsapp.settle': whatsapp.jobs['whatsapp.settle'],
  }
  const runtime = createJobRuntime<QueueName>({
    databaseUrl: database.url,
    role: APP_ROLE,
    pool,
    backend,
    queues,
    handlers,
    schedules,
    clock,
    logger: log,
  })
  const holdsGateway = queues.includes('whatsapp-send')
  if (holdsGateway) await whatsapp.start()
  await runtime.start()
  return {
    async stop() {
      await runtime.stop(config.shutdownTimeoutMs / 2)
      if (holdsGateway) await whatsapp.stop()
    },
  }
}
