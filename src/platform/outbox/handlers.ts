import type { Logger } from 'pino'
import type { QueueName } from '../../contracts/jobs/define-job.ts'
import type { JOBS, PayloadOf, Topic, TopicOn } from '../../contracts/jobs/jobs.ts'
import type { ScheduleName } from '../../contracts/jobs/schedules.ts'
import type { SqlExecutor } from './executor.ts'

export type JobItem<Payload> = {
  id: number
  key: string
  payload: Payload
  /** 1 on the first try. */
  attempt: number
}

/** What a handler can do about its items. An item it neither settles nor fails is settled when the handler returns. */
export type JobContext = {
  /**
   * Settles items inside the handler's own transaction: their effects and the end of the work commit together, so they
   * happen exactly once. Throws `version_conflict` when another process has taken one over: let it roll back. Call it
   * last: an item that is just being added again is waited for.
   */
  settle(executor: SqlExecutor, ids: readonly number[]): Promise<void>
  /** Reports that one item failed; its batch-mates go on. The error's code decides whether it is tried again. */
  fail(id: number, error: unknown): void
  /**
   * Does `work` for every item, at most `concurrency` at a time, and reports the ones it throws on. Resolves when all are
   * through, rejects never; begins no further item once `signal` is aborted (those run again later).
   */
  each<Item extends { id: number }>(
    items: readonly Item[],
    concurrency: number,
    work: (item: Item) => Promise<void>,
  ): Promise<void>
  /** Aborted when the process must end or the lease on the items was lost: stop as soon as it is safe. */
  signal: AbortSignal
  logger: Logger
}

export type BatchHandler<Payload> = (items: readonly JobItem<Payload>[], context: JobContext) => Promise<void>
type SingleHandler<Payload> = (item: JobItem<Payload>, context: JobContext) => Promise<void>

type JobHandler<T extends Topic> = (typeof JOBS)[T]['mode'] extends 'batch'
  ? BatchHandler<PayloadOf<T>>
  : SingleHandler<PayloadOf<T>>

/** One handler per topic that travels on the queues `Q`: a topic without one does not compile. */
export type JobHandlers<Q extends QueueName = QueueName> = { [T in TopicOn<Q>]: JobHandler<T> }

export type ScheduleContext = { signal: AbortSignal; logger: Logger }
/** A run may be lost, repeated after a crash, and in a fleet overlap with a slow one: do what is due, not what is new. */
export type ScheduleHandlers = { [N in ScheduleName]: (context: ScheduleContext) => Promise<void> }
