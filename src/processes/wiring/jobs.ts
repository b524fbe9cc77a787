import type { Pool } from 'pg'
import type { QueueName } from '../../contracts/jobs/define-job.ts'
import { APP_ROLE } from '../../platform/db/app-role.ts'
import type { JobHandlers, ScheduleHandlers } from '../../platform/outbox/handlers.ts'
import { createJobRuntime } from '../../platform/outbox/index.ts'
import { createPostgresQueueBackend, createRedisQueueBackend } from '../../platform/queue/index.ts'
import type { ProcessDeps, RunningRole } from '../process-parts.ts'
import type { Features } from './features.ts'
import { openGateway } from './gateway.ts'
import { createQueueGate } from './queue-gate.ts'

export const WORKER_QUEUES = ['intake', 'verification', 'webhooks', 'schedules'] as const satisfies readonly QueueName[]
export const WHATSAPP_QUEUES = [
  'whatsapp',
  'whatsapp-heard',
  'whatsapp-send',
  'whatsapp-schedules',
] as const satisfies readonly QueueName[]

/** What only a process can do that reaches WhatsApp just now. */
const GATEWAY_QUEUES = ['whatsapp-send', 'whatsapp-schedules'] as const satisfies readonly QueueName[]

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
  const holdsGateway = queues.includes('whatsapp-send')
  const { gateway, web, takeReport } = holdsGateway
    ? await openGateway(deps, features)
    : { gateway: features.simulator.gateway, web: null, takeReport: undefined }
  const whatsapp = features.whatsapp.connect(gateway, takeReport)
  const handlers: JobHandlers = {
    ...features.intake.jobs,
    'proposal.check': features.verification.checkProposals,
    'bulk.run': features.verification.goOnWithBulk,
    'batch.seal': features.enrolment.goOnWithSealing,
    'list.work': ({ payload }, { signal }) => features.bpjs.goOnWithList(payload.listId, signal),
    'list.tell': ({ payload }, { signal }) => features.drift.goOn(payload.tellingId, signal),
    'results.work': features.enrolment.goOnWithResults,
    ...whatsapp.jobs,
    ...features.webhooks.jobs,
  }
  const schedules: ScheduleHandlers = {
    'accounts.sweep': async () => void (await features.accounts.sweep()),
    'activation.recheck': (context) => features.enrolment.recheckActivation(context),
    'audit.seal': async () => void (await features.audit.seal()),
    'counts.rollup': async () => {
      await features.intake.rollUpCounts()
      await features.console.rollUpFigures()
    },
    'corrections.remind': async () => void (await features.intake.remindUnanswered()),
    'corrections.expire': async () => void (await features.intake.expireUnanswered()),
    'bulk.purge': ({ signal }) => features.verification.forgetBulkJobs(signal),
    'documents.sweep': async () => void (await features.intake.sweepDocuments()),
    'exports.purge': () => features.intake.forgetExports(),
    'figures.purge': () => features.console.forgetFigures(),
    'idempotency.purge': () => features.intake.purgeIdempotencyKeys(),
    'quota.roll-over': async ({ signal }) => void (await features.quota.rollOver(signal)),
    'status-guesses.purge': () => features.intake.forgetStatusGuesses(),
    'lists.purge': ({ signal }) => features.bpjs.purgeLists(signal),
    'membership.retry': (context) => features.verification.handOverUnanswered(context),
    'webhooks.purge': ({ signal }) => features.webhooks.purge(signal),
    'whatsapp.settle': whatsapp.jobs['whatsapp.settle'],
  }
  const runtime = createJobRuntime<QueueName>({
    databaseUrl: database.url,
    role: APP_ROLE,
    pool,
    backend,
    queues,
    ...(web && { closed: GATEWAY_QUEUES }),
    handlers,
    schedules,
    clock,
    logger: log,
  })
  await runtime.start()
  const gate = createQueueGate({
    queues: GATEWAY_QUEUES,
    setOpen: (queue, isOpen) => runtime.setOpen(queue, isOpen),
    logger: log,
  })
  web?.onNewAccount(() => whatsapp.beginAccount())
  web?.onCanSend((canSend) => gate.set(canSend))
  if (holdsGateway) await whatsapp.start()
  features.outbox.attach(runtime)
  return {
    async stop() {
      await runtime.stop(config.shutdownTimeoutMs / 2)
      if (holdsGateway) await whatsapp.stop()
    },
  }
}
