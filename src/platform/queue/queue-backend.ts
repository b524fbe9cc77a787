import type { QueueName } from '../../contracts/jobs/define-job.ts'

/** A job as it lies in the queue: a name and ids, never a payload. */
export type QueuedJob = { id: string; name: string; data: unknown }

export type JobQueue = {
  /**
   * Puts jobs into the queue, all or none of them. Repeatable: a job whose id is already there is ignored. Fails within
   * seconds when the queue cannot be reached.
   */
  add(jobs: readonly QueuedJob[]): Promise<void>
  /** Jobs that no worker has taken yet. */
  countWaiting(): Promise<number>
  /** Declares a recurring job; declaring it again keeps its rhythm. */
  schedule(name: string, everyMs: number): Promise<void>
  /** Ends a recurring job of that name, when there is one. */
  unschedule(name: string): Promise<void>
  close(): Promise<void>
}

/** Rejecting marks the job as failed and keeps it to be looked at; the queue itself never tries again. */
export type JobProcessor = (job: QueuedJob) => Promise<void>

export type JobWorker = {
  /** Takes no further job and resolves when the ones at work are through; with `force` it does not wait for them. */
  close(force: boolean): Promise<void>
}

/** Where jobs travel. Losing one is no loss of work: the outbox hands it over again. */
export type QueueBackend = {
  kind: 'postgres' | 'redis'
  openQueue(name: QueueName): Promise<JobQueue>
  /** Starts at once. A worker that loses its connection takes up work again when it is back. */
  openWorker(name: QueueName, concurrency: number, processor: JobProcessor): Promise<JobWorker>
  /** To be called after all queues and workers are closed. */
  close(): Promise<void>
}
