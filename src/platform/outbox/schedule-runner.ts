import type { Logger } from 'pino'
import type { QueuedJob } from '../queue/queue-backend.ts'
import type { ScheduleHandlers } from './handlers.ts'
import { describeError } from './retry.ts'

/**
 * Runs the jobs that the queue makes for each schedule. A run that would overlap with one of this process is left out;
 * a failed one is logged and marked in the queue, the next comes anyway.
 */
export function createScheduleRunner(deps: {
  handlers: ScheduleHandlers | null
  logger: Logger
  stopping: AbortSignal
}): (job: QueuedJob) => Promise<void> {
  const running = new Set<string>()
  const handlers = new Map(Object.entries(deps.handlers ?? {}))
  return async (job) => {
    const handler = handlers.get(job.name)
    if (!handler) {
      deps.logger.warn({ jobId: job.id, job: job.name }, 'schedule of unknown name left alone')
      return
    }
    if (running.has(job.name)) return
    const logger = deps.logger.child({ schedule: job.name })
    running.add(job.name)
    try {
      await handler({ signal: deps.stopping, logger })
    } catch (error) {
      logger.error({ error: describeError(error) }, 'scheduled run failed')
      throw error
    } finally {
      running.delete(job.name)
    }
  }
}
